"""Two people of a group agree before it is sent: who is asked, and what they were shown.

Who asks has said yes to just what the other one is shown. What has changed since is shown again.
"""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.boards import queue_board
from actions.calls.call_words import Telling
from actions.context import Context
from actions.criteria.verdicts import judge_call, settled
from actions.eligibility.eligibility import reason_sentences
from actions.groups.applying import for_group
from actions.ideas.ideas import as_told
from actions.leads.change_wishes import reminder_at
from actions.leads.sending import attached_to, counted, is_known
from actions.members.names import group_name
from actions.speaking import Speaking, speaking_of
from actions.times.instants import in_words
from storage import calls, chats, ideas, members, sign_offs
from storage.calls import ends_at
from storage.leads import NewLead
from storage.members import CONTACT, SECOND
from storage.models import Member, SignOff
from storage.outbox import Lane, queue

REMINDER = "sign_off_reminder"  # the kinds of posts: to who is asked …
RETURNED = "sign_off_returned"  # … and to who asked
RESPONSES = frozenset(
    {f"utter_sign_off_{name}" for name in ("reminder", "returned", "late")} | {"sign_off_until"}
)
_WITHOUT_DEADLINE = timedelta(days=6)


def needs_agreement(context: Context, draft: NewLead) -> bool:
    """Whether a second person has to see it: the call or the group asks for it, it says something
    new, and it is not too late."""
    speaking = context.speaking
    if speaking is None or draft.group_id != speaking.group.id:
        return False
    call = calls.get_call(context.session, draft.call_id) if draft.call_id else None
    if not speaking.group.two_agree and not (call and call.sign_off):
        return False
    return not counted(context, call).is_late and not is_known(context, draft)


def ask_the_other(context: Context, dispatcher: Any, draft: NewLead) -> None:
    """Ask the other one of contact and second contact, or say who could be that."""
    speaking = context.speaking
    if speaking is None:
        return
    values = {
        "group": group_name(context.session, speaking.group, context.say),
        "until": until_words(context, context.session, draft),
    }
    other = other_of(context, speaking)
    if other is None:
        could_be = _could_be(context, speaking)
        name = "utter_sign_off_who" if could_be else "utter_sign_off_nobody"
        dispatcher.utter_message(response=name, **values, names=could_be)
    elif not is_reachable(context, other):
        dispatcher.utter_message(response="utter_sign_off_gone", **values, name=other.name)
    else:
        ask(context, speaking, draft, by=speaking.member, of=other)
        dispatcher.utter_message(response="utter_sign_off_asked", **values, name=other.name)


def other_of(context: Context, speaking: Speaking) -> Member | None:
    """Who has to agree to what this person wants to send."""
    role = SECOND if speaking.member.role == CONTACT else CONTACT
    return members.with_role(context.session, group_id=speaking.group.id, role=role)


def is_reachable(context: Context, member: Member) -> bool:
    """Whether we may write to them."""
    if member.chat_id is None or member.left_at is not None:
        return False
    return chats.get_chat(context.session, member.chat_id).blocked_at is None


def ask(context: Context, speaking: Speaking, draft: NewLead, *, by: Member, of: Member) -> SignOff:
    """Keep just what is to be sent, and begin to ask. Once there is a reminder of it."""
    session, now = context.session, context.now
    asked = sign_offs.ask(
        session, speaking.group, by=by, of=of, draft=snapshot(context, draft), now=now
    )
    values = {"sign_off_id": str(asked.id)}
    if of.chat_id is not None and of.chat_id != context.chat_id:
        context.begin(of.chat_id, "sign_off", values, key=f"sign_off:{asked.id}")
    _remind(context, asked, draft, of)
    queue_board(session, speaking.group, now=now)
    return asked


def snapshot(context: Context, draft: NewLead) -> dict[str, Any]:
    """What is shown and agreed to, as plain values."""
    return {"lead": asdict(draft), "attached": attached_to(context, draft.idea_id)}


def shown_in(asked: SignOff) -> NewLead:
    """The lead as it was shown."""
    return NewLead(**asked.draft["lead"])


def as_it_is_now(context: Context, asked: SignOff, speaking: Speaking) -> NewLead:
    """The lead as it would go now: the group's newest words, facts and members."""
    shown = shown_in(asked)
    facts = {**shown.facts, **speaking.applicant.facts}
    draft = replace(
        for_group(context, speaking, shown),
        facts=facts,
        borough=facts.get("borough", shown.borough),
        theme=facts.get("theme", shown.theme),
    )
    if draft.call_id is not None:
        verdict = judge_call(calls.get_call(context.session, draft.call_id), facts).verdict
        reasons = [str(it) for it in reason_sentences(verdict)]
        draft = replace(draft, verdict=settled(verdict.kind), reasons=reasons)
    kept = ideas.newest_answers(context.session, idea_id=draft.idea_id) if draft.idea_id else None
    offer = context.programme.offers.get(draft.kind)
    if kept is None or offer is None or not offer.takes_ideas:
        return draft
    return replace(draft, idea=as_told(context, kept))


def is_as_shown(context: Context, asked: SignOff, draft: NewLead) -> bool:
    """Whether just this was shown."""
    same: bool = snapshot(context, draft) == asked.draft
    return same


def held_for(context: Context, number: Any) -> tuple[SignOff, Speaking] | None:
    """The request of this number, or else the newest, if this person may answer it; with the group
    held, for who asked. None once it is over."""
    session = context.session
    waiting = sign_offs.open_of_chat(session, chat_id=context.chat_id)
    named = [it for it in waiting if str(it.id) == str(number)]
    for known in (*named, *reversed(waiting)):
        asker = session.get(Member, known.asked_by_id)
        if asker is None or asker.chat_id is None or not _may_answer(context, known):
            continue
        speaking = speaking_of(
            session, group_id=known.group_id, chat_id=asker.chat_id, now=context.now
        )
        held = sign_offs.get_sign_off(session, known.id)  # as it is now that the group is held
        if held is not None and held.state == sign_offs.ASKED and speaking is not None:
            return held, speaking
    return None


def end_unsent(
    context: Context, asked: SignOff, speaking: Speaking, *, state: str, note: str | None = None
) -> None:
    """It is not sent: it was sent back with a note, or came too late. Who asked hears of it."""
    session, now = context.session, context.now
    sign_offs.end(session, asked, state=state, note=note, now=now)
    queue_board(session, speaking.group, now=now)
    if speaking.member.chat_id is not None:
        _queue(context, speaking.member.chat_id, RETURNED, asked)


def waiting_lines(context: Context) -> Iterator[Markup]:
    """What waits for this person to agree to it, and what waits for others of their group."""
    session, speaking = context.session, context.speaking
    own = sign_offs.open_of_chat(session, chat_id=context.chat_id)
    for asked in own:
        yield context.say("status_sign_off", {"group": shown_in(asked).on_behalf_of})
    found = sign_offs.open_of_group(session, group_id=speaking.group.id) if speaking else []
    for asked in found:
        if asked not in own:
            of = session.get_one(Member, asked.asked_of_id)
            yield context.say("status_sign_off_waits", {"name": of.name})


def _may_answer(context: Context, asked: SignOff) -> bool:
    """Whether who is asked still stands for the group."""
    member = members.membership(context.session, group_id=asked.group_id, chat_id=context.chat_id)
    return member is not None and member.role in members.LEADING


def _could_be(context: Context, speaking: Speaking) -> Markup:
    """Who could be the second contact, by name."""
    found = members.members_of(context.session, group_id=speaking.group.id)
    return Markup(", ").join(it.name for it in found if it.name and it.id != speaking.member.id)


def until_words(context: Telling, session: Session, draft: NewLead) -> Markup:
    """Until when it has to be agreed to, where there is a deadline."""
    if draft.call_id is None:
        return Markup("")
    call = calls.get_call(session, draft.call_id)
    deadline = in_words(ends_at(call), context.now, context.programme.zone)
    return context.say("sign_off_until", {"call_title": call.title, "deadline": deadline})


def _remind(context: Context, asked: SignOff, draft: NewLead, of: Member) -> None:
    if of.chat_id is None:
        return
    programme, now = context.programme, context.now
    call = calls.get_call(context.session, draft.call_id) if draft.call_id else None
    until = ends_at(call) if call else now + _WITHOUT_DEADLINE
    due_at = reminder_at(now, until, zone=programme.zone, quiet=programme.quiet_hours)
    _queue(context, of.chat_id, REMINDER, asked, due_at=due_at)


def _queue(
    context: Context, chat_id: int, kind: str, asked: SignOff, *, due_at: datetime | None = None
) -> None:
    queue(
        context.session,
        chat_id=chat_id,
        kind=kind,
        lane=Lane.REMINDERS if kind == REMINDER else Lane.REPLIES,
        now=context.now,
        due_at=due_at,
        payload={"sign_off_id": asked.id},
        dedupe_key=f"{kind}:{asked.id}",
    )
