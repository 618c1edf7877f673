"""The history of each chat: what was said, by whom, and what it asked or answered."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, delete, exists, func, select, update
from sqlalchemy.orm import Session, defer

from storage.bulk import Numbering, Rewriting, among
from storage.models import Chat, Decision, LeadMention, Message, OutboxRow, StaffMember


def add_message(
    session: Session, *, chat_id: int, direction: str, now: datetime, **more: Any
) -> int:
    """Write one message into the history; its id. `more` are columns of `Message`."""
    row = message_row(chat_id=chat_id, direction=direction, now=now, **more)
    return add_messages(session, [row])[0]


def message_row(
    *,
    chat_id: int,
    direction: str,
    now: datetime,
    text: str | None,
    external_id: int | None = None,
    flow: str | None = None,
    step: str | None = None,
    buttons: list[dict[str, Any]] | None = None,
    media: Any | None = None,
    author: str | None = None,
    lead_id: int | None = None,
    peer_chat_id: int | None = None,
    reply_to_id: int | None = None,
    copy_of: int | None = None,
) -> dict[str, Any]:
    """One message for `add_messages`."""
    return {
        "chat_id": chat_id,
        "direction": direction,
        "external_id": external_id,
        "flow": flow,
        "step": step,
        "text": text,
        "buttons": buttons,
        "media": media,
        "author": author,
        "lead_id": lead_id,
        "peer_chat_id": peer_chat_id,
        "reply_to_id": reply_to_id,
        "copy_of": copy_of,
        "created_at": now,
    }


def add_messages(session: Session, rows: list[dict[str, Any]]) -> list[int]:
    """Write messages into the histories of their chats; their ids, in this order."""
    return _ADD.run(session, rows)


def get_message(session: Session, message_id: int) -> Message | None:
    """The message, or None if it is gone."""
    return session.get(Message, message_id)


def get_messages(session: Session, message_ids: Collection[int]) -> list[Message]:
    """Those of these messages that are there. While they are held, `get_message` finds them again
    without asking the database; what they say is read once it is asked for."""
    if not message_ids:
        return []
    return list(session.scalars(_THESE, {"ids": list(message_ids)}))


def find_by_external_id(session: Session, *, chat_id: int, external_id: int) -> Message | None:
    """The chat's message that the channel calls by this id."""
    return session.scalars(
        select(Message)
        .where(Message.chat_id == chat_id, Message.external_id == external_id)
        .order_by(Message.id.desc())
        .limit(1)
    ).first()


def record_sent(session: Session, message_id: int, *, external_id: int | None) -> None:
    """The channel took the message and gave it this id."""
    session.execute(update(Message).where(Message.id == message_id).values(external_id=external_id))


def rewrite(
    session: Session,
    message_id: int,
    *,
    text: str,
    now: datetime,
    buttons: list[dict[str, Any]] | None = None,
) -> None:
    """Change what a message says; sending the edit is the outbox's matter."""
    session.execute(
        update(Message)
        .where(Message.id == message_id)
        .values(text=text, buttons=buttons, edited_at=now)
    )


def history(
    session: Session, chat_id: int, *, after_id: int = 0, limit: int = 500
) -> list[Message]:
    """A chat's messages in order, those after `after_id`."""
    return list(
        session.scalars(
            select(Message)
            .where(Message.chat_id == chat_id, Message.id > after_id)
            .order_by(Message.id)
            .limit(limit)
        )
    )


def newest_id(session: Session, chat_id: int) -> int:
    """The id of the newest message of this chat; 0 if there is none."""
    statement = select(func.max(Message.id)).where(Message.chat_id == chat_id)
    return session.scalars(statement).one() or 0


def said_unasked(
    session: Session, chat_id: int, *, since: datetime, after_id: int = 0, limit: int = 20
) -> list[str]:
    """What was written in this chat after that which answers no question, the newest first."""
    statement = (
        select(Message.text)
        .where(
            Message.chat_id == chat_id,
            Message.direction == "in",
            Message.step.is_(None),
            Message.text.is_not(None),
            Message.created_at > since,
            Message.id > after_id,
        )
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return [text for text in session.scalars(statement) if text]


def last_asked(session: Session, chat_id: int, *, flow: str, step: str) -> Message | None:
    """The newest message that asked this question."""
    return session.scalars(
        select(Message)
        .where(Message.chat_id == chat_id, Message.direction == "out")
        .where(Message.flow == flow, Message.step == step)
        .order_by(Message.id.desc())
        .limit(1)
    ).first()


def all_asked(session: Session, chat_id: int, *, flow: str, step: str) -> list[int]:
    """The ids of all messages that asked this question and are kept, the oldest first."""
    statement = select(Message.id).where(
        Message.chat_id == chat_id,
        Message.direction == "out",
        Message.flow == flow,
        Message.step == step,
    )
    return list(session.scalars(statement.order_by(Message.id)))


def card_of_lead(session: Session, *, lead_id: int, chat_id: int) -> Message | None:
    """The message in the staff chat that first showed this lead."""
    return session.scalars(
        select(Message)
        .where(Message.lead_id == lead_id, Message.chat_id == chat_id, Message.direction == "out")
        .where(~exists().where(Decision.message_id == Message.id))
        .order_by(Message.id)
        .limit(1)
    ).first()


def private_cards(session: Session, *, lead_id: int) -> list[Message]:
    """The newest card of this lead in each private chat of somebody who is staff now."""
    is_members = exists().where(
        StaffMember.channel == Chat.channel,
        StaffMember.external_id == Chat.external_id,
        StaffMember.left_at.is_(None),
        StaffMember.role.is_not(None),
    )
    newest = (
        select(func.max(Message.id))
        .join(OutboxRow, OutboxRow.message_id == Message.id)
        .join(Chat, Chat.id == Message.chat_id)
        .where(Message.lead_id == lead_id, OutboxRow.kind == "lead_card")
        .where(Chat.kind == "private", is_members)
        .group_by(Message.chat_id)
    )
    return get_messages(session, list(session.scalars(newest)))


def is_card(session: Session, message_id: int) -> bool:
    """Whether this message shows a lead as it stands."""
    kinds = ("lead_card", "lead_card_edit")
    rows = exists().where(OutboxRow.message_id == message_id, OutboxRow.kind.in_(kinds))
    return session.scalar(select(rows)) or False


def name_leads(session: Session, message_id: int, lead_ids: Collection[int]) -> None:
    """This message names these leads among others, and no others any more."""
    of_message = LeadMention.message_id == message_id
    session.execute(delete(LeadMention).where(of_message))
    session.add_all(LeadMention(lead_id=lead_id, message_id=message_id) for lead_id in {*lead_ids})
    session.flush()


def newest_in(session: Session, chat_id: int) -> Message | None:
    """What was said last in this chat."""
    statement = select(Message).where(Message.chat_id == chat_id)
    return session.scalars(statement.order_by(Message.id.desc()).limit(1)).first()


def delete_history(session: Session, chat_id: int) -> None:
    """Delete everything said in this chat."""
    session.execute(delete(Message).where(Message.chat_id == chat_id))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is needed of a message to send it."""

    id: int
    text: str | None
    buttons: list[dict[str, Any]] | None
    media: Any | None
    external_id: int | None
    reply_to: int | None  # the channel's id of the message that it answers
    shown_before: list[dict[str, Any]] | None  # if it has no buttons: the last ones in its chat


def new_posts(written: Mapping[int, Mapping[str, Any]]) -> dict[int, Outgoing]:
    """Messages that were just written with these columns, but for those that take a look at
    others: what they answer, or which buttons were shown before."""
    return {
        number: Outgoing(number, row["text"], row["buttons"], row["media"], None, None, None)
        for number, row in written.items()
        if row["buttons"] is not None and row["reply_to_id"] is None
    }


def outgoing(session: Session, message_ids: Collection[int]) -> dict[int, Outgoing]:
    """These messages, as far as they still exist, by id."""
    if not message_ids:
        return {}
    found = session.connection().execute(_OUTGOING, {"ids": list(message_ids)})
    return {row.id: Outgoing(*row) for row in found}


def record_all_sent(session: Session, external_ids: Mapping[int, int]) -> None:
    """The channel took these messages and gave them these ids."""
    sent = {number: {"external_id": external} for number, external in external_ids.items()}
    _RECORD_SENT.run(session, sent)


def rewritten(session: Session, message_ids: Collection[int]) -> dict[int, str | None]:
    """What those of these messages say that were ever written over."""
    if not message_ids:
        return {}
    found = session.connection().execute(_REWRITTEN, {"ids": list(message_ids)})
    return {row.id: row.text for row in found}


_messages = Message.table()
_ADD = Numbering(_messages)

_answered, _before = _messages.alias("answered"), _messages.alias("before")
_these = among(_messages.c.id, "ids")
_shown_before = (
    select(_before.c.buttons)
    .where(_before.c.chat_id == _messages.c.chat_id, _before.c.id < _messages.c.id)
    .where(_before.c.buttons.is_not(None))
    .order_by(_before.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_THESE = (
    select(Message)
    .where(among(_messages.c.id, "ids"))
    .options(defer(Message.text), defer(Message.media), defer(Message.author))
)
_OUTGOING = (
    select(
        _messages.c.id,
        _messages.c.text,
        _messages.c.buttons,
        _messages.c.media,
        _messages.c.external_id,
        _answered.c.external_id,
        case((_messages.c.buttons.is_(None), _shown_before)),
    )
    .outerjoin(
        _answered,
        and_(
            _answered.c.id == _messages.c.reply_to_id,
            _answered.c.chat_id == _messages.c.chat_id,  # a number of another chat's names nothing
        ),
    )
    .where(_these)
)
_RECORD_SENT = Rewriting(_messages, "external_id")
_REWRITTEN = select(_messages.c.id, _messages.c.text).where(
    _these, _messages.c.edited_at.is_not(None)
)
