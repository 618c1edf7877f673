"""The calendar, read back by two parsers that are not the library that wrote it."""

from datetime import UTC, datetime, timedelta

import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event

from storage import calls
from tests.site.conftest import Visit

CLOSES = datetime(2026, 6, 11, 16, tzinfo=UTC)


async def events(visit: Visit, path: str = "/calls.ics") -> dict[str, Event]:
    """The entries by UID, as `ical` reads them."""
    calendar = IcsCalendarStream.calendar_from_ics(await visit.page(path))
    return {event.uid: event for event in calendar.events}


async def test_a_deadline_in_the_first_parser(visit: Visit) -> None:
    visit.keep(title="Soup; cake, and \\ more")
    [event] = (await events(visit)).values()
    assert event.uid == "gardens@lcr.calls"
    assert event.summary == "Last moment to apply: Soup; cake, and \\ more"
    assert event.dtstart == CLOSES
    assert event.sequence == 0
    assert event.status == "CONFIRMED"
    assert event.last_modified == event.dtstamp == visit.clock.now()
    assert event.description is not None
    assert "Open up a green space, together.\n\nWhat you can get: Up to £5,000" in event.description
    assert str(event.url) == "https://t.me/demo_bot?start=call-gardens-calendar"
    alarms = [(alarm.action, alarm.trigger) for alarm in event.alarm]
    assert alarms == [("DISPLAY", timedelta(days=-7)), ("DISPLAY", timedelta(hours=-2))]


async def test_a_deadline_in_the_second_parser(visit: Visit) -> None:
    visit.keep(title="Soup; cake, and \\ more")
    calendar = vobject.readOne(await visit.page("/calls.ics"))
    event = calendar.vevent
    assert event.uid.value == "gardens@lcr.calls"
    assert event.summary.value == "Last moment to apply: Soup; cake, and \\ more"
    assert event.dtstart.value == CLOSES
    assert event.sequence.value == "0"
    assert [alarm.trigger.value for alarm in event.valarm_list] == [
        timedelta(days=-7),
        timedelta(hours=-2),
    ]
    assert calendar.method.value == "PUBLISH"


async def test_lines_are_folded_and_end_as_the_standard_says(visit: Visit) -> None:
    visit.keep(summary="Grüße, und vieles mehr für alle. " * 20)
    answer = await visit.client.get("/calls/gardens.ics")
    body = await answer.read()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="gardens.ics"'
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert b"\r\nDTSTART:20260611T160000Z\r\n" in body  # in UTC, by nobody's own clock
    assert max(map(len, body.split(b"\r\n"))) <= 75


async def test_a_call_to_come_has_its_opening_too_until_it_opens(visit: Visit) -> None:
    opens_at = visit.clock.now() + timedelta(days=2)
    visit.keep(opens_at=opens_at)
    found = await events(visit)
    assert found["gardens-opens@lcr.calls"].dtstart == opens_at
    assert found["gardens@lcr.calls"].dtstart == CLOSES
    visit.clock.move_to(opens_at)
    assert set(await events(visit)) == {"gardens@lcr.calls"}


async def test_a_moved_deadline_is_the_same_entry_with_a_higher_sequence(visit: Visit) -> None:
    visit.keep()
    visit.clock.move_on(timedelta(hours=1))
    visit.keep(closes_at=CLOSES + timedelta(days=3))
    event = (await events(visit))["gardens@lcr.calls"]
    assert event.dtstart == CLOSES + timedelta(days=3)
    assert event.sequence == 1
    assert event.last_modified == visit.clock.now()


async def test_a_withdrawn_call_is_struck_out_and_then_forgotten(visit: Visit) -> None:
    call = visit.keep(opens_at=visit.clock.now() + timedelta(days=2))
    with visit.core.database.transaction() as session:
        kept = calls.get_call(session, call.id)
        calls.withdraw_call(session, kept, by="Alex", now=visit.clock.now())
    found = await events(visit)
    assert {event.status for event in found.values()} == {"CANCELLED"}
    assert {event.sequence for event in found.values()} == {1}
    assert set(found) == {"gardens@lcr.calls", "gardens-opens@lcr.calls"}
    assert not any(event.alarm for event in found.values() if event.uid == "gardens@lcr.calls")
    visit.clock.move_on(timedelta(days=91))
    assert await events(visit) == {}


async def test_a_call_that_closed_early_moves_to_when_it_did(visit: Visit) -> None:
    call = visit.keep()
    visit.clock.move_on(timedelta(hours=1))
    with visit.core.database.transaction() as session:
        kept = calls.get_call(session, call.id)
        calls.close_call_early(session, kept, by="Alex", now=visit.clock.now())
    event = (await events(visit))["gardens@lcr.calls"]
    assert event.dtstart == visit.clock.now()
    assert event.summary == "Closed early: Gardens & <b>greens</b>"
    assert event.alarm == []


@pytest.mark.parametrize("path", ["/calls.ics", "/calls/gardens.ics"])
async def test_reminders_in_calendars_keep_the_quiet_hours_too(visit: Visit, path: str) -> None:
    visit.keep(reminders=["10h"])  # 7am: the evening before, as for a message
    event = (await events(visit, path))["gardens@lcr.calls"]
    assert [alarm.trigger for alarm in event.alarm] == [timedelta(hours=-21, minutes=-1)]
