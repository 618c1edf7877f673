"""What the actions need to know of the programme; the content's own model has this shape."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from dialogues.moments.words import Moments


class Organisation(Protocol):
    """Who runs the assistant, and how to reach them without it."""

    @property
    def name(self) -> str: ...
    @property
    def short_name(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def email(self) -> str: ...


class Offer(Protocol):
    """One of the ways in which the programme helps."""

    @property
    def name(self) -> str: ...
    @property
    def takes_ideas(self) -> bool: ...  # a lead for it carries an idea and its call


class Fact(Protocol):
    """Something a resident declares. `offered` are the choices, `values` also what only other facts
    imply; without values it is a number, or else yes or no."""

    @property
    def name(self) -> str: ...
    @property
    def values(self) -> Sequence[str]: ...
    @property
    def offered(self) -> Sequence[str]: ...
    @property
    def number(self) -> bool: ...
    @property
    def ordered(self) -> bool: ...  # from least to most
    @property
    def implied_by(self) -> Mapping[str, Mapping[str, str | bool]]: ...
    @property
    def confirm_after_days(self) -> int | None: ...
    @property
    def alone(self) -> str | None: ...  # the answer of somebody who applies as one person
    @property
    def sensitive(self) -> bool: ...  # not for the staff's chat


class Signal(Protocol):
    """Shows that an answer says a certain thing."""

    @property
    def words(self) -> Sequence[str]: ...
    @property
    def patterns(self) -> Sequence[str]: ...


class Look(Protocol):
    """Holds of answers with one of the signals `when`, and none of `unless`; see `weighing`."""

    @property
    def when(self) -> Sequence[str]: ...
    @property
    def unless(self) -> Sequence[str]: ...
    @property
    def fewer_words(self) -> int | None: ...


class FollowUp(Look, Protocol):
    """A question that is asked once more about an answer."""

    @property
    def ask(self) -> str: ...  # its slot


class CanvasQuestion(Protocol):
    """A question about an idea."""

    @property
    def follow_ups(self) -> Sequence[FollowUp]: ...
    @property
    def told_by(self) -> Sequence[str]: ...  # patterns of what tells its answer unasked


class Hint(Look, Protocol):
    """Something that would make an idea stronger: the response `hint_NAME` says what."""

    @property
    def name(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def missing(self) -> bool: ...  # the answer is not there


class Canvas(Protocol):
    """What an idea is made of. Questions are named by their slots, in the order of asking."""

    @property
    def title(self) -> str | None: ...  # the question whose answer names the idea
    @property
    def questions(self) -> Mapping[str, CanvasQuestion]: ...
    @property
    def slots(self) -> Sequence[str]: ...  # with those of follow-ups
    @property
    def signals(self) -> Mapping[str, Signal]: ...
    @property
    def hints(self) -> Sequence[Hint]: ...  # by weight
    @property
    def most_hints(self) -> int: ...
    @property
    def draft_from_words(self) -> int: ...
    @property
    def cut_before(self) -> Sequence[str]: ...
    @property
    def aside(self) -> Sequence[str]: ...


class Likeness(Hashable, Protocol):
    """What makes the words of two ideas the same word."""

    @property
    def ignored(self) -> frozenset[str]: ...  # say nothing of what an idea is about
    @property
    def endings(self) -> Mapping[str, str]: ...  # and what stands in their place
    @property
    def same(self) -> Mapping[str, str]: ...  # another word, or a few, and the one they stand for
    @property
    def vowels(self) -> frozenset[str]: ...  # may be mistaken for each other


class Handoff(Protocol):
    """How soon somebody who asks for a person is answered. Minutes are those of the team's hours,
    but for `silence_minutes`, after which a talk is over."""

    @property
    def answer_minutes(self) -> int: ...  # what they are promised
    @property
    def manager_minutes(self) -> int: ...  # past the promise, until a manager is told
    @property
    def silence_minutes(self) -> int: ...
    @property
    def gather_seconds(self) -> int: ...  # what they write within these goes to staff as one


class Rule(Protocol):
    """One thing that makes a lead worth the team's time, with the points of each of its cases."""

    @property
    def name(self) -> str: ...
    @property
    def about(self) -> str: ...  # consent, reachable, verdict, completeness, borough, theme, offer
    @property
    def points(self) -> Mapping[str, int]: ...  # `other`: any case that is not named
    @property
    def weight(self) -> int: ...  # the most that it can give


class Qualification(Protocol):
    """The rules, and from which score in percent a lead looks qualified."""

    @property
    def from_score(self) -> int: ...
    @property
    def rules(self) -> Sequence[Rule]: ...


class Staffing(Protocol):
    """How the team works what is sent. Hours are `HH:MM-HH:MM` by English weekday."""

    @property
    def hours(self) -> Mapping[Any, str]: ...
    @property
    def digest_at(self) -> str: ...
    @property
    def handoff(self) -> Handoff: ...
    @property
    def qualification(self) -> Qualification: ...
    @property
    def decline_reasons(self) -> Sequence[str]: ...
    @property
    def canned(self) -> Sequence[str]: ...


class Programme(Protocol):
    """The programme's own names, places and rules. Times of day are in its `zone`."""

    @property
    def organisation(self) -> Organisation: ...
    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def country(self) -> str: ...  # ISO 3166, for telephone numbers
    @property
    def holiday_country(self) -> str: ...  # "GB-ENG"; empty where only weekends are not worked
    @property
    def quiet_hours(self) -> str: ...  # "20:00-09:00" or "off"
    @property
    def languages(self) -> Sequence[str]: ...  # codes of those that the content speaks
    @property
    def reference_prefix(self) -> str: ...
    @property
    def boroughs(self) -> Mapping[str, str]: ...
    @property
    def themes(self) -> Mapping[str, str]: ...
    @property
    def offers(self) -> Mapping[str, Offer]: ...
    @property
    def facts(self) -> Mapping[str, Fact]: ...  # in the order in which they are best asked
    @property
    def reminders(self) -> Sequence[str]: ...  # offsets for calls without their own
    @property
    def likeness(self) -> Likeness: ...
    @property
    def staffing(self) -> Staffing: ...
    @property
    def introduction_days(self) -> int: ...  # how long two people have to say yes
    @property
    def introduce_again_days(self) -> int: ...  # how long they are left in peace after a no
    @property
    def call_words(self) -> Sequence[str]: ...  # "the gardening one"
    @property
    def closing_soon_days(self) -> int: ...
    @property
    def changes_within_days(self) -> int: ...  # for what staff ask to be changed
    @property
    def minutes_per_answer(self) -> float: ...  # how long a question about an idea takes
    @property
    def moments(self) -> Moments: ...
    @property
    def canvas(self) -> Canvas: ...
    @property
    def answer_within(self) -> str: ...
    @property
    def answer_within_days(self) -> int | None: ...  # the same in working days
    @property
    def retention_days(self) -> Mapping[str, int]: ...
