"""Handing over the contact role: the other one is asked first."""

from typing import Any

from rasa_sdk.events import SlotSet

from actions.context import BoundAction
from actions.groups.contact_role import make_contact
from actions.members.names import group_name
from actions.members.standing import NOBODY, AboutGroup, Standing, standing_in
from actions.members.told import reachable, tell
from storage import members
from storage.models import Member

WHOM = "hand_to"
OFFER = "handed_by"  # the slot: the id of the member who offers it


class AskHandTo(AboutGroup):
    """Asks who could be the contact."""

    called = "action_ask_hand_to"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_hand_to`; what else there is to say is said by others."""
        standing = self.standing(dispatcher, leading=True)
        if standing is None:
            return [SlotSet(WHOM, NOBODY)]
        if not standing.is_contact:
            dispatcher.utter_message(response="utter_hand_contact_only")
            return [SlotSet(WHOM, NOBODY)]
        found = reachable(self.context.session, self.others_in(standing, viewers=False))
        if not found:
            dispatcher.utter_message(response="utter_group_alone")
            return [SlotSet(WHOM, NOBODY)]
        dispatcher.utter_message(response="utter_hand_to", buttons=self.choices(WHOM, found))
        return []


class OfferContact(AboutGroup):
    """Asks the other one whether they would. Until they say yes, nothing changes."""

    called = "action_offer_contact"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_hand_asked`, or `utter_role_gone` when they have left."""
        standing = self.standing(dispatcher, leading=True)
        to = self.chosen(standing, tracker.get_slot(WHOM)) if standing else None
        if standing is None or to is None or not standing.is_contact:
            dispatcher.utter_message(response="utter_role_gone")
            return []
        tell(
            self.context.session,
            to,
            "contact_offer",
            about=standing.member,
            now=self.context.now,
        )
        dispatcher.utter_message(response="utter_hand_asked", name=self.calls(to))
        return []


class _AnswersOffer(BoundAction):
    """Knows who has offered to whom."""

    def offer(self, tracker: Any) -> tuple[Standing, Member] | None:
        """Where the person of this chat stands in that group, and its contact who has offered;
        None if there is no such offer any more."""
        said, session = str(tracker.get_slot(OFFER) or ""), self.context.session
        offers = session.get(Member, int(said)) if said.isdecimal() else None
        own = (
            members.membership(session, group_id=offers.group_id, chat_id=self.context.chat_id)
            if offers is not None
            else None
        )
        standing = standing_in(self.context, own) if own is not None else None
        contact = members.as_held(session, offers) if offers is not None and standing else None
        if standing is None or contact is None or contact.role != members.CONTACT:
            return None
        if standing.member.role == members.VIEWER or standing.member.id == contact.id:
            return None
        return standing, contact


class TakeContact(_AnswersOffer):
    """They are the contact now; both know."""

    called = "action_take_contact"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_contact_taken`, or `utter_offer_gone`."""
        context, found = self.context, self.offer(tracker)
        if found is None:
            dispatcher.utter_message(response="utter_offer_gone")
            return []
        standing, before = found
        make_contact(context, standing.group, standing.member)
        tell(
            context.session,
            before,
            "contact_taken",
            about=standing.member,
            now=context.now,
        )
        name = group_name(context.session, standing.group, context.say)
        dispatcher.utter_message(response="utter_contact_taken", group=name)
        return []


class DeclineContact(_AnswersOffer):
    """They would rather not; who asked hears of it."""

    called = "action_decline_contact"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_contact_declined`, or `utter_offer_gone`."""
        context, found = self.context, self.offer(tracker)
        if found is None:
            dispatcher.utter_message(response="utter_offer_gone")
            return []
        standing, contact = found
        tell(
            context.session,
            contact,
            "contact_declined",
            about=standing.member,
            now=context.now,
        )
        dispatcher.utter_message(response="utter_contact_declined", name=contact.name)
        return []
