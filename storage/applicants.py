"""Applicants: who a chat speaks for, what they declared, and how to reach them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage.crypto import cipher_of
from storage.models import Applicant


def find_applicant(session: Session, *, chat_id: int) -> Applicant | None:
    """The applicant behind this chat, if they have told anything yet."""
    return session.scalars(_OF_CHAT, {"chat": chat_id}).one_or_none()


def applicant_of(session: Session, *, chat_id: int, now: datetime) -> Applicant:
    """The applicant behind this chat, made if there is none. The caller holds the chat."""
    applicant = find_applicant(session, chat_id=chat_id)
    if applicant is None:
        applicant = Applicant(
            chat_id=chat_id, facts={}, facts_at={}, created_at=now, updated_at=now
        )
        session.add(applicant)
        session.flush()
    return applicant


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
    applicant.facts_at = {
        name: now.isoformat() if name in fresh else kept.get(name, now.isoformat())
        for name in facts
    }
    applicant.facts = dict(facts)
    applicant.kind = kind
    applicant.updated_at = now
    session.flush()


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


def contact_index(session: Session, contact: str | None) -> str | None:
    """The blind index of a phone number or e-mail; None for "telegram", which names nobody."""
    if contact is None or contact == "telegram":
        return None
    return blind_index(session, contact.casefold())


def blind_index(session: Session, value: str) -> str:
    """A keyed digest that tells nothing without the database's secret."""
    cipher = cipher_of(session.get_bind().dialect)
    return cipher.blind_index(value)


_OF_CHAT = select(Applicant).where(Applicant.chat_id == bindparam("chat"))
