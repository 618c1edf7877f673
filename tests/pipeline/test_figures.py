"""Days are counted once and for all: what was counted stays, the last days go on."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, event, select

from actions.insight.counting import CLASSES
from bot.loops import build_figures
from bot.pipeline.figures import Figures, flows_running
from storage import applicants, chats, day_figures, handoffs, lead_events, leads, messages
from storage.chats import ChatKey
from storage.id_ranges import ids_between
from storage.leads import NewLead
from storage.models import Chat, DayFigure, Message
from storage.staff import Role
from tests.desk.team import enrol
from tests.world import MONDAY, World, open_world

TODAY = date(2026, 6, 1)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, quiet_hours="off") as opened:
        yield opened


@pytest.fixture
def figures(world: World) -> Figures:
    return build_figures(world.core)


def counted(world: World, day: date = TODAY, part: str = "") -> dict[str, int]:
    """What stands there of this day, by figure."""
    of_part = DayFigure.day == day, DayFigure.part == part
    with world.core.database.reading() as session:
        found = session.execute(select(DayFigure.figure, DayFigure.count).where(*of_part))
        return {row.figure: row.count for row in found if row.figure != "counted"}


async def through(world: World, who: str) -> None:
    """Somebody finds out whether they may apply."""
    await world.says(who, "/start")
    for words in ("Check if I can apply", "Just me", "Ageing"):
        await world.says(who, words)


def send(world: World, reference: str, chat_id: int | None, **more: object) -> int:
    fields = {"kind": "incubator", "borough": "sefton", "theme": "ageing", "source": "poster"}
    with world.core.database.transaction() as session:
        lead, _made = leads.create_lead(
            session,
            NewLead(
                reference=reference,
                dedupe_key=reference,
                chat_id=chat_id,
                applicant_kind="individual",
                applicant_name="Ann",
                contact="telegram",
                reasons=[],
                facts={},
                idea={"title": "Tools", "answers": {}},
                **{**fields, **more},  # type: ignore[arg-type]
            ),
            now=world.clock.now(),
        )
        return lead.id


async def test_what_people_do_is_counted(world: World, figures: Figures) -> None:
    await through(world, "ann")
    await world.says("bob", "/start")
    await world.says("bob", "/idea")
    await world.says("bob", "The lot at nans sit in all day looking at walls")
    await world.says("bob", "/human")
    await figures.count()
    found = counted(world)
    assert (found["people"], found["conversations"], found["checks"]) == (2, 2, 1)
    assert found["ideas"] == 1


async def test_people_are_counted_by_what_they_told(world: World, figures: Figures) -> None:
    for who in ("ann", "bob"):
        await world.says(who, "/start")
    with world.core.database.transaction() as session:
        chat_id = session.scalars(select(Chat.id).where(Chat.external_id == "ann")).one()
        ann = applicants.applicant_of(session, chat_id=chat_id, now=world.clock.now())
        facts = {"borough": "sefton", "theme": "ageing"}
        applicants.save_facts(session, ann, facts=facts, kind="individual", now=world.clock.now())
        chats.note_source(session, chat_id, "poster")
    await figures.count()
    for part in ("borough:sefton", "borough:", "theme:ageing", "source:poster", "source:"):
        assert counted(world, part=part)["people"] == 1
        assert counted(world, part=part)["conversations"] == 1


async def test_staff_are_not_counted_among_the_people(world: World, figures: Figures) -> None:
    enrol(world, "alex", Role.CASEWORKER)
    await world.says("alex", "/start")
    await world.says("alex", "hello", chat="staff")
    await world.says("ann", "/start")
    await figures.count()
    assert (counted(world)["people"], counted(world)["conversations"]) == (1, 1)


async def test_leads_and_what_became_of_them_are_counted_by_part(
    world: World, figures: Figures
) -> None:
    first = send(world, "LCR-AAAAA", None)
    send(world, "LCR-BBBBB", None, borough=None, kind="callback", source="walk_in")
    world.clock.move_on(timedelta(days=1))
    with world.core.database.transaction() as session:
        lead = leads.get_lead(session, first)
        assert lead is not None
        for _ in range(2):
            lead_events.record_event(
                session, lead, kind="qualified", who="Kim", words=None, now=world.clock.now()
            )
    await figures.count()
    assert counted(world)["leads"] == 2
    assert counted(world, part="borough:sefton")["leads"] == 1
    assert counted(world, part="borough:")["leads"] == 1
    assert counted(world, part="offer:callback")["leads"] == 1
    assert counted(world, part="source:walk_in")["leads"] == 1
    assert "lead_qualified" not in counted(world)
    assert counted(world, TODAY + timedelta(days=1))["lead_qualified"] == 1


async def test_parts_make_up_the_whole(world: World, figures: Figures) -> None:
    await through(world, "ann")
    await world.says("bob", "/start")
    for number in range(3):
        send(world, f"LCR-0000{number}", None, borough=("sefton", "wirral", None)[number])
    await figures.count()
    with world.core.database.reading() as session:
        found = {(it.figure, it.part): it.count for it in session.scalars(select(DayFigure))}
    for split in ("borough", "theme", "source"):
        for figure in ("people", "conversations", "leads"):
            parts = [
                count
                for (name, part), count in found.items()
                if name == figure and part.startswith(f"{split}:")
            ]
            assert sum(parts) == found[figure, ""]


async def test_counting_twice_changes_nothing(world: World, figures: Figures) -> None:
    await through(world, "ann")
    await figures.count()
    before = counted(world)
    await figures.count()
    assert counted(world) == before


async def test_older_days_stay_when_their_people_go_and_the_last_two_go_on(
    world: World, figures: Figures
) -> None:
    await world.says("ann", "/start")
    await figures.count()
    world.clock.move_on(timedelta(days=1))
    await world.says("bob", "/start")
    await figures.count()
    world.clock.move_on(timedelta(days=1))
    with world.core.database.transaction() as session:
        session.execute(delete(Message))
    await figures.count()
    assert counted(world)["conversations"] == 1
    assert "conversations" not in counted(world, TODAY + timedelta(days=1))


async def test_days_that_were_missed_are_made_up_for(world: World, figures: Figures) -> None:
    await world.says("ann", "/start")
    assert await figures.count() == 1
    await world.says("bob", "/start")  # later on the same day
    world.clock.move_on(timedelta(days=20))
    assert await figures.count() == 21
    assert counted(world)["people"] == 2
    with world.core.database.reading() as session:
        assert day_figures.newest_day(session) == TODAY + timedelta(days=20)
        assert day_figures.oldest_day(session) == TODAY


async def test_a_day_is_the_programmes(world: World, figures: Figures) -> None:
    world.clock.move_to(MONDAY.replace(hour=23, minute=30))  # half past midnight in London
    await world.says("ann", "/start")
    await figures.count()
    assert counted(world, TODAY + timedelta(days=1))["people"] == 1


async def test_weeks_are_summed_up_as_their_days_are_counted(
    world: World, figures: Figures
) -> None:
    for days in range(9):  # from a Monday on, into the week after
        await world.says(f"person {days}", "/start")
        await figures.count()
        world.clock.move_on(timedelta(days=1))
    await figures.count()
    monday = TODAY + timedelta(weeks=1)
    with world.core.database.reading() as session:
        found = day_figures.by_week(
            session, ["people", "leads"], since=TODAY, before=TODAY + timedelta(weeks=2)
        )
        of_split = day_figures.by_week(
            session, ["people"], since=monday, before=TODAY + timedelta(weeks=2), split="theme"
        )
    assert found == {("people", "", TODAY): 7, ("people", "", monday): 2}
    assert of_split == {("people", "", monday): 2}


async def test_one_process_counts_at_a_time(world: World, figures: Figures) -> None:
    await world.says("ann", "/start")
    assert await figures.count() == 1
    assert await build_figures(world.core).count() == 0
    world.clock.move_on(timedelta(minutes=6))
    assert await build_figures(world.core).count() > 0


async def test_the_time_to_an_answer_is_counted_when_it_comes(
    world: World, figures: Figures
) -> None:
    await world.says("ann", "/start")
    now = world.clock.now()
    with world.core.database.transaction() as session:
        chat_id = session.scalars(select(Chat.id).where(Chat.external_id == "ann")).one()
        for hours in (1, 20, 100, None):
            asked = handoffs.open_handoff(
                session,
                chat_id=chat_id,
                reason="asked",
                words=None,
                now=now,
                promised_at=now + timedelta(hours=24),
            )
            asked.answered_at = None if hours is None else now + timedelta(hours=hours)
    await figures.count()
    assert (counted(world)["promise_kept"], counted(world)["unanswered"]) == (2, 1)
    assert counted(world, part=f"answer_minutes:{60}") == {}
    assert counted(world, part="minutes:60")["answer_minutes"] == 1
    assert counted(world, part="minutes:1440")["answer_minutes"] == 1
    assert 1440 in CLASSES
    world.clock.move_on(timedelta(days=4))
    await figures.count()
    assert counted(world)["promise_broken"] == 2


async def test_counting_reads_no_table_as_a_whole(world: World, figures: Figures) -> None:
    database = world.core.database
    if not database.is_sqlite:
        pytest.skip("a small table is read as a whole there, whatever its indexes")
    await through(world, "ann")
    await figures.count()
    scans: set[str] = set()

    def explain(_conn: object, cursor: object, statement: str, values: object, *_: object) -> None:
        if statement.startswith("SELECT"):
            cursor.execute(f"explain query plan {statement}", values)  # type: ignore[attr-defined]
            plan = [str(line[3]) for line in cursor.fetchall()]  # type: ignore[attr-defined]
            scans.update(it for it in plan if it.startswith("SCAN") and "INDEX" not in it)

    event.listen(database.engine, "before_cursor_execute", explain)
    try:
        await figures.count()
    finally:
        event.remove(database.engine, "before_cursor_execute", explain)
    in_vain = {"SCAN staff_chats", "SCAN CONSTANT ROW", "SCAN staff_members", "SCAN threads"}
    assert {it for it in scans if it not in in_vain} == set()


def test_the_ids_of_a_stretch_of_time_are_found_by_halving(world: World) -> None:
    with world.core.database.transaction() as session:
        key = ChatKey("preview", "ann")
        chat_id = chats.chat_id_for(session, key, now=MONDAY)
        ids = [
            messages.add_message(
                session,
                chat_id=chat_id,
                direction="in",
                now=MONDAY + timedelta(hours=hours),
                text="x",
            )
            for hours in range(60)
        ]
        asked = 0

        def count(*_: object) -> None:
            nonlocal asked
            asked += 1

        event.listen(session.connection(), "before_cursor_execute", count)
        first, after = ids_between(
            session,
            Message.table(),
            "created_at",
            MONDAY + timedelta(hours=20),
            MONDAY + timedelta(hours=30),
        )
    assert (first, after) == (ids[19], ids[31])  # an hour more on each side
    assert asked < 20


def test_the_content_says_where_it_is_asked_who_may_apply(world: World) -> None:
    assert flows_running(world.core.content, "action_judge_calls") == {"check_eligibility"}
    assert flows_running(world.core.content, "action_nothing") == frozenset()
