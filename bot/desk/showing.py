"""What follows a change of a lead: every card of it shows it, and whoever works it hears of it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.desk.leads.cards import queue_card_edit
from bot.desk.moment import Moment, Word
from bot.pipeline import speech
from bot.pipeline.wording import Wording
from dialogues.exchange import Reply
from storage import chats, messages, outbox
from storage.models import Lead, StaffMember
from storage.outbox import Lane


def show_change(moment: Moment, lead: Lead) -> None:
    """The lead's card in the staff chat and those that staff look at in private are to show it."""
    session, now = moment.session, moment.now
    if moment.desk_id is not None:
        queue_card_edit(session, lead, chat_id=moment.desk_id, now=now)
    for card in messages.private_cards(session, lead_id=lead.id):
        outbox.queue(
            session,
            chat_id=card.chat_id,
            kind="lead_card_edit",
            lane=Lane.LEADS,
            now=now,
            payload={"lead_id": lead.id, "post_id": card.id},
        )


def tell_assignee(moment: Moment, lead: Lead, wording: Wording, what: str, **values: Any) -> None:
    """Whoever has the lead hears in private that somebody else changed it, and how: the response
    `what`."""
    if lead.assignee_id is None or lead.assignee_id == moment.member.id:
        return
    assignee = moment.session.get(StaffMember, lead.assignee_id)
    named = {"who": moment.member.name, "reference": lead.reference, **values}
    if assignee is not None:
        word = Word(assignee.id, what, named, wording.reply(what, named), lead.id)
        tell_or_gather(moment, assignee, word, lead)


def tell_or_gather(moment: Moment, member: StaffMember, word: Word, lead: Lead) -> bool:
    """Say this to the member in private, now or with others like it; whether they can be told."""
    if moment.gathered is None:
        return tell(moment.session, member, word.reply, lead=lead, now=moment.now)
    if private_chat_of(moment.session, member) is None:
        return False
    moment.gathered.append(word)
    return True


def tell(
    session: Session, member: StaffMember, reply: Reply, *, lead: Lead | None, now: datetime
) -> bool:
    """Say something to this member in private; whether they can be told there."""
    chat_id = private_chat_of(session, member)
    if chat_id is None:
        return False
    about = {"lead_id": lead.id} if lead is not None else {}
    speech.queue_replies(
        session, chat_id=chat_id, replies=[reply], now=now, lane=Lane.LEADS, **about
    )
    return True


def private_chat_of(session: Session, member: StaffMember) -> int | None:
    """Where the assistant and this member talk alone; None if they never did, or blocked it, or
    are on no list."""
    if member.left_at is not None or member.role is None:
        return None
    chat_id = chats.find_chat_id(session, channel=member.channel, external_id=member.external_id)
    if chat_id is None or chats.get_chat(session, chat_id).blocked_at is not None:
        return None
    return chat_id
