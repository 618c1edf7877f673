"""Chats and the conversations in them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from storage.bulk import Insertion, Rewriting, among
from storage.models import (
    WAITING,
    Applicant,
    Chat,
    ChatAlias,
    Conversation,
    Group,
    InboxRow,
    Message,
    OutboxRow,
)


@dataclass(frozen=True, slots=True)
class ChatKey:
    """How a channel names a chat."""

    channel: str
    external_id: str
    kind: str = "private"
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Met:
    """A chat as far as it matters when an update comes in; others of it may wait already."""

    id: int
    expects_text: bool
    has_waiting: bool


@dataclass(frozen=True, slots=True)
class Marks:
    """What is noted about a chat from one turn to the next."""

    expects_text: bool  # the open question takes free text: several messages may be one answer
    missed_reply: bool  # a reply was set aside: they may not know what was asked
    flooded_at: datetime | None  # more came in than is answered at once, and they were told


def marks_of(chat: Chat) -> Marks:
    """What is noted now."""
    return Marks(chat.expects_text, chat.missed_reply, chat.flooded_at)


def chat_id_for(session: Session, key: ChatKey, *, now: datetime) -> int:
    """The id of this chat, made if it is new. An older id of a moved group finds the group."""
    known = find_chat_id(session, channel=key.channel, external_id=key.external_id)
    if known is not None:
        return known
    made = _ADD_CHAT.run(session, _new_chat(key, now)).one_or_none()
    if made is not None:
        return int(made.id)
    return int(session.execute(_FIND_CHAT, _named(key.channel, key.external_id)).scalar_one())


def find_chat_id(session: Session, *, channel: str, external_id: str) -> int | None:
    """The id of a known chat, also by an older name of it."""
    named = _named(channel, external_id)
    current: int | None = session.execute(_FIND_CHAT, named).scalar_one_or_none()
    return current or session.execute(_FIND_ALIAS, named).scalar_one_or_none()


def meet_chats(
    session: Session, keys: Iterable[ChatKey], *, now: datetime
) -> dict[tuple[str, str], Met]:
    """These chats by channel and external id, made where they are new."""
    wanted = {(key.channel, key.external_id): key for key in keys}
    met: dict[tuple[str, str], Met] = {}
    for channel in {channel for channel, _external in wanted}:
        named = [external for its_channel, external in wanted if its_channel == channel]
        for row in session.execute(_MEET, {"channel": channel, "externals": named}):
            met[channel, row.external_id] = Met(row.id, row.expects_text, row.has_waiting)
    met |= _add_private(session, [it for place, it in wanted.items() if place not in met], now)
    for place, key in wanted.items():
        if place not in met:
            met[place] = _meet(session, chat_id_for(session, key, now=now))
    return met


def _add_private(
    session: Session, keys: Iterable[ChatKey], now: datetime
) -> dict[tuple[str, str], Met]:
    """Those that are made here. Only groups move, and have older ids."""
    rows = [_new_chat(key, now) for key in keys if key.kind == "private"]
    added = _ADD_CHAT.run(session, rows) if rows else ()
    return {
        (row.channel, row.external_id): Met(row.id, expects_text=False, has_waiting=False)
        for row in added
    }


def _meet(session: Session, chat_id: int) -> Met:
    chat = get_chat(session, chat_id)
    return Met(chat.id, chat.expects_text, has_waiting=True)


def get_chat(session: Session, chat_id: int) -> Chat:
    """The chat's row. Raises NoResultFound if it is gone."""
    return session.execute(select(Chat).where(Chat.id == chat_id)).scalar_one()


def topics_of(session: Session, chat: Chat) -> list[Chat]:
    """The topics of this group that are chats of their own."""
    statement = select(Chat).where(Chat.channel == chat.channel, Chat.topic_of == chat.external_id)
    return list(session.scalars(statement.order_by(Chat.id)))


def move_chat(session: Session, chat_id: int, *, external_id: str) -> None:
    """A group became a supergroup: it keeps its row, and its older id still finds it. What its
    messages were called does not count there: what is to be edited is sent anew.

    Where the new id was met before we heard of the move, what arrived there joins this chat.
    """
    chat = get_chat(session, chat_id)
    if chat.external_id == external_id:
        return
    session.execute(
        update(Message)
        .where(Message.chat_id == chat_id, Message.external_id.is_not(None))
        .values(external_id=None)
    )
    met = find_chat_id(session, channel=chat.channel, external_id=external_id)
    if met is not None:
        join_chat(session, met, chat_id)
    session.execute(
        insert(ChatAlias).values(
            channel=chat.channel, external_id=chat.external_id, chat_id=chat_id
        )
    )
    chat.external_id = external_id
    session.flush()


def name_chat(session: Session, chat_id: int, *, external_id: str) -> None:
    """The channel has a name of its own for this chat now. What arrived under it before we knew
    joins this chat."""
    chat = get_chat(session, chat_id)
    met = find_chat_id(session, channel=chat.channel, external_id=external_id)
    if met is not None and met != chat_id:
        join_chat(session, met, chat_id)
    chat.external_id = external_id
    session.flush()


def join_chat(session: Session, stray_id: int, chat_id: int) -> None:
    """What was said in the stray chat, and waits for it, is of the other from now on."""
    for its in (Applicant.table(), Group.table()):
        known = exists().where(its.alias("known").c.chat_id == chat_id)
        session.execute(
            update(its).where(its.c.chat_id == stray_id, ~known).values(chat_id=chat_id)
        )
    for table in (InboxRow, Message, OutboxRow):
        session.execute(update(table).where(table.chat_id == stray_id).values(chat_id=chat_id))
    session.execute(delete(Chat).where(Chat.id == stray_id))


def take_if_free(session: Session, chat_id: int) -> bool:
    """Hold the chat as a turn does; False if a turn holds it now, or it is gone."""
    return session.execute(_TAKE_IF_FREE, {"chat": chat_id}).scalar_one_or_none() is not None


def mark_blocked(session: Session, chat_id: int, *, now: datetime) -> None:
    """The resident blocked the bot, or it was removed from the group."""
    session.execute(
        update(Chat).where(Chat.id == chat_id, Chat.blocked_at.is_(None)).values(blocked_at=now)
    )


def mark_reachable(session: Session, chat_id: int) -> None:
    """They are back: they wrote, or unblocked the bot."""
    session.execute(
        update(Chat).where(Chat.id == chat_id, Chat.blocked_at.is_not(None)).values(blocked_at=None)
    )


def unpause(session: Session, chat_id: int) -> None:
    """The chat takes messages again."""
    session.execute(update(Chat).where(Chat.id == chat_id).values(paused_until=None))


def note_source(session: Session, chat_id: int, source: str) -> None:
    """They came by a link that stood there; the first one counts."""
    session.execute(
        update(Chat).where(Chat.id == chat_id, Chat.source.is_(None)).values(source=source)
    )


def note_missed(session: Session, chat_id: int, *, missed: bool) -> None:
    """Whether a reply never reached them, so that they may not know what was asked."""
    session.execute(update(Chat).where(Chat.id == chat_id).values(missed_reply=missed))


def pause(session: Session, chat_id: int, *, until: datetime) -> None:
    """The channel asked us to wait with this chat."""
    session.execute(
        update(Chat)
        .where(Chat.id == chat_id, or_(Chat.paused_until.is_(None), Chat.paused_until < until))
        .values(paused_until=until)
    )


def load_state(session: Session, chat_id: int, *, topic_id: int = 0) -> dict[str, Any] | None:
    """The dialogue's state as it was saved, or None for a new conversation."""
    named = {"chat": chat_id, "topic": topic_id}
    state: dict[str, Any] | None = session.execute(_LOAD_STATE, named).scalar_one_or_none()
    return state


def save_states(
    session: Session,
    states: Mapping[int, dict[str, Any]],
    *,
    now: datetime,
    topic_id: int = 0,
    open_at: Mapping[int, tuple[str, str]] | None = None,
) -> None:
    """Save where the dialogues with these chats stand. `open_at` are the flow and the step of the
    questions that are open, by chat."""
    asked = open_at or {}
    if states:
        rows = [
            {
                "chat_id": chat_id,
                "topic_id": topic_id,
                "state": state,
                "at_flow": asked.get(chat_id, _NOWHERE)[0],
                "at_step": asked.get(chat_id, _NOWHERE)[1],
                "updated_at": now,
            }
            for chat_id, state in states.items()
        ]
        _SAVE_STATE.run(session, rows)


def save_marks(session: Session, marks: Mapping[int, Marks]) -> None:
    """Save what is noted about these chats."""
    _SAVE_MARKS.run(session, {chat_id: asdict(noted) for chat_id, noted in marks.items()})


def _new_chat(key: ChatKey, now: datetime) -> dict[str, Any]:
    group, _, topic = key.external_id.partition("/")
    return {
        "channel": key.channel,
        "external_id": key.external_id,
        "topic_of": group if topic else None,
        "kind": key.kind,
        "name": key.name,
        "created_at": now,
        "expects_text": False,
        "missed_reply": False,
    }


def _named(channel: str, external_id: str) -> dict[str, Any]:
    return {"channel": channel, "external": external_id}


_NOWHERE = None, None  # no question is open
_chats = Chat.table()
_aliases = ChatAlias.table()
_conversations = Conversation.table()
_inbox = InboxRow.table()

_FIND_CHAT = select(_chats.c.id).where(
    _chats.c.channel == bindparam("channel"), _chats.c.external_id == bindparam("external")
)
_has_waiting = exists().where(_inbox.c.chat_id == _chats.c.id, _inbox.c.state == WAITING)
_MEET = select(
    _chats.c.id, _chats.c.external_id, _chats.c.expects_text, _has_waiting.label("has_waiting")
).where(
    _chats.c.channel == bindparam("channel"),
    among(_chats.c.external_id, "externals"),
)
_FIND_ALIAS = select(_aliases.c.chat_id).where(
    _aliases.c.channel == bindparam("channel"), _aliases.c.external_id == bindparam("external")
)
_TAKE_IF_FREE = (
    select(_chats.c.id)
    .where(_chats.c.id == bindparam("chat"))
    .with_for_update(skip_locked=True, key_share=True)
)
_ADD_CHAT = Insertion(
    _chats,
    lambda add: add.on_conflict_do_nothing().returning(
        _chats.c.id, _chats.c.channel, _chats.c.external_id
    ),
)
_LOAD_STATE = select(_conversations.c.state).where(
    _conversations.c.chat_id == bindparam("chat"), _conversations.c.topic_id == bindparam("topic")
)
_SAVE_MARKS = Rewriting(_chats, *Marks.__dataclass_fields__)
_SAVE_STATE = Insertion(
    _conversations,
    lambda add: add.on_conflict_do_update(
        index_elements=["chat_id", "topic_id"],
        set_={name: add.excluded[name] for name in ("state", "at_flow", "at_step", "updated_at")},
    ),
)
