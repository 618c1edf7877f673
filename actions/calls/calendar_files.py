"""A call's dates for somebody's own calendar, asked for in the chat."""

from typing import Any

from rasa_sdk.events import SlotSet

from actions.calls.call_words import deadline_of
from actions.calls.following import choose_calls
from actions.context import BoundAction
from actions.criteria.rounds import current_calls
from actions.labels import button
from actions.times.instants import in_words
from storage.models import Call

NONE = "none"
CHOSEN = "calendar_call"


class _AboutDates(BoundAction):
    """What these actions share: the calls whose dates lie ahead, for this chat."""

    def _offered(self) -> list[Call]:
        return current_calls(self.context)


class AskCalendarCall(_AboutDates):
    """Asks which call's dates, the one they were judged for first."""

    called = "action_ask_calendar_call"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `calendar_call` itself when there is nothing to choose."""
        preferred = tracker.get_slot("call_code")
        offered = sorted(self._offered(), key=lambda call: call.code != preferred)
        if len(offered) < 2:
            return [SlotSet(CHOSEN, offered[0].code if offered else NONE)]
        buttons = [button(it.title, f"/SetSlots({CHOSEN}={it.code})") for it in offered]
        dispatcher.utter_message(response="utter_ask_calendar_call", buttons=buttons)
        return []


class ValidateCalendarCall(_AboutDates):
    """Turns what was said into a call's code."""

    called = "validate_calendar_call"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Empties the slot when the words name no call, or more than one."""
        said = str(tracker.get_slot(CHOSEN) or "").casefold().strip()
        chosen = choose_calls(self._offered(), said)
        if said == NONE or len(chosen) == 1:
            return [SlotSet(CHOSEN, chosen[0].code if chosen else NONE)]
        dispatcher.utter_message(response="utter_invalid_calendar_call")
        return [SlotSet(CHOSEN, None)]


class SendCalendar(_AboutDates):
    """Sends the chosen call's dates as a file, or those of several, as a button may name them that
    stands under news. It is written when it goes out."""

    called = "action_send_calendar"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_calendar` for each, whose attachment names the call."""
        context = self.context
        codes = str(tracker.get_slot(CHOSEN) or tracker.get_slot("call_code") or "").split()
        chosen = [call for call in self._offered() if call.code in codes]
        for call in chosen:
            dispatcher.utter_message(
                response="utter_calendar",
                call_title=call.title,
                call_code=call.code,
                deadline=in_words(deadline_of(context, call), context.now, context.programme.zone),
            )
        if not chosen:
            dispatcher.utter_message(response="utter_calendar_closed")
        return []
