"""What is open, what opens next, and what has closed."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from markupsafe import Markup
from rasa_sdk.events import SlotSet

from actions.calls.call_words import leave, own_values
from actions.calls.following import THEME, AboutCalls
from actions.criteria.rounds import open_calls
from actions.labels import blocks, lines
from storage import calls
from storage.models import Call

_CLOSED_SINCE = timedelta(days=90)
_CLOSED_SHOWN = 3


_OF_ONE = "ask_deadline"  # who says so may name the call


class ListCalls(AboutCalls):
    """Lists the calls with their deadlines. One that has closed is open to who has leave."""

    called = "action_list_calls"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_calls`, with those alone whose deadline is asked for; or `utter_no_calls`
        when there never was one to speak of."""
        session, now = self.context.session, self.context.now
        is_open = open_calls(self.context)
        closed = calls.closed_calls(session, now=now, since=now - _CLOSED_SINCE)
        over = [call for call in closed if call not in is_open]
        coming = calls.coming_calls(session, now=now)
        named = self._named([*is_open, *coming, *over], tracker)
        listed = (("open", is_open), ("coming", coming), ("closed", over[:_CLOSED_SHOWN]))
        sections = blocks(
            self._section(name, [it for it in found if not named or it in named])
            for name, found in listed
        )
        if sections:
            dispatcher.utter_message(response="utter_calls", sections=sections)
        else:
            dispatcher.utter_message(response="utter_no_calls")
        return [SlotSet(THEME, None)] if THEME in tracker.slots else []

    def _named(self, offered: Sequence[Call], tracker: Any) -> Sequence[Call]:
        """Those whose deadline is asked for; none, when it is that of all."""
        if (tracker.latest_message.get("intent") or {}).get("name") != _OF_ONE:
            return ()
        said = tracker.latest_message.get("text") or ""
        return self.meant(offered, said, tracker.slots.get(THEME))

    def _section(self, name: str, found: Iterable[Call]) -> Markup:
        shown = blocks(self._line(name, call) for call in found)
        if not shown:
            return Markup("")
        return lines((self.context.say(f"calls_heading_{name}", {}), shown))

    def _line(self, name: str, call: Call) -> Markup:
        by_leave = name == "open" and leave(self.context, call) is not None
        line = "call_line_late" if by_leave else f"call_line_{name}"
        return self.context.say(line, own_values(self.context, call))
