"""Spans of whole weeks, from Monday to Sunday, in which figures are looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

SPANS = {"4": 4, "12": 12, "52": 52}  # by name, in weeks
OWN = "own"
USUAL = "12"
LONGEST = 104  # weeks
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks that are looked at: those that begin from `first` to before `end`, both Mondays.
    `name` is one of SPANS, or OWN. The week that is not over yet is `running`."""

    name: str
    first: date
    end: date
    running: date

    @property
    def mondays(self) -> list[date]:
        """On which each of them begins."""
        return [self.first + _WEEK * number for number in range((self.end - self.first) // _WEEK)]

    @property
    def last_day(self) -> date:
        """The last day of the last of them."""
        return self.end - timedelta(days=1)


def asked_weeks(query: Mapping[str, str], *, today: date) -> Weeks:
    """The weeks that an address asks for by `span`, or by `from` and `to` as YYYY-MM-DD: of both
    the whole week. What does not read is the usual span."""
    running = monday_of(today)
    since, until = _day(query.get("from", "")), _day(query.get("to", ""))
    if query.get("span") == OWN and since is not None and until is not None:
        first, last = sorted((monday_of(since), monday_of(until)))
        end = min(last, running) + _WEEK
        return Weeks(OWN, max(min(first, running), end - _WEEK * LONGEST), end, running)
    name = query.get("span", USUAL) if query.get("span") in SPANS else USUAL
    return Weeks(name, running - _WEEK * (SPANS[name] - 1), running + _WEEK, running)


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None
