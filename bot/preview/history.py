"""What a preview page shows of a chat: its delivered messages, in the order they appeared."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, undefer

from bot.preview.viewer import CHANNEL
from storage.models import Chat, Contribution, File, IdeaAnswer, InboxRow, Message, OutboxRow

LENGTH = 200  # messages a page shows; older ones are left behind
MOST_CHATS = 100


@dataclass(frozen=True, slots=True)
class Version:
    """One message as it now stands. `changed` is milliseconds since 1970, never zero."""

    id: int
    number: int
    changed: int


@dataclass(frozen=True, slots=True)
class Known:
    """A chat of the preview, and the number of its newest message (0: none)."""

    name: str
    latest: int


@dataclass(frozen=True, slots=True)
class Glance:
    """A chat at one moment, without its words."""

    versions: tuple[Version, ...]
    is_busy: bool  # an answer is being prepared
    chats: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class News:
    """A glance, with the messages that somebody does not have as they now are."""

    glance: Glance
    messages: list[Message]
    quoted: dict[int, Message]  # those they reply to, by id
    said: dict[int, Contribution]  # what they told in a group, whose words stand there

    @property
    def cursor(self) -> int:
        """When the newest of all changes was; 0 in an empty chat."""
        return max((version.changed for version in self.glance.versions), default=0)


def look(session: Session, chat_name: str, *, told: Mapping[int, int], now: datetime) -> News:
    """What is new to somebody who was told these messages (number: when it changed)."""
    seen = glance(session, chat_name, now=now)
    fresh = [item.id for item in seen.versions if told.get(item.number) != item.changed]
    messages = load(session, fresh)
    answered = [message.reply_to_id for message in messages if message.reply_to_id]
    quoted = {message.id: message for message in load(session, answered)}
    said = _said(session, [message.id for message in messages])
    return News(seen, messages, quoted, said)


def glance(session: Session, chat_name: str, *, now: datetime) -> Glance:
    """Look at a chat, which may be one that nobody has written in yet."""
    chat_id = session.execute(
        select(Chat.id).where(Chat.channel == CHANNEL, Chat.external_id == chat_name)
    ).scalar_one_or_none()
    chats = _chats(session)
    if chat_id is None:
        return Glance((), False, chats)
    return Glance(_versions(session, chat_id), _is_busy(session, chat_id, now), chats)


def load(session: Session, ids: Collection[int]) -> list[Message]:
    """These messages, in the order they appeared."""
    return list(
        session.scalars(
            select(Message).where(Message.id.in_(ids)).order_by(Message.external_id, Message.id)
        )
    )


def _said(session: Session, ids: Collection[int]) -> dict[int, Contribution]:
    found = session.scalars(select(Contribution).where(Contribution.message_id.in_(ids)))
    return {said.message_id: said for said in found if said.message_id is not None}


def newest_number(session: Session) -> int:
    """The highest message number that the preview ever gave out; 0 if none."""
    return (
        session.execute(
            select(func.max(Message.external_id))
            .join(Chat, Chat.id == Message.chat_id)
            .where(Chat.channel == CHANNEL)
        ).scalar_one()
        or 0
    )


def attached(session: Session) -> set[str]:
    """The handles of all files that a message or an idea of the preview still holds."""
    kept = select(Message.media).join(Chat, Chat.id == Message.chat_id)
    ideas = select(IdeaAnswer.media)
    held = [
        *session.scalars(kept.where(Chat.channel == CHANNEL, Message.media.is_not(None))),
        *session.scalars(ideas.where(IdeaAnswer.media.is_not(None))),
    ]
    lists = [media for media in held if isinstance(media, list)]
    return {str(item.get("file_id")) for media in lists for item in media}


def kept_file(session: Session, file_id: int) -> File | None:
    """A file that is kept for a chat of the preview."""
    found = session.scalars(
        select(File)
        .join(Chat, Chat.id == File.chat_id)
        .where(File.id == file_id, Chat.channel == CHANNEL)
        .options(undefer(File.content))
    )
    return found.first()


def changed(message: Message) -> int:
    """When the message last changed, as `Version` counts it."""
    return _changed(message.external_id or 0, message.edited_at)


def _versions(session: Session, chat_id: int) -> tuple[Version, ...]:
    rows = session.execute(
        select(Message.id, Message.external_id, Message.edited_at)
        .where(Message.chat_id == chat_id, Message.external_id.is_not(None))
        .order_by(Message.external_id.desc(), Message.id.desc())
        .limit(LENGTH)
    ).all()
    return tuple(
        Version(id_, number or 0, _changed(number or 0, edited_at))
        for id_, number, edited_at in reversed(rows)
    )


def _changed(number: int, edited_at: datetime | None) -> int:
    return max(number, int(edited_at.timestamp() * 1000)) if edited_at else number


def _is_busy(session: Session, chat_id: int, now: datetime) -> bool:
    waiting = exists().where(InboxRow.chat_id == chat_id, InboxRow.state == "waiting")
    unsent = exists().where(
        OutboxRow.chat_id == chat_id,
        OutboxRow.state.in_(("waiting", "leased")),
        OutboxRow.due_at <= now,
    )
    return session.execute(select(waiting | unsent)).scalar_one()


def _chats(session: Session) -> tuple[Known, ...]:
    latest = func.max(Message.external_id)
    rows = session.execute(
        select(Chat.external_id, latest)
        .outerjoin(Message, Message.chat_id == Chat.id)
        .where(Chat.channel == CHANNEL)
        .group_by(Chat.id, Chat.external_id)
        .order_by(Chat.id.desc())
        .limit(MOST_CHATS)
    ).all()
    return tuple(Known(name, number or 0) for name, number in reversed(rows))
