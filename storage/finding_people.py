"""Finding a resident by what staff know of them: a reference, a contact, a name, a number."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import leads
from storage.applicants import contact_index
from storage.lead_search import matching, words_of
from storage.models import Applicant, Chat, Lead
from storage.residents import CHANNELS, is_residents

MOST = 25


@dataclass(frozen=True, slots=True)
class Found:
    """A resident's chat, who they say they are, and what they sent, the newest first."""

    chat: Chat
    applicant: Applicant | None
    leads: list[Lead]

    @property
    def name(self) -> str | None:
        """By which they go: as they told, as they sent something, as their channel says."""
        told = self.applicant.name if self.applicant else None
        return told or next((it.applicant_name for it in self.leads), None) or self.chat.name


def find_people(session: Session, written: str, *, contact: str | None) -> list[Found]:
    """Those whom this means: a reference, the number of a chat here or in its channel, or words of
    the name under which something was sent. `contact` is what of it is a telephone number in E.164
    or an e-mail address."""
    chat_ids = list(dict.fromkeys(_chat_ids(session, written.strip(), contact)))[:MOST]
    found = session.execute(
        select(Chat, Applicant)
        .outerjoin(Applicant, Applicant.chat_id == Chat.id)
        .where(Chat.id.in_(chat_ids), *is_residents())
    )
    people = {chat.id: Found(chat, applicant, []) for chat, applicant in found}
    sent = select(Lead).where(Lead.chat_id.in_(people)).order_by(Lead.id.desc())
    for lead in session.scalars(sent):
        if lead.chat_id is not None:
            people[lead.chat_id].leads.append(lead)
    return [people[chat_id] for chat_id in chat_ids if chat_id in people]


def _chat_ids(session: Session, written: str, contact: str | None) -> Iterator[int]:
    lead = leads.find_by_reference(session, reference=written)
    if lead is not None:
        yield from (it for it in [lead.chat_id] if it is not None)
    if contact is not None:
        yield from _by_contact(session, contact)
    number = written.removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) < 19:
        yield from _by_number(session, number)
    elif words_of(written):
        named = select(Lead.chat_id).where(matching(session, written), Lead.chat_id.is_not(None))
        yield from (it for it in session.scalars(named.order_by(Lead.id.desc()).limit(MOST)) if it)


def _by_contact(session: Session, contact: str) -> Iterator[int]:
    index = contact_index(session, contact)
    yield from session.scalars(select(Applicant.chat_id).where(Applicant.contact_index == index))
    sent = select(Lead.chat_id).where(Lead.contact_index == index, Lead.chat_id.is_not(None))
    yield from (it for it in session.scalars(sent) if it)


def _by_number(session: Session, number: str) -> Iterator[int]:
    in_channel = Chat.channel.in_(CHANNELS), Chat.external_id == number
    yield from session.scalars(select(Chat.id).where(*in_channel))
    yield from session.scalars(select(Chat.id).where(Chat.id == int(number)))
