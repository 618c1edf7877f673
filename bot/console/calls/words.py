"""How the console words calls for staff: states, facts, criteria, reminders, what was changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from actions.criteria.criteria import COMPARISONS, JOINTS
from actions.forms.criteria_rows import written
from actions.labels import answer_label, question_label
from actions.times.deadlines import parse_offset
from bot.console.office import Office
from bot.console.rendering import shown
from dialogues.programme import Fact
from storage import calls
from storage.call_changes import ABOUT_LEAVE, ChangeKind
from storage.models import Call, CallChange
from storage.reminders import SNOOZE

STATES = {
    "draft": "Draft",
    "scheduled": "Opens later",
    "open": "Open",
    "closing_soon": "Closing soon",
    "closed": "Closed",
    "withdrawn": "Withdrawn",
}
VERDICTS = {
    "eligible": "can apply",
    "not_yet": "not yet",
    "unknown": "not known yet",
    "no": "cannot apply",
}
EVENTS = {
    "opened": "It is open now",
    "moved": "Its dates are other ones",
    "closed_early": "It closed early",
    "withdrawn": "It was withdrawn",
    "reopened": "It is back",
}
COMPARED = {
    "one_of": "is one of",
    "is": "is",
    "at_least": "is at least",
    "at_most": "is at most",
}
FIELDS = {
    "code": "Code",
    "title": "Title",
    "theme": "Theme",
    "summary": "What it is about",
    "offering": "What somebody gets",
    "link": "Link",
    "may_close_early": "May close early",
    "sign_off": "Two of a group must agree",
    "is_draft": "Draft",
    "publish_at": "Publishes by itself",
    "opens_at": "Opens",
    "closes_at": "Closes",
    "closed_early_at": "Closed early",
    "withdrawn_at": "Withdrawn",
    "reminders": "Reminders",
    "criteria": "Criteria",
    "expires_at": "Good until",
    "illustrative": "Sample",
}
_KINDS = {
    ChangeKind.CREATED: "made it",
    ChangeKind.CHANGED: "changed it",
    ChangeKind.PUBLISHED: "published it",
    ChangeKind.CLOSED_EARLY: "closed it early",
    ChangeKind.WITHDRAWN: "withdrew it",
    ChangeKind.REOPENED: "opened it again",
    ChangeKind.LATE_LINK: "made a link to apply late",
    ChangeKind.LATE_OPENED: "somebody opened a link to apply late",
    ChangeKind.LATE_ENDED: "took back a link to apply late",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A criterion in words, or a group with its members; `members` is empty for a criterion."""

    about: str = ""
    compared: str = ""
    answers: str = ""
    unmet: str = ""
    data: Mapping[str, Any] | None = None
    joined: str = ""
    members: tuple["Asked", ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """One write of a call: who, when, what, and each field before and after."""

    at: datetime
    who: str
    what: str
    fields: tuple[tuple[str, str, str], ...]


class CallWords:
    """Words for one programme."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def state(self, call: Call, now: datetime) -> str:
        """Its name, as in `CallState`."""
        soon = timedelta(days=self._office.programme.closing_soon_days)
        return calls.state_of(call, now=now, closing_soon=soon)

    def fact(self, name: str) -> str:
        """What a fact is called; its own name where the content has none for it any more."""
        if not self._office.wording.knows(f"label_{name}"):
            return name
        return str(question_label(self._office, name).striptags())

    def answer(self, name: str, value: Any) -> str:
        """What an answer is called."""
        try:
            return str(answer_label(self._office, name, value).striptags())
        except KeyError:
            return written(value)

    def answers(self, fact: Fact) -> dict[str, str]:
        """The answers there are to a fact, as forms write them; none of a number."""
        if fact.values:
            return {it: self.answer(fact.name, it) for it in fact.values}
        return {} if fact.number else {"true": "Yes", "false": "No"}

    def criteria(self, data: list[dict[str, Any]] | None) -> tuple[Asked, ...]:
        """What a call asks, in words."""
        return tuple(self._asked(it) for it in data or ())

    def _asked(self, data: Mapping[str, Any]) -> Asked:
        for joined in JOINTS:
            if joined in data:
                members = tuple(self._asked(it) for it in data[joined])
                return Asked(joined=joined, members=members)
        comparison = next(name for name in COMPARISONS if name in data)
        expected = data[comparison]
        values = expected if comparison == "one_of" else [expected]
        unmet = "can still be reached" if data["unmet"] == "not_yet" else "cannot be reached"
        return Asked(
            self.fact(data["fact"]),
            COMPARED["is" if len(values) == 1 and comparison == "one_of" else comparison],
            ", ".join(self.answer(data["fact"], it) for it in values),
            unmet,
            data,
        )

    def change(self, change: CallChange) -> Changed:
        """A line of the history."""
        kind = ChangeKind(change.kind)
        who = change.by or ("Somebody" if kind is ChangeKind.LATE_OPENED else "The assistant")
        what = _KINDS[kind].removeprefix("somebody ")
        fields = () if kind is ChangeKind.CREATED else tuple(self._fields(change))
        return Changed(change.at, who, what, fields)

    def _fields(self, change: CallChange) -> Iterator[tuple[str, str, str]]:
        for name in change.after:
            if name == "expires_at" and change.kind in ABOUT_LEAVE:
                yield FIELDS[name], "", self.value(name, change.after[name])
            elif name == "criteria":
                yield FIELDS[name], *self._criteria_changed(change)
            else:
                before, after = (self.value(name, it[name]) for it in (change.before, change.after))
                yield FIELDS.get(name, name), before, after

    def _criteria_changed(self, change: CallChange) -> tuple[str, str]:
        """Only those that are not on both sides."""
        before, after = change.before["criteria"] or [], change.after["criteria"] or []
        gone = [self.criterion(it) for it in before if it not in after]
        new = [self.criterion(it) for it in after if it not in before]
        return "; ".join(gone), "; ".join(new) or ("in another order" if not gone else "")

    def criterion(self, data: Mapping[str, Any]) -> str:
        """A criterion or a group, as one line."""
        asked = self._asked(data)
        if not asked.joined:
            return f"{asked.about} {asked.compared} {asked.answers}"
        joint = " or " if asked.joined == "any_of" else " and "
        return f"({joint.join(self.criterion(it) for it in data[asked.joined])})"

    def value(self, name: str, value: Any) -> str:
        """A field of a call as the trail keeps it, in words."""
        if value is None:
            return "the programme's own" if name == "reminders" else ""
        if name.endswith("_at"):
            return shown(datetime.fromisoformat(value), self._office.programme.zone)
        if name == "theme":
            return self._office.programme.themes.get(value, str(value))
        if name == "reminders":
            return ", ".join(offset_words(it) for it in value) or "none"
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value)


def offset_words(text: str) -> str:
    """`14d` as `14 days before`."""
    if text.startswith(SNOOZE):
        return "a moment of their own"
    offset = parse_offset(text)
    minutes = int(offset.elapsed.total_seconds()) // 60
    days = "working day" if offset.worked == "wd" else "day"
    parts = [(offset.days, days), (minutes // 60, "hour"), (minutes % 60, "minute")]
    said = " and ".join(f"{n} {unit}{'s' * (n != 1)}" for n, unit in parts if n)
    return f"{said} before" + (", on a working day" if offset.worked == "d@wd" else "")
