"""How whoever sent a lead is told of what staff decide: in their chat, by e-mail, or by nobody but
staff themselves."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.pipeline import speech
from dialogues.exchange import Reply
from storage import chats, mails
from storage.models import Lead


class Way(StrEnum):
    """How they are told. The value ends the names of the responses that staff read about it."""

    CHAT = ""
    EMAIL = "_by_email"
    UNTOLD = "_untold"


def way_to(session: Session, lead: Lead, *, has_mail: bool) -> Way:
    """How they can be told. By e-mail are those who gave staff their address and agreed that it is
    kept, and who never wrote to the assistant; `has_mail`: whether e-mail can be sent at all."""
    if lead.chat_id is not None:
        blocked = chats.get_chat(session, lead.chat_id).blocked_at is not None
        return Way.UNTOLD if blocked else Way.CHAT
    is_address = lead.contact is not None and "@" in lead.contact
    return Way.EMAIL if has_mail and is_address and lead.consented else Way.UNTOLD


def is_reachable(session: Session, lead: Lead) -> bool:
    """Whether we may write to them in their chat."""
    return way_to(session, lead, has_mail=False) is Way.CHAT


def tell(session: Session, lead: Lead, reply: Reply, *, way: Way, now: datetime) -> None:
    """Send them this, if it can be."""
    if way is Way.CHAT and lead.chat_id is not None:
        speech.queue_replies(
            session, chat_id=lead.chat_id, replies=[reply], now=now, lead_id=lead.id
        )
    elif way is Way.EMAIL:
        chat_id = mails.chat_of_lead(session, lead.id, now=now)
        message_id = speech.keep_reply(
            session, chat_id=chat_id, reply=reply, now=now, lead_id=lead.id
        )
        mails.queue_to_resident(session, lead, message_id, now=now)
