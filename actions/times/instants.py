"""How instants and spans of time are said, in the programme's own zone and in plain words.

Months and days are named here and not by the machine's locale, so that every server says the same.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


def in_words(instant: datetime, now: datetime, zone: ZoneInfo) -> Markup:
    """`5pm on Friday 4 December (UK time)`, as an entity that a tap shows in the reader's own time.

    Without a `format` attribute Telegram shows the words as they stand. The year is said when it is
    not this year's.
    """
    words = plain_words(instant, now, zone)
    return Markup('<tg-time unix="{}">{}</tg-time>').format(int(instant.timestamp()), words)


def plain_words(instant: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The same words without markup."""
    local = instant.astimezone(zone)
    return f"{clock(local)} on {day(local, now.astimezone(zone))} ({zone_name(zone)})"


def clock(local: datetime) -> str:
    """A time of day as it is spoken: noon, midnight, 9am, 9.30am."""
    if local.minute == 0 and local.hour in (0, 12):
        return "noon" if local.hour else "midnight"
    hour = local.hour % 12 or 12
    minutes = f".{local.minute:02}" if local.minute else ""
    return f"{hour}{minutes}{'pm' if local.hour >= 12 else 'am'}"


def day(local: datetime, local_now: datetime) -> str:
    """`Friday 4 December`, with the year when it is not that of `local_now`."""
    year = f" {local.year}" if local.year != local_now.year else ""
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}{year}"


def date(local: datetime) -> str:
    """`4 December 2026`."""
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def zone_name(zone: ZoneInfo) -> str:
    """What people call the time of a zone: `UK time`, else by its city."""
    if zone.key == "Europe/London":
        return "UK time"
    return f"{zone.key.rpartition('/')[2].replace('_', ' ')} time"


def time_left(closes_at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """How long until the deadline: `14 days`, `1 day and 3 hours`, `2 hours`, `15 minutes`.

    Days are calendar days at the deadline's clock time, so a clock change does not make 13 of 14.
    It is rounded to whole minutes, so a message that leaves some seconds late says the same.
    """
    elapsed = _round(closes_at - now, _MINUTE)
    if elapsed <= timedelta(0):
        return "no time"
    days, rest = _calendar_days(closes_at, now, zone)
    if days >= 2:
        return _count(days + (rest >= timedelta(hours=22)), "day")
    if days == 1:
        return _joined(_count(1, "day"), _round(rest, timedelta(hours=1)) // timedelta(hours=1))
    hours, minutes = divmod(elapsed // _MINUTE, 60)
    if hours == 0:
        return _count(minutes, "minute")
    if hours < 3 and minutes:
        return f"{_count(hours, 'hour')} and {_count(minutes, 'minute')}"
    return _count(hours, "hour")


def _calendar_days(closes_at: datetime, now: datetime, zone: ZoneInfo) -> tuple[int, timedelta]:
    ends = closes_at.astimezone(zone).replace(tzinfo=None)
    begins = now.astimezone(zone).replace(tzinfo=None)
    return divmod(_round(ends - begins, _MINUTE), _DAY)


def _round(span: timedelta, unit: timedelta) -> timedelta:
    return (span + unit / 2) // unit * unit


def _joined(day_words: str, hours: int) -> str:
    if hours == 24:
        return _count(2, "day")
    return f"{day_words} and {_count(hours, 'hour')}" if hours else day_words


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
