"""A question with several answers is put to a vote: one each, the last press counts, a tie goes to
what was said first."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from actions.groups.voting import all_have_voted, count, winner_of
from tests.groups.gathering import Gathering
from tests.groups.test_offers import FIRST, OTHER, THIRD, two

DAY = timedelta(hours=24).total_seconds()


async def a_vote(group: Gathering) -> int:
    """Three answers are put to a vote; the number of its message."""
    collects = await two(group)
    await group.replies("sam", THIRD, collects)
    await group.lets(6)
    assert await group.presses("Vote") == ["The vote is on."]
    return group.find("Vote: What's wrong")


async def votes_for(group: Gathering, who: str, words: str) -> list[str]:
    number = group.find("🗳 <b>Vote")
    label = next(
        key.button.label for key in group.screen()[number].keys if words[:15] in key.button.label
    )
    return await group.presses(label, who, on=number)


async def test_what_stands_and_what_is_offered_can_be_chosen(group: Gathering) -> None:
    number = await a_vote(group)
    text = group.screen()[number].text
    assert all(words in text for words in (FIRST, OTHER, THIRD))
    assert text.index(FIRST) < text.index(OTHER) < text.index(THIRD)
    await group.lets(6)
    assert "you can vote now" in group.screen()[group.find("you can vote now")].text
    assert "you can vote until" in group.board()


async def test_the_most_votes_win_when_its_time_is_over(group: Gathering) -> None:
    number = await a_vote(group)
    for who, words in (("kim", FIRST), ("bo", OTHER), ("sam", THIRD), ("sam", OTHER)):
        assert await votes_for(group, who, words)
        await group.lets(6)
    assert "votes: 2" in group.screen()[number].text
    before = group.new_messages()
    await group.lets(DAY)
    assert "with 2 of 3" in group.screen()[number].text
    assert group.screen()[number].keys == ()
    assert group.answers()["idea_problem"] == OTHER
    assert {state for _text, _name, state in group.said()} == {"kept", "replaced"}
    assert group.new_messages() == before
    await group.lets(6)
    assert OTHER in group.board()


async def test_a_tie_goes_to_what_was_said_first(group: Gathering) -> None:
    await a_vote(group)
    await votes_for(group, "bo", THIRD)
    await votes_for(group, "sam", OTHER)
    await group.lets(DAY)
    assert group.answers()["idea_problem"] == OTHER


async def test_without_votes_it_stays_and_the_offers_wait(group: Gathering) -> None:
    number = await a_vote(group)
    await group.lets(DAY)
    await group.lets(6)
    assert "Nobody voted" in group.screen()[number].text
    assert group.answers()["idea_problem"] == FIRST
    assert len(group.said("offered")) == 2
    assert "Add 1" in group.labels("more than one answer")


async def test_it_ends_when_everybody_who_joined_has_voted(group: Gathering) -> None:
    number = await a_vote(group)
    group.joins("kim", "contact")
    group.joins("bo")
    await votes_for(group, "stranger", FIRST)
    await votes_for(group, "kim", OTHER)
    assert await votes_for(group, "bo", OTHER) == [
        "Got your vote. That was everybody, so it's over."
    ]
    await group.lets(6)
    assert "the vote is over" in group.screen()[number].text
    assert group.answers()["idea_problem"] == OTHER


async def test_the_contact_can_close_it_and_others_cannot(group: Gathering) -> None:
    await a_vote(group)
    group.joins("kim", "contact")
    await votes_for(group, "bo", OTHER)
    assert (await group.presses("Close the vote", "bo"))[0].startswith("The contact or")
    assert await group.presses("Close the vote", "kim") == ["The vote is closed."]
    assert group.answers()["idea_problem"] == OTHER


async def test_while_it_runs_nobody_decides_alone_and_new_offers_wait(group: Gathering) -> None:
    number = await a_vote(group)
    offers = group.find("💬")
    await group.replies("ann", "The club has closed, we all see it", offers)
    await group.lets(6)
    assert "1 more came later" in group.screen()[number].text
    assert group.screen()[offers].keys == ()
    await votes_for(group, "bo", OTHER)
    await group.lets(DAY)
    await group.lets(6)
    assert group.answers()["idea_problem"] == OTHER
    assert group.said("offered") == [
        ("The club has closed, we all see it", "Ann Example", "offered")
    ]


async def test_a_late_press_is_told_that_it_is_over(group: Gathering) -> None:
    number = await a_vote(group)
    token = group.screen()[number].keys[0].token
    await votes_for(group, "bo", OTHER)
    await group.lets(DAY)
    await group.taps(token, "kim")
    assert group.world.sender.notices[-1] in {
        "That vote is over.",
        "This button is from before. /idea shows where you are.",
    }
    assert group.answers()["idea_problem"] == OTHER


async def test_many_presses_are_few_edits(group: Gathering) -> None:
    await a_vote(group)
    await group.lets(6)
    before = group.calls()
    for number in range(50):
        await votes_for(group, f"p{number}", (FIRST, OTHER, THIRD)[number % 3])
    await group.lets(6)
    assert group.calls() - before <= 3
    await group.lets(DAY)
    assert "with 17 of 50" in "\n".join(group.texts())


CHOICES = st.lists(st.integers(1, 9), min_size=1, max_size=8, unique=True).map(sorted)


@given(CHOICES, st.dictionaries(st.text("abcdef", min_size=1), st.integers(1, 9)))
def test_the_winner_has_the_most_and_was_said_first(
    choices: list[int], ballots: dict[str, int]
) -> None:
    counts, winner = count(choices, ballots), winner_of(choices, ballots)
    if winner is None:
        assert not any(counts.values())
    else:
        assert counts[winner] == max(counts.values()) > 0
        assert all(counts[it] < counts[winner] for it in choices if it < winner)


def test_one_alone_is_not_everybody() -> None:
    assert not all_have_voted(["kim"], {"kim": 1})
    assert not all_have_voted(["kim", "bo"], {"kim": 1, "sam": 1})
    assert all_have_voted(["kim", "bo"], {"kim": 1, "bo": 1, "sam": 1})


async def test_what_wins_is_the_answer_also_if_it_was_told_anew_meanwhile(group: Gathering) -> None:
    await a_vote(group)
    group.joins("ann", "contact")
    for words in ("/groups", "change my idea"):
        await group.world.says("ann", words)
        if words == "/groups":
            await group.world.presses("ann", "Group one")
    for label in ("✓ What's wrong", "Write it again"):
        await group.world.presses("ann", label)
    await group.world.says("ann", "Nobody asks the old people what they need")
    assert group.answers()["idea_problem"] == "Nobody asks the old people what they need"
    await group.lets(6)
    assert await votes_for(group, "kim", FIRST)
    await group.lets(DAY)
    assert group.answers()["idea_problem"] == FIRST
    assert FIRST in group.screen()[group.find("the vote is over")].text
    assert ("Nobody asks the old people what they need", "Ann Example", "replaced") in group.said()
