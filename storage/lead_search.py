"""Looking for leads by words. The index holds keyed hashes of words and not the words: what is
sealed elsewhere can be looked for, and whoever reads the index learns nothing.

It is SQLite's FTS5, and a `tsvector` on PostgreSQL. Names, references and labels are found by how
their words begin, from two letters on; what stands in an idea or a note only by whole words.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, String, TextualSelect, bindparam, column, select, text, true
from sqlalchemy.orm import Session

from storage.crypto import Cipher, cipher_of
from storage.lead_labels import labels_of
from storage.models import BigId, Lead, LeadEvent

SHORTEST = 2  # letters of a word's beginning
LONGEST = 12  # letters of one: what begins like that is found
MOST_WORDS = 8  # of a search
_HASH = 10  # hexadecimal digits kept of a word
_WORD = re.compile(r"\w+")
_LEAD_ID: ColumnElement[Any] = Lead.table().c.id


def words_of(written: str) -> list[str]:
    """The words in small letters without accents, in order; a reference is one word."""
    plain = unicodedata.normalize("NFKD", written.casefold())
    bare = "".join(it for it in plain if not unicodedata.combining(it))
    return _WORD.findall(bare.replace("-", "").replace("'", "").replace("’", ""))


def index_lead(session: Session, lead: Lead) -> None:
    """Have the lead found by what it says now."""
    cipher = cipher_of(session.get_bind().dialect)
    found = terms_of(cipher, names=_names(session, lead), texts=_texts(session, lead))
    terms = " ".join(sorted(set(found)))
    unindex(session, lead.id)
    session.execute(_ADD[session.get_bind().dialect.name], {"lead": lead.id, "terms": terms})


def unindex(session: Session, lead_id: int) -> None:
    """The lead is not found any more."""
    session.execute(_DELETE[session.get_bind().dialect.name], {"lead": lead_id})


def _wanted(session: Session, written: str) -> str | None:
    """What the index is asked for these words; None if there are none."""
    bind = session.get_bind()
    cipher, wanted = cipher_of(bind.dialect), words_of(written)[:MOST_WORDS]
    either, both = (" OR ", " AND ") if bind.dialect.name == "sqlite" else (" | ", " & ")
    asked = (f"({either.join(_looked_for(cipher, it))})" for it in wanted)
    return both.join(asked) or None


def _looked_for(cipher: Cipher, word: str) -> Iterator[str]:
    yield _hash(cipher, "w", word)
    if len(word) >= SHORTEST:
        yield _hash(cipher, "p", word[:LONGEST])


def terms_of(cipher: Cipher, *, names: Iterable[str], texts: Iterable[str]) -> Iterator[str]:
    """What the index holds of a lead with these names, and these texts; a term may come twice."""
    for name in names:
        for word in words_of(name):
            for length in range(SHORTEST, min(len(word), LONGEST) + 1):
                yield _hash(cipher, "p", word[:length])
    for written in texts:
        for word in words_of(written):
            yield _hash(cipher, "w", word)


def _hash(cipher: Cipher, kind: str, word: str) -> str:
    """It begins with a letter, so that no parser takes it for a number."""
    return "x" + cipher.blind_index(f"lead {kind} {word}")[:_HASH]


def _names(session: Session, lead: Lead) -> Iterator[str]:
    yield from filter(None, (lead.reference, lead.applicant_name, lead.on_behalf_of))
    yield from (it["name"] for it in lead.members or () if it.get("name"))
    yield from labels_of(session, lead.id)
    yield (lead.idea or {}).get("title") or ""


def _texts(session: Session, lead: Lead) -> Iterator[str]:
    yield from (str(it) for it in (lead.idea or {}).get("answers", {}).values() if it)
    yield from filter(None, (lead.outcome, lead.next_action))
    notes = select(LeadEvent.words).where(LeadEvent.lead_id == lead.id, LeadEvent.kind == "noted")
    yield from (it for it in session.scalars(notes) if it)


def matching(
    session: Session, written: str, *, lead_id: ColumnElement[Any] = _LEAD_ID
) -> ColumnElement[bool]:
    """That a lead is found by all of these words; without any, every lead is. `lead_id` is the
    column that tells which lead.

    The words' hashes stand in the statement itself: how it is best done depends on how often they
    come, and PostgreSQL does not look at that in a statement it keeps for all values.
    """
    wanted = _wanted(session, written)
    if wanted is None:
        return true()
    asked = bindparam("wanted", wanted, String, literal_execute=True)
    found = _MATCH[session.get_bind().dialect.name].bindparams(asked)
    return lead_id.in_(found)


def catch_up(session: Session, *, limit: int) -> int:
    """Index leads that are in no index yet, those of an earlier version; how many that were."""
    known = _KNOWN[session.get_bind().dialect.name]
    statement = select(Lead).where(Lead.id.not_in(known)).order_by(Lead.id.desc()).limit(limit)
    found = list(session.scalars(statement))
    for lead in found:
        index_lead(session, lead)
    return len(found)


def _ids(statement: str) -> TextualSelect:
    """A statement that finds the ids of leads."""
    return text(statement).columns(column("rowid" if "rowid" in statement else "lead_id", BigId))


_ADD = {
    "sqlite": text("insert into lead_search (rowid, terms) values (:lead, :terms)"),
    "postgresql": text(
        "insert into lead_search (lead_id, terms)"
        " values (:lead, array_to_tsvector(string_to_array(:terms, ' ')))"
    ),
}
_DELETE = {
    "sqlite": text("delete from lead_search where rowid = :lead"),
    "postgresql": text("delete from lead_search where lead_id = :lead"),
}
_MATCH = {
    "sqlite": _ids("select rowid from lead_search where lead_search match :wanted"),
    "postgresql": _ids(
        "select lead_id from lead_search where terms @@ to_tsquery('simple', :wanted)"
    ),
}
_KNOWN = {
    "sqlite": _ids("select rowid from lead_search"),
    "postgresql": _ids("select lead_id from lead_search"),
}
