"""Where a dialogue stands, and what was not understood, are written in the turn itself."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from actions.masking import masked
from bot.pipeline.arrival import Arrival, Happened, Sender
from storage import retention
from storage.models import Conversation, Misunderstood
from tests.pipeline.test_hot_path import statements
from tests.world import World, open_world

GIBBERISH = "wibble flumph quux"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, quiet_hours="off") as opened:
        yield opened


def kept(world: World) -> list[Misunderstood]:
    with world.core.database.reading() as session:
        return list(session.scalars(select(Misunderstood)))


def stands(world: World) -> tuple[str | None, str | None]:
    with world.core.database.reading() as session:
        row = session.scalars(select(Conversation)).one()
        return row.at_flow, row.at_step


async def test_the_open_question_stands_beside_the_state_until_its_flow_ends(world: World) -> None:
    await world.says("sam", "/start")
    assert stands(world) == (None, None)
    await world.says("sam", "Check if I can apply")
    assert stands(world) == ("check_eligibility", "who")
    await world.says("sam", "cancel")
    assert stands(world) == (None, None)


async def test_what_is_not_understood_is_kept_with_the_question_that_was_open(world: World) -> None:
    await world.says("sam", "/start")
    await world.says("sam", "Check if I can apply")
    await world.says("sam", f"{GIBBERISH} 6011-9876-4444-0007")
    (one,) = kept(world)
    assert one.text == f"{GIBBERISH} [number]"
    assert (one.flow, one.step) == ("check_eligibility", "who")
    assert one.at == world.clock.now()


async def test_the_language_is_that_of_the_words_else_that_of_the_app(world: World) -> None:
    sender = Sender("sam", "Sam", language="fr")
    for number, words in enumerate(("nie rozumiem pytania", GIBBERISH), 1):
        said = Arrival(Happened.SAID, sender=sender, text=words, message_id=number)
        await world.arrives(said, chat="sam")
    assert [it.language for it in kept(world)] == ["pl", "fr"]


async def test_what_is_understood_is_not_kept_and_neither_are_presses(world: World) -> None:
    for words in ("/start", "Tell us your idea", "The lot at nans sit in all day", "cancel"):
        await world.says("sam", words)
    await world.presses("sam", "Menu")
    await world.presses_token("sam", "nothing")
    assert kept(world) == []


async def test_words_of_somebody_in_danger_are_not_kept_for_learning(world: World) -> None:
    await world.says("sam", "/start")
    await world.says("sam", "I want to kill myself")
    assert kept(world) == []


async def test_nothing_is_kept_of_who_wants_none_of_it(world: World) -> None:
    """From when they say so, until they say otherwise; what was kept goes."""
    await world.says("sam", "/start")
    await world.says("sam", GIBBERISH)
    await world.says("ann", "/start")
    await world.says("ann", GIBBERISH)
    await world.says("sam", "/privacy")
    await world.presses("sam", "Don't learn from me")
    await world.says("sam", f"{GIBBERISH} again")
    assert [it.text for it in kept(world)] == [GIBBERISH]  # Ann's
    await world.presses("sam", "You may learn from me")
    await world.says("sam", f"{GIBBERISH} at last")
    assert [it.text for it in kept(world)] == [GIBBERISH, f"{GIBBERISH} at last"]


async def test_a_turn_that_is_understood_runs_no_statement_about_it(world: World) -> None:
    for words in ("/start", "Tell us your idea", "Rust"):
        await world.says("sam", words)
    with statements(world) as said:
        await world.says("sam", "skip")
    assert not [it for it in said if "misunderstood" in it]
    assert len([it for it in said if "at_step" in it]) == 1  # the one that saves the state


async def test_it_goes_with_its_person_and_is_told_to_them(world: World) -> None:
    await world.says("sam", "/start")
    await world.says("sam", GIBBERISH)
    await world.says("ann", "/start")
    await world.says("ann", GIBBERISH)
    await world.says("sam", "/mydata")
    assert "didn't understand" in " ".join(world.heard("sam")[-3:]).replace("&#39;", "'")
    await world.says("sam", "/forget")
    await world.says("sam", "yes")
    assert len(kept(world)) == 1  # Ann's


async def test_it_is_kept_as_long_as_what_was_said(world: World) -> None:
    await world.says("sam", "/start")
    await world.says("sam", GIBBERISH)
    for days, gone in ((364, 0), (366, 1)):
        now = world.clock.now() + timedelta(days=days)
        (rule,) = [it for it in retention.rules(now=now, days={}) if it.name == "misunderstood"]
        with world.core.database.transaction() as session:
            found = retention.walk(session, rule, after_id=0)
            rule.remove(session, found.ids)
        assert len(found.ids) == gone
    assert kept(world) == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ring 0151 496 0000 or 07700 900123", "ring [number] or [number]"),
        ("my account is 12345678", "my account is [number]"),
        ("write to a.b@example.org!", "write to [address]"),
        ("we are 12 people at 5 Elm Road", "we are 12 people at 5 Elm Road"),
    ],
)
def test_how_to_reach_somebody_is_taken_out(text: str, left: str) -> None:
    assert masked(text, "GB") == left
