"""What leads are found by, for all at once, and proof that it is what each would be given."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.console.lead_rows import MadeUpLead
from benchmarks.console.made_up import MadeUpIdea
from storage import lead_search
from storage.crypto import Cipher
from storage.models import Lead


class Terms:
    """The index's terms of leads; those of a word or an idea are worked out once."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher
        self._of_name = lru_cache(maxsize=None)(self._named)
        self._of_text = lru_cache(maxsize=None)(self._written)
        self._of_idea: dict[int, frozenset[str]] = {}

    def of(self, lead: MadeUpLead) -> frozenset[str]:
        """All of a lead's."""
        names = [lead.reference, *lead.name.split(), *lead.title.split(), *lead.labels]
        texts = [*lead.notes, *filter(None, (lead.next_action,))]
        return self._idea(lead.idea).union(
            *(self._of_name(it) for it in names), *(self._of_text(it) for it in texts)
        )

    def _idea(self, idea: MadeUpIdea) -> frozenset[str]:
        key = id(idea)
        if key not in self._of_idea:
            self._of_idea[key] = frozenset().union(
                *(self._of_text(it) for it in idea.answers.values())
            )
        return self._of_idea[key]

    def _named(self, name: str) -> frozenset[str]:
        return frozenset(lead_search.terms_of(self._cipher, names=[name], texts=[]))

    def _written(self, written: str) -> frozenset[str]:
        return frozenset(lead_search.terms_of(self._cipher, names=[], texts=[written]))

    def rows(self, leads: Iterable[MadeUpLead], *, is_sqlite: bool) -> Iterator[tuple[Any, ...]]:
        """The index's rows as it holds them."""
        for lead in leads:
            terms = sorted(self.of(lead))
            yield lead.id, " ".join(terms) if is_sqlite else " ".join(f"'{it}'" for it in terms)


def assert_found_alike(session: Session, lead_ids: Iterable[int]) -> None:
    """Raise AssertionError unless these leads are in the index with just the terms that
    `lead_search.index_lead` gives them. Each is given them anew; the caller throws that away."""
    for lead_id in lead_ids:
        before = _held(session, lead_id)
        lead_search.index_lead(session, session.get_one(Lead, lead_id))
        after = _held(session, lead_id)
        if before != after:
            raise AssertionError(f"lead {lead_id} is indexed otherwise: {before ^ after}")


def _held(session: Session, lead_id: int) -> frozenset[str]:
    if session.get_bind().dialect.name == "sqlite":
        found = session.execute(
            text("select terms from lead_search where rowid = :lead"), {"lead": lead_id}
        ).scalar_one()
        return frozenset(found.split())
    found = session.execute(
        text("select tsvector_to_array(terms) from lead_search where lead_id = :lead"),
        {"lead": lead_id},
    ).scalar_one()
    return frozenset(found)
