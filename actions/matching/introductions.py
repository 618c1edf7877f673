"""What a resident says when they are asked whether they want to be put in touch."""

from typing import Any

from rasa_sdk.events import SlotSet

from actions.contacts import contact_way
from actions.context import BoundAction
from actions.desk.handoff import hand_over
from actions.groups.sent import own_leads
from actions.ideas.ideas import idea_of
from actions.matching import introducing
from storage import introductions, leads
from storage.introductions import part_of, side_of
from storage.models import Introduction


class CheckIntroduction(BoundAction):
    """Finds what they are asked: sets `introduction_id`, what both have in common as
    `introduction_common`, and `introduction_open`, which is false if there is nothing to answer."""

    called = "action_check_introduction"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Says nothing."""
        held = self._held(tracker) or self._any()
        if held is None:
            return [SlotSet("introduction_open", False)]
        common = introducing.common_words(self.context.session, self.context, held)
        return [
            SlotSet("introduction_open", True),
            SlotSet("introduction_id", str(held.id)),
            SlotSet("introduction_common", str(common.unescape())),
        ]

    def _held(self, tracker: Any) -> Introduction | None:
        number = str(tracker.get_slot("introduction_id") or "")
        held = introductions.hold(self.context.session, int(number)) if number.isdigit() else None
        return held if self._is_open(held) else None

    def _any(self) -> Introduction | None:
        """The one that is open, where no event has named it."""
        session, chat_id = self.context.session, self.context.chat_id
        known = introductions.introductions_of(session, chat_id=chat_id)
        return next((it for it in known if self._is_open(it)), None)

    def _is_open(self, introduction: Introduction | None) -> bool:
        return introducing.is_asked(introduction, self.context.chat_id, self.context.now)


class AskIntroductionShare(CheckIntroduction):
    """Asks leave to pass on the way by which this person can be reached, and names it."""

    called = "action_ask_introduction_share"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `introduction_contact` to what leave is asked for: nothing else is shared."""
        held = self._held(tracker)
        side = side_of(held, self.context.chat_id) if held else None
        lead_id = part_of(held, side, "lead_id") if held and side else None
        lead = leads.get_lead(self.context.session, lead_id) if lead_id else None
        contact = lead.contact if lead and lead.contact else "telegram"
        shown = introducing.plain_contact(self.context, contact)
        way = self.context.say(f"introduction_share_{contact_way(contact)}", {"contact": shown})
        dispatcher.utter_message(response="utter_introduction_share", way=way)
        return [SlotSet("introduction_contact", contact)]


class AnswerIntroduction(CheckIntroduction):
    """Takes their yes or no. Who said no is told to nobody."""

    called = "action_answer_introduction"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Said again it changes nothing; what is over stays over."""
        held, says_yes = self._held(tracker), tracker.get_slot("introduction_yes")
        if held is None:
            dispatcher.utter_message(response="utter_introduction_gone")
        elif says_yes is not True:
            introducing.end(self.context, held, state="declined")
            dispatcher.utter_message(response="utter_introduction_declined")
        else:
            shares = tracker.get_slot("introduction_share") is True
            contact = tracker.get_slot("introduction_contact") if shares else None
            both = introducing.accept(self.context, held, contact=contact)
            name = "utter_introduction_both" if both else "utter_introduction_waiting"
            dispatcher.utter_message(response=name)
        return []


class WithdrawIntroduction(BoundAction):
    """Takes a yes back, or says no to what was not answered, as long as it is not complete."""

    called = "action_withdraw_introduction"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_introduction_withdrawn`, or that there is nothing."""
        ended = introducing.end_all(self.context, state="withdrawn")
        name = "utter_introduction_withdrawn" if ended else "utter_introduction_none"
        dispatcher.utter_message(response=name)
        return []


class AskForIntroduction(BoundAction):
    """Passes on to staff that this person would like to be put in touch with somebody."""

    called = "action_request_introduction"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Asked again within a day, staff are told once."""
        words = self.context.say("handoff_wants_introduction", {}).unescape()
        hand_over(self.context, "asked", words)
        dispatcher.utter_message(response="utter_introduction_asked_for")
        return []


class RecallSent(BoundAction):
    """Sets `introduction_known`: whether the team knows their idea, and could bring them together
    with somebody."""

    called = "action_recall_sent"

    def run(self, _dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Says nothing."""
        idea = idea_of(self.context.session, chat_id=self.context.chat_id)
        sent = own_leads(self.context) if idea else []
        known = any(lead.idea_id == idea.id for lead in sent if idea and lead.status != "withdrawn")
        return [SlotSet("introduction_known", known)]
