"""What is open, what opens next, and what has closed."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from markupsafe import Markup

from actions.call_words import call_values
from actions.context import BoundAction
from actions.labels import blocks, lines
from storage import calls
from storage.models import Call

_CLOSED_SINCE = timedelta(days=90)
_CLOSED_SHOWN = 3


class ListCalls(BoundAction):
    """Lists the calls with their deadlines."""

    called = "action_list_calls"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_calls`, or `utter_no_calls` when there never was one to speak of."""
        session, now = self.context.session, self.context.now
        closed = calls.closed_calls(session, now=now, since=now - _CLOSED_SINCE)
        sections = blocks(
            (
                self._section("open", calls.open_calls(session, now=now)),
                self._section("coming", calls.coming_calls(session, now=now)),
                self._section("closed", closed[:_CLOSED_SHOWN]),
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
        return self.context.say(f"call_line_{name}", call_values(self.context, call))
