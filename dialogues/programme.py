"""The programme: who runs it, where, and by which rules. An adopting team edits its YAML only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from holidays import country_holidays
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, PrivateAttr

from dialogues.canvas import NO_CANVAS, Canvas
from dialogues.likeness import NO_LIKENESS, Likeness
from dialogues.parts import STRICT, Identifier
from dialogues.staffing import NO_STAFFING, Staffing


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name} is not a time zone") from error


def _two_times(hours: str) -> str:
    begin, _, end = hours.partition("-")
    if begin == end:
        raise ValueError(f"{hours} leaves no time of day to write; say off for no quiet hours")
    return hours


def _has_holidays(country: str) -> str:
    code, _, part = country.partition("-")
    try:
        country_holidays(code, subdiv=part or None)
    except NotImplementedError as error:
        raise ValueError(f"{country}: its holidays are not known ({error})") from error
    return country


class _Part(BaseModel):
    model_config = STRICT


class Organisation(_Part):
    name: str
    short_name: str
    assistant_name: str
    website: str
    email: str
    phone: str = ""
    privacy_contact: str


class Offer(_Part):
    """One of the things the programme offers; in words that residents see.

    `takes_ideas`: what is sent for it is the idea that was shaped, with the call it is for.
    """

    name: str
    for_whom: str
    what: str
    takes_ideas: bool = False


class CrisisLine(_Part):
    name: str
    contact: str
    note: str = ""


class Command(_Part):
    """A command registered with the channel, and the intent that typing it means."""

    command: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")]
    description: Annotated[str, Field(min_length=3, max_length=256)]
    intent: Identifier


TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Offset = Annotated[str, Field(pattern=r"^[1-9]\d*(d|wd|d@wd|h|m)$")]
Words = Annotated[list[str], Field(min_length=1)]
Day = Annotated[str, Field(pattern=r"^(today|tomorrow|(mon|tues|wednes|thurs|fri|satur|sun)day)$")]
Month = Annotated[
    str,
    Field(
        pattern=r"^(january|february|march|april|may|june|july|august|september|october"
        r"|november|december)$"
    ),
]
Ended = Annotated[str, Field(pattern=r"^(week|month|next_month)$")]
Unit = Annotated[str, Field(pattern=r"^(minute|hour|day|week|fortnight)$")]


class NamedTime(_Part):
    """A time of day as people call it: dinner time is 12:30."""

    at: TimeOfDay
    words: Words


class Cadence(_Part):
    """How often to be reminded; without offsets it is as the call has it."""

    offsets: list[Offset] = []
    words: Words


class Moments(_Part):
    """The words by which people say when they want to be reminded. `snooze_at` is the time of a day
    that is said without one."""

    snooze_at: TimeOfDay = "10:00"
    times: dict[Identifier, NamedTime] = {}
    often: dict[Identifier, Cadence] = {}
    days: dict[Day, Words] = {}
    units: dict[Unit, Words] = {}
    numbers: dict[str, float | int] = {}
    before: list[str] = []
    within: list[str] = []
    at: list[str] = []
    beyond: list[str] = []
    next_week: list[str] = []
    hours: dict[str, Annotated[int, Field(ge=0, le=23)]] = {}
    past: dict[str, Annotated[int, Field(gt=-60, lt=60)]] = {}
    months: dict[Month, Words] = {}
    ends: dict[Ended, Words] = {}
    ordinal_ends: list[str] = []
    of: list[str] = []
    am: list[str] = []
    pm: list[str] = []
    negation: list[str] = []
    habit: list[str] = []


class Groups(_Part):
    """How groups shape an idea together in a chat of their own. A vote is over after `vote_hours`,
    if not everybody has voted before."""

    vote_hours: Annotated[float, Field(gt=0, strict=False)] = 24


class FactSpec(_Part):
    """What more is known of a slot that is a fact, something residents declare about themselves.

    `ordered`: its values stand from least to most. `implied_by`: an earlier fact, and which of its
    answers says what this one is, so that nobody is asked. `confirm_after_days`: an answer older
    than that is confirmed before it is used. `alone`: the answer of somebody who applies as one
    person. `sensitive`: it is left
    out of what is posted in the staff's chat.
    """

    ordered: bool = False
    implied_by: dict[Identifier, dict[str, str | bool]] = {}
    confirm_after_days: Annotated[int, Field(gt=0)] | None = None
    alone: str | None = None
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact with the answers that its slot takes. `offered` are those of a choice, `values` also
    what only other facts imply; a fact without values is a number, or else yes or no. Answers that
    imply something are written as in YAML: `true`, `false`, or the value."""

    name: str
    values: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    number: bool = False
    ordered: bool = False
    implied_by: Mapping[str, Mapping[str, str | bool]] = field(default_factory=dict)
    confirm_after_days: int | None = None
    alone: str | None = None
    sensitive: bool = False


class Programme(_Part):
    """`quiet_hours` is `HH:MM-HH:MM` in `zone`, or `off`. `reminders` are times before a deadline;
    from `closing_soon_days` before it, a call is said to close soon; `call_words` stand
    for a call that is named by a word of its title ("the gardening one"). `moments` is how people
    say when they want to be reminded, `minutes_per_answer` how long a question about an idea takes.

    `introduction_days` is how long two people have to say yes to being put in touch, and
    `introduce_again_days` how long they are left in peace when that came to nothing.

    `holiday_country` is whose holidays are no working days, `GB` or a part of it such as `GB-ENG`.

    `answer_within_days` is `answer_within` as a number of working days, where it is one: then
    receipts name the day. `changes_within_days` is how long residents have for changes that staff
    ask for, where they name no day.

    `illustrative` says that these are samples, and makes the assistant say so.
    """

    organisation: Organisation
    zone: Annotated[ZoneInfo, BeforeValidator(_zone)]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    holiday_country: (
        Annotated[str, Field(pattern=r"^[A-Z]{2}(-\w{1,3})?$"), AfterValidator(_has_holidays)]
        | Literal[""]
    ) = ""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    quiet_hours: Annotated[
        str, Field(pattern=r"^(off|\d\d:\d\d-\d\d:\d\d)$"), AfterValidator(_two_times)
    ]
    reference_prefix: Annotated[str, Field(pattern=r"^[A-Z]{2,5}$")]
    boroughs: dict[Identifier, str]
    themes: dict[Identifier, str]
    offers: dict[Identifier, Offer]
    declared: dict[Identifier, FactSpec] = Field(default={}, alias="facts")
    reminders: list[Offset]
    moments: Moments = Moments()
    minutes_per_answer: Annotated[float, Field(gt=0, strict=False)] = 2
    call_words: list[str] = []
    closing_soon_days: Annotated[int, Field(gt=0)] = 7
    changes_within_days: Annotated[int, Field(gt=0)] = 7
    introduction_days: Annotated[int, Field(gt=0)] = 7
    introduce_again_days: Annotated[int, Field(gt=0)] = 180
    groups: Groups = Groups()
    answer_within: str
    answer_within_days: Annotated[int, Field(gt=0)] | None = None
    crisis_lines: Annotated[list[CrisisLine], Field(min_length=1)]
    commands: list[Command]
    retention_days: dict[Identifier, Annotated[int, Field(gt=0)]]
    languages: Annotated[list[str], Field(min_length=1)] = ["en"]
    illustrative: bool = False
    _facts: Mapping[str, Fact] = PrivateAttr(default_factory=dict)
    _canvas: Canvas = PrivateAttr(default=NO_CANVAS)
    _likeness: Likeness = PrivateAttr(default=NO_LIKENESS)
    _staffing: Staffing = PrivateAttr(default=NO_STAFFING)

    @property
    def facts(self) -> Mapping[str, Fact]:
        """What residents may be asked to declare, by the name of its slot, in the order given."""
        return self._facts

    @property
    def canvas(self) -> Canvas:
        """What an idea is made of; it stands in a file of its own."""
        return self._canvas

    @property
    def likeness(self) -> Likeness:
        """What makes the words of two ideas the same word; it stands in a file of its own."""
        return self._likeness

    @property
    def staffing(self) -> Staffing:
        """How the team works what is sent; it stands in a file of its own."""
        return self._staffing

    def joined_with(
        self, facts: Mapping[str, Fact], canvas: Canvas, likeness: Likeness, staffing: Staffing
    ) -> "Programme":
        """The same programme, with its facts joined with their slots, and what stands in files of
        its own."""
        joined = self.model_copy()
        joined._facts, joined._canvas = facts, canvas  # noqa: SLF001 - its own class
        joined._likeness, joined._staffing = likeness, staffing  # noqa: SLF001
        return joined

    @cached_property
    def intent_of_command(self) -> dict[str, str]:
        """What typing each of the channel's commands means."""
        return {it.command: it.intent for it in self.commands}

    @cached_property
    def titles(self) -> dict[str, str]:
        """What residents see for the programme's own words: boroughs, themes, offers."""
        offers = {key: offer.name for key, offer in self.offers.items()}
        return {**offers, **self.themes, **self.boroughs}

    def constants(self) -> dict[str, str]:
        """The values that any text may use: `{organisation_name}`, `{answer_within}` …"""
        it = self.organisation
        return {
            "organisation_name": it.name,
            "organisation_short_name": it.short_name,
            "assistant_name": it.assistant_name,
            "organisation_website": it.website,
            "organisation_email": it.email,
            "organisation_phone": it.phone,
            "privacy_contact": it.privacy_contact,
            "answer_within": self.answer_within,
            **{
                f"offer_{key}_{name}": value
                for key, offer in self.offers.items()
                for name, value in offer.model_dump(include={"name", "for_whom", "what"}).items()
            },
        }
