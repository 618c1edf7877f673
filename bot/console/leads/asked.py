"""What the address of the list asks for: which leads, in which order, which page."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import parse_qsl, urlencode

from bot.console.numbers import number_in
from storage.lead_queries import OVERDUE, Sort, Wanted

_NUMBERS = ("call_id", "assignee_id")
_LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """What does not read is left out."""

    wanted: Wanted
    sort: Sort
    after: int | None = None  # the page goes on behind the lead with this id …
    before: int | None = None  # … or ends just before this one

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """Of a query string."""
        given = {it.name: _plain(query.get(it.name, "")) for it in fields(Wanted)}
        numbers = {name: number_in(given.pop(name)) for name in _NUMBERS}
        sort, given["due"] = query.get("sort", ""), OVERDUE if given["due"] == OVERDUE else ""
        return cls(
            Wanted(**given, **numbers),  # type: ignore[arg-type]
            Sort(sort) if sort in set(Sort) else Sort.NEWEST,
            number_in(query.get("after", "")),
            number_in(query.get("before", "")),
        )

    @classmethod
    def of_text(cls, text: str) -> "Asked":
        """Of one that was kept as text."""
        return cls.of(dict(parse_qsl(text)))

    def query(self, **changed: Any) -> str:
        """The first page of the same as a query string, with something else in it; what goes
        without saying is left out. That is what a saved view keeps."""
        kept = {it.name: getattr(self.wanted, it.name) for it in fields(Wanted)}
        sort = self.sort if self.sort is not Sort.NEWEST else None
        values = {**kept, "sort": sort, **changed}
        return urlencode({name: it for name, it in values.items() if it not in (None, "")})

    def here(self) -> str:
        """This very page as a query string."""
        return self.query(after=self.after, before=self.before)


def _plain(given: str) -> str:
    """Without what no database takes."""
    return given.replace("\0", "").strip()[:_LONGEST_VALUE]
