"""Answering what staff ask to be changed: just those questions, then one look at all of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from markupsafe import Markup
from rasa_sdk.events import SlotSet

from actions.context import BoundAction, media_of
from actions.ideas import LISTENED_TO, idea_of
from actions.instants import in_words
from actions.labels import lines, question_label
from actions.receipts import call_of, named, receipt_values
from actions.sending import counted, keep, tell_sent_again
from actions.staff_posts import queue_for_staff
from storage import change_requests, ideas, leads
from storage.leads import Content
from storage.models import ChangeRequest, Idea, Lead
from storage.outbox import Lane
from storage.submissions import texts_of

REQUEST = "change_request"  # the slots: which request, which question of it, and the answer
QUESTION = "change_question"
ANSWER = "change_answer"
CONFIRMED = "change_confirmed"
TOLD = "change_told"  # the request that they were told of


class _AboutChanges(BoundAction):
    """What these actions share: the request that is being answered, and its lead."""

    def asked(self, slots: Mapping[str, Any]) -> tuple[ChangeRequest, Lead] | None:
        """None once it has come to an end, or its time is over."""
        session, named_id = self.context.session, slots.get(REQUEST)
        request = change_requests.get_request(session, int(named_id)) if named_id else None
        lead = leads.get_lead(session, request.lead_id) if request else None
        if request is None or lead is None or lead.chat_id != self.context.chat_id:
            return None
        is_over = request.closed_at is not None or request.until <= self.context.moment.at
        return None if is_over else (request, lead)

    def texts(self, idea: Mapping[str, Any] | None) -> dict[str, str]:
        """The answers of what was sent, by their slots."""
        return texts_of(idea, title=self.context.programme.canvas.title)

    def changed(self, request: ChangeRequest, lead: Lead) -> dict[str, Any]:
        """What was sent, with the answers that were given since in place of the old ones."""
        idea = lead.idea or {"title": None, "answers": {}}
        given = {name: it["text"] for name, it in (request.answered or {}).items() if it}
        title = given.pop(self.context.programme.canvas.title or "", idea["title"])
        return {"title": title, "answers": {**idea["answers"], **given}}

    def tell(self, dispatcher: Any, request: ChangeRequest, lead: Lead) -> None:
        """Who asks for what, and until when."""
        dispatcher.utter_message(
            response="utter_changes_asked",
            staff_name=request.who,
            staff_words=request.words,
            reference=lead.reference,
            questions=named(self.context, request.questions),
            until=in_words(request.until, self.context.now, self.context.programme.zone),
        )

    def over(self, dispatcher: Any) -> list[dict[str, Any]]:
        """It need not be answered any more."""
        dispatcher.utter_message(response="utter_changes_over")
        return [SlotSet(REQUEST, None), SlotSet(QUESTION, None)]


class OpenChanges(_AboutChanges):
    """Says who asks for what, and until when."""

    called = "action_open_changes"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `change_request` to the newest, unless it names one; null if nothing is asked."""
        session, chat_id = self.context.session, self.context.chat_id
        if tracker.get_slot(REQUEST) is None:
            found = change_requests.open_requests_of_chat(
                session, chat_id=chat_id, now=self.context.moment.at
            )
            tracker.slots[REQUEST] = str(found[-1].id) if found else None
        if tracker.get_slot(REQUEST) is None:
            dispatcher.utter_message(response="utter_no_changes")
            return [SlotSet(REQUEST, None)]
        asked = self.asked(tracker.slots)
        if asked is None:
            return self.over(dispatcher)
        request, lead = asked
        self.tell(dispatcher, request, lead)
        return [SlotSet(name, str(request.id)) for name in (REQUEST, TOLD)]


class NextChange(_AboutChanges):
    """Finds the next question that is neither answered nor kept; says nothing."""

    called = "action_next_change"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `change_question`, null after the last."""
        asked = self.asked(tracker.slots)
        if asked is None:
            return self.over(dispatcher)
        request, _lead = asked
        return [SlotSet(QUESTION, left_in(request)), SlotSet(ANSWER, None)]


class AskChangeAnswer(_AboutChanges):
    """Asks one of the questions, with the answer as it was sent."""

    called = "action_ask_change_answer"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_change_before` and `utter_ask_change_answer`. If staff have asked anew
        meanwhile, it begins with that."""
        asked, question = self.asked(tracker.slots), tracker.get_slot(QUESTION)
        if asked is None or question is None:
            return []
        request, lead = asked
        if tracker.get_slot(TOLD) != str(request.id):
            self.tell(dispatcher, request, lead)
            question = left_in(request) or request.questions[0]
        dispatcher.utter_message(
            response="utter_change_before",
            question=question_label(self.context, question),
            number=request.questions.index(question) + 1,
            count=len(request.questions),
            before=self.texts(lead.idea).get(question) or self.context.say("history_nothing", {}),
        )
        dispatcher.utter_message(response="utter_ask_change_answer")
        return [SlotSet(QUESTION, question), SlotSet(TOLD, str(request.id))]


class KeepChange(_AboutChanges):
    """Keeps the answer to one question, or that it stays; nothing is sent yet."""

    called = "action_keep_change"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """An answer in other words than text is named by what it is."""
        asked, question = self.asked(tracker.slots), tracker.get_slot(QUESTION)
        if asked is None or question is None:
            return self.over(dispatcher)
        request, _lead = asked
        answer, media = tracker.get_slot(ANSWER), media_of(self.context.incoming)
        kept = None
        if answer:
            label = self.context.incoming.text or self._label(media[0]["medium"]) if media else None
            kept = {"text": label or answer, "media": media}
        change_requests.note_answer(self.context.session, request, question, kept)
        return [SlotSet(ANSWER, None)]

    def _label(self, medium: str) -> str:
        return self.context.say(f"label_attachment_{medium}", {}).unescape()


class ShowChanges(_AboutChanges):
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


class AskChangeConfirmed(_AboutChanges):
    """Asks whether what was shown may go."""

    called = "action_ask_change_confirmed"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """If staff have asked anew meanwhile, that has to be answered first."""
        asked = self.asked(tracker.slots)
        if asked is not None and left_in(asked[0]) is not None:
            return [SlotSet(CONFIRMED, "again")]
        dispatcher.utter_message(response="utter_ask_change_confirmed")
        return []


class ChangeAnswersAgain(_AboutChanges):
    """All of them are asked once more."""

    called = "action_change_again"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Says nothing."""
        asked = self.asked(tracker.slots)
        if asked is not None:
            change_requests.take_answers_back(self.context.session, asked[0])
        return []


class SendChanges(_AboutChanges):
    """Sends what was changed as a new version, with what staff asked for beside it."""

    called = "action_send_changes"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        """Nothing but the answers that were asked for changes."""
        asked = self.asked(tracker.slots)
        if asked is None:
            return self.over(dispatcher)
        request, lead = asked
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
        leads.send_again(session, lead, content, who=lead.applicant_name, now=context.now)
        self._write_into_idea(lead, answered)
        attached = {name: it["media"] for name, it in answered.items() if it["media"]}
        submission = keep(context, lead, how, attached=attached, change_request_id=request.id)
        change_requests.close_request(session, request, outcome="answered", now=context.now)
        tell_sent_again(context, lead, submission)

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

    def _parts(self, questions: Iterable[str]) -> Iterator[str]:
        """What belongs to these questions: what was asked once more."""
        canvas = self.context.programme.canvas
        for question in questions:
            if question in canvas.questions:
                yield from (it.ask for it in canvas.questions[question].follow_ups)

    def _keep_all(self, request: ChangeRequest, lead: Lead) -> None:
        context = self.context
        change_requests.close_request(context.session, request, outcome="answered", now=context.now)
        queue_for_staff(context, "lead_card_edit", {"lead_id": lead.id}, Lane.LEADS)
        payload = {"request_id": request.id}
        queue_for_staff(context, "lead_unchanged", payload, Lane.LEADS, f"unchanged:{request.id}")

    def _is_at_hand(self, lead: Lead, told: Mapping[str, Any], domain: Mapping[str, Any]) -> bool:
        """Whether the answer stands in the conversation as well."""
        idea = idea_of(self.context.session, chat_id=self.context.chat_id)
        return idea is not None and idea.id == lead.idea_id and told["name"] in domain["slots"]


def left_in(request: ChangeRequest) -> str | None:
    """The next question that is neither answered nor kept."""
    done = request.answered or {}
    return next((it for it in request.questions if it not in done), None)
