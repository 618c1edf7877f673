"""The words by which people say when; the content's own model has this shape."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class TimeOfDay(Protocol):
    """A time of day as people call it."""

    @property
    def at(self) -> str: ...  # "12:30"
    @property
    def words(self) -> Sequence[str]: ...


class Cadence(Protocol):
    """How often to be reminded. Without offsets it is as the call has it."""

    @property
    def offsets(self) -> Sequence[str]: ...
    @property
    def words(self) -> Sequence[str]: ...


class Moments(Protocol):
    """The words by which people say when they want to be reminded."""

    @property
    def snooze_at(self) -> str: ...  # the time of a day that was said without one
    @property
    def times(self) -> Mapping[str, TimeOfDay]: ...
    @property
    def often(self) -> Mapping[str, Cadence]: ...
    @property
    def days(self) -> Mapping[str, Sequence[str]]: ...  # today, tomorrow, monday …
    @property
    def units(self) -> Mapping[str, Sequence[str]]: ...  # minute, hour, day, week, fortnight
    @property
    def numbers(self) -> Mapping[str, float]: ...
    @property
    def before(self) -> Sequence[str]: ...  # "a week before"
    @property
    def within(self) -> Sequence[str]: ...  # "in an hour"
    @property
    def at(self) -> Sequence[str]: ...  # "at 10"
    @property
    def beyond(self) -> Sequence[str]: ...  # "a week on tuesday"
    @property
    def next_week(self) -> Sequence[str]: ...
    @property
    def hours(self) -> Mapping[str, int]: ...  # seven
    @property
    def past(self) -> Mapping[str, int]: ...  # "half past": 30 minutes, "quarter to": -15
    @property
    def months(self) -> Mapping[str, Sequence[str]]: ...  # january, february …
    @property
    def ends(self) -> Mapping[str, Sequence[str]]: ...  # week, month, next_month
    @property
    def ordinal_ends(self) -> Sequence[str]: ...  # "3rd"
    @property
    def of(self) -> Sequence[str]: ...  # "3rd of december", "december the 3rd"
    @property
    def am(self) -> Sequence[str]: ...
    @property
    def pm(self) -> Sequence[str]: ...
    @property
    def negation(self) -> Sequence[str]: ...  # "not in the mornings"
    @property
    def habit(self) -> Sequence[str]: ...  # "always in the mornings": every time, not once
