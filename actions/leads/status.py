"""Where things stand: what was sent, what is still a draft, what will be reminded of."""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from actions.calls.call_words import deadline_of, own_values
from actions.context import BoundAction
from actions.groups.sent import leads_at_hand, may_handle
from actions.ideas.ideas import answers_of, idea_of, texts_of
from actions.ideas.weighing import whole_answers
from actions.labels import blocks, button, kind_label, lines
from actions.leads.changes import open_requests
from actions.leads.decision_words import decline_words
from actions.leads.receipts import REFERENCE, call_of
from actions.leads.signing import waiting_lines
from actions.times.instants import in_words
from storage import change_requests, duplicates, leads, sign_offs, subscriptions
from storage.models import Lead

_MOST_SHOWN = 5


class ShowStatus(BoundAction):
    """Says where the applicant's things stand."""

    called = "action_show_status"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_status`, or `utter_status_nothing` for somebody new."""
        sent = blocks(self._sent(lead) for lead in leads_at_hand(self.context))
        rest = lines((*waiting_lines(self.context), *self._draft(), *self._reminders()))
        sections = blocks((sent, rest))
        if sections:
            buttons = [*self._buttons()]
            dispatcher.utter_message(response="utter_status", sections=sections, buttons=buttons)
        else:
            dispatcher.utter_message(response="utter_status_nothing")
        return []

    def _buttons(self) -> Iterator[dict[str, str]]:
        """What was sent can be seen again, the newest first."""
        if open_requests(self.context):
            label = self.context.say("button_answer_sent", {}).unescape()
            yield button(label, "/answer_changes")
        if sign_offs.open_of_chat(self.context.session, chat_id=self.context.chat_id):
            yield button(self.context.say("button_sign_off", {}).unescape(), "/sign_off")
        sent = leads_at_hand(self.context)[-_MOST_SHOWN:]
        name = "button_show_sent" if len(sent) == 1 else "button_show_which_sent"
        for lead in reversed(sent):
            label = self.context.say(name, {"reference": lead.reference}).unescape()
            yield button(label, f"/show_sent({REFERENCE}={lead.reference})")

    def _sent(self, lead: Lead) -> Markup:
        values = {
            "reference": lead.reference,
            "kind": kind_label(self.context, lead.kind),
            "title": (lead.idea or {}).get("title"),
            "when": in_words(lead.created_at, self.context.now, self.context.programme.zone),
            "staff_name": self._worked_by(lead),
            "outcome": lead.outcome,
            **self._why_over(lead),
        }
        if lead.group_id is not None:
            values["group"] = self.context.say("status_of_group", {"group": lead.on_behalf_of})
        how = self.context.say(f"lead_status_{lead.status}", values)
        call = call_of(self.context, lead)
        if call is not None:
            values["call"] = self.context.say("status_lead_call", own_values(self.context, call))
        return self.context.say(
            "status_lead", {**values, "status": lines([how, *self._asked(lead)])}
        )

    def _worked_by(self, lead: Lead) -> str | Markup:
        name = leads.assignee_name(self.context.session, lead)
        return name or self.context.say("status_the_team", {})

    def _why_over(self, lead: Lead) -> dict[str, Any]:
        """Of one that was declined the reason, of one that was merged the one it stands with, as
        far as that is theirs too."""
        if lead.status == "declined":
            return {"reason": decline_words(self.context, lead.decline_reason, lead.outcome)}
        if lead.status == "duplicate":
            kept = duplicates.root_of(self.context.session, lead)
            other = self.context.say("status_another_one", {})
            return {"kept": kept.reference if may_handle(self.context, kept) else other}
        return {}

    def _asked(self, lead: Lead) -> Iterator[Markup]:
        request = change_requests.open_request(
            self.context.session, lead_id=lead.id, now=self.context.now
        )
        if request is not None:
            until = in_words(request.until, self.context.now, self.context.programme.zone)
            yield self.context.say("status_changes", {"staff_name": request.who, "until": until})

    def _draft(self) -> Iterator[Markup]:
        session, chat_id = self.context.session, self.context.chat_id
        idea = idea_of(session, chat_id=chat_id)
        answers = answers_of(session, chat_id=chat_id)
        if idea is not None and idea.state == "draft" and answers:
            canvas = self.context.programme.canvas
            told = whole_answers(canvas, texts_of(answers))
            values = {
                "title": told.get(canvas.title or "") or self.context.say("idea_untitled", {}),
                "answered": len(told),
                "questions": len(canvas.questions),
            }
            yield self.context.say("status_draft", values)

    def _reminders(self) -> Iterator[Markup]:
        session, chat_id = self.context.session, self.context.chat_id
        for _subscription, call in subscriptions.subscriptions_of_chat(session, chat_id=chat_id):
            if deadline_of(self.context, call) > self.context.now:
                yield self.context.say("status_reminder", own_values(self.context, call))
