"""Which verdict each chat was told last about each call."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from storage.bulk import Adding, among
from storage.database import gather, write_gathered
from storage.models import ToldVerdict


def note_told(
    session: Session, *, chat_id: int, verdicts: Mapping[int, str], now: datetime
) -> None:
    """Keep what was told of these calls, given by their ids, in place of what was told before."""
    for call_id, kind in verdicts.items():
        row = {"chat_id": chat_id, "call_id": call_id, "kind": kind, "told_at": now}
        gather(session, _NOTE, (chat_id, call_id), row)


def told_of_call(session: Session, *, call_id: int, chat_ids: Collection[int]) -> dict[int, str]:
    """The verdicts that these chats were told about a call, by chat."""
    write_gathered(session)
    found = session.execute(_OF_CALL, {"call": call_id, "chats": list(chat_ids)})
    return {row.chat_id: row.kind for row in found}


def count_of_chat(session: Session, *, chat_id: int) -> int:
    """About how many calls this chat was told a verdict."""
    write_gathered(session)
    return len(session.execute(_OF_CHAT, {"chat": chat_id}).all())


def delete_told(session: Session, *, chat_id: int) -> None:
    """Delete what this chat was told."""
    write_gathered(session)  # not later, when they are gone
    session.execute(delete(ToldVerdict).where(ToldVerdict.chat_id == chat_id))


_table = ToldVerdict.table()
_NOTE = Adding(
    _table,
    lambda add: add.on_conflict_do_update(
        index_elements=["chat_id", "call_id"],
        set_={"kind": add.excluded.kind, "told_at": add.excluded.told_at},
        where=_table.c.kind != add.excluded.kind,
    ),
)
_OF_CALL = select(_table.c.chat_id, _table.c.kind).where(
    _table.c.call_id == bindparam("call"), among(_table.c.chat_id, "chats")
)
_OF_CHAT = select(_table.c.call_id).where(_table.c.chat_id == bindparam("chat"))
