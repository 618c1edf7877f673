"""Several people answer the same question: nothing is lost, one message collects it, and the group
decides."""

import pytest

from bot.pipeline.arrival import Happened
from tests.groups.gathering import ADMIN, Gathering

FIRST, OTHER, THIRD = (
    "The hut is shut, I walk past every day",
    "The park is full of glass, I sweep it",
    "Nobody knows anybody, I asked them",
)


async def two(group: Gathering) -> int:
    """Kim and Bo answer the first question; the number of what collects it."""
    await group.begin()
    asked = group.asked()
    await group.replies("kim", FIRST, asked)
    await group.replies("bo", OTHER, asked)
    return group.find("more than one answer")


async def test_a_second_answer_is_put_beside_the_first(group: Gathering) -> None:
    await two(group)
    assert group.answers()["idea_problem"] == FIRST
    shown = group.screen()[group.find("more than one answer")]
    assert "(Kim)" in shown.text
    assert f"Bo: {OTHER}" in shown.text
    assert [key.button.label for key in shown.keys] == [
        "Vote",
        "Keep as it is",
        "Add it",
        "Use it instead",
    ]
    await group.lets(6)
    assert "1 more to look at" in group.board()


@pytest.mark.parametrize(
    ("label", "answer"),
    [
        ("Add it", f"{FIRST}\n{OTHER}"),
        ("Use it instead", OTHER),
        ("Keep as it is", FIRST),
    ],
)
async def test_the_group_decides(group: Gathering, label: str, answer: str) -> None:
    collects = await two(group)
    await group.presses(label, "sam")
    assert group.answers()["idea_problem"] == answer
    await group.lets(6)
    assert "is settled" in group.screen()[collects].text
    assert group.screen()[collects].keys == ()


async def test_two_press_at_once_and_the_second_is_told(group: Gathering) -> None:
    collects = await two(group)
    keys = {key.button.label: key.token for key in group.screen()[collects].keys}
    await group.taps(keys["Use it instead"], "sam")
    await group.taps(keys["Add it"], "kim")
    assert group.world.sender.notices == [
        "That's the answer now.",
        "That's settled already. The board shows how.",
    ]
    assert group.answers()["idea_problem"] == OTHER


async def test_a_button_that_moved_is_never_another(group: Gathering) -> None:
    collects = await two(group)
    await group.replies("sam", THIRD, collects)
    await group.lets(6)
    keys = {key.button.label: key.token for key in group.screen()[collects].keys}
    await group.taps(keys["Add 1"])
    await group.lets(6)
    await group.taps(keys["Add 1"], "kim")
    await group.taps(keys["Use 1"], "kim")
    assert len(group.world.sender.notices) == 3
    assert group.votes() == []
    assert group.answers()["idea_problem"] == f"{FIRST}\n{OTHER}"
    await group.taps(keys["Add 2"], "kim")
    assert group.answers()["idea_problem"] == f"{FIRST}\n{OTHER}\n{THIRD}"


async def test_a_button_of_one_group_does_nothing_in_another(group: Gathering) -> None:
    collects = await two(group)
    token = group.screen()[collects].keys[0].token
    other = Gathering(group.world, "group two")
    await other.begin()
    await other.taps(token)
    assert group.world.sender.notices[-1].startswith("This button is from before")
    assert group.answers()["idea_problem"] == FIRST


async def test_more_than_one_offer_stands_in_the_same_message(group: Gathering) -> None:
    collects = await two(group)
    before = group.new_messages()
    await group.replies("sam", THIRD, collects)
    await group.lets(6)
    assert group.new_messages() == before
    assert group.labels("more than one answer") == [
        *("Vote", "Keep as it is"),
        *("Add 1", "Use 1", "Add 2", "Use 2"),
    ]
    await group.presses("Add 2")
    assert group.answers()["idea_problem"] == f"{FIRST}\n{THIRD}"
    await group.lets(6)
    assert group.labels("more than one answer")[2:] == ["Add it", "Use it instead"]


async def test_fifty_answer_at_once_and_nothing_is_lost(group: Gathering) -> None:
    await group.begin()
    asked, before, calls = group.asked(), group.new_messages(), group.calls()
    for number in range(50):
        await group.replies(f"p{number}", f"Answer {number}, I see it daily", asked)
    await group.lets(60)
    assert len(group.said("kept", "offered")) == 50
    assert group.new_messages() == before + 2  # thanks with the next question, and all the others
    assert group.calls() - calls <= 6
    assert "and 42 more" in group.screen()[group.find("more than one answer")].text


async def test_an_edit_changes_the_answer(group: Gathering) -> None:
    await group.begin()
    said = await group.replies("kim", FIRST)
    await group.does(Happened.EDITED, "kim", text=OTHER, message_id=said)
    assert group.answers()["idea_problem"] == OTHER
    await group.lets(6)
    assert OTHER in group.board()


async def test_an_edit_changes_what_is_offered(group: Gathering) -> None:
    collects = await two(group)
    said = await group.replies("sam", THIRD, collects)
    await group.does(Happened.EDITED, "sam", text="Nobody knows anybody at all", message_id=said)
    await group.lets(6)
    assert "Nobody knows anybody at all" in group.screen()[collects].text
    assert group.answers()["idea_problem"] == FIRST


async def test_an_admin_who_hides_may_answer(group: Gathering) -> None:
    await group.begin()
    await group.replies(ADMIN, FIRST)
    await group.lets(6)
    assert "(Admin)" in group.board()


async def test_somebody_elses_words_are_not_kept_and_that_is_said_once(group: Gathering) -> None:
    await group.begin()
    asked = group.asked()
    for _ in range(2):
        await group.replies("kim", FIRST, asked, forwarded=True)
    assert group.said() == []
    assert sum("somebody else's message" in text for text in group.texts()) == 1


async def test_what_is_taken_back_shows_nowhere_in_the_chat(group: Gathering) -> None:
    await two(group)
    group.joins("kim")
    group.joins("bo")
    await group.lets(6)
    await group.presses("Vote")
    await group.lets(6)
    await group.presses(f"1. {FIRST}", "kim")
    await group.presses(f"1. {FIRST}", "bo")
    await group.lets(6)
    assert FIRST in "\n".join(group.texts())
    await group.world.says("kim", "leave the group")
    await group.world.presses("kim", "Take it out")
    await group.lets(12)
    assert FIRST not in "\n".join(group.texts())
    assert "was taken back later" in "\n".join(group.texts())
    assert FIRST not in str(group.said())


async def test_where_nothing_stands_any_more_the_first_offer_does(group: Gathering) -> None:
    await two(group)
    group.joins("kim")
    await group.world.says("kim", "leave the group")
    await group.world.presses("kim", "Take it out")
    await group.lets(12)
    assert group.answers() == {"idea_problem": OTHER}
    assert group.said() == [(OTHER, "Bo Example", "kept")]
    assert FIRST not in "\n".join(group.texts())
