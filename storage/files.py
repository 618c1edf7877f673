"""Files of residents, sealed in the database: every machine has them, and they go with the rest."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.orm import Session

from storage.crypto import cipher_of
from storage.models import Chat, File, Group, Lead, Member, StaffChat


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as it comes. `kind` is page_picture, page_document or copy; a page says what it was
    made of, by a digest of `digest_of`."""

    kind: str
    name: str
    mime_type: str
    content: bytes
    made_of: str | None = None


def keep_file(
    session: Session, new: NewFile, *, chat_id: int, idea_id: int | None, now: datetime
) -> File:
    """Store it, sealed."""
    file = File(
        chat_id=chat_id,
        idea_id=idea_id,
        kind=new.kind,
        made_of=new.made_of,
        name=new.name,
        mime_type=new.mime_type,
        size=len(new.content),
        digest=digest_of(session, new.content),
        content=new.content,
        created_at=now,
    )
    session.add(file)
    session.flush()
    return file


def file_of_chat(session: Session, file_id: int, *, chat_id: int) -> File | None:
    """The file, if it belongs to this chat, or to a group in which the person of this chat is."""
    theirs = (
        select(Group.chat_id)
        .join(Member, Member.group_id == Group.id)
        .where(Member.chat_id == chat_id, Member.left_at.is_(None))
    )
    is_theirs = or_(File.chat_id == chat_id, File.chat_id.in_(theirs))
    return session.scalars(select(File).where(File.id == file_id, is_theirs)).first()


def file_for_staff(session: Session, file_id: int, *, chat_id: int) -> File | None:
    """The file, if it is of an idea that was sent, and this chat is one where leads arrive, or a
    topic of it."""
    topic = select(Chat.topic_of).where(Chat.id == chat_id).scalar_subquery()
    channel = select(Chat.channel).where(Chat.id == chat_id).scalar_subquery()
    staffs = (
        select(StaffChat.chat_id)
        .join(Chat, Chat.id == StaffChat.chat_id)
        .where(Chat.channel == channel)
        .where(or_(Chat.id == chat_id, Chat.external_id == topic))
    )
    was_sent = exists().where(Lead.idea_id == File.idea_id, Lead.status != "withdrawn")
    statement = select(File).where(File.id == file_id, staffs.exists(), was_sent)
    return session.scalars(statement).first()


def files_of_idea(
    session: Session, *, idea_id: int, kind: str, made_of: str | None = None
) -> list[File]:
    """Its files of this kind, the newest first; with `made_of` those made of just that."""
    statement = select(File).where(File.idea_id == idea_id, File.kind == kind)
    if made_of is not None:
        statement = statement.where(File.made_of == made_of)
    return list(session.scalars(statement.order_by(File.id.desc())))


def keep_newest(session: Session, *, idea_id: int, kind: str, most: int) -> None:
    """Delete all but the newest of an idea's files of this kind."""
    older = [file.id for file in files_of_idea(session, idea_id=idea_id, kind=kind)[most:]]
    if older:
        session.execute(delete(File).where(File.id.in_(older)))


def files_held(session: Session, *, chat_id: int) -> tuple[int, int]:
    """How many files of this chat are kept, and their bytes together."""
    statement = select(func.count(), func.coalesce(func.sum(File.size), 0))
    count, size = session.execute(statement.where(File.chat_id == chat_id)).one()
    return count, size


def delete_files(session: Session, *, chat_id: int) -> None:
    """Delete all files of this chat."""
    session.execute(delete(File).where(File.chat_id == chat_id))


def digest_of(session: Session, content: bytes) -> str:
    """A digest that tells nothing without the database's secret."""
    cipher = cipher_of(session.get_bind().dialect)
    return cipher.blind_index(hashlib.sha256(content).hexdigest())


def place_of(file: File) -> str:
    """Where a message of its chat finds it."""
    return f"/files/{file.id}/{file.name}"
