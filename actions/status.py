"""Where things stand: what was sent, what is still a draft, what will be reminded of."""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from actions.call_words import deadline_of, own_values
from actions.context import BoundAction
from actions.ideas import answers_of, idea_of, texts_of
from actions.instants import in_words
from actions.labels import blocks, kind_label, lines
from actions.weighing import whole_answers
from storage import leads, subscriptions
from storage.models import Lead


class ShowStatus(BoundAction):
    """Says where the applicant's things stand."""

    called = "action_show_status"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_status`, or `utter_status_nothing` for somebody new."""
        session, chat_id = self.context.session, self.context.chat_id
        sent = blocks(self._sent(lead) for lead in leads.leads_of_chat(session, chat_id=chat_id))
        rest = lines((*self._draft(), *self._reminders()))
        sections = blocks((sent, rest))
        if sections:
            dispatcher.utter_message(response="utter_status", sections=sections)
        else:
            dispatcher.utter_message(response="utter_status_nothing")
        return []

    def _sent(self, lead: Lead) -> Markup:
        values = {
            "reference": lead.reference,
            "kind": kind_label(self.context, lead.kind),
            "title": (lead.idea or {}).get("title"),
            "when": in_words(lead.created_at, self.context.now, self.context.programme.zone),
            "staff_name": leads.assignee_name(self.context.session, lead),
            "outcome": lead.outcome,
        }
        how = self.context.say(f"lead_status_{lead.status}", values)
        return self.context.say("status_lead", {**values, "status": how})

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
