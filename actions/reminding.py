"""What a reminder says: how long is left, what this person still lacks, and what they can press."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from actions.instants import clock, in_words, time_left
from actions.labels import Wording, blocks
from actions.lacking import lack_lines, lack_of
from actions.programme import Programme
from actions.quiet_hours import is_allowed
from actions.wishes import clock_of, instant_at
from storage.calls import ends_at
from storage.models import Call


def reminder_values(
    session: Session,
    wording: Wording,
    *,
    chat_id: int,
    calls: Sequence[Call],
    domain: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:
    """The values of `utter_reminder`, true at this instant. Of several calls the nearest deadline
    comes first, and the buttons are about that."""
    first, *others = calls
    lack = lack_of(session, wording, chat_id=chat_id, call=first, domain=domain)
    parts = [
        wording.say("reminder_of_call", call_values(call, now=now, programme=wording.programme))
        for call in calls
    ]
    return {
        **call_values(first, now=now, programme=wording.programme),
        "calls": blocks(parts),
        "call_codes": " ".join(call.code for call in calls),
        "others": len(others),
        "lack": lack_lines(lack, wording),
    }


def call_values(call: Call, *, now: datetime, programme: Programme) -> dict[str, Any]:
    """What is said of one call's deadline."""
    return {
        "call_title": call.title,
        "call_code": call.code,
        "deadline": in_words(call.closes_at, now, programme.zone),
        "time_left": time_left(call.closes_at, now, programme.zone),
    }


def snooze_button(
    wording: Wording, *, calls: Sequence[Call], now: datetime
) -> tuple[str, str] | None:
    """`Tomorrow at 10am` and what a press of it does, where that is before the deadline and not at
    night."""
    programme = wording.programme
    zone, at = programme.zone, clock_of(programme.moments.snooze_at)
    tomorrow = instant_at(now.astimezone(zone).date() + timedelta(days=1), at, zone)
    after = [call for call in calls if ends_at(call) > tomorrow]
    if not after or not is_allowed(tomorrow, zone=zone, quiet=programme.quiet_hours):
        return None
    title = wording.say("snooze_tomorrow", {"clock": clock(tomorrow.astimezone(zone))})
    codes = " ".join(call.code for call in after)
    return str(title.unescape()), f"/set_reminder(remind_call={codes}, snooze_when=tomorrow)"
