"""Reading the form of a call: the call, or what is wrong with which field."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actions.calls.call_fields import CODE, LINK
from actions.forms.call_form import CallForm, Moment
from actions.forms.criteria_reading import Ground, read_rows
from actions.forms.typing import Mistake, Mistakes, tidy
from actions.programme import Programme
from actions.times.deadlines import parse_offset
from actions.times.local_times import LocalTimeError, TwiceError, local_instant
from storage.calls import CallDetails
from storage.models import Call

_LABELS = {"title": "Title", "summary": "What it is about", "offering": "What somebody gets"}
_LONGEST = {"title": 120, "summary": 1200, "offering": 600, "may_close_early": 120, "link": 300}
_MOMENTS = {"opens": "Opens", "closes": "Closes"}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d\d:\d\d(:\d\d)?")


@dataclass(frozen=True, slots=True)
class Read:
    """The call, where nothing is wrong. `either` are the offsets of a moment that comes twice, by
    its name."""

    details: CallDetails | None
    mistakes: list[Mistake]
    either: dict[str, tuple[str, ...]]


def read_form(
    form: CallForm, call: Call | None, *, programme: Programme, codes: Collection[str]
) -> Read:
    """Read what was typed to change `call`, or for a new one; `codes` are those of all calls. What
    was not touched stays as it is kept, to the letter."""
    return _Reader(form, call, programme, codes).read()


class _Reader:
    def __init__(
        self, form: CallForm, call: Call | None, programme: Programme, codes: Collection[str]
    ) -> None:
        self._form = form
        self._call = call
        self._programme = programme
        self._codes = set(codes)
        self._mistakes = Mistakes()
        self._either: dict[str, tuple[str, ...]] = {}

    def read(self) -> Read:
        texts = self._texts()
        opens_at, closes_at = (self._moment(name) for name in _MOMENTS)
        if opens_at and closes_at and opens_at >= closes_at:
            self._mistakes.add("closes_date", "Closes: it has to close after it opens")
        reminders = self._reminders()
        doors = {*self._programme.offers, *self._codes} - {texts["code"]}
        ground = Ground(self._programme.facts, doors)
        criteria = read_rows(self._form.rows, ground, self._mistakes)
        if self._mistakes.found or opens_at is None or closes_at is None:
            return Read(None, self._mistakes.found, self._either)
        details = CallDetails(
            **texts,
            opens_at=opens_at,
            closes_at=closes_at,
            criteria=criteria,
            reminders=reminders,
            sign_off=self._form.sign_off,
            is_draft=self._call.is_draft if self._call else True,
            illustrative=self._call.illustrative if self._call else False,
        )
        return Read(details, [], {})

    def _texts(self) -> dict[str, Any]:
        given, mistakes = self._form.texts, self._mistakes
        code = self._code(given["code"])
        title = mistakes.text("title", given["title"], label=_LABELS["title"], longest=120)
        if given["theme"] not in self._programme.themes:
            mistakes.add("theme", "Theme: choose one")
        summary = mistakes.text(
            "summary", given["summary"], label=_LABELS["summary"], longest=_LONGEST["summary"]
        )
        options = {
            name: mistakes.option(name, given[name], label=label, longest=_LONGEST[name]) or None
            for name, label in (
                ("offering", _LABELS["offering"]),
                ("link", "Link"),
                ("may_close_early", "What would close it early"),
            )
        }
        if options["link"] and not LINK.fullmatch(options["link"]):
            mistakes.add("link", "Link: it must begin with https:// and have no spaces")
        texts = {"title": title, "theme": given["theme"], "summary": summary, **options}
        return {"code": code, **{name: self._same(name, it) for name, it in texts.items()}}

    def _code(self, given: str) -> str:
        """Links, drafts and posters name it, so that of a kept call it stays."""
        if self._call is not None:
            return self._call.code
        if not CODE.fullmatch(given):
            self._mistakes.add("code", "Code: 1 to 24 small letters without accents, digits or _")
        elif given in self._codes:
            self._mistakes.add("code", f"Code: there is a call called {given} already")
        return given

    def _same(self, name: str, given: Any) -> Any:
        """What the call keeps, where that differs in nothing that shows."""
        kept = getattr(self._call, name) if self._call else None
        return kept if isinstance(kept, str) and tidy(kept) == (given or "") else given

    def _moment(self, name: str) -> datetime | None:
        typed, label = self._form.moments[name], _MOMENTS[name]
        kept: datetime | None = getattr(self._call, f"{name}_at") if self._call else None
        if kept is not None and typed == Moment.of(kept, self._programme.zone):
            return kept
        if not _DATE.fullmatch(typed.date):
            self._mistakes.add(f"{name}_date", f"{label}: give the day")
        elif not _TIME.fullmatch(typed.time):
            self._mistakes.add(f"{name}_time", f"{label}: give the time of day")
        else:
            return self._instant(name, typed, label)
        return None

    def _instant(self, name: str, typed: Moment, label: str) -> datetime | None:
        zone = self._programme.zone
        try:
            return local_instant(typed.written, zone)
        except TwiceError as error:
            self._either[name] = error.offsets
            self._mistakes.add(
                f"{name}_offset",
                f"{label}: the clocks go back that night, so {typed.time} comes twice. Say which",
            )
        except LocalTimeError as error:
            if typed.offset:  # of another day: it is of no use to this one
                return self._instant(name, Moment(typed.date, typed.time), label)
            self._mistakes.add(f"{name}_time", f"{label}: {error}")
        return None

    def _reminders(self) -> list[str] | None:
        if not self._form.own_reminders:
            return None
        offsets, given = [], self._form.all_offsets
        for text in given:
            try:
                parse_offset(text)
                offsets.append(text)
            except ValueError as error:
                self._mistakes.add("more_offsets", f"Reminders: {error}")
        kept = self._call.reminders if self._call else None
        return kept if kept is not None and set(kept) == set(offsets) else offsets
