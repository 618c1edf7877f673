"""What was kept long enough goes, what is needed stays, and files do not grow for ever."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from bot.loops import build_retention
from bot.pipeline import retention
from bot.pipeline.retention import Retention
from storage import (
    applicants,
    calls,
    chats,
    groups,
    ideas,
    lead_events,
    members,
    messages,
    outbox,
    traces,
)
from storage.chats import ChatKey
from storage.intake_spans import note_alive
from storage.late_links import make_late_link
from storage.models import (
    Base,
    Chat,
    Conversation,
    Group,
    Handoff,
    Idea,
    InboxRow,
    Interest,
    LateLink,
    Lead,
    Lease,
    Member,
    Message,
    OutboxRow,
    Reminder,
    ReminderPlan,
    Subscription,
    Thread,
    ToldVerdict,
)
from storage.retention import MANY
from storage.staff import Role
from tests.desk.talking import make_forum, talk
from tests.desk.team import enrol, let_go
from tests.pipeline.test_reminders import add_call, subscribe
from tests.pipeline.test_turns import ring_me
from tests.world import CHANNEL, STAFF, World, open_world

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def world(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(retention, "PAUSE", 0)
    with open_world(database_url, tmp_path) as opened:
        yield opened


async def clean_up(world: World, **later: float) -> dict[str, int]:
    """Time passes, and a round is made; what went."""
    world.clock.move_on(timedelta(**later))
    return dict(await build_retention(world.core).clean_up(spare_pages=0))


def count(world: World, table: type[Base]) -> int:
    with world.core.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def forgotten_chats(world: World) -> list[str | None]:
    """The names of private chats, None where it is not known any more."""
    with world.core.database.reading() as session:
        return list(session.scalars(select(Chat.name).where(Chat.kind == "private")))


async def test_queues_empty_after_days_and_weeks(world: World) -> None:
    await world.says("ann", "/start")
    assert await clean_up(world, days=2) == {}
    assert await clean_up(world, days=2) == {"inbox": 1}
    assert count(world, InboxRow) == 0
    assert (await clean_up(world, days=27))["outbox"] >= 1
    assert count(world, OutboxRow) == 0
    assert count(world, Message) >= 2


async def test_an_update_is_known_again_as_long_as_telegram_may_repeat_it(world: World) -> None:
    from tests.pipeline.test_mishaps import put  # noqa: PLC0415

    put(world, "ann", "/start", key="telegram:7")
    await world.settle()
    before = len(world.heard("ann"))
    await clean_up(world, days=2, hours=23)
    put(world, "ann", "/start", key="telegram:7")
    await world.settle()
    assert len(world.heard("ann")) == before


async def test_what_is_set_aside_or_waits_is_kept(world: World) -> None:
    await world.says("ann", "/start")
    with world.core.database.transaction() as session:
        session.execute(text("update inbox set state = 'set_aside'"))
        session.execute(text("update outbox set state = 'waiting', due_at = '2030-01-01'"))
    assert await clean_up(world, days=89) == {}
    assert await clean_up(world, days=2) == {"inbox": 1}
    assert count(world, OutboxRow) >= 1


async def test_a_conversation_goes_with_the_last_that_was_said(world: World) -> None:
    await world.says("ann", "/start")
    world.clock.move_on(timedelta(days=200))
    await world.says("ann", "/menu")
    await world.says("ben", "/start")
    gone = await clean_up(world, days=170)  # what Ann said first is a year old
    assert gone["messages"] >= 2
    assert count(world, Conversation) == 2
    assert forgotten_chats(world).count(None) == 0
    world.clock.move_on(timedelta(days=30))
    await world.says("ben", "/menu")
    await clean_up(world, days=180)
    with world.core.database.reading() as session:
        left = session.scalars(select(Conversation.chat_id)).all()
        ann, ben = (
            chats.find_chat_id(session, channel=CHANNEL, external_id=who) for who in ("ann", "ben")
        )
        assert left == [ben]
        assert ann is not None
        assert traces.messages_held(session, chat_id=ann) == (0, None)
    assert forgotten_chats(world).count(None) == 1


async def test_whoever_comes_back_after_years_is_met_anew(world: World) -> None:
    await world.says("ann", "/idea")
    await clean_up(world, days=800)
    await world.says("ann", "hello")
    assert world.heard("ann")
    await world.says("ann", "/mydata")
    assert count(world, Idea) == 0


async def test_a_group_goes_when_nothing_is_left_of_what_it_did(world: World) -> None:
    with world.core.database.transaction() as session:
        now = world.clock.now()
        ids = [
            chats.chat_id_for(session, ChatKey(CHANNEL, name, "group"), now=now)
            for name in ("group idle", "group busy")
        ]
        for chat_id in ids:
            group = groups.group_of(session, chat_id=chat_id, added_by=None, now=now)
            groups.act_for(session, group, now=now)
            members.join(
                session,
                group,
                external_id="ann",
                chat_id=chat_id,
                name="Ann",
                role="contact",
                now=now,
            )
    assert "groups" not in await clean_up(world, days=700)
    with world.core.database.transaction() as session:
        busy = applicants.find_applicant(session, chat_id=ids[1])
        assert busy is not None
        ideas.start_idea(session, applicant_id=busy.id, now=world.clock.now())
    assert (await clean_up(world, days=40))["groups"] == 1
    assert (count(world, Group), count(world, Member)) == (1, 1)


async def test_a_lead_loses_the_person_and_later_goes_altogether(world: World) -> None:
    await ring_me(world)
    with world.core.database.reading() as session:
        [lead] = session.scalars(select(Lead))
        reference = lead.reference
        assert lead.contact is not None
    await clean_up(world, days=700)
    with world.core.database.transaction() as session:
        [lead] = session.scalars(select(Lead))
        assert lead.contact is not None  # chats are kept a year, what was sent two
        assert messages.card_of_lead(session, lead_id=lead.id, chat_id=staff_id(world))
        lead_events.record_event(
            session, lead, kind="claimed", who="A", words=None, now=world.clock.now()
        )
    assert "leads" not in await clean_up(world, days=40)  # it was worked on since
    assert (await clean_up(world, days=700))["leads"] == 1
    await world.settle()
    assert reference in world.last(STAFF).text
    assert world.last(STAFF).edits is not None
    with world.core.database.reading() as session:
        [lead] = session.scalars(select(Lead))
        assert (lead.contact, lead.applicant_name, lead.reference) == (None, None, reference)
    assert (await clean_up(world, days=731))["leads"] == 1
    await clean_up(world)
    assert count(world, Lead) == 0
    assert count(world, Message) == 0


async def test_what_staff_looked_at_in_private_loses_the_person_too(world: World) -> None:
    enrol(world, "alex", Role.CASEWORKER)
    await ring_me(world)
    with world.core.database.reading() as session:
        [lead] = session.scalars(select(Lead))
    await world.says("alex", f"/lead {lead.reference}")
    name = lead.applicant_name or ""
    assert any(name in text for text in world.heard("alex"))
    let_go(world, "alex")
    assert (await clean_up(world, days=731))["leads"] == 1
    before = len(world.sender.sent)
    await world.settle()
    rewritten = [it for _at, it in world.sender.sent[before:] if it.external_chat_id == "alex"]
    assert len(rewritten) == 2  # the card, and what had happened
    assert all(it.edits and name not in it.text for it in rewritten)


async def test_what_is_due_in_weeks_keeps_nothing_from_going(world: World) -> None:
    with world.core.database.transaction() as session:
        chat_id = chats.chat_id_for(session, ChatKey(CHANNEL, "ann"), now=world.clock.now())
        due = {"now": world.clock.now(), "due_at": world.clock.now() + timedelta(days=300)}
        outbox.queue(session, chat_id=chat_id, kind="lead_wakes", lane=outbox.Lane.LEADS, **due)
    await world.says("ann", "/start")
    before = count(world, OutboxRow)
    gone = await clean_up(world, days=31)
    assert gone["outbox"] == before - 1
    assert count(world, OutboxRow) == 1


async def test_a_residents_topic_is_nobodys_when_nothing_is_left_in_it(world: World) -> None:
    make_forum(world)
    await talk(world, "ann")
    assert (await clean_up(world, days=300)).keys().isdisjoint({"messages", "handoffs"})
    assert count(world, Thread) == 1
    await clean_up(world, days=66)
    assert (count(world, Handoff), count(world, Thread)) == (0, 0)


async def test_handoffs_go_after_a_year(world: World) -> None:
    await world.says("ann", "/human")
    await world.says("ann", "Where is the key of the hall?")
    assert count(world, Handoff) == 1
    assert (await clean_up(world, days=366))["handoffs"] == 1


async def test_the_log_of_reminders_goes_some_time_after_the_deadline(world: World) -> None:
    closes_at = world.clock.now() + timedelta(days=10)
    add_call(world, closes_at)
    await subscribe(world)
    await world.live_until(closes_at)
    assert count(world, Reminder) > 1
    await clean_up(world, days=89)
    assert count(world, Subscription) == 1
    assert (await clean_up(world, days=2))["subscriptions"] == 1
    assert [count(world, it) for it in (Subscription, Reminder, ReminderPlan)] == [0, 0, 0]


def plant(world: World, rows: int, at: datetime, *, chat_id: int) -> None:
    """So many updates, messages and their outbox rows, all long done."""
    with world.core.database.transaction() as session:
        first = (session.scalar(select(func.max(InboxRow.id))) or 0) + 1
        done = {"chat_id": chat_id, "attempts": 1, "finished_at": at}
        session.execute(
            insert(InboxRow),
            [
                {
                    **done,
                    "dedupe_key": f"telegram:{first + number}",
                    "kind": "update",
                    "joins": False,
                    "state": "done",
                    "received_at": at,
                    "ready_at": at,
                }
                for number in range(rows)
            ],
        )
        said = {"chat_id": chat_id, "direction": "out", "text": "x" * 600, "created_at": at}
        ids = session.scalars(insert(Message).returning(Message.id), [said] * rows).all()
        session.execute(
            insert(OutboxRow),
            [
                {
                    **done,
                    "lane": 0,
                    "kind": "message",
                    "message_id": id_,
                    "state": "sent",
                    "due_at": at,
                    "created_at": at,
                }
                for id_ in ids
            ],
        )


def staff_id(world: World) -> int:
    with world.core.database.reading() as session:
        found = chats.find_chat_id(session, channel=CHANNEL, external_id=STAFF)
        assert found is not None
        return found


@on_sqlite
async def test_the_files_do_not_grow_round_after_round(world: World, tmp_path: Path) -> None:
    with world.core.database.transaction() as session:
        key = ChatKey(CHANNEL, "ann", name="Ann")
        chat_id = chats.chat_id_for(session, key, now=world.clock.now())
    sizes = []
    for _ in range(6):
        plant(world, 1500, world.clock.now(), chat_id=chat_id)
        await clean_up(world, days=400)
        files = [tmp_path / "test.db", tmp_path / "test.db-wal"]
        sizes.append(sum(file.stat().st_size for file in files))
    assert max(sizes) <= sizes[0] + 64 * 1024
    assert sizes[0] < 1024 * 1024  # what was planted took three times this


@on_sqlite
async def test_others_write_between_batches(world: World) -> None:
    """Whoever writes all the time sees a batch of rows go, or a step of the file, and no more."""
    with world.core.database.transaction() as session:
        chat_id = chats.chat_id_for(session, ChatKey(CHANNEL, "ann"), now=world.clock.now())
    plant(world, 3000, world.clock.now(), chat_id=chat_id)
    world.clock.move_on(timedelta(days=400))
    seen: list[tuple[int, int]] = []
    cleaning = asyncio.create_task(build_retention(world.core).clean_up(spare_pages=0))
    while not cleaning.done():
        seen.append(await world.core.database.write(rows_and_pages))
    rows, pages = (
        [before - after for before, after in pairwise(column)] for column in zip(*seen, strict=True)
    )
    assert sum(rows) == 3000
    assert max(rows) == MANY
    assert 0 < max(pages) <= retention.PAGES + 1  # one that says where others are


def rows_and_pages(session: Session) -> tuple[int, int]:
    """How many messages there are to send, and how many pages the file has."""
    rows = session.scalar(select(func.count()).select_from(OutboxRow)) or 0
    return rows, int(session.execute(text("pragma page_count")).scalar_one())


async def test_one_process_cleans_up_at_a_time(world: World) -> None:
    await world.says("ann", "/start")
    world.clock.move_on(timedelta(days=4))
    with world.core.database.transaction() as session:
        until = world.clock.now() + timedelta(minutes=1)
        session.add(Lease(name="retention", owner="another", until=until))
    assert await build_retention(world.core).clean_up() == {}
    assert count(world, InboxRow) == 1


async def test_a_clean_stop_ends_it_and_lets_go_of_the_lease(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.says("ann", "/start")
    world.clock.move_on(timedelta(days=4))
    monkeypatch.setattr(retention, "FIRST_AFTER", 0.0)
    tidied = asyncio.Event()

    async def tidy() -> None:
        tidied.set()

    loop = asyncio.create_task(build_retention(world.core, tidy=[tidy]).run())
    await tidied.wait()
    world.core.signals.stop()
    await loop
    assert count(world, InboxRow) == 0
    assert count(world, Lease) == 0
    assert isinstance(build_retention(world.core), Retention)


async def test_what_somebody_wants_to_hear_of_stays_until_they_stop_it(world: World) -> None:
    await world.says("ann", "let me know about anything in sefton")
    await world.says("ben", "let me know about anything in sefton")
    await world.says("ben", "stop reminding me")
    assert "interests" not in await clean_up(world, days=89)
    assert (await clean_up(world, days=2))["interests"] == 1
    await clean_up(world, days=800)
    assert count(world, Interest) == 1


async def test_leave_to_apply_late_goes_when_it_is_long_over(world: World) -> None:
    add_call(world, world.clock.now() - timedelta(days=1))
    for who in ("ann", "ben"):
        await let_in_late(world, who)
    with world.core.database.transaction() as session:
        lead = Lead(
            **dict.fromkeys(("reference", "dedupe_key"), "LCR-1"),
            kind="incubator",
            chat_id=chats.find_chat_id(session, channel=CHANNEL, external_id="ben"),
            call_id=session.scalars(select(LateLink.call_id)).first(),
            applicant_kind="group",
            reasons=[],
            facts={},
            consent_at=world.clock.now(),
            created_at=world.clock.now(),
        )
        session.add(lead)
    assert "late links" not in await clean_up(world, days=92)
    assert (await clean_up(world, days=2))["late links"] == 1
    assert count(world, LateLink) == 1  # what was sent by it bears a note of it
    for _ in range(2):
        await clean_up(world, days=740)
    assert count(world, LateLink) == 0


async def let_in_late(world: World, who: str) -> None:
    now = world.clock.now()
    with world.core.database.transaction() as session:
        call = calls.find_call(session, code="garden")
        assert call is not None
        until = now + timedelta(days=3)
        token = make_late_link(session, call, expires_at=until, by="Alex", now=now)
    await world.says(who, f"/start late-{token}")


async def test_when_updates_could_be_taken_in_is_known_as_long_as_it_may_matter(
    world: World,
) -> None:
    with world.core.database.transaction() as session:
        note_alive(session, channel=CHANNEL, now=world.clock.now())
    assert "intake spans" not in await clean_up(world, days=89)
    assert (await clean_up(world, days=2))["intake spans"] == 1


async def test_verdicts_that_were_told_go_when_the_call_is_long_over(world: World) -> None:
    add_call(world, world.clock.now() + timedelta(days=10))
    for who in ("ann", "ben"):
        await world.says(who, "/eligibility")
        await world.presses(who, "Just me")
    assert count(world, ToldVerdict) == 2
    assert "told verdicts" not in await clean_up(world, days=99)
    assert (await clean_up(world, days=2))["told verdicts"] == 2
    assert count(world, ToldVerdict) == 0
