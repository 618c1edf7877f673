"""Whether a group wants two of its people to agree before anything is sent for it."""

from typing import Any

from rasa_sdk.events import SlotSet

from actions.boards import queue_board
from actions.context import BoundAction

STATE = "two_agree_state"  # the slots: on, off, or barred for who may not choose …
WANTED = "two_agree_wanted"  # … and what they choose


class RecallTwoAgree(BoundAction):
    """Sees how it is now."""

    called = "action_recall_two_agree"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `two_agree_state`. Who may not choose is told so."""
        speaking = self.context.speaking
        if speaking is None or not speaking.leads:
            dispatcher.utter_message(response="utter_two_agree_barred")
            return [SlotSet(STATE, "barred")]
        return [SlotSet(STATE, "on" if speaking.group.two_agree else "off")]


class KeepTwoAgree(BoundAction):
    """Keeps what was chosen."""

    called = "action_keep_two_agree"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """What waits for an answer already goes on as it was asked."""
        context, speaking = self.context, self.context.speaking
        wanted = tracker.get_slot(WANTED)
        if speaking is None or not speaking.leads or wanted is None:
            return []
        speaking.group.two_agree = wanted is True
        context.session.flush()
        queue_board(context.session, speaking.group, now=context.now)
        dispatcher.utter_message(response=f"utter_two_agree_{'on' if wanted else 'off'}")
        return []
