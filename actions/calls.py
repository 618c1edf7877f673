"""What is open, what opens next, and what has closed."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from markupsafe import Markup

from actions.call_words import leave, own_values
from actions.context import BoundAction
from actions.labels import blocks, lines
from actions.rounds import open_calls
from storage import calls
from storage.models import Call

_CLOSED_SINCE = timedelta(days=90)
_CLOSED_SHOWN = 3


class ListCalls(BoundAction):
    """Lists the calls with their deadlines. One that has closed is open to who has leave."""

    called = "action_list_calls"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_calls`, or `utter_no_calls` when there never was one to speak of."""
        session, now = self.context.session, self.context.now
        is_open = open_calls(self.context)
        closed = calls.closed_calls(session, now=now, since=now - _CLOSED_SINCE)
        over = [call for call in closed if call not in is_open]
        sections = blocks(
            (
                self._section("open", is_open),
                self._section("coming", calls.coming_calls(session, now=now)),
                self._section("closed", over[:_CLOSED_SHOWN]),
            )
        )
        if sections:
            dispatcher.utter_message(response="utter_calls", sections=sections)
        else:
            dispatcher.utter_message(response="utter_no_calls")
        return []

    def _section(self, name: str, found: Iterable[Call]) -> Markup:
        listed = blocks(self._line(name, call) for call in found)
        if not listed:
            return Markup("")
        return lines((self.context.say(f"calls_heading_{name}", {}), listed))

    def _line(self, name: str, call: Call) -> Markup:
        by_leave = name == "open" and leave(self.context, call) is not None
        line = "call_line_late" if by_leave else f"call_line_{name}"
        return self.context.say(line, own_values(self.context, call))
