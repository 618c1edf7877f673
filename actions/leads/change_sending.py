"""Sending what was changed because staff asked: one look at all of it, then a new version."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from markupsafe import Markup
from rasa_sdk.events import SlotSet

from actions.desk.staff_posts import queue_for_staff
from actions.groups.posts import tell_group
from actions.groups.sent import credit_changes
from actions.ideas.ideas import LISTENED_TO, idea_of
from actions.labels import lines, question_label
from actions.leads.changes import REQUEST, AboutChanges, left_in
from actions.leads.qualification import qualify
from actions.leads.receipts import call_of, receipt_values
from actions.leads.sending import counted, keep, tell_sent_again
from storage import change_requests, ideas, lead_events, leads, resending, submissions
from storage.models import ChangeRequest, Idea, Lead
from storage.outbox import Lane
from storage.resending import Content

CONFIRMED = "change_confirmed"  # the slot: send, again, later


class ShowChanges(AboutChanges):
    """Shows each answer as it was and as it is to be."""

    called = "action_show_changes"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_changes_summary`."""
        asked = self.asked(tracker.slots)
        if asked is None:
            return self.over(dispatcher)
        request, lead = asked
        shown = lines(self._lines(request, lead))
        name = "utter_changes_summary" if shown else "utter_changes_none"
        dispatcher.utter_message(response=name, lines=shown, reference=lead.reference)
        return []

    def _lines(self, request: ChangeRequest, lead: Lead) -> Iterator[Markup]:
        before, after = self.texts(lead.idea), self.texts(self.changed(request, lead))
        for question in dict.fromkeys((*request.questions, *after)):
            if before.get(question) != after.get(question):
                values = {
                    "question": question_label(self.context, question),
                    "before": before.get(question) or self.context.say("history_nothing", {}),
                    "after": after.get(question),
                }
                yield self.context.say("history_change", values)


class AskChangeConfirmed(AboutChanges):
    """Asks whether what was shown may go."""

    called = "action_ask_change_confirmed"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """If staff have asked anew meanwhile, that has to be answered first."""
        asked = self.asked(tracker.slots)
        if asked is not None and left_in(asked[0]) is not None:
            return [SlotSet(CONFIRMED, "again")]
        dispatcher.utter_message(response="utter_ask_change_confirmed")
        return []


class ChangeAnswersAgain(AboutChanges):
    """All of them are asked once more."""

    called = "action_change_again"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Says nothing."""
        asked = self.asked(tracker.slots)
        if asked is not None:
            change_requests.take_answers_back(self.context.session, asked[0])
        return []


class SendChanges(AboutChanges):
    """Sends what was changed as a new version, with what staff asked for beside it."""

    called = "action_send_changes"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        """Nothing but the answers that were asked for changes."""
        asked = self.asked(tracker.slots)
        if asked is None:
            return self.over(dispatcher)
        request, lead = asked
        leads.hold_leads(self.context.session, [lead.id])
        if change_requests.is_over(self.context.session, request):
            return self.over(dispatcher)
        if left_in(request) is not None:
            dispatcher.utter_message(response="utter_changes_later")
            return []
        answered = {name: it for name, it in (request.answered or {}).items() if it}
        changed = self.changed(request, lead)
        if changed == lead.idea and not any(it["media"] for it in answered.values()):
            self._keep_all(request, lead)
        else:
            self._send(request, lead, changed, answered)
        dispatcher.utter_message(
            response="utter_changes_sent",
            staff_name=request.who,
            **receipt_values(self.context, lead),
        )
        told = [SlotSet(name, it["text"]) for name, it in answered.items()]
        told += [SlotSet(part, None) for part in self._parts(answered)]
        return [SlotSet(REQUEST, None), *(it for it in told if self._is_at_hand(lead, it, domain))]

    def _send(
        self,
        request: ChangeRequest,
        lead: Lead,
        changed: dict[str, Any],
        answered: Mapping[str, Mapping[str, Any]],
    ) -> None:
        context, session = self.context, self.context.session
        how = counted(context, call_of(context, lead), asked_until=request.until)
        spoken = any(m["medium"] in LISTENED_TO for it in answered.values() for m in it["media"])
        content = Content(
            **{name: getattr(lead, name) for name in Content.__dataclass_fields__}
            | {"idea": changed, "to_be_listened": lead.to_be_listened or spoken}
        )
        resending.send_again(session, lead, content, who=lead.applicant_name, now=context.now)
        self._write_into_idea(lead, answered)
        attached = self._attached(lead, answered)
        submission = keep(context, lead, how, attached=attached, change_request_id=request.id)
        change_requests.close_request(session, request, outcome="answered", now=context.now)
        qualify(session, lead, programme=context.programme)
        tell_sent_again(context, lead, submission)
        tell_group(context, lead, "changed")

    def _attached(self, lead: Lead, answered: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """The files of what was sent, with those of the new answers in place of the old ones."""
        last = submissions.newest_submission(self.context.session, lead_id=lead.id)
        before = (last.attached if last else None) or {}
        left = {name: media for name, media in before.items() if name not in answered}
        return left | {name: it["media"] for name, it in answered.items() if it["media"]}

    def _write_into_idea(self, lead: Lead, answered: Mapping[str, Mapping[str, Any]]) -> None:
        """The idea itself goes on from what was changed. The whole answer was given anew, also what
        had been told when it was asked about once more."""
        session, now = self.context.session, self.context.now
        idea = session.get(Idea, lead.idea_id) if lead.idea_id else None
        if idea is None:
            return
        for question, it in answered.items():
            media = it["media"] or None
            ideas.add_answer(
                session, idea, question=question, text=it["text"], media=media, now=now
            )
        kept = ideas.newest_answers(session, idea_id=idea.id)
        for part in self._parts(answered):
            if part in kept and kept[part].text:
                ideas.add_answer(session, idea, question=part, text=None, now=now)
        credit_changes(self.context, lead, [idea])

    def _parts(self, questions: Iterable[str]) -> Iterator[str]:
        """What belongs to these questions: what was asked once more."""
        canvas = self.context.programme.canvas
        for question in questions:
            if question in canvas.questions:
                yield from (it.ask for it in canvas.questions[question].follow_ups)

    def _keep_all(self, request: ChangeRequest, lead: Lead) -> None:
        context = self.context
        change_requests.close_request(context.session, request, outcome="answered", now=context.now)
        lead_events.record_event(
            context.session,
            lead,
            kind="answered",
            who=lead.applicant_name,
            words=None,
            now=context.now,
        )
        queue_for_staff(context, "lead_card_edit", {"lead_id": lead.id}, Lane.LEADS)
        payload = {"request_id": request.id}
        key = f"unchanged:{request.id}"
        queue_for_staff(context, "lead_unchanged", payload, Lane.LEADS, key, lead_id=lead.id)

    def _is_at_hand(self, lead: Lead, told: Mapping[str, Any], domain: Mapping[str, Any]) -> bool:
        """Whether the answer stands in the conversation as well."""
        idea = idea_of(self.context.session, chat_id=self.context.chat_id)
        return idea is not None and idea.id == lead.idea_id and told["name"] in domain["slots"]
