"""A group answers one question after the other, by replies, and sees it on one board."""

from tests.groups.gathering import Gathering


async def test_it_introduces_itself_once(group: Gathering) -> None:
    await group.adds_us()
    await group.adds_us()
    await group.says("/start new")
    assert len(group.texts()) == 1
    assert "What I read here" in group.texts()[0]
    assert group.labels("What I read here") == ["Shape an idea together", "Join in"]
    assert "start=join-" in group.url("What I read here", "Join in")


async def test_talk_and_other_bots_commands_are_left_alone(group: Gathering) -> None:
    await group.begin()
    before = group.calls()
    for text in ("what do we think?", "/ban@other_bot", "/weather", "@bot are you there"):
        await group.says(text)
    assert group.calls() == before


async def test_the_board_and_the_first_question(group: Gathering) -> None:
    await group.begin()
    assert "1 of 9" in group.screen()[group.asked()].text
    await group.lets(6)
    assert "0 of 9 answered" in group.board()
    assert "👉 <b>What's wrong" in group.board()
    assert "nobody yet" in group.board()
    pinned = [it for _at, it in group.world.sender.sent if it.pins]
    assert len(pinned) == 1


async def test_an_answer_is_kept_with_who_said_it_and_the_next_question_comes_with_the_thanks(
    group: Gathering,
) -> None:
    await group.begin()
    before = group.new_messages()
    await group.replies("kim", "The hut on Mill Lane is shut, I walk past every day")
    assert group.answers()["idea_problem"] == "The hut on Mill Lane is shut, I walk past every day"
    assert group.new_messages() == before + 1
    asked = group.screen()[group.asked()].text
    assert "Kept, thanks Kim" in asked
    assert "2 of 9" in asked
    await group.lets(6)
    assert "Mill Lane" in group.board()
    assert "(Kim)" in group.board()
    assert "1 of 9 answered" in group.board()


async def test_a_reply_to_the_board_answers_what_is_asked(group: Gathering) -> None:
    await group.begin()
    await group.lets(6)
    await group.replies("kim", "Nobody sees anybody, I see it daily", group.find("📋"))
    assert group.said("kept") == [("Nobody sees anybody, I see it daily", "Kim Example", "kept")]


async def test_skipping_and_coming_back(group: Gathering) -> None:
    await group.begin()
    first = group.asked()
    await group.presses("Skip for now")
    assert "2 of 9" in group.screen()[group.asked()].text
    assert await group.presses("Skip for now", "kim", on=first) == [
        "That's settled already. The board shows how."
    ]
    await group.replies("kim", "The hut is shut, I walk past every day", first)
    assert group.answers()["idea_problem"] == "The hut is shut, I walk past every day"
    assert "2 of 9" in group.screen()[group.asked()].text


async def test_what_was_left_for_later_is_asked_when_somebody_wants_it(group: Gathering) -> None:
    await group.begin()
    for _ in range(9):
        await group.presses("Skip for now")
    assert "left for later is still open" in group.texts()[-1]
    await group.lets(30)
    for step in ("1 of 9", "2 of 9", "3 of 9"):
        await group.says("/next")
        assert step in group.screen()[group.asked()].text
        await group.lets(30)


async def test_it_is_asked_in_other_words_in_the_same_place(group: Gathering) -> None:
    await group.begin()
    asked, before = group.asked(), group.new_messages()
    await group.presses("Say it another way")
    assert "as you'd tell a friend" in group.screen()[asked].text
    assert group.new_messages() == before
    assert "Say it another way" not in group.labels("as you'd tell a friend")
    await group.replies("kim", "The hut is shut, I see it every day", asked)
    assert "idea_problem" in group.answers()


async def test_next_twice_in_a_row_is_not_asked_twice(group: Gathering) -> None:
    await group.begin()
    before = group.new_messages()
    await group.lets(6)
    assert await group.presses("Next question") == [
        "I've just asked it. It's right there in the chat."
    ]
    assert group.new_messages() == before
    await group.lets(30)
    await group.presses("Next question")
    assert group.new_messages() == before + 1


async def test_the_board_anew_at_the_bottom(group: Gathering) -> None:
    await group.begin()
    await group.lets(6)
    old = group.find("📋")
    await group.says("/idea", "kim")
    assert group.find("📋") > old
    assert old not in group.screen()


async def test_a_whole_idea(group: Gathering) -> None:
    await group.begin()
    for number in range(20):
        if any("That's all of it" in text for text in group.texts()):
            break
        await group.replies("kim", f"We know 12 people, room and help, number {number}, we count")
    assert "That's all of it" in group.texts()[-1]
    await group.lets(6)
    assert "9 of 9 answered" in group.board()


async def test_help_and_people(group: Gathering) -> None:
    await group.begin()
    await group.says("/help")
    assert "How this works" in group.texts()[-1]
    await group.says("/people")
    assert "Nobody has joined yet" in group.texts()[-1]
    group.joins("kim", "contact")
    group.joins("bo")
    await group.says("/people")
    assert "Kim, Bo" in group.texts()[-1]
    assert "The contact is Kim" in group.texts()[-1]


async def test_a_reply_to_something_else_of_ours_is_told_where_to_answer(group: Gathering) -> None:
    await group.begin()
    await group.replies("kim", "thanks!", group.find("What I read here"))
    assert "reply to a question of mine" in group.texts()[-1]
    assert group.said() == []
