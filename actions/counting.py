"""What counts as the moment of sending, and whether it was in time. All instants are aware UTC."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

COUNTS_AFTER = timedelta(minutes=30)  # presses after an outage in which the deadline lay


class Standing(StrEnum):
    """How a send stands to the deadline. All but LATE count."""

    OPEN = "open"  # it is for no call, so there is no deadline
    IN_TIME = "in_time"
    BY_LEAVE = "by_leave"  # staff gave leave to apply late
    AFTER_OUTAGE = "after_outage"  # we could not take it in at the deadline
    ON_REQUEST = "on_request"  # staff asked for it
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was done. Words carry the channel's own instant, presses carry none: for them
    it is when we stored them."""

    stored_at: datetime
    said_at: datetime | None = None

    @property
    def at(self) -> datetime:
        """The instant that counts."""
        return self.said_at or self.stored_at


@dataclass(frozen=True, slots=True)
class Outage:
    """Nothing could be taken in from `since`, the last sign of life, to `until`, the next."""

    since: datetime
    until: datetime

    def holds(self, instant: datetime) -> bool:
        """Whether the instant lies in it."""
        return self.since < instant < self.until


def standing_of(
    moment: Moment,
    *,
    deadline: datetime | None,
    leave: datetime | None = None,
    outage: Outage | None = None,
    asked_until: datetime | None = None,
) -> Standing:
    """How it counts. `leave` is until when this applicant may apply late, `asked_until` until when
    staff wait for changes that they asked for; both end like a deadline, which itself is over."""
    if deadline is None:
        return Standing.OPEN
    if moment.at < deadline:
        return Standing.IN_TIME
    if leave is not None and moment.at < leave:
        return Standing.BY_LEAVE
    if _counts_after(moment, deadline, outage):
        return Standing.AFTER_OUTAGE
    if asked_until is not None and moment.at < asked_until:
        return Standing.ON_REQUEST
    return Standing.LATE


def _counts_after(moment: Moment, deadline: datetime, outage: Outage | None) -> bool:
    """Nobody knows when a press was made that came while we were down; words say it themselves."""
    if outage is None or moment.said_at is not None or not outage.holds(deadline):
        return False
    return moment.stored_at <= outage.until + COUNTS_AFTER
