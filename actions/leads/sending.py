"""Sending a lead: one lead for an idea and a call, a version for each send that says something new,
and nothing after the deadline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from actions.context import Context
from actions.counting import Outage, Standing, standing_of
from actions.desk.staff_posts import queue_for_staff
from actions.groups.posts import tell_group
from actions.groups.staff_writing import ask_contact
from actions.leads.qualification import qualify
from storage import (
    applicants,
    calls,
    groups,
    ideas,
    intake_spans,
    lead_senders,
    leads,
    members,
    resending,
    submissions,
)
from storage.calls import ends_at
from storage.late_links import latest_leave
from storage.lead_statuses import OPEN
from storage.leads import NewLead
from storage.models import Call, Idea, Lead, Submission
from storage.outbox import Lane
from storage.submissions import Sent

What = Literal["new", "same", "changed", "late"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of sending: a new lead, the same as before, a new version of it, or nothing because
    it was too late. Then `lead` is what was sent before, if anything."""

    what: What
    lead: Lead | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """How something that is done now counts for a call."""

    standing: Standing
    outage: Outage | None = None

    @property
    def is_late(self) -> bool:
        """It does not count."""
        return self.standing is Standing.LATE


def counted(
    context: Context,
    call: Call | None,
    asked_until: datetime | None = None,
    *,
    group_id: int | None = None,
) -> Counted:
    """How what is answered now counts for this call, or for none; `asked_until` is until when staff
    wait for it, whatever the call's deadline. For a group it counts as well who else of it may come
    late."""
    if call is None:
        return Counted(Standing.OPEN)
    moment = context.moment
    outage = outage_of(context, call)
    standing = standing_of(
        moment,
        deadline=ends_at(call),
        leave=_leave(context, call, group_id),
        outage=outage,
        asked_until=asked_until,
    )
    return Counted(standing, outage if standing is Standing.AFTER_OUTAGE else None)


def _leave(context: Context, call: Call, group_id: int | None) -> datetime | None:
    """Until when they may come late, if anybody let them."""
    session, speaking = context.session, context.speaking
    group_id = group_id or (speaking.group.id if speaking else None)
    chat_ids = {context.chat_id, *(members.leading_chats(session, group_id) if group_id else ())}
    found = (latest_leave(session, chat_id=it, call_id=call.id) for it in chat_ids)
    return max((until for until in found if until is not None), default=None)


def outage_of(context: Context, call: Call) -> Outage | None:
    """The outage of intake in which the call's deadline lay, if it did."""
    if call.withdrawn_at is not None or ends_at(call) > context.moment.stored_at:
        return None
    found = intake_spans.outage_at(
        context.session,
        channel=context.channel,
        instant=ends_at(call),
        seen_at=context.moment.stored_at,
    )
    return Outage(*found) if found else None


def send(context: Context, draft: NewLead) -> Outcome:
    """Keep the lead and tell staff. The same again changes nothing, whenever it comes."""
    session = context.session
    call = calls.get_call(session, draft.call_id) if draft.call_id else None
    how = counted(context, call, group_id=draft.group_id)
    known = leads.find_by_dedupe_key(session, dedupe_key=draft.dedupe_key, hold=True)
    if how.is_late:
        return _too_late(context, known, draft)
    lead, is_new = leads.create_lead(session, draft, now=context.now)
    outcome = (_first if is_new else _again)(context, lead, draft, how)
    if outcome.what != "same" and lead.group_id is not None:
        tell_group(context, lead, outcome.what)
        ask_contact(context, lead)
    return outcome


def is_known(context: Context, draft: NewLead) -> bool:
    """Whether just this was sent already."""
    known = leads.find_by_dedupe_key(context.session, dedupe_key=draft.dedupe_key)
    if known is None or known.status == "withdrawn":
        return False
    return not _is_changed(context, known, draft, attached_to(context, draft.idea_id))


def keep(
    context: Context,
    lead: Lead,
    how: Counted,
    *,
    attached: Mapping[str, Any] | None,
    change_request_id: int | None = None,
) -> Submission:
    """Keep the lead as it is now as one more version of it."""
    sent = Sent(
        idea=lead.idea,
        facts=lead.facts,
        sent_at=context.moment.at,
        stored_at=context.moment.stored_at,
        standing=how.standing.value,
        idea_id=lead.idea_id,
        attached=dict(attached) if attached else None,
        down_from=how.outage.since if how.outage else None,
        down_until=how.outage.until if how.outage else None,
        change_request_id=change_request_id,
    )
    return submissions.add_submission(context.session, lead, sent)


def tell_sent_again(context: Context, lead: Lead, submission: Submission) -> None:
    """Staff see the new version on the card, and are told that there is one."""
    queue_for_staff(context, "lead_card_edit", {"lead_id": lead.id}, Lane.LEADS)
    payload = {"submission_id": submission.id}
    key = f"changed:{submission.id}"
    queue_for_staff(context, "lead_changed", payload, Lane.LEADS, key, lead_id=lead.id)


def attached_to(context: Context, idea_id: int | None) -> dict[str, Any]:
    """What was attached to the answers of an idea."""
    answers = ideas.newest_answers(context.session, idea_id=idea_id) if idea_id else {}
    return {name: answer.media for name, answer in answers.items() if answer.media}


def _first(context: Context, lead: Lead, draft: NewLead, how: Counted) -> Outcome:
    keep(context, lead, how, attached=attached_to(context, lead.idea_id))
    qualify(context.session, lead, programme=context.programme)
    if draft.kind != "callback":  # who wants to be rung left a number for that and no more
        _remember_sender(context, draft)
    queue_for_staff(context, "lead_card", {"lead_id": lead.id}, Lane.LEADS, f"card:{lead.id}")
    return Outcome("new", lead)


def _again(context: Context, lead: Lead, draft: NewLead, how: Counted) -> Outcome:
    session, attached = context.session, attached_to(context, draft.idea_id)
    corrected = _correct(context, lead, draft)
    if lead.status != "withdrawn" and not _is_changed(context, lead, draft, attached):
        if corrected:
            qualify(session, lead, programme=context.programme)
            queue_for_staff(context, "lead_card_edit", {"lead_id": lead.id}, Lane.LEADS)
        return Outcome("same", lead)
    was_withdrawn = lead.status == "withdrawn"
    resending.send_again(
        session, lead, resending.content_of(draft), who=draft.applicant_name, now=context.now
    )
    _correct(context, lead, draft)
    qualify(session, lead, programme=context.programme)
    tell_sent_again(context, lead, keep(context, lead, how, attached=attached))
    return Outcome("new" if was_withdrawn else "changed", lead)


def _too_late(context: Context, known: Lead | None, draft: NewLead) -> Outcome:
    if known is None or known.status == "withdrawn":
        return Outcome("late")
    changed = _is_changed(context, known, draft, attached_to(context, draft.idea_id))
    return Outcome("late" if changed else "same", known)


def _is_changed(context: Context, lead: Lead, draft: NewLead, attached: Mapping[str, Any]) -> bool:
    last = submissions.newest_submission(context.session, lead_id=lead.id)
    if last is None:  # from before sends were kept
        return (lead.idea, lead.facts) != (draft.idea, draft.facts)
    kept = (last.idea, last.facts, last.attached or {})
    return kept != (draft.idea, draft.facts, dict(attached))


def _remember_sender(context: Context, draft: NewLead) -> None:
    session, now = context.session, context.now
    applicants.save_contact(
        session,
        applicants.applicant_of(session, chat_id=_whose(context, draft), now=now),
        name=draft.applicant_name,
        contact=draft.contact,
        now=now,
    )
    idea = session.get(Idea, draft.idea_id) if draft.idea_id else None
    if idea is not None and idea.state == "draft":
        ideas.mark_sent(session, idea, now=now)


def _whose(context: Context, draft: NewLead) -> int:
    """The chat behind which the applicant is: of a group its own."""
    group = groups.get_group(context.session, draft.group_id) if draft.group_id else None
    return group.chat_id if group else context.chat_id


def _correct(context: Context, lead: Lead, draft: NewLead) -> bool:
    """Take over a corrected name or contact while the lead is open; whether anything changed."""
    if lead.status not in OPEN:
        return False
    return lead_senders.correct_sender(
        context.session,
        lead,
        name=draft.applicant_name,
        contact=draft.contact,
        helped=draft.helped,
        on_behalf_of=draft.on_behalf_of,
        members=draft.members,
        now=context.now,
    )
