"""How the team works what residents send: when somebody is there, what makes a lead qualified, why
one is declined, and what staff say often.

An adopting team edits its YAML only.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, model_validator

from dialogues.parts import STRICT, Identifier

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Minutes = Annotated[int, Field(gt=0)]


def _forward(hours: str) -> str:
    begin, _, end = hours.partition("-")
    if begin >= end:
        raise ValueError(f"{hours} ends before it begins; write each day for itself")
    return hours


Hours = Annotated[
    str,
    Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"),
    AfterValidator(_forward),
]


class _Part(BaseModel):
    model_config = STRICT


class Handoff(_Part):
    """How soon a resident who asks for a person is answered, in minutes of the team's hours:
    `answer_minutes` is what they are promised. Past it the next person is told, and
    `manager_minutes` later a manager. A talk in which nobody says anything for `silence_minutes`
    is over. What a resident writes within `gather_seconds` goes to staff as one."""

    answer_minutes: Minutes = 60
    manager_minutes: Minutes = 60
    silence_minutes: Minutes = 30
    gather_seconds: Annotated[int, Field(ge=0)] = 3


About = Literal["consent", "reachable", "verdict", "completeness", "borough", "theme", "offer"]


class Rule(_Part):
    """One thing that makes a lead worth the team's time. `points` are those of each case of what it
    is `about`, the highest being the rule's weight; `other` is any case that is not named.

    Cases: of `consent` and `reachable` `true` and `false`; of `verdict` `eligible`, `not_yet`, `no`
    and `unknown`; of `completeness` `full`, `half` and `little`; of `borough`, `theme` and `offer`
    their names, and `unknown`. The responses `qualify_NAME_CASE` (for staff) and
    `qualified_NAME_CASE` (for the resident) say it.
    """

    name: Identifier
    about: About
    points: Annotated[dict[str, Annotated[int, Field(ge=0)]], Field(min_length=1)]

    @property
    def weight(self) -> int:
        """The most that it can give."""
        return max(self.points.values())


class Qualification(_Part):
    """A lead whose score, in percent of all weights, is `from_score` or more looks qualified."""

    from_score: Annotated[int, Field(ge=0, le=100)] = 60
    rules: list[Rule] = []

    @model_validator(mode="after")
    def _each_rule_once(self) -> "Qualification":
        names = [rule.name for rule in self.rules]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"the rule {twice} stands there twice")
        return self


class Staffing(_Part):
    """`hours` are when somebody is there, by weekday, in the programme's zone; without any, always;
    never on holidays. `digest_at` is when those who want it hear in the morning what is on, if they
    choose no time.

    A lead is declined for one of `decline_reasons`: `decline_label_NAME` is the button,
    `decline_NAME` what the resident reads. `canned` are replies that staff send by name: the
    response `canned_NAME`, in which `{name}`, `{reference}` and `{staff_name}` are filled in.
    """

    hours: dict[Weekday, Hours] = {}
    digest_at: TimeOfDay = "08:30"
    handoff: Handoff = Handoff()
    qualification: Qualification = Qualification()
    decline_reasons: list[Identifier] = []
    canned: list[Identifier] = []


NO_STAFFING = Staffing()
