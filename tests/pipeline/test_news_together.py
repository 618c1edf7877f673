"""What several calls have to tell a chat at the same moment comes as one message."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.pipeline.news import MOST_TOGETHER
from bot.pipeline.parcel import RefusedError, TryLaterError
from storage.models import OutboxRow, ToldVerdict
from tests.pipeline.test_judged_again import ANYBODY, GROUPS
from tests.pipeline.test_news import CLOSES_AT, COMING, NOON, OPENS_AT, ask, keep, news, pass_by
from tests.pipeline.test_reminders import reminders
from tests.world import World, open_world

PLACES = ("Gardens", "Kitchens", "Sheds")


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, at=NOON) as opened:
        yield opened


def keep_all(world: World, titles: tuple[str, ...] = PLACES, **changes: object) -> None:
    """Calls that open at the same moment, or that are changed in the same way."""
    for title in titles:
        details = replace(COMING, code=title.casefold(), title=f"{title} together")
        keep(world, details, **{"criteria": [], **changes})


def fates(world: World) -> Counter[tuple[str, str | None]]:
    with world.core.database.reading() as session:
        found = session.execute(
            select(OutboxRow.state, OutboxRow.error).where(OutboxRow.kind == "news")
        )
        return Counter((row.state, row.error) for row in found)


async def test_calls_that_open_together_are_told_together(world: World) -> None:
    keep_all(world)
    await ask(world, "theme")
    await world.live_until(OPENS_AT + timedelta(hours=2))
    [(at, text)] = news(world)
    assert at == OPENS_AT
    assert [f"Now open: <b>{title} together</b>" in text for title in PLACES] == [True] * 3
    assert fates(world) == {("sent", None): 3}
    await world.presses("sam", "Remind me")
    heard = "\n".join(world.heard("sam"))
    assert [f"before <b>{title} together</b> closes" in heard for title in PLACES] == [True] * 3


async def test_more_than_anybody_reads_are_two_messages(world: World) -> None:
    titles = tuple(f"Place {number}" for number in range(MOST_TOGETHER + 2))
    for number, title in enumerate(titles):
        keep(world, replace(COMING, code=f"place_{number}", title=title, criteria=[]))
    await ask(world, "theme")
    await world.live_until(OPENS_AT + timedelta(hours=2))
    assert [text.count("Now open") for _at, text in news(world)] == [MOST_TOGETHER, 2]


async def test_what_ends_in_other_choices_comes_by_itself(world: World) -> None:
    keep_all(world, ("Gardens", "Kitchens"))
    await ask(world, "theme")
    await world.says("sam", "/remind")
    await world.presses("sam", "Kitchens together")
    await world.live_until(OPENS_AT + timedelta(hours=2))
    told = [text for _at, text in news(world)]
    assert [text.count("Now open") for text in told] == [1, 1]


async def test_told_in_company_is_told(world: World) -> None:
    """Their reminders wait for an hour after it, and what was told is not told again."""
    keep_all(world, ("Gardens", "Kitchens"), opens_at=NOON - timedelta(days=9), reminders=["1d"])
    await pass_by(world, minutes=1)
    await world.says("sam", "/remind")
    await world.presses("sam", "All of them")
    world.clock.move_on(timedelta(seconds=1))
    due_at = CLOSES_AT - timedelta(days=1)
    await world.live_until(due_at - timedelta(minutes=20))
    later = {"opens_at": NOON - timedelta(days=9), "closes_at": CLOSES_AT + timedelta(minutes=5)}
    keep_all(world, ("Gardens", "Kitchens"), reminders=["1d"], **later)
    await pass_by(world, hours=1)
    await pass_by(world, minutes=20)
    await world.live_until(CLOSES_AT)
    [(told, text)] = news(world)
    assert text.count("New dates") == 2
    assert reminders(world, "sam") == [told + timedelta(hours=1)]


async def test_a_message_that_is_tried_again_still_tells_of_all(world: World) -> None:
    keep_all(world)
    await ask(world, "theme")
    world.clock.move_to(OPENS_AT)
    world.sender.troubles = [TryLaterError(30)]
    await world.live_until(OPENS_AT + timedelta(hours=2))
    [(_at, text)] = news(world)
    assert text.count("Now open") == 3
    assert fates(world) == {("sent", None): 3}


async def test_what_a_refused_message_was_to_tell_goes_by_itself(world: World) -> None:
    keep_all(world)
    await ask(world, "theme")
    world.clock.move_to(OPENS_AT)
    world.sender.troubles = [RefusedError("bad text")]
    await world.live_until(OPENS_AT + timedelta(hours=2))
    [(_at, text)] = news(world)
    assert text.count("Now open") == 2
    assert fates(world) == {("set_aside", "bad text"): 1, ("sent", None): 2}


async def test_verdicts_that_were_told_in_company_are_known(world: World) -> None:
    titles, opened = ("Gardens", "Kitchens"), {"opens_at": NOON - timedelta(days=9)}
    keep_all(world, titles, criteria=[ANYBODY], **opened)
    await world.says("sam", "/eligibility")
    await world.presses("sam", "Just me")
    world.clock.move_on(timedelta(seconds=1))
    keep_all(world, titles, criteria=[GROUPS], **opened)
    await pass_by(world, minutes=1)
    [(_at, text)] = news(world)
    assert text.count("not the right door any more") == 2
    with world.core.database.reading() as session:
        assert list(session.scalars(select(ToldVerdict.kind))) == ["no", "no"]
