"""A page of leads: of a view, or of what some words find."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from sqlalchemy.orm import Session

from actions.labels import kind_label
from actions.leads.lead_search import is_meant
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage import calls, lead_labels, lead_lists, leads
from storage.lead_lists import LOOKED_THROUGH, Looking, View
from storage.models import Lead

PAGE = 6  # leads
SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Asked:
    """A page of a view, or with `words` of what they find: that which follows the lead with the id
    `beyond`, or with `back` precedes it. `of` is whose view it is, `number` how often it was
    turned."""

    view: str
    of: int
    words: str = ""
    beyond: int | None = None
    back: bool = False
    number: int = 0

    @classmethod
    def of_button(cls, values: dict[str, str]) -> "Asked":
        """As `values` packed it."""
        beyond = values.get("beyond")
        return cls(
            view=values["view"],
            of=int(values["of"]),
            words=values.get("words", ""),
            beyond=int(beyond) if beyond else None,
            back="back" in values,
            number=int(values.get("number", 0)),
        )

    def values(self) -> dict[str, Any]:
        """What a button brings back."""
        packed = {"view": self.view, "of": self.of, "words": self.words or None}
        back = "yes" if self.back else None
        return {**packed, "beyond": self.beyond, "back": back, "number": self.number}


@dataclass(frozen=True, slots=True)
class Page:
    """Some leads of a list that has `count` of them; whether there are any before and after, and
    whether there are older ones that were not looked through."""

    leads: list[Lead]
    count: int
    before: bool
    after: bool
    older: bool = False


class Finder:
    """Finds the leads of a page."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self.say = wording.say
        self.programme = programme

    def page(self, session: Session, asked: Asked, looking: Looking) -> Page:
        """The page that is asked for."""
        if asked.view == SEARCH:
            return self._found(session, asked)
        view = View(asked.view)
        found = lead_lists.leads_in(
            session, view, looking, limit=PAGE + 1, beyond=asked.beyond, back=asked.back
        )
        more = len(found) > PAGE
        return Page(
            found[-PAGE:] if asked.back else found[:PAGE],
            lead_lists.count_in(session, view, looking),
            before=more if asked.back else asked.beyond is not None,
            after=asked.back or more,
        )

    def _found(self, session: Session, asked: Asked) -> Page:
        """What the words find, the newest first. A whole reference is found however old it is."""
        exact = leads.find_by_reference(session, reference=asked.words)
        if exact is not None:
            return Page([exact], 1, before=False, after=False)
        newest = lead_lists.newest(session)
        named = self._names_of_calls(session)
        labels = lead_labels.labels_by_lead(session, [row.id for row in newest])
        ids = [
            row.id
            for row in newest
            if is_meant(asked.words, (*self._texts(row, named), *labels[row.id]))
        ]
        at = _place(ids, asked)
        is_full = len(newest) == LOOKED_THROUGH
        return Page(
            lead_lists.leads_by_id(session, ids[at : at + PAGE]),
            len(ids),
            before=at > 0,
            after=at + PAGE < len(ids),
            older=is_full and lead_lists.has_older(session, newest[-1].id),
        )

    def _names_of_calls(self, session: Session) -> dict[int, str]:
        return {call.id: f"{call.title} {call.code}" for call in calls.all_calls(session)}

    def _texts(self, row: Any, named: dict[int, str]) -> Iterator[str | None]:
        """What words are looked for in."""
        yield from (row.reference, row.applicant_name, row.on_behalf_of, named.get(row.call_id))
        yield self.programme.boroughs.get(row.borough or "")
        yield self.programme.themes.get(row.theme or "")
        yield kind_label(self, row.kind).striptags()
        yield self.say(f"card_status_{row.status}", {}).striptags()


def _place(ids: list[int], asked: Asked) -> int:
    """Where the page begins among these ids, which fall."""
    if asked.beyond is None:
        return 0
    beyond = asked.beyond
    newer = sum(1 for _ in takewhile(lambda it: it > beyond, ids))
    if asked.back:
        return max(newer - PAGE, 0)
    return newer + (newer < len(ids) and ids[newer] == beyond)
