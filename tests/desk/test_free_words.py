"""Whoever asks to be forgotten is also gone from what staff wrote in words of their own: why they
read a conversation, and what they call the searches they keep."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.naming_people import naming
from bot.loops import build_retention
from storage import audit, chats, readings, saved_views, staff
from storage.models import AuditEntry, SavedView
from storage.staff import Role
from tests.desk.team import enrol
from tests.world import World, open_world

ANN, PHONE = "Ann Example", "07700 900123"
VIEWS = {
    "Ann Example's": "status=open",
    "by her number": "words=%2B44+7700+900+123&status=open",
    "by her name": "words=ann++example",
    "by a first name": "words=ann",
    "another": "words=joann+examples",
    "late": "due=overdue",
}


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, quiet_hours="off") as opened:
        enrol(opened, "ada", Role.ADMIN)
        yield opened


async def ring_me(world: World) -> int:
    for words in ("ring me", ANN, PHONE):
        await world.says("ann", words)
    with world.core.database.reading() as session:
        found = chats.find_chat_id(session, channel="preview", external_id="ann")
        assert found is not None
        return found


def written(session: Session, world: World, chat_id: int) -> None:
    """What ada wrote: of Ann's conversation, of another's, of what was not understood, and names of
    searches."""
    [ada] = staff.members_with(session, Role.ADMIN)
    now = world.clock.now()
    for verb, whose, words in (
        (readings.READ_CONVERSATION, chat_id, "her sister rang us"),
        (readings.READ_CONVERSATION, chat_id + 1000, "he asked about Monday"),
        (readings.READ_MISSES, None, f"{ANN} says it never understands her"),
        (readings.READ_MISSES, None, "for the training on Friday"),
    ):
        readings.note_reason(
            session,
            verb,
            staff_id=ada.id,
            reason="complaint",
            words=words,
            now=now,
            chat_id=whose,
        )
    for name, query in VIEWS.items():
        saved_views.save_view(
            session, staff_id=ada.id, name=name, query=query, is_shared=False, now=now
        )
        audit.note(session, "save_view", member=ada, done=True, now=now, detail={"view": name})


async def forget(world: World) -> None:
    await world.says("ann", "/forget")
    await world.presses("ann", "Yes, delete it all")


async def test_what_names_them_goes_and_all_else_stays(world: World) -> None:
    chat_id = await ring_me(world)
    with world.core.database.transaction() as session:
        written(session, world, chat_id)
    await forget(world)
    with world.core.database.reading() as session:
        kept = session.scalars(select(SavedView).order_by(SavedView.id)).all()
        assert [it.name for it in kept] == ["by a first name", "another", "late"]
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        reasons = [it.detail for it in entries if it.verb.startswith("read_")]
        assert reasons == [
            {"reason": "complaint"},
            {"reason": "complaint", "words": "he asked about Monday"},
            {"reason": "complaint"},
            {"reason": "complaint", "words": "for the training on Friday"},
        ]
        saved = [it.detail for it in entries if it.verb == "save_view"]
        assert saved == [None, *({"view": it} for it in list(VIEWS)[1:])]
        assert not any("Example" in repr(it.detail) for it in entries)


async def test_who_gave_no_name_is_named_by_nothing(world: World) -> None:
    await world.says("sam", "hello")
    with world.core.database.reading() as session:
        chat_id = chats.find_chat_id(session, channel="preview", external_id="sam")
        names = naming(session, chat_id=chat_id or 0)
        assert not any(names(it) for it in ("", "sam", "words=&status=open", "0", "@"))


async def test_the_words_of_a_reason_go_after_their_time(world: World) -> None:
    chat_id = await ring_me(world)
    with world.core.database.transaction() as session:
        written(session, world, chat_id)
    days = world.core.programme.retention_days["leads"]
    written_at = world.clock.now()
    for kept_for, left in ((timedelta(days=days - 1), 4), (timedelta(days=days + 1), 0)):
        world.clock.move_to(written_at + kept_for)
        await build_retention(world.core).clean_up()
        with world.core.database.reading() as session:
            found = session.scalars(select(AuditEntry).where(AuditEntry.verb.like("read_%")))
            assert len(found.all()) == left
