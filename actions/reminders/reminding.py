"""What a reminder says: how long is left, what this person still lacks, and what they can press."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from actions.eligibility import lacking
from actions.eligibility.lacking import lack_lines, lack_of
from actions.labels import Wording, blocks
from actions.members.deadlines import reminded_for
from actions.members.names import group_name
from actions.programme import Programme
from actions.times.instants import clock, in_words, time_left
from actions.times.quiet_hours import is_allowed
from actions.times.wishes import instant_at
from dialogues.moments.times import clock_of
from storage.late_links import own_end
from storage.models import Call

RESPONSES = lacking.RESPONSES | {
    *("utter_reminder", "utter_reminder_for_group", "utter_reminder_in_group"),
    *("reminder_of_call", "snooze_tomorrow", "button_in_private"),
}


def reminder_values(
    session: Session,
    wording: Wording,
    *,
    chat_id: int,
    calls: Sequence[Call],
    now: datetime,
) -> dict[str, Any]:
    """The values of `utter_reminder`, true at this instant. Of several calls the nearest deadline
    comes first, and the buttons are about that."""
    first, *others = calls
    told = [
        call_values(
            call,
            ends_at=own_end(session, call, chat_id=chat_id, now=now),
            now=now,
            programme=wording.programme,
        )
        for call in calls
    ]
    group = reminded_for(session, chat_id=chat_id, call=first)
    applying = group.chat_id if group is not None else chat_id
    lack = lack_of(session, wording, chat_id=applying, call=first)
    return {
        **told[0],
        "group": group_name(session, group, wording.say) if group is not None else None,
        "group_id": group.id if group is not None else None,
        "calls": blocks(wording.say("reminder_of_call", values) for values in told),
        "call_codes": " ".join(call.code for call in calls),
        "others": len(others),
        "lack": lack_lines(lack, wording),
    }


def call_values(
    call: Call, *, ends_at: datetime, now: datetime, programme: Programme
) -> dict[str, Any]:
    """What is said of one call's deadline, which is the call's or a later one by leave."""
    return {
        "call_title": call.title,
        "call_code": call.code,
        "deadline": in_words(ends_at, now, programme.zone),
        "time_left": time_left(ends_at, now, programme.zone),
    }


def snooze_button(
    session: Session, wording: Wording, *, chat_id: int, calls: Sequence[Call], now: datetime
) -> tuple[str, str] | None:
    """`Tomorrow at 10am` and what a press of it does, where that is before the deadline and not at
    night."""
    programme = wording.programme
    zone, at = programme.zone, clock_of(programme.moments.snooze_at)
    tomorrow = instant_at(now.astimezone(zone).date() + timedelta(days=1), at, zone)
    ends = {call.code: own_end(session, call, chat_id=chat_id, now=now) for call in calls}
    after = [code for code, ends_at in ends.items() if ends_at > tomorrow]
    if not after or not is_allowed(tomorrow, zone=zone, quiet=programme.quiet_hours):
        return None
    title = wording.say("snooze_tomorrow", {"clock": clock(tomorrow.astimezone(zone))})
    codes = " ".join(after)
    return str(title.unescape()), f"/set_reminder(remind_call={codes}, snooze_when=tomorrow)"
