"""What was said about a lead between staff, its resident and the assistant, and what became of each
message on its way."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from storage.models import Handoff, Lead, Message, OutboxRow
from storage.talk_lines import FLOW

Side = Literal["staff", "resident", "assistant"]
State = Literal["waiting", "delivered", "failed", "deleted", "passed_on"]
_WORST_FIRST: tuple[State, ...] = ("failed", "waiting", "deleted", "delivered")
_OF_ROWS: dict[str, State] = {
    **dict.fromkeys(("waiting", "leased"), "waiting"),
    **dict.fromkeys(("dropped", "set_aside"), "failed"),
    "sent": "delivered",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A message to the resident or from them. `text` of the assistant's is HTML, of people's plain;
    None if it was no words, or was deleted. `state_at` is when it was delivered, as long as that is
    kept; `error` why it failed. Words of staff that were never queued have no state."""

    side: Side
    at: datetime
    who: str | None
    text: str | None
    has_file: bool
    edited_at: datetime | None
    state: State | None
    state_at: datetime | None = None
    error: str | None = None


def said_about(session: Session, lead: Lead, *, limit: int) -> list[Said]:
    """The newest messages about this lead, and those of the talks that its resident had with staff
    about it or about nothing else; in order."""
    if lead.chat_id is None:
        return []
    talks = _talks(session, lead)
    found = _in_their_chat(session, lead, talks, limit=limit)
    own = _by_staff(session, lead, limit=limit)
    known = {it.id for it in own}
    origins = {it.copy_of for it in found if it.copy_of} - known
    own += [it for it in _these(session, origins) if _is_of_talk(it, lead, talks)]
    own_ids = {it.id for it in own}
    copies = [it for it in found if it.copy_of in own_ids]
    rest = [it for it in found if it.copy_of is None and it.direction == "out"]
    rows = _rows(session, copies + rest, own)
    said = [_of_staff(it, [c for c in copies if c.copy_of == it.id], rows) for it in own]
    said += [_of_assistant(it, rows) for it in rest]
    said += [_of_resident(it, talks) for it in found if it.direction == "in"]
    return sorted(said, key=lambda it: it.at)[-limit:]


def _talks(session: Session, lead: Lead) -> dict[str, Handoff]:
    """By the step that marks their lines."""
    about = or_(Handoff.lead_id == lead.id, Handoff.lead_id.is_(None))
    found = session.scalars(select(Handoff).where(Handoff.chat_id == lead.chat_id, about))
    return {str(it.id): it for it in found}


def _in_their_chat(
    session: Session, lead: Lead, talks: Collection[str], *, limit: int
) -> Sequence[Message]:
    ours = and_(
        Message.direction == "out", or_(Message.lead_id == lead.id, Message.copy_of.is_not(None))
    )
    theirs = and_(Message.direction == "in", Message.flow == FLOW, Message.step.in_(talks))
    statement = select(Message).where(Message.chat_id == lead.chat_id, or_(ours, theirs))
    return session.scalars(statement.order_by(Message.id.desc()).limit(limit)).all()[::-1]


def _by_staff(session: Session, lead: Lead, *, limit: int) -> list[Message]:
    """What staff wrote, as it stands where they wrote it."""
    statement = select(Message).where(
        Message.lead_id == lead.id,
        Message.direction == "in",
        Message.peer_chat_id == lead.chat_id,
        Message.author.is_not(None),
    )
    return list(session.scalars(statement.order_by(Message.id.desc()).limit(limit)))[::-1]


def _these(session: Session, ids: Collection[int]) -> Sequence[Message]:
    return session.scalars(select(Message).where(Message.id.in_(ids))).all() if ids else ()


def _is_of_talk(message: Message, lead: Lead, talks: dict[str, Handoff]) -> bool:
    """Whether staff said it while they talked, about no other lead."""
    if message.lead_id is not None or message.peer_chat_id != lead.chat_id or not message.author:
        return False
    return any(
        it.answered_at is not None
        and it.answered_at <= message.created_at
        and (it.ended_at is None or message.created_at <= it.ended_at)
        for it in talks.values()
    )


Rows = dict[int | str, list[OutboxRow]]  # by the message that they send, or by their key
Fate = tuple[State, datetime | None, str | None]  # since when, and why


def _rows(session: Session, sent: Sequence[Message], own: Sequence[Message]) -> Rows:
    """Asked for one way after the other: each has an index of its own."""
    rows: Rows = defaultdict(list)
    of_messages = select(OutboxRow).where(OutboxRow.message_id.in_([it.id for it in sent]))
    for row in session.scalars(of_messages.order_by(OutboxRow.id)) if sent else ():
        if row.message_id is not None:
            rows[row.message_id].append(row)
    of_words = select(OutboxRow).where(OutboxRow.dedupe_key.in_([f"said:{it.id}" for it in own]))
    for row in session.scalars(of_words) if own else ():
        if row.dedupe_key is not None:
            rows[row.dedupe_key].append(row)
    return rows


def _of_staff(message: Message, copies: Sequence[Message], rows: Rows) -> Said:
    states = [_state(copy, rows) for copy in copies]
    queued = rows.get(f"said:{message.id}", [])
    if not states:
        row = queued[-1] if queued else None
        states = [_fate(row) if row is not None else ("waiting", None, None)]
    worst = min(states, key=lambda it: _WORST_FIRST.index(it[0]))
    return _said("staff", message, message.author, worst)


def _of_assistant(message: Message, rows: Rows) -> Said:
    return _said("assistant", message, None, _state(message, rows))


def _of_resident(message: Message, talks: dict[str, Handoff]) -> Said:
    """Staff have it once it was passed on."""
    talk = talks.get(message.step or "")
    has_gone = talk is not None and message.id <= (talk.relayed_to or 0)
    state: State = "passed_on" if has_gone else "waiting"
    return _said("resident", message, None, (state, None, None))


def _state(message: Message, rows: Rows) -> Fate:
    """Of what sent it last; of one that was sent long ago only that it was is known."""
    kept = rows.get(message.id, [])
    if any(it.kind == "deletion" and it.state == "sent" for it in kept):
        return "deleted", kept[-1].finished_at, None
    if message.external_id is not None:  # what failed then was an edit
        first = kept[0] if kept else None
        return "delivered", first.finished_at if first else None, None
    if not kept:
        return "failed", None, None
    return _fate(kept[-1])


def _fate(row: OutboxRow) -> Fate:
    return _OF_ROWS.get(row.state, "waiting"), row.finished_at, row.error


def _said(side: Side, message: Message, who: str | None, fate: Fate) -> Said:
    state, at, error = fate
    return Said(
        side,
        message.created_at,
        who,
        message.text,
        isinstance(message.media, list) and bool(message.media),
        message.edited_at,
        state,
        at,
        error if state == "failed" else None,
    )
