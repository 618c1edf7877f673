"""Going on from a reminder, where something is still missing at the moment of the press."""

from typing import Any

from rasa_sdk.events import SlotSet

from actions.calls.call_words import deadline_of
from actions.context import BoundAction
from actions.eligibility.lacking import has_sent, lack_of
from storage import calls
from storage.models import Call


class FindGap(BoundAction):
    """Finds what is still missing for the call in `remind_call`."""

    called = "action_find_gap"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `reminder_gap`: check, idea or lead; closed or sent where there is nothing to do."""
        code = str(tracker.get_slot("remind_call") or "")
        call = calls.find_call(self.context.session, code=code)
        if call is None or deadline_of(self.context, call) <= self.context.now:
            return [SlotSet("reminder_gap", "closed"), SlotSet("remind_call", None)]
        return [
            SlotSet("reminder_gap", self._gap(call)),
            SlotSet("remind_call", None),
            SlotSet("call_code", call.code),
            SlotSet("call_title", call.title),
        ]

    def _gap(self, call: Call) -> str:
        session, chat_id = self.context.session, self.context.chat_id
        if has_sent(session, chat_id=chat_id, call=call):
            return "sent"
        return lack_of(session, self.context, chat_id=chat_id, call=call).gap
