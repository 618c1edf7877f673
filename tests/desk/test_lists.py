"""Leads in lists: each view, page by page, and looking for words."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.desk.daily.finding import PAGE, Asked, Finder
from bot.desk.daily.lists import looking_now
from storage import leads
from storage.lead_lists import LOOKED_THROUGH, View
from storage.models import Lead, LeadMention, Message
from storage.staff import Role
from tests.desk.office import bring, events_of, hire, labels, lead_of
from tests.world import STAFF, World, open_world

REMOVED = "<i>The resident asked us to delete what stood here.</i>"


async def test_who_has_nothing_sees_what_nobody_has(world: World) -> None:
    await hire(world, "alex")
    reference = bring(world, borough="sefton", theme="ageing")
    await world.settle()
    await world.says("alex", "/leads")
    shown = world.last("alex").text
    assert "Nobody has these yet</b> · 1" in shown
    assert f"🆕 <b>{reference}</b> · Sam · Ageing, Sefton · just now" in shown
    await world.says("alex", f"/assign {reference} me")
    await world.says("alex", "/leads")
    assert "Leads of Alex</b> · 1" in world.last("alex").text


async def test_a_button_opens_the_lead_and_its_card_works_in_private(world: World) -> None:
    await hire(world, "alex")
    reference = bring(world)
    await world.settle()
    await world.says("alex", "/leads waiting")
    await world.presses("alex", reference)
    assert f"<b>{reference}</b>, what happened last" in world.last("alex").text
    assert "Sam sent it" in world.last("alex").text
    await world.presses("alex", "Claim")
    assert "Alex, this one is yours." in world.sender.notices
    assert "👤 Alex" in world.heard("alex")[-1]
    assert "👤 Alex" in world.heard(STAFF)[-1]
    assert lead_of(world, reference).assignee_id is not None


async def test_pages_are_turned_in_place_and_a_second_press_turns_none(world: World) -> None:
    references = [bring(world, f"r{number}", card=False) for number in range(PAGE + 3)]
    await world.says("alex", "/leads all", chat=STAFF)
    first = world.last(STAFF)
    assert references[-1] in first.text
    assert references[0] not in first.text
    onward = next(key.token for key in first.keys if key.button.label == "Next ›")
    posts = len([it for _at, it in world.sender.sent if it.edits is None])
    await world.presses_token("bo", onward, chat=STAFF)
    second = world.last(STAFF)
    assert second.edits is not None
    assert references[0] in second.text
    await world.presses_token("bo", onward, chat=STAFF)
    assert world.last(STAFF) == second
    assert "no longer does anything" in world.sender.notices[-1]
    await world.presses("bo", "‹ Back", chat=STAFF)
    assert world.last(STAFF).text == first.text
    assert len([it for _at, it in world.sender.sent if it.edits is None]) == posts


async def test_a_list_of_ones_own_stays_theirs_whoever_turns_it(world: World) -> None:
    for number in range(PAGE + 1):
        reference = bring(world, f"r{number}", card=False)
        await world.says("alex", f"/assign {reference} me", chat=STAFF)
    await world.says("alex", "/leads mine", chat=STAFF)
    await world.presses("bo", "Next ›", chat=STAFF)
    assert "Leads of Alex" in world.last(STAFF).text


async def test_overdue_by_what_was_planned_or_by_silence(world: World) -> None:
    await hire(world, "alex")
    planned, silent, asleep, touched = (bring(world, f"r{number}") for number in range(4))
    await world.says("alex", f"/next {planned} today 4pm ring them")
    await world.says("alex", f"/snooze {asleep} 2026-06-20")
    world.clock.move_on(timedelta(days=4))
    await world.says("alex", f"/note {touched} still there")
    await world.says("alex", "/leads overdue")
    shown = world.last("alex").text
    assert planned in shown
    assert "⏰ ring them" in shown
    assert silent in shown
    assert asleep not in shown
    assert touched not in shown
    await world.presses("alex", "Snoozed")
    assert asleep in world.last("alex").text


async def test_words_find_names_places_labels_and_status(world: World) -> None:
    await hire(world, "alex")
    ann = bring(world, "ann", borough="sefton", theme="ageing")
    bob = bring(world, "bob", borough="wirral", theme="ageing")
    await world.says("alex", f"/label {bob} garden")
    for words, found, left in (
        ("ann", ann, bob),
        ("search Wirral ageing", bob, ann),
        ("GARD", bob, ann),
        ("new sefton", ann, bob),
        (ann.lower(), ann, bob),
    ):
        await world.says("alex", f"/leads {words}")
        assert found in world.last("alex").text, words
        assert left not in world.last("alex").text, words
    await world.says("alex", "/leads zebra")
    assert "Nothing here." in world.last("alex").text
    assert "Mine" in labels(world, "alex")


async def test_a_lead_is_found_by_a_part_of_its_reference_and_unknown_ones_are_said(
    world: World,
) -> None:
    await hire(world, "alex")
    reference = bring(world)
    await world.says("alex", f"/lead {reference.lower().replace('-', '')}")
    assert reference in world.last("alex").text
    await world.says("alex", "/lead LCR-22222")
    assert "can't find a lead called <b>LCR-22222</b>" in world.last("alex").text
    await world.says("alex", "/lead")
    assert "To see a lead" in world.last("alex").text


async def test_the_whole_history_has_the_audit_and_pages(world: World) -> None:
    await hire(world, "alex")
    reference = bring(world)
    for number in range(11):
        await world.says("alex", f"/note {reference} note {number}")
    world.clock.move_on(timedelta(minutes=1))
    await world.says("alex", f"/lead {reference}")
    await world.says("alex", f"/history {reference}")
    assert "Page 1 of 2" in world.last("alex").text
    assert "used <code>lead</code>" in world.last("alex").text
    assert "used <code>note</code>" not in world.last("alex").text  # it is told in words
    await world.presses("alex", "Next ›")
    assert "Page 2 of 2" in world.last("alex").text
    assert "Sam sent it" in world.last("alex").text
    assert len(events_of(world, reference)) == 12


async def test_who_is_forgotten_stands_in_no_list_any_more(world: World) -> None:
    await hire(world, "alex")
    reference = bring(world, "sam")
    await world.says("sam", "/start")
    await world.says("alex", "/leads waiting")
    assert "Sam" in world.last("alex").text
    await world.says("sam", "/forget")
    await world.says("sam", "yes")
    with world.core.database.reading() as session:
        texts = [it.text or "" for it in session.scalars(select(Message))]
        assert not [it for it in texts if "· Sam ·" in it]
        assert session.scalars(select(LeadMention)).all()
    assert lead_of(world, reference).status == "withdrawn"
    assert world.last("alex").text == REMOVED


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    statuses=st.lists(st.sampled_from(["new", "claimed", "in_contact", "done"]), max_size=3 * PAGE),
    came_in=st.lists(st.integers(0, 4), max_size=4),
)
def test_each_open_lead_is_on_just_one_page(
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    statuses: list[str],
    came_in: list[int],
) -> None:
    """Also when others come in between; those are before the first page."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copy(sqlite_template, folder / "p.db")
    with open_world(f"sqlite:///{folder}/p.db", Path(folder)) as world:
        made = [(bring(world, f"r{at}", card=False), it) for at, it in enumerate(statuses)]
        with world.core.database.transaction() as session:
            for reference, status in made:
                lead = leads.find_by_reference(session, reference=reference)
                assert lead is not None
                lead.status = status
        wanted = [reference for reference, status in made if status != "done"]
        seen = _walk(world, iter(came_in))
        assert sorted(it for it in seen if it in dict(made)) == sorted(wanted)
        assert len(seen) == len(set(seen))


def _walk(world: World, came_in: Iterator[int]) -> list[str]:
    finder = Finder(wording=world.core.wording, programme=world.core.programme)
    seen: list[str] = []
    asked = Asked(View.OPEN, of=0)
    while True:
        with world.core.database.transaction() as session:
            looking = looking_now(world.core.programme, 0, world.clock.now())
            page = finder.page(session, asked, looking)
            seen += [lead.reference for lead in page.leads]
        for number in range(next(came_in, 0)):
            bring(world, f"late{number}", card=False)
        if not page.after:
            return seen
        asked = Asked(View.OPEN, of=0, beyond=page.leads[-1].id)


async def test_older_leads_that_words_were_not_looked_for_in_are_said(world: World) -> None:
    await hire(world, "alex")
    old = bring(world, "ann", card=False)
    _many(world, LOOKED_THROUGH)
    await world.says("alex", "/leads ann")
    assert old not in world.last("alex").text
    assert f"newest {LOOKED_THROUGH} leads" in world.last("alex").text
    await world.says("alex", f"/leads {old}")
    assert old in world.last("alex").text


def _many(world: World, number: int) -> None:
    with world.core.database.transaction() as session:
        sample = session.scalars(select(Lead).limit(1)).one()
        columns = {
            it.name: getattr(sample, it.name)
            for it in Lead.__table__.columns
            if it.name not in ("id", "reference", "dedupe_key", "applicant_name")
        }
        session.add_all(
            Lead(**columns, reference=f"OLD-{at}", dedupe_key=f"many:{at}", applicant_name="Bo")
            for at in range(number)
        )


async def test_a_viewer_may_look_and_no_more(world: World) -> None:
    await hire(world, "vic", Role.VIEWER)
    reference = bring(world)
    await world.says("vic", f"/lead {reference}")
    assert reference in world.last("vic").text
    await world.says("vic", f"/note {reference} hello")
    assert "role doesn't cover this" in world.last("vic").text
    await world.presses("vic", "Claim")
    assert "role doesn't cover this" in world.sender.notices[-1]
    assert [kind for kind, _who, _words in events_of(world, reference)] == ["sent"]
