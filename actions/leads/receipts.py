"""Receipts: what was sent, when it counts as sent, what happens next; and the history of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

from actions.contacts import contact_way
from actions.context import BoundAction, Context
from actions.groups.choosing import CHOICE
from actions.groups.sent import is_spoken_for, may_handle
from actions.labels import blocks, button, kind_label, lines, question_label
from actions.leads.cards import answer_lines
from actions.leads.qualification import with_reasons
from actions.leads.reached import reached_words
from actions.leads.sending import Counted, counted
from actions.times.instants import day, in_words
from actions.times.working_days import working_days_after
from storage import calls, change_requests, lead_events, leads, submissions
from storage.models import Call, ChangeRequest, Lead, Submission
from storage.submissions import changed_questions, texts_of

REFERENCE = "sent_reference"  # the slot with the reference that is meant


def receipt_values(context: Context, lead: Lead) -> dict[str, Any]:
    """The values of every receipt. `details` says for which call and how it counts, and holds the
    answers as they were sent."""
    last = submissions.newest_submission(context.session, lead_id=lead.id)
    reached = reached_words(context, lead)
    sent_at = last.sent_at if last else lead.created_at
    told = {"contact": reached, "by": _by(context, sent_at)}
    next_step = context.say(f"receipt_next_{contact_way(lead.contact)}", told)
    return {
        "reference": lead.reference,
        "name": lead.applicant_name,
        "contact": reached,
        "when": _when(context, sent_at),
        "next_step": next_step,
        "details": blocks(_details(context, lead, last)),
        "version": last.version if last else 1,
    }


def _by(context: Context, sent_at: datetime) -> Markup:
    """By which day to expect an answer, where the content says how many working days it takes."""
    programme = context.programme
    if programme.answer_within_days is None:
        return Markup("")
    local = sent_at.astimezone(programme.zone)
    due = working_days_after(local.date(), programme.answer_within_days, programme.holiday_country)
    said = day(datetime.combine(due, local.time()), context.now.astimezone(programme.zone))
    return context.say("receipt_by", {"day": said})


def call_of(context: Context, lead: Lead) -> Call | None:
    """The call that it was sent for."""
    return calls.get_call(context.session, lead.call_id) if lead.call_id is not None else None


def can_change(context: Context, lead: Lead) -> Counted:
    """How a change of it would count now."""
    return counted(context, call_of(context, lead))


class ShowSent(BoundAction):
    """Shows a receipt again, with all versions of what was sent."""

    called = "action_show_sent"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_sent`, which offers what can still be done."""
        lead = sent_lead(self.context, tracker.get_slot(REFERENCE))
        if lead is None:
            dispatcher.utter_message(response="utter_sent_unknown")
            return []
        values = receipt_values(self.context, lead)
        history = lines(history_lines(self.context, lead))
        dispatcher.utter_message(
            response="utter_sent",
            **{
                **values,
                "kind": kind_label(self.context, lead.kind),
                "details": with_reasons(self.context, lead, values["details"]),
            },
            history=history,
            buttons=[*self._buttons(lead)],
        )
        return []

    def _buttons(self, lead: Lead) -> Iterator[dict[str, str]]:
        yield {"title": self._label("copy", lead), "copy_text": lead.reference}
        session, now = self.context.session, self.context.now
        if change_requests.open_request(session, lead_id=lead.id, now=now) is not None:
            yield button(self._label("answer", lead), "/answer_changes")
        if lead.status == "done" or can_change(self.context, lead).is_late:
            return
        if lead.idea_id is not None and is_spoken_for(self.context, lead):
            yield button(self._label("change", lead), "/shape_idea")
        elif lead.idea_id is not None and lead.group_id is not None:
            yield button(self._label("switch", lead), f"/speak_for({CHOICE}={lead.group_id})")
        if lead.status != "withdrawn":
            payload = f"/withdraw_lead({REFERENCE}={lead.reference})"
            yield button(self._label("withdraw", lead), payload)

    def _label(self, what: str, lead: Lead) -> str:
        values = {"reference": lead.reference, "group": lead.on_behalf_of}
        words = self.context.say(f"button_{what}_sent", values)
        return words.unescape()


def sent_lead(context: Context, reference: Any) -> Lead | None:
    """What this person has sent under the reference, or the group that they lead."""
    lead = leads.find_by_reference(context.session, reference=str(reference or ""))
    return lead if lead is not None and may_handle(context, lead) else None


def _details(context: Context, lead: Lead, last: Submission | None) -> Iterator[Markup]:
    call = call_of(context, lead)
    about = [_call_line(context, call)] if call is not None else []
    if last is not None and last.down_from and last.down_until:
        down = {"since": _when(context, last.down_from), "until": _when(context, last.down_until)}
        about.append(context.say("receipt_after_outage", down))
    yield lines(about)
    if lead.idea is not None:
        answers = answer_lines(context, lead.idea)
        yield lines([context.say("receipt_answers", {}), answers])


def _call_line(context: Context, call: Call) -> Markup:
    over = counted(context, call).is_late
    name = "receipt_call_over" if over else "receipt_call"
    deadline = _when(context, calls.ends_at(call))
    return context.say(name, {"call_title": call.title, "deadline": deadline})


def history_lines(context: Context, lead: Lead) -> Iterator[Markup]:
    """Each version with what was new in it, and between them what staff asked for."""
    found = submissions.submissions_of(context.session, lead_id=lead.id)
    asked = change_requests.requests_of(context.session, lead_id=lead.id)
    told = [(it.asked_at, _asked_line(context, it)) for it in asked]
    told += [(it.sent_at, line) for it, line in _versions(context, found)]
    told += [
        (event.at, context.say("history_withdrawn", {"when": _when(context, event.at)}))
        for event in lead_events.events_of(context.session, lead)
        if event.kind == "withdrawn"
    ]
    if len(told) > 1:
        yield from (line for _at, line in sorted(told, key=lambda it: it[0]))


def newest_change(context: Context, lead: Lead) -> Markup:
    """Each answer that the newest version has otherwise than the one before: how it was, and is."""
    found = submissions.submissions_of(context.session, lead_id=lead.id)[-2:]
    if len(found) < 2:
        return Markup("")
    before, newest = found
    return lines(
        context.say("history_change", _change(context, it, before.idea, newest.idea))
        for it in _changed(context, before.idea, newest)
    )


def _versions(context: Context, found: Sequence[Submission]) -> Iterator[tuple[Submission, Markup]]:
    before: Mapping[str, Any] | None = None
    for submission in found:
        changed = _changed(context, before, submission) if before is not None else []
        values = {
            "version": submission.version,
            "when": _when(context, submission.sent_at),
            "changed": lines(
                context.say("history_change", _change(context, it, before, submission.idea))
                for it in changed
            ),
        }
        name = "history_version" if changed else "history_first"
        yield submission, context.say(name, values)
        before = submission.idea


def _changed(
    context: Context, before: Mapping[str, Any] | None, submission: Submission
) -> list[str]:
    return changed_questions(before, submission.idea, title=context.programme.canvas.title)


def _change(
    context: Context,
    question: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> dict[str, Any]:
    title = context.programme.canvas.title
    return {
        "question": question_label(context, question),
        "before": texts_of(before, title=title).get(question) or context.say("history_nothing", {}),
        "after": texts_of(after, title=title).get(question) or context.say("history_nothing", {}),
    }


def _asked_line(context: Context, request: ChangeRequest) -> Markup:
    values = {
        "staff_name": request.who,
        "when": _when(context, request.asked_at),
        "questions": named(context, request.questions),
        "words": request.words,
    }
    return context.say("history_asked", values)


def named(context: Context, questions: Sequence[str]) -> Markup:
    """The questions' names, one after the other."""
    return Markup(", ").join(question_label(context, it) for it in questions)


def _when(context: Context, instant: Any) -> Markup:
    return in_words(instant, context.now, context.programme.zone)
