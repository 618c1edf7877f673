"""A call as a form: made of a kept call or of what was typed, and read back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from actions.forms.criteria_rows import Rows, changed, rows_of, rows_typed
from actions.forms.typing import Typed, one, tidy
from actions.times.local_times import written_instant
from storage.models import Call

TEXTS = ("code", "title", "theme", "summary", "offering", "link", "may_close_early")
MOMENTS = ("opens", "closes")
PARTS = ("date", "time", "offset")


@dataclass(frozen=True, slots=True)
class Moment:
    """A local date and time as they were typed; `offset`, +01:00, says which of two."""

    date: str = ""
    time: str = ""
    offset: str = ""

    @classmethod
    def of(cls, instant: datetime, zone: ZoneInfo) -> "Moment":
        """As an import file has it."""
        date, time, *offset = written_instant(instant, zone).split(" ")
        return cls(date, time, *offset)

    @property
    def written(self) -> str:
        """As `local_instant` reads it."""
        return " ".join(filter(None, (self.date, self.time, self.offset)))


@dataclass(frozen=True, slots=True)
class CallForm:
    """What stands in the form. `own_reminders`: not the programme's, but `offsets` and the free
    ones of `more_offsets`. `version` is that of the call it began with."""

    texts: dict[str, str] = field(default_factory=dict)
    moments: dict[str, Moment] = field(default_factory=dict)
    sign_off: bool = False
    own_reminders: bool = False
    offsets: tuple[str, ...] = ()
    more_offsets: str = ""
    rows: Rows = ()
    version: int = 0

    @classmethod
    def blank(cls, *, opens_at: str = "09:00", closes_at: str = "17:00") -> "CallForm":
        """Nothing but the usual times of day."""
        times = {"opens": Moment(time=opens_at), "closes": Moment(time=closes_at)}
        return cls(dict.fromkeys(TEXTS, ""), times)

    @classmethod
    def of_call(
        cls, call: Call, zone: ZoneInfo, *, version: int, simple: Sequence[str]
    ) -> "CallForm":
        """What is kept of a call; `simple` are the offsets that have a box of their own."""
        kept = list(call.reminders or ())
        return cls(
            {name: tidy(getattr(call, name) or "") for name in TEXTS},
            {"opens": Moment.of(call.opens_at, zone), "closes": Moment.of(call.closes_at, zone)},
            sign_off=call.sign_off,
            own_reminders=call.reminders is not None,
            offsets=tuple(it for it in kept if it in simple),
            more_offsets=" ".join(it for it in kept if it not in simple),
            rows=rows_of(call.criteria or ()),
            version=version,
        )

    @classmethod
    def of_typed(cls, typed: Typed) -> "CallForm":
        """What came from the form."""
        version = one(typed, "version")
        return cls(
            {name: one(typed, name) for name in TEXTS},
            {name: Moment(*(one(typed, f"{name}_{part}") for part in PARTS)) for name in MOMENTS},
            sign_off=one(typed, "sign_off") == "yes",
            own_reminders=one(typed, "reminding") == "own",
            offsets=tuple(typed.get("offsets", ())),
            more_offsets=one(typed, "more_offsets"),
            rows=rows_typed(typed),
            version=int(version) if version.isdecimal() and len(version) < 18 else 0,
        )

    def after(self, deed: str, typed: Typed) -> "CallForm":
        """With a row more, one less, or in another order; see `criteria_rows.changed`."""
        return replace(self, rows=changed(self.rows, deed, typed))

    def a_year_later(self, taken: Iterable[str]) -> "CallForm":
        """The same call a year on: its dates, the year in its title, and a code that is not
        `taken`."""
        moments = {name: _a_year_on(it) for name, it in self.moments.items()}
        year = self.moments["opens"].date[:4]
        texts = {
            **self.texts,
            "title": _next_year(self.texts["title"], year),
            "code": _free_code(_next_year(self.texts["code"], year), set(taken)),
        }
        return replace(self, texts=texts, moments=moments, version=0)

    @property
    def all_offsets(self) -> list[str]:
        """Each once, the ticked ones first."""
        free = self.more_offsets.replace(",", " ").split()
        return list(dict.fromkeys((*self.offsets, *free)))

    def fields(self) -> list[tuple[str, str]]:
        """Everything as a form sends it, so that another page can carry it along."""
        found = [(name, text) for name, text in self.texts.items()]
        for name, moment in self.moments.items():
            found += [(f"{name}_{part}", getattr(moment, part)) for part in PARTS]
        found += [("sign_off", "yes")] if self.sign_off else []
        found.append(("reminding", "own" if self.own_reminders else "programme"))
        found += [("offsets", it) for it in self.offsets]
        found += [("more_offsets", self.more_offsets), ("version", str(self.version))]
        return [*found, *_fields_of(self.rows, "")]


def _fields_of(rows: Rows, parent: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for row in rows:
        found.append(("row", f"{row.id}:{parent}:{row.kind}"))
        plain: dict[str, Any] = {
            name: getattr(row, name)
            for name in ("fact", "was", "comparison", "unmet", "met", "unmet_text", "fix")
        }
        plain |= {"takes": row.takes, "instead": row.instead}
        found += [(row.prefix + name, text) for name, text in plain.items()]
        found += [(f"{row.prefix}values", it) for it in row.values]
        found += _fields_of(row.members, row.id)
    return found


def _a_year_on(moment: Moment) -> Moment:
    """The same day of next year, without which of two; the end of February for a leap day."""
    date = moment.date
    if not date[:4].isdecimal():
        return moment
    later = f"{int(date[:4]) + 1}{date[4:]}"
    return Moment(later if not later.endswith("-02-29") else f"{later[:4]}-02-28", moment.time)


def _next_year(text: str, year: str) -> str:
    return text.replace(year, str(int(year) + 1)) if year.isdecimal() else text


def _free_code(code: str, taken: set[str]) -> str:
    number, free = 2, code
    while free in taken:
        free = f"{code[:21]}_{number}"
        number += 1
    return free
