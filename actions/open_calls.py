"""What questions about the programme need of the calls: which are open, and until when."""

from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup

from actions.context import BoundAction
from actions.instants import in_words
from actions.labels import lines
from storage import calls
from storage.models import Call

_SHOWN = 5


class TellOpenCalls(BoundAction):
    """Names the calls that are open, else those that open next."""

    called = "action_tell_open_calls"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_open_now`, `utter_opening_next`, or `utter_nothing_open`."""
        session, now = self.context.session, self.context.now
        found = calls.open_calls(session, now=now)
        name, line = "utter_open_now", "open_now_line"
        if not found:
            found = calls.coming_calls(session, now=now)
            name, line = "utter_opening_next", "opening_next_line"
        if found:
            dispatcher.utter_message(response=name, lines=lines(self._lines(line, found)))
        else:
            dispatcher.utter_message(response="utter_nothing_open")
        return []

    def _lines(self, line: str, found: Sequence[Call]) -> Iterable[Markup]:
        now, zone = self.context.now, self.context.programme.zone
        for call in found[:_SHOWN]:
            values = {
                "call_title": call.title,
                "opens": in_words(call.opens_at, now, zone),
                "deadline": in_words(calls.ends_at(call), now, zone),
            }
            yield self.context.say(line, values)
