"""Applicants: who a chat speaks for, what they declared, and how to reach them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from storage.bulk import Rewriting, among
from storage.crypto import cipher_of
from storage.database import at_hand, gather, write_gathered
from storage.models import Applicant


def meet_applicants(session: Session, chat_ids: Collection[int]) -> None:
    """Read those behind these chats, which the caller holds, so that for the rest of the
    transaction `find_applicant` need not ask the database for each."""
    met = dict[int, Applicant | None].fromkeys(chat_ids)
    for applicant in session.scalars(_OF_CHATS, {"chats": list(chat_ids)}):
        met[applicant.chat_id] = applicant
    _met(session).update(met)


def find_applicant(session: Session, *, chat_id: int) -> Applicant | None:
    """The applicant behind this chat, if they have told anything yet."""
    met = _met(session)
    if chat_id not in met:
        met[chat_id] = session.scalars(_OF_CHATS, {"chats": [chat_id]}).one_or_none()
    return met[chat_id]


def stand_in(session: Session, applicant: Applicant, *, chat_id: int) -> None:
    """For the rest of the transaction what is told in this chat is told for this applicant, though
    it is the one behind another chat."""
    _met(session)[chat_id] = applicant


def met_applicants(session: Session) -> list[Applicant]:
    """Those whom this transaction has met so far."""
    return [applicant for applicant in _met(session).values() if applicant is not None]


def stand_back(session: Session, *, chat_id: int) -> None:
    """What is told in this chat is told by who is behind it again."""
    standing_in = _met(session).get(chat_id)
    if standing_in is not None and standing_in.chat_id != chat_id:
        write_gathered(session)  # they are read anew
        del _met(session)[chat_id]


def facts_of_chats(session: Session, chat_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What was declared in these chats, by chat; without those that told nothing."""
    write_gathered(session)
    found = session.execute(_FACTS_OF_CHATS, {"chats": list(chat_ids)})
    return {row.chat_id: row.facts for row in found}


def applicant_of(session: Session, *, chat_id: int, now: datetime) -> Applicant:
    """The applicant behind this chat, made if there is none. The caller holds the chat."""
    applicant = find_applicant(session, chat_id=chat_id)
    if applicant is None:
        applicant = Applicant(
            chat_id=chat_id, facts={}, facts_at={}, created_at=now, updated_at=now
        )
        session.add(applicant)
        session.flush()
        _met(session)[chat_id] = applicant
    return applicant


def delete_applicant(session: Session, *, chat_id: int) -> None:
    """Delete who is behind this chat, with their answers and ideas; not whom it speaks for."""
    write_gathered(session)  # not later, when their id may be somebody else's
    session.execute(delete(Applicant).where(Applicant.chat_id == chat_id))
    _met(session)[chat_id] = None


def save_facts(
    session: Session,
    applicant: Applicant,
    *,
    facts: Mapping[str, Any],
    kind: str,
    now: datetime,
    confirmed: Collection[str] = (),
) -> None:
    """Replace the declared facts. `kind` is individual or group. What is new, different or in
    `confirmed` counts as said now; the rest keeps its moment."""
    fresh = {name for name in facts if facts[name] != applicant.facts.get(name)}
    fresh |= set(confirmed) & facts.keys()
    if not fresh and applicant.facts == dict(facts) and applicant.kind == kind:
        return
    kept = applicant.facts_at
    moments = {
        name: now.isoformat() if name in fresh else kept.get(name, now.isoformat())
        for name in facts
    }
    values = {"facts": dict(facts), "facts_at": moments, "kind": kind, "updated_at": now}
    gather(session, _SAVE_FACTS, applicant.id, values)
    for name, value in values.items():
        set_committed_value(applicant, name, value)


def declared_at(applicant: Applicant) -> dict[str, datetime]:
    """When each of the declared facts was said or last confirmed."""
    return {name: datetime.fromisoformat(at) for name, at in applicant.facts_at.items()}


def save_contact(
    session: Session, applicant: Applicant, *, name: str | None, contact: str, now: datetime
) -> None:
    """Keep the name and how to reach them: a phone in E.164, an e-mail, or "telegram"."""
    if (applicant.name, applicant.contact) == (name, contact):
        return
    applicant.name = name
    applicant.contact = contact
    applicant.contact_index = contact_index(session, contact)
    applicant.updated_at = now
    session.flush()


def forget_contact(session: Session, *, chat_id: int) -> None:
    """Nothing is known any more of who could be reached, and how, for the applicant behind this
    chat."""
    applicant = find_applicant(session, chat_id=chat_id)
    if applicant is not None:
        applicant.name = applicant.contact = applicant.contact_index = None
        session.flush()


def contact_index(session: Session, contact: str | None) -> str | None:
    """The blind index of a phone number or e-mail; None for "telegram", which names nobody."""
    if contact is None or contact == "telegram":
        return None
    return blind_index(session, contact.casefold())


def blind_index(session: Session, value: str) -> str:
    """A keyed digest that tells nothing without the database's secret."""
    cipher = cipher_of(session.get_bind().dialect)
    return cipher.blind_index(value)


def _met(session: Session) -> dict[int, Applicant | None]:
    met: dict[int, Applicant | None] = at_hand(session).setdefault("applicants", {})
    return met


_applicants = Applicant.table()
_OF_CHATS = select(Applicant).where(among(_applicants.c.chat_id, "chats"))
_FACTS_OF_CHATS = select(_applicants.c.chat_id, _applicants.c.facts).where(
    among(_applicants.c.chat_id, "chats")
)
_SAVE_FACTS = Rewriting(_applicants, "facts", "facts_at", "kind", "updated_at")
