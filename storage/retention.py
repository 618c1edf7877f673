"""What is kept only for a time: found by walking up the ids, and deleted in small batches.

Ids rise with the time at which rows were made, so a walk ends where all that it meets is too young,
and no table is read as a whole. A single row may count as made later: a post that is due in weeks.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from storage import introductions, lead_senders, likeness, outbox
from storage.models import (
    Applicant,
    AuditEntry,
    Broadcast,
    BroadcastRecipient,
    Call,
    Chat,
    Conversation,
    Group,
    Handoff,
    HookDelivery,
    Idea,
    InboxRow,
    IntakeSpan,
    Interest,
    Introduction,
    LateLink,
    Lead,
    LeadEvent,
    Message,
    Misunderstood,
    OutboxRow,
    ReminderPlan,
    StaffChat,
    StaffLink,
    StaffMember,
    Subscription,
    Thread,
    ToldVerdict,
    TrainingExample,
)

INBOX_DAYS = 3  # the channel delivers an update again for a day at most
OUTBOX_DAYS = 30
DEFAULT_DAYS = {
    "messages": 365,
    "ideas": 730,
    "leads": 730,
    "handoffs": 365,
    "reminders": 90,
    "set_aside": 90,
    "examples": 1095,
}
MANY = 500
FEW = 20  # of what takes other rows along, or is looked for in other tables

Remove = Callable[[Session, Sequence[int]], None]


def days_of_trail(days: Mapping[str, int]) -> int:
    """For how many days it is kept what staff did, and why they said they did it."""
    return {**DEFAULT_DAYS, **days}["leads"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of a table that go: those made before `before` for which `goes` holds."""

    name: str
    table: Table
    made_at: str
    before: datetime
    goes: ColumnElement[bool]
    remove: Remove
    batch: int = MANY


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a walk: the ids that go, and where to walk on; None at the end."""

    ids: list[int]
    walk_on: int | None


def rules(*, now: datetime, days: Mapping[str, int]) -> list[Rule]:
    """What goes by now, in an order in which one makes the next possible. `days` are the
    programme's, by kind; see DEFAULT_DAYS."""
    kept = {**DEFAULT_DAYS, **days}
    since = {kind: now - timedelta(days=count) for kind, count in kept.items()}
    return [
        _inbox_rule(now - timedelta(days=INBOX_DAYS), since["set_aside"]),
        _outbox_rule(now - timedelta(days=OUTBOX_DAYS), since["set_aside"], since["leads"]),
        _simple("introductions", Introduction.table(), since["leads"], "created_at"),
        _lead_rule(since["leads"], now),
        _simple("handoffs", Handoff.table(), since["handoffs"], "created_at"),
        _message_rule(since["messages"]),
        _made("misunderstood", Misunderstood.table(), since["messages"], "at"),
        _made("examples", TrainingExample.table(), since["examples"], "given_at"),
        _simple("ideas", Idea.table(), since["ideas"], "updated_at", batch=FEW),
        _applicant_rule(since["ideas"]),
        _group_rule(since["ideas"]),
        _interest_rule(since["reminders"]),
        _late_link_rule(since["reminders"]),
        _broadcast_rule(since["reminders"]),
        _span_rule(since["reminders"]),
        _made("staff links", StaffLink.table(), since["reminders"], "made_at"),
        _made("audit", AuditEntry.table(), since["leads"], "at"),
        _made(
            "hook deliveries", HookDelivery.table(), now - timedelta(days=OUTBOX_DAYS), "made_at"
        ),
    ]


def walk(session: Session, rule: Rule, *, after_id: int) -> Stretch:
    """The next stretch of a rule's walk."""
    table = rule.table
    found = session.execute(
        select(table.c.id, table.c[rule.made_at], rule.goes)
        .where(table.c.id > after_id)
        .order_by(table.c.id)
        .limit(rule.batch)
    ).all()
    old = [(id_, goes) for id_, made_at, goes in found if made_at < rule.before]
    is_end = not old or len(found) < rule.batch
    return Stretch([id_ for id_, goes in old if goes], None if is_end else found[-1][0])


def subscriptions_over(session: Session, *, before: datetime, limit: int) -> list[int]:
    """Subscriptions to calls that closed before then."""
    statement = (
        select(Subscription.id)
        .join(Call, Call.id == Subscription.call_id)
        .where(Call.closes_at < before)
        .limit(limit)
    )
    return list(session.scalars(statement))


def delete_subscriptions(session: Session, ids: Sequence[int]) -> None:
    """Delete these with the log of their reminders."""
    session.execute(delete(Subscription).where(Subscription.id.in_(ids)))


def verdicts_over(
    session: Session, *, before: datetime, limit: int
) -> tuple[int, Sequence[int]] | None:
    """A call that closed before then, and chats that were told a verdict on it."""
    table, calls = ToldVerdict.table(), Call.table()
    call_id = session.scalars(
        select(calls.c.id)
        .where(calls.c.closes_at < before, exists().where(table.c.call_id == calls.c.id))
        .limit(1)
    ).one_or_none()
    if call_id is None:
        return None
    of_call = select(table.c.chat_id).where(table.c.call_id == call_id)
    return call_id, session.scalars(of_call.limit(limit)).all()


def delete_verdicts(call_id: int, session: Session, chat_ids: Sequence[int]) -> None:
    """Delete what these chats were told about the call."""
    session.execute(
        delete(ToldVerdict).where(ToldVerdict.call_id == call_id, ToldVerdict.chat_id.in_(chat_ids))
    )


def recipients_over(
    session: Session, *, before: datetime, limit: int
) -> tuple[int, Sequence[int]] | None:
    """A broadcast that ended before then, and chats of which is known what became of it there."""
    table, of = BroadcastRecipient.table(), Broadcast.table()
    broadcast_id = session.scalars(
        select(of.c.id)
        .where(of.c.ended_at < before, exists().where(table.c.broadcast_id == of.c.id))
        .limit(1)
    ).one_or_none()
    if broadcast_id is None:
        return None
    of_it = select(table.c.chat_id).where(table.c.broadcast_id == broadcast_id)
    return broadcast_id, session.scalars(of_it.limit(limit)).all()


def delete_recipients(broadcast_id: int, session: Session, chat_ids: Sequence[int]) -> None:
    """Delete what became of the broadcast in these chats."""
    table = BroadcastRecipient.table()
    session.execute(
        delete(table).where(table.c.broadcast_id == broadcast_id, table.c.chat_id.in_(chat_ids))
    )


def delete_plans(session: Session, *, before: datetime) -> None:
    """Delete what was planned for deadlines before then; there are few for each call."""
    session.execute(delete(ReminderPlan).where(ReminderPlan.closes_at < before))


def _inbox_rule(done: datetime, aside: datetime) -> Rule:
    table = InboxRow.table()
    goes = or_(
        and_(table.c.state == "done", table.c.finished_at < done),
        and_(table.c.state == "set_aside", table.c.finished_at < aside),
    )
    return Rule("inbox", table, "received_at", done, goes, partial(_delete, table, goes))


def _outbox_rule(done: datetime, aside: datetime, cards: datetime) -> Rule:
    """A lead's card is never posted twice, so its key is kept as long as the lead. Work that nobody
    took up in all that time is as good as done."""
    table = OutboxRow.table()
    is_over = table.c.state.in_(("sent", "dropped", "done"))
    goes = or_(
        and_(is_over, table.c.finished_at < done, table.c.kind != "lead_card"),
        and_(is_over, table.c.finished_at < cards),
        and_(table.c.state == "set_aside", table.c.finished_at < aside),
        and_(table.c.state.in_(("to_do", "doing", "held")), table.c.created_at < done),
    )
    return Rule("outbox", table, "created_at", done, goes, partial(_delete, table, goes))


def _message_rule(before: datetime) -> Rule:
    """What was said about a lead stays with the lead."""
    table = Message.table()
    goes = and_(table.c.created_at < before, table.c.lead_id.is_(None))
    remove = partial(_delete_messages, before)
    return Rule("messages", table, "created_at", before, goes, remove)


def _lead_rule(before: datetime, now: datetime) -> Rule:
    """A lead counts from the last that happened to it."""
    table, events = Lead.table(), LeadEvent.table()
    happened = exists().where(events.c.lead_id == table.c.id, events.c.at >= before)
    remove = partial(_retire_leads, now)
    return Rule("leads", table, "created_at", before, ~happened, remove, batch=FEW)


def _applicant_rule(before: datetime) -> Rule:
    table, ideas = Applicant.table(), Idea.table()
    has_ideas = exists().where(ideas.c.applicant_id == table.c.id)
    goes = and_(table.c.updated_at < before, ~has_ideas)
    remove = partial(_delete, table, goes)
    return Rule("applicants", table, "created_at", before, goes, remove)


def _group_rule(before: datetime) -> Rule:
    """A group whose idea is gone, and in whose chat nothing was said since: with its members."""
    table, applicants, said = Group.table(), Applicant.table(), Message.table()
    is_somebody = exists().where(applicants.c.chat_id == table.c.chat_id)
    is_heard = exists().where(said.c.chat_id == table.c.chat_id)
    goes = and_(table.c.created_at < before, ~is_somebody, ~is_heard)
    remove = partial(_delete, table, goes)
    return Rule("groups", table, "created_at", before, goes, remove, batch=FEW)


def _interest_rule(before: datetime) -> Rule:
    """What is still wanted stays."""
    table = Interest.table()
    goes = table.c.stopped_at < before
    remove = partial(_delete, table, goes)
    return Rule("interests", table, "created_at", before, goes, remove)


def _late_link_rule(before: datetime) -> Rule:
    """One by which something was sent is kept with that, whose card says that it came late."""
    table, sent = LateLink.table(), Lead.table()
    by_it = sent.c.chat_id == table.c.chat_id, sent.c.call_id == table.c.call_id
    goes = and_(table.c.expires_at < before, ~exists().where(*by_it))
    remove = partial(_delete, table, goes)
    return Rule("late links", table, "made_at", before, goes, remove)


def _broadcast_rule(before: datetime) -> Rule:
    """Once it is forgotten who got it; a draft that nobody has sent."""
    table, got = Broadcast.table(), BroadcastRecipient.table()
    is_known = exists().where(got.c.broadcast_id == table.c.id)
    is_over = or_(table.c.ended_at < before, table.c.state == "draft")
    goes = and_(is_over, ~is_known)
    remove = partial(_delete, table, goes)
    return Rule("broadcasts", table, "made_at", before, goes, remove)


def _span_rule(before: datetime) -> Rule:
    """Long after every deadline about which it could be asked."""
    table = IntakeSpan.table()
    goes = table.c.alive_until < before
    remove = partial(_delete, table, goes)
    return Rule("intake spans", table, "began_at", before, goes, remove)


def _simple(
    name: str, table: Table, before: datetime, needed_at: str, *, batch: int = MANY
) -> Rule:
    goes = table.c[needed_at] < before
    return Rule(name, table, "created_at", before, goes, partial(_delete, table, goes), batch)


def _made(name: str, table: Table, before: datetime, made_at: str) -> Rule:
    """Rows that go by when they were made alone."""
    goes = table.c[made_at] < before
    return Rule(name, table, made_at, before, goes, partial(_delete, table, goes))


def _delete(table: Table, goes: ColumnElement[bool], session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(table).where(table.c.id.in_(ids), goes))


def _delete_messages(before: datetime, session: Session, ids: Sequence[int]) -> None:
    """Where nothing that was said is left, the conversation and the chat's name go as well."""
    chat_ids = set(session.scalars(select(Message.chat_id).where(Message.id.in_(ids))))
    session.execute(delete(Message).where(Message.id.in_(ids), Message.lead_id.is_(None)))
    is_empty = Chat.id.in_(chat_ids), ~exists().where(Message.chat_id == Chat.id)
    silent = list(session.scalars(select(Chat.id).where(*is_empty)))
    ended = session.scalars(
        delete(Conversation)
        .where(Conversation.chat_id.in_(silent), Conversation.updated_at < before)
        .returning(Conversation.chat_id)
    )
    session.execute(update(Chat).where(Chat.id.in_(set(ended))).values(name=None))
    _close_topics(session, silent)


def _close_topics(session: Session, silent: Collection[int]) -> None:
    """Those of residents in which nothing is left, if they ask for nobody any more: what they were
    called goes. The topic itself stays with staff, who may delete it."""
    asks = exists().where(Handoff.chat_id == Thread.peer_chat_id)
    about_resident = Thread.chat_id.in_(silent), Thread.lead_id.is_(None)
    session.execute(delete(Thread).where(*about_resident, ~asks))


def _retire_leads(now: datetime, session: Session, ids: Sequence[int]) -> None:
    """A lead first loses all that tells of a person, also in the chat's history and on its card;
    what is left of it goes after the same time again."""
    for lead in session.scalars(select(Lead).where(Lead.id.in_(ids)).order_by(Lead.id)):
        if lead_senders.is_anonymous(lead):
            session.delete(lead)
            continue
        looked_at = _looked_at(session, lead)
        _take_off_cards(session, lead, now)
        lead_senders.make_anonymous(session, lead, now=now)
        cards = _cards_of(session, lead)
        kept = (*cards, *looked_at)
        session.execute(delete(Message).where(Message.lead_id == lead.id, Message.id.not_in(kept)))
        _write_cards_anew(session, lead, cards.values(), now)
        for post_id, chat_id in looked_at.items():
            _queue_card(session, chat_id, {"lead_id": lead.id, "post_id": post_id}, now)
    session.flush()


def _take_off_cards(session: Session, lead: Lead, now: datetime) -> None:
    """Its words are found no more, and the cards of those that were like it no longer say so."""
    idea = session.get(Idea, lead.idea_id) if lead.idea_id else None
    if idea is not None:
        likeness.set_words(session, idea, {})
    for other_id in sorted(introductions.naming(session, [lead.id])):
        other = session.get_one(Lead, other_id)
        _write_cards_anew(session, other, _cards_of(session, other).values(), now)


def _write_cards_anew(session: Session, lead: Lead, chat_ids: Iterable[int], now: datetime) -> None:
    for chat_id in chat_ids:
        _queue_card(session, chat_id, {"lead_id": lead.id}, now)


def _queue_card(session: Session, chat_id: int, payload: dict[str, int], now: datetime) -> None:
    kind, lane = "lead_card_edit", outbox.Lane.LEADS
    outbox.queue(session, chat_id=chat_id, kind=kind, lane=lane, now=now, payload=payload)


def _looked_at(session: Session, lead: Lead) -> dict[int, int]:
    """The posts about the lead in private chats of the staff, also of who has left, with their
    chats: each of them becomes the card of what is left."""
    is_members = exists().where(
        StaffMember.channel == Chat.channel, StaffMember.external_id == Chat.external_id
    )
    statement = (
        select(Message.id, Message.chat_id)
        .join(Chat, Chat.id == Message.chat_id)
        .where(Message.lead_id == lead.id, Message.direction == "out")
        .where(Chat.kind == "private", Chat.id.is_distinct_from(lead.chat_id), is_members)
    )
    return {post.id: post.chat_id for post in session.execute(statement)}


_is_staffs = or_(
    exists().where(StaffChat.chat_id == Message.chat_id),
    exists().where(Thread.chat_id == Message.chat_id),
)


def _cards_of(session: Session, lead: Lead) -> dict[int, int]:
    """The messages that show the lead in staff chats, with their chats."""
    statement = (
        select(func.min(Message.id).label("id"), Message.chat_id)
        .where(Message.lead_id == lead.id, Message.direction == "out", _is_staffs)
        .group_by(Message.chat_id)
    )
    return {card.id: card.chat_id for card in session.execute(statement)}
