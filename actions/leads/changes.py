"""Answering what staff ask to be changed: just those questions, one after the other."""

from collections.abc import Mapping
from typing import Any

from rasa_sdk.events import SlotSet

from actions.context import BoundAction, Context, media_of
from actions.groups.sent import leads_at_hand, may_handle
from actions.labels import question_label
from actions.leads.receipts import named
from actions.times.instants import in_words
from storage import change_requests, leads
from storage.models import ChangeRequest, Lead
from storage.submissions import texts_of

REQUEST = "change_request"  # the slots: which request, which question of it, and the answer
QUESTION = "change_question"
ANSWER = "change_answer"
TOLD = "change_told"  # the request that they were told of


class AboutChanges(BoundAction):
    """What these actions share: the request that is being answered, and its lead."""

    def asked(self, slots: Mapping[str, Any]) -> tuple[ChangeRequest, Lead] | None:
        """None once it has come to an end, or its time is over."""
        session, named_id = self.context.session, slots.get(REQUEST)
        request = change_requests.get_request(session, int(named_id)) if named_id else None
        lead = leads.get_lead(session, request.lead_id) if request else None
        if request is None or lead is None or not may_handle(self.context, lead):
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


class OpenChanges(AboutChanges):
    """Says who asks for what, and until when."""

    called = "action_open_changes"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `change_request` to the newest, unless it names one; null if nothing is asked."""
        if tracker.get_slot(REQUEST) is None:
            found = open_requests(self.context)
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


class NextChange(AboutChanges):
    """Finds the next question that is neither answered nor kept; says nothing."""

    called = "action_next_change"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `change_question`, null after the last."""
        asked = self.asked(tracker.slots)
        if asked is None:
            return self.over(dispatcher)
        request, _lead = asked
        return [SlotSet(QUESTION, left_in(request)), SlotSet(ANSWER, None)]


class AskChangeAnswer(AboutChanges):
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


class KeepChange(AboutChanges):
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


def open_requests(context: Context) -> list[ChangeRequest]:
    """What is asked of what is at hand and can be answered, the oldest first."""
    return change_requests.open_requests_of(
        context.session, [it.id for it in leads_at_hand(context)], now=context.moment.at
    )


def left_in(request: ChangeRequest) -> str | None:
    """The next question that is neither answered nor kept."""
    done = request.answered or {}
    return next((it for it in request.questions if it not in done), None)
