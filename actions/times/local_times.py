"""Instants as files write them: `2027-01-11 09:00` in the programme's own time."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_LOCAL = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)(?: ([+-]\d\d:\d\d))?")


class LocalTimeError(ValueError):
    """A local time that is no single instant; the message says why."""


class TwiceError(LocalTimeError):
    """The clocks show it twice; `offsets` say which there are, the earlier first."""

    def __init__(self, message: str, offsets: tuple[str, ...]) -> None:
        super().__init__(message)
        self.offsets = offsets


def local_instant(text: str, zone: ZoneInfo) -> datetime:
    """The UTC instant of `YYYY-MM-DD HH:MM` in the zone. Raises LocalTimeError.

    Seconds may follow, and then ` +01:00` to say which, of a time that the clocks show twice.
    """
    found = _LOCAL.fullmatch(text)
    if found is None:
        raise LocalTimeError(f"{text!r} must be written as YYYY-MM-DD HH:MM")
    try:
        local = datetime.fromisoformat(found[1])
    except ValueError as error:
        raise LocalTimeError(f"{text!r} is no date and time: {error}") from error
    return _the_one(text, _instants(local, zone), found[2], zone)


def written_instant(instant: datetime, zone: ZoneInfo) -> str:
    """As `local_instant` reads it, to the second."""
    local = instant.astimezone(zone).replace(microsecond=0)
    text = f"{local:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
    if len(_instants(local.replace(tzinfo=None), zone)) == 1:
        return text
    return f"{text} {local.isoformat()[-6:]}"


def _instants(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants at which the clocks show this, of none to two."""
    aware = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    shown = (it for it in aware if it.astimezone(zone).replace(tzinfo=None, fold=0) == local)
    return list(dict.fromkeys(shown))


def _the_one(text: str, found: list[datetime], offset: str | None, zone: ZoneInfo) -> datetime:
    if not found:
        raise LocalTimeError(f"{text} does not exist: the clocks go forward over it")
    offsets = [it.astimezone(zone).isoformat()[-6:] for it in found]
    if offset is None and len(found) == 1:
        return found[0]
    if offset in offsets:
        return found[offsets.index(offset)]
    either = " or ".join(offsets)
    if offset is not None:
        raise LocalTimeError(f"{text}: here the clocks are at {either}")
    message = f"{text} comes twice: the clocks go back over it; write {either} after it"
    raise TwiceError(message, tuple(offsets))
