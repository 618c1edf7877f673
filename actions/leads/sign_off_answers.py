"""What the second person of a group sees before it is sent, and what they say to it."""

from dataclasses import replace
from typing import Any

from rasa_sdk.events import SlotSet

from actions.context import BoundAction
from actions.leads.lead_drafts import new_reference
from actions.leads.lead_outcomes import tell_outcome
from actions.leads.lead_summaries import lead_summary
from actions.leads.sending import send
from actions.leads.signing import (
    as_it_is_now,
    ask,
    end_unsent,
    held_for,
    is_as_shown,
    shown_in,
    until_words,
)
from actions.members.names import group_name
from actions.speaking import Speaking
from storage import sign_offs
from storage.leads import NewLead
from storage.models import Member, SignOff

SIGN_OFF = "sign_off_id"  # the slots: which request, and what is said to it
ANSWER = "sign_off_answer"
NOTE = "sign_off_note"


class OpenSignOff(BoundAction):
    """Shows all that is to be sent, as it is now, and who asks."""

    called = "action_open_sign_off"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `sign_off_id`, null if there is nothing to agree to."""
        held = held_for(self.context, tracker.get_slot(SIGN_OFF))
        if held is None:
            dispatcher.utter_message(response="utter_sign_off_over")
            return [SlotSet(SIGN_OFF, None)]
        asked, speaking = held
        draft = as_it_is_now(self.context, asked, speaking)
        if not is_as_shown(self.context, asked, draft):
            asked = self._anew(asked, speaking, draft)
        self._show(dispatcher, speaking, draft)
        return [SlotSet(SIGN_OFF, str(asked.id))]

    def _anew(self, asked: SignOff, speaking: Speaking, draft: NewLead) -> SignOff:
        """What has changed since is another request, so that no old button agrees to it."""
        of = self.context.session.get_one(Member, asked.asked_of_id)
        return ask(self.context, speaking, draft, by=speaking.member, of=of)

    def _show(self, dispatcher: Any, speaking: Speaking, draft: NewLead) -> None:
        context = self.context
        dispatcher.utter_message(
            response="utter_sign_off_shown",
            name=speaking.member.name,
            group=group_name(context.session, speaking.group, context.say),
            until=until_words(context, context.session, draft),
            lines=lead_summary(context, draft),
        )


class AgreeSignOff(BoundAction):
    """Sends what was shown, at this moment, which is the one that counts."""

    called = "action_agree_sign_off"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `sign_off_answer` to `again` where something has changed since it was shown. Who
        asked gets the same receipt."""
        context = self.context
        held = held_for(context, tracker.get_slot(SIGN_OFF))
        if held is None:
            dispatcher.utter_message(response="utter_sign_off_over")
            return []
        asked, speaking = held
        draft = as_it_is_now(context, asked, speaking)
        if not is_as_shown(context, asked, draft):
            dispatcher.utter_message(response="utter_sign_off_changed")
            return [SlotSet(ANSWER, "again")]
        self._send(dispatcher, asked, speaking)
        return []

    def _send(self, dispatcher: Any, asked: SignOff, speaking: Speaking) -> None:
        context = self.context
        prefix = context.programme.reference_prefix
        draft = replace(shown_in(asked), reference=new_reference(context.session, prefix=prefix))
        outcome = send(context, draft)
        if outcome.what == "late":
            end_unsent(context, asked, speaking, state=sign_offs.VOID)
        else:
            sign_offs.end(context.session, asked, state=sign_offs.AGREED, now=context.now)
        tell_outcome(context, dispatcher, draft, outcome)


class ReturnSignOff(BoundAction):
    """Sends it back to who asked, with a note if there is one. The draft is kept."""

    called = "action_return_sign_off"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_sign_off_sent_back`."""
        held = held_for(self.context, tracker.get_slot(SIGN_OFF))
        if held is None:
            dispatcher.utter_message(response="utter_sign_off_over")
            return []
        asked, speaking = held
        note = tracker.get_slot(NOTE)
        end_unsent(self.context, asked, speaking, state=sign_offs.RETURNED, note=note)
        dispatcher.utter_message(response="utter_sign_off_sent_back", name=speaking.member.name)
        return []
