"""Where posts about a lead or a resident go: a topic of its own in a forum, else the staff chat."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage import chats, messages, staff
from storage.chats import ChatKey
from storage.locks import queue_up
from storage.models import LEASED, Chat, Handoff, Lead, Message, OutboxRow, StaffChat, Thread
from storage.outbox import Lane, hurry, queue

TOPIC = "topic"  # the outbox kind that opens or names one
NO_TOPICS = "no_topics"  # the trouble of a forum where none can be made
TRIED_AGAIN_AFTER = timedelta(hours=1)
_NOT_MADE = "new-"  # so the end of the external id begins until the channel has made the topic


def thread_of(session: Session, chat_id: int) -> Thread | None:
    """What this chat is as a topic of the staff's; None if it is none."""
    return session.get(Thread, chat_id)


def lead_of(session: Session, chat_id: int) -> Lead | None:
    """The lead that this topic is about; None if it is no topic, or about no lead."""
    thread = thread_of(session, chat_id)
    return session.get(Lead, thread.lead_id) if thread and thread.lead_id else None


def is_staffs(session: Session, chat_id: int) -> bool:
    """Whether this is a staff chat, or a topic of one."""
    return staff.is_staff_chat(session, chat_id) or thread_of(session, chat_id) is not None


def desk_of(session: Session, chat_id: int) -> int | None:
    """The staff chat that belongs to this chat: itself, that of a topic, or its channel's."""
    if staff.is_staff_chat(session, chat_id):
        return chat_id
    thread = thread_of(session, chat_id)
    if thread is not None:
        return thread.desk_id
    return staff.staff_chat_id(session, channel=chats.get_chat(session, chat_id).channel)


def place_of_lead(session: Session, lead_id: int, *, desk_id: int, now: datetime) -> int:
    """The chat where posts about this lead go. One whose card stands in the staff chat itself stays
    there."""
    known = _find(session, desk_id, lead_id=lead_id)
    if known is not None:
        return known.chat_id
    stays = messages.card_of_lead(session, lead_id=lead_id, chat_id=desk_id) is not None
    if stays or not _has_topics(session, desk_id, now):
        return desk_id
    return _open(session, desk_id, now, lead_id=lead_id)


def place_of_resident(session: Session, chat_id: int, *, desk_id: int, now: datetime) -> int:
    """The chat where posts about a resident go who is not heard about a lead. That a whole group
    is in need stands in the staff chat itself."""
    known = _find(session, desk_id, peer_chat_id=chat_id)
    if known is not None:
        return known.chat_id
    is_group = chats.get_chat(session, chat_id).kind != "private"
    if is_group or not _has_topics(session, desk_id, now):
        return desk_id
    return _open(session, desk_id, now, peer_chat_id=chat_id)


def place_of_handoff(session: Session, handoff: Handoff, *, desk_id: int, now: datetime) -> int:
    """The chat where posts about this handoff go."""
    if handoff.lead_id is not None and session.get(Lead, handoff.lead_id) is not None:
        return place_of_lead(session, handoff.lead_id, desk_id=desk_id, now=now)
    return place_of_resident(session, handoff.chat_id, desk_id=desk_id, now=now)


def resident_of(session: Session, thread: Thread) -> int | None:
    """The chat of the resident whom a topic is about; None if nobody can be reached about it."""
    if thread.gone_at is not None:
        return None
    lead = session.get(Lead, thread.lead_id) if thread.lead_id is not None else None
    return lead.chat_id if lead is not None else thread.peer_chat_id


def is_opening(session: Session, desk_id: int) -> bool:
    """Whether a topic of this staff chat is being made just now, whose id is not known yet."""
    statement = (
        select(OutboxRow.id)
        .join(Thread, Thread.chat_id == OutboxRow.chat_id)
        .where(Thread.desk_id == desk_id, OutboxRow.kind == TOPIC, OutboxRow.state == LEASED)
    )
    return session.scalars(statement.limit(1)).first() is not None


def name_anew(session: Session, chat_id: int, *, now: datetime) -> None:
    """What a topic is about changed, and its name may have to follow. Nothing in other chats."""
    if thread_of(session, chat_id) is not None:
        queue(session, chat_id=chat_id, kind=TOPIC, lane=Lane.LEADS, now=now)


def note_named(session: Session, chat_id: int, title: str) -> None:
    """The topic is called this now."""
    session.execute(update(Thread).where(Thread.chat_id == chat_id).values(title=title))


def opened(session: Session, chat_id: int, *, external_id: str, title: str, now: datetime) -> None:
    """The channel has made the topic and calls it so. What staff wrote there before we knew is of
    the same chat. If there was trouble with making topics, it is over."""
    chats.name_chat(session, chat_id, external_id=external_id)
    thread = session.get_one(Thread, chat_id)
    thread.title, thread.opened_at = title, now
    forget_trouble(session, thread.desk_id)


def open_again(session: Session, thread: Thread, *, now: datetime) -> None:
    """The topic was deleted: it is made anew, and what waits for it goes there. What stood in it
    cannot be edited any more; what is to be edited is sent."""
    chat = chats.get_chat(session, thread.chat_id)
    chat.external_id = f"{chat.topic_of}/{_NOT_MADE}{uuid.uuid4().hex}"
    session.execute(
        update(Message)
        .where(Message.chat_id == chat.id, Message.external_id.is_not(None))
        .values(external_id=None)
    )
    thread.opened_at = thread.title = None
    session.flush()
    _queue_opening(session, chat.id, now)


def go_without(session: Session, chat_id: int, *, now: datetime) -> None:
    """This topic cannot be made: what belongs there stands in the staff chat itself."""
    thread = session.get_one(Thread, chat_id)
    session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.chat_id == chat_id, OutboxRow.kind == TOPIC, OutboxRow.finished_at.is_(None)
        )
        .values(state="dropped", error="no topic can be made", finished_at=now)
    )
    desk_id = thread.desk_id
    session.delete(thread)
    session.flush()
    chats.join_chat(session, chat_id, desk_id)


def lose_resident(session: Session, *, chat_id: int, now: datetime) -> list[int]:
    """A resident asked to be forgotten: their topics lead to nobody any more; which those are."""
    found = session.scalars(
        update(Thread)
        .where(Thread.peer_chat_id == chat_id, Thread.gone_at.is_(None))
        .values(gone_at=now, title=None)
        .returning(Thread.chat_id)
    )
    return list(found)


def lose_title(session: Session, *, lead_id: int) -> None:
    """What the topics of this lead were called told of a person: it is kept no more."""
    session.execute(update(Thread).where(Thread.lead_id == lead_id).values(title=None))


def resume(session: Session, chat: Chat, *, now: datetime) -> None:
    """Somebody was heard in this group, or a topic of it: what waited because nothing could be
    posted in its topics goes now."""
    group = chat.topic_of or chat.external_id
    paused = select(Chat.id).where(
        Chat.channel == chat.channel, Chat.topic_of == group, Chat.paused_until.is_not(None)
    )
    for chat_id in session.scalars(paused).all():
        chats.unpause(session, chat_id)
        hurry(session, chat_id=chat_id, now=now)


def forget_trouble(session: Session, desk_id: int) -> None:
    """Topics may be made again."""
    session.execute(
        update(StaffChat)
        .where(StaffChat.chat_id == desk_id, StaffChat.trouble == NO_TOPICS)
        .values(trouble=None, troubled_at=None)
    )


def _has_topics(session: Session, desk_id: int, now: datetime) -> bool:
    """Whether a topic can be made there, or is worth a try."""
    desk = session.get(StaffChat, desk_id, populate_existing=True)
    if desk is None or not desk.is_forum:
        return False
    since = desk.troubled_at if desk.trouble == NO_TOPICS else None
    return since is None or now - since > TRIED_AGAIN_AFTER


def _find(
    session: Session,
    desk_id: int,
    *,
    lead_id: int | None = None,
    peer_chat_id: int | None = None,
) -> Thread | None:
    about = (
        Thread.lead_id == lead_id if lead_id is not None else Thread.peer_chat_id == peer_chat_id
    )
    statement = select(Thread).where(Thread.desk_id == desk_id, about, Thread.gone_at.is_(None))
    return session.scalars(statement).one_or_none()


def _open(
    session: Session,
    desk_id: int,
    now: datetime,
    *,
    lead_id: int | None = None,
    peer_chat_id: int | None = None,
) -> int:
    """A topic that will be made; what is queued for it waits until then."""
    queue_up(session, f"thread:{lead_id}:{peer_chat_id}")
    known = _find(session, desk_id, lead_id=lead_id, peer_chat_id=peer_chat_id)
    if known is not None:
        return known.chat_id
    desk = chats.get_chat(session, desk_id)
    place = f"{desk.external_id}/{_NOT_MADE}{uuid.uuid4().hex}"
    chat_id = chats.chat_id_for(session, ChatKey(desk.channel, place, "group"), now=now)
    session.add(
        Thread(chat_id=chat_id, desk_id=desk_id, lead_id=lead_id, peer_chat_id=peer_chat_id)
    )
    session.flush()
    _queue_opening(session, chat_id, now)
    return chat_id


def _queue_opening(session: Session, chat_id: int, now: datetime) -> None:
    """It goes before all that is posted there, also what was queued earlier."""
    queue(session, chat_id=chat_id, kind=TOPIC, lane=Lane.REPLIES, now=now)


def is_made(external_id: str) -> bool:
    """Whether the channel has made the topic that is called so."""
    return not external_id.partition("/")[2].startswith(_NOT_MADE)
