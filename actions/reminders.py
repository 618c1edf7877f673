"""Reminders on request: choose a call, subscribe, look, stop."""

import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from rapidfuzz import fuzz
from rasa_sdk.events import SlotSet

from actions.context import BoundAction
from actions.instants import in_words, time_left
from actions.labels import lines
from actions.planning import entries_ahead, plan_subscription
from storage import calls, subscriptions
from storage.models import Call, Subscription

ALL = "all"
NONE = "none"
_CLOSE_ENOUGH = 80  # of 100: a typo, but not another word
_WORD = re.compile(r"\w{4,}")


def choose_calls(offered: Sequence[Call], words: str) -> list[Call]:
    """The calls that somebody means: by a code or title, by a word that only one of them has in its
    title or theme (also misspelt), or by `all`. Nothing when it could be more than one."""
    said = words.casefold().strip()
    exact = [call for call in offered if said in (call.code, call.title.casefold())]
    if exact or said == ALL:
        return exact or list(offered)
    named = [call for call in offered if _names(said, call, offered)]
    return named if len(named) == 1 else []


def _names(said: str, call: Call, offered: Sequence[Call]) -> bool:
    """Whether a word of what was said is one that only this call has."""
    others = set().union(*(_words(other) for other in offered if other is not call))
    own = _words(call) - others
    return any(
        fuzz.ratio(word, name) >= _CLOSE_ENOUGH for word in _WORD.findall(said) for name in own
    )


def _words(call: Call) -> set[str]:
    return set(_WORD.findall(f"{call.title} {call.theme} {call.code}".casefold().replace("_", " ")))


class _AboutCalls(BoundAction):
    """What these actions share: the calls that one can be reminded of."""

    def _offered(self) -> list[Call]:
        return calls.current_calls(self.context.session, now=self.context.now)

    def _deadline(self, call: Call) -> Markup:
        return in_words(call.closes_at, self.context.now, self.context.programme.zone)

    def _in_words(self, subscription: Subscription, call: Call) -> Markup:
        programme, now = self.context.programme, self.context.now
        return lines(
            self.context.say("reminder_time", {"when": in_words(entry.due_at, now, programme.zone)})
            for entry in entries_ahead(subscription, call, programme)
        )


class AskRemindCall(_AboutCalls):
    """Asks which call to remind of, the one they were judged for first."""

    called = "action_ask_remind_call"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `remind_call` to `none` when there is nothing to choose."""
        preferred = tracker.get_slot("call_code")
        offered = sorted(self._offered(), key=lambda call: call.code != preferred)
        if not offered:
            dispatcher.utter_message(response="utter_no_calls_to_remind")
            return [SlotSet("remind_call", NONE)]
        buttons = [_button(call.title, call.code) for call in offered]
        if len(offered) > 1:
            buttons.append(_button(self.context.say("remind_all", {}).unescape(), ALL))
        dispatcher.utter_message(response="utter_ask_remind_call", buttons=buttons)
        return []


class ValidateRemindCall(_AboutCalls):
    """Turns what was said into a call's code."""

    called = "validate_remind_call"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Empties the slot when the words name no call, or more than one."""
        said = str(tracker.get_slot("remind_call") or "").casefold().strip()
        if said in (ALL, NONE):
            return [SlotSet("remind_call", said)]
        chosen = choose_calls(self._offered(), said)
        if not chosen:
            dispatcher.utter_message(response="utter_invalid_remind_call")
            return [SlotSet("remind_call", None)]
        return [SlotSet("remind_call", chosen[0].code)]


class Subscribe(_AboutCalls):
    """Promises reminders of the chosen call, and says when they come."""

    called = "action_subscribe"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Asking twice keeps one subscription and says so."""
        said = tracker.get_slot("remind_call") or tracker.get_slot("call_code") or NONE
        if said == NONE:
            return []
        chosen = choose_calls(self._offered(), said)
        if not chosen:
            dispatcher.utter_message(response="utter_remind_call_closed")
        for call in chosen:
            self._subscribe(dispatcher, call)
        return []

    def _subscribe(self, dispatcher: Any, call: Call) -> None:
        context = self.context
        subscription, is_new = subscriptions.subscribe(
            context.session, chat_id=context.chat_id, call=call, now=context.now
        )
        if is_new:
            plan_subscription(
                context.session, subscription, call, programme=context.programme, now=context.now
            )
        times = self._in_words(subscription, call)
        response = "utter_subscribed" if is_new else "utter_subscribed_already"
        dispatcher.utter_message(
            response=response if times else "utter_subscribed_too_late",
            call_title=call.title,
            deadline=self._deadline(call),
            time_left=time_left(call.closes_at, context.now, context.programme.zone),
            times=times,
        )


class StopReminders(_AboutCalls):
    """Ends every reminder of this chat."""

    called = "action_stop_reminders"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Stopping when there is nothing to stop says so."""
        session, chat_id = self.context.session, self.context.chat_id
        running = subscriptions.subscriptions_of_chat(session, chat_id=chat_id)
        if not running:
            dispatcher.utter_message(response="utter_no_reminders")
            return []
        subscriptions.stop_all(session, chat_id=chat_id, now=self.context.now)
        titles = ", ".join(call.title for _subscription, call in running)
        dispatcher.utter_message(response="utter_reminders_stopped", call_titles=titles)
        return []


class ShowReminders(_AboutCalls):
    """Lists what this chat will be reminded of, and when."""

    called = "action_show_reminders"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Only what still lies ahead."""
        running = subscriptions.subscriptions_of_chat(
            self.context.session, chat_id=self.context.chat_id
        )
        ahead = [
            (subscription, call)
            for subscription, call in running
            if calls.ends_at(call) > self.context.now
        ]
        if not ahead:
            dispatcher.utter_message(response="utter_no_reminders")
            return []
        shown = lines(
            self.context.say(
                "reminders_of_call",
                {
                    "call_title": call.title,
                    "deadline": self._deadline(call),
                    "times": self._in_words(subscription, call),
                },
            )
            for subscription, call in ahead
        )
        dispatcher.utter_message(response="utter_reminders", lines=shown)
        return []


def _button(title: str, choice: str) -> dict[str, str]:
    return {"title": title, "payload": f"/SetSlots(remind_call={choice})"}
