"""What questions about the programme need of the calls: which are open, until when, for what."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from actions.calls.call_words import own_values
from actions.context import BoundAction, Context
from actions.criteria.rounds import current_calls, open_calls
from actions.labels import lines
from storage import calls
from storage.models import Call

_SHOWN = 5


class TellOpenCalls(BoundAction):
    """Names the calls that are open, else those that open next."""

    called = "action_tell_open_calls"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_open_now`, `utter_opening_next`, or `utter_nothing_open`."""
        found = open_calls(self.context)
        name, line = "utter_open_now", "open_now_line"
        if not found:
            found = calls.coming_calls(self.context.session, now=self.context.now)
            name, line = "utter_opening_next", "opening_next_line"
        if found:
            self._tell(dispatcher, name, line, found)
        else:
            dispatcher.utter_message(response="utter_nothing_open")
        return []

    def _tell(self, dispatcher: Any, name: str, line: str, found: Sequence[Call]) -> None:
        dispatcher.utter_message(response=name, lines=_lines(self.context, line, found))


class TellOfferings(TellOpenCalls):
    """Says what comes with the calls that are open or to come, in their own words."""

    called = "action_tell_offerings"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_offerings`; where no call says what it offers, which are open."""
        offering = [call for call in current_calls(self.context) if call.offering]
        if not offering:
            return super().run(dispatcher, tracker, domain)
        self._tell(dispatcher, "utter_offerings", "offering_line", offering)
        return []


def open_now(context: Context) -> Markup:
    """What is open, else what opens next, under a word that says so; empty where there is none."""
    if found := open_calls(context):
        return context.say("utter_open_now", {"lines": _lines(context, "open_now_line", found)})
    if coming := calls.coming_calls(context.session, now=context.now):
        told = _lines(context, "opening_next_line", coming)
        return context.say("utter_opening_next", {"lines": told})
    return Markup("")


def _lines(context: Context, line: str, found: Sequence[Call]) -> Markup:
    return lines(context.say(line, own_values(context, call)) for call in found[:_SHOWN])
