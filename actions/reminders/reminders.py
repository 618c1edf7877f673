"""Reminders on request: choose a call, subscribe, put off, look, stop."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rasa_sdk.events import SlotSet

from actions.calls.call_words import deadline_of, leave
from actions.calls.following import ALL, AboutCalls, choose_calls, meant_in
from actions.context import Context
from actions.members.deadlines import follow_in_group
from actions.reminders.interests import named_topics, show_interests, stop_telling
from actions.reminders.reminder_wishes import WISHES, wishes_in, wishes_said
from actions.times.instants import in_words, time_left
from actions.times.planning import keep_wishes, nearest_allowed, snooze
from storage import interests, subscriptions
from storage.models import Call, Subscription

NONE = "none"
_Followed = Sequence[tuple[Subscription, Call]]


class AskRemindCall(AboutCalls):
    """Asks which call to remind of, the one they were judged for first."""

    called = "action_ask_remind_call"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `remind_call` to `none` when there is nothing to choose."""
        preferred = tracker.get_slot("call_code")
        offered = sorted(self.offered(), key=lambda call: call.code != preferred)
        if not offered:
            dispatcher.utter_message(response="utter_no_calls_to_remind")
            return [SlotSet("remind_call", NONE)]
        buttons = [_button(call.title, call.code) for call in offered]
        if len(offered) > 1:
            buttons.append(_button(self.context.say("remind_all", {}).unescape(), ALL))
        dispatcher.utter_message(response="utter_ask_remind_call", buttons=buttons)
        return []


class ValidateRemindCall(AboutCalls):
    """Turns what was said into a call's code."""

    called = "validate_remind_call"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Empties the slot when the words name no call, or more than one. Words that say when, and
        not of what, are kept for the call that is named next."""
        said = str(tracker.get_slot("remind_call") or "").casefold().strip()
        if said in (ALL, NONE):
            return [SlotSet("remind_call", said)]
        chosen = choose_calls(self.offered(), said)
        if chosen:
            return [SlotSet("remind_call", chosen[0].code)]
        when = wishes_said(self.context, said)
        name = "utter_remind_when_noted" if when else "utter_invalid_remind_call"
        dispatcher.utter_message(response=name)
        kept = (SlotSet(slot, value) for slot, value in when.items())
        return [SlotSet("remind_call", None), *kept]


class Subscribe(AboutCalls):
    """Promises reminders of the chosen calls, and says when they come."""

    called = "action_subscribe"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Asking twice keeps one subscription and says so. With `snooze_at` there is one reminder
        more; `wish_often` and `wish_time` say how they come."""
        said = tracker.get_slot("remind_call") or tracker.get_slot("call_code") or NONE
        if said == NONE:
            return []
        chosen = choose_calls(self.offered(), said)
        if not chosen:
            dispatcher.utter_message(response="utter_remind_call_closed")
        for call in chosen:
            self._subscribe(dispatcher, call, tracker.slots)
        return [SlotSet(name, None) for name in WISHES]

    def _subscribe(self, dispatcher: Any, call: Call, slots: Mapping[str, Any]) -> None:
        context, wishes = self.context, wishes_in(slots)
        subscription, is_new = subscriptions.subscribe(
            context.session, chat_id=context.chat_id, call=call, now=context.now
        )
        closes_at = leave(context, call) or call.closes_at
        is_moved, subscription.closes_at = subscription.closes_at != closes_at, closes_at
        if is_new or is_moved or wishes.is_habit:
            keep_wishes(
                context.session,
                subscription,
                call,
                wishes,
                programme=context.programme,
                now=context.now,
            )
        if context.speaking is not None and context.speaking.leads:
            follow_in_group(context, call, wishes)
        until = slots.get("snooze_at")
        name = _snoozed(context, subscription, call, until) if until else None
        self._say(dispatcher, subscription, call, name or _promised(is_new or wishes.is_habit))

    def _say(self, dispatcher: Any, subscription: Subscription, call: Call, name: str) -> None:
        now, zone = self.context.now, self.context.programme.zone
        times, snoozed = self.times_of(subscription, call), subscription.snoozed_until
        too_late = not times and name in ("utter_subscribed", "utter_subscribed_already")
        dispatcher.utter_message(
            response="utter_subscribed_too_late" if too_late else name,
            call_title=call.title,
            call_code=call.code,
            deadline=self.deadline(call),
            time_left=time_left(deadline_of(self.context, call), now, zone),
            times=times,
            when=in_words(snoozed, now, zone) if snoozed else None,
        )


def _promised(anew: bool) -> str:
    return "utter_subscribed" if anew else "utter_subscribed_already"


def _snoozed(context: Context, subscription: Subscription, call: Call, until: str) -> str:
    """Have one reminder more at this moment, or at the nearest that is allowed; what to say."""
    programme, wanted = context.programme, datetime.fromisoformat(until)
    ends_at = deadline_of(context, call)
    if wanted >= ends_at:
        return "utter_snooze_after_deadline"
    if wanted <= context.now:
        return "utter_snooze_past"
    at = nearest_allowed(wanted, programme=programme, now=context.now, ends_at=ends_at)
    if at is None:
        return "utter_snooze_at_night_only"
    snooze(context.session, subscription, call, at, programme=programme, now=context.now)
    return "utter_snoozed" if at == wanted else "utter_snoozed_not_at_night"


class StopReminders(AboutCalls):
    """Ends the reminders of the calls that are named, or every one of this chat; and in the same
    way what they are told of when it opens."""

    called = "action_stop_reminders"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Stopping when there is nothing to stop says so. `stop_calls` are codes."""
        context, codes = self.context, tracker.get_slot("stop_calls")
        running = subscriptions.subscriptions_of_chat(context.session, chat_id=context.chat_id)
        told_of = interests.interests_of_chat(context.session, chat_id=context.chat_id)
        said = "" if codes else tracker.latest_message.get("text") or ""
        topics = named_topics(context, told_of, said)
        offered = [call for _it, call in running]
        named = meant_in(offered, said, context.programme)
        wanted = set(codes.split()) if codes else {call.code for call in named}
        if not wanted and not topics:
            wanted, topics = {call.code for call in offered}, told_of
        ended = [(it, call) for it, call in running if call.code in wanted]
        if topics:
            stop_telling(context, dispatcher, topics)
        if ended:
            self._stop(dispatcher, running, ended)
        elif not topics:
            dispatcher.utter_message(response="utter_no_reminders")
        return [SlotSet("stop_calls", None)]

    def _stop(self, dispatcher: Any, running: _Followed, ended: _Followed) -> None:
        subscriptions.stop(self.context.session, [it for it, _ in ended], now=self.context.now)
        left = [call.title for it, call in running if (it, call) not in ended]
        dispatcher.utter_message(
            response="utter_some_reminders_stopped" if left else "utter_reminders_stopped",
            call_titles=", ".join(call.title for _it, call in ended),
            left=", ".join(left),
        )


class ShowReminders(AboutCalls):
    """Lists what this chat will be reminded of and when, and of what openings it is told."""

    called = "action_show_reminders"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Only what still lies ahead."""
        context, ahead = self.context, self.running()
        told_of = interests.interests_of_chat(context.session, chat_id=context.chat_id)
        if ahead:
            dispatcher.utter_message(response="utter_reminders", lines=self.in_lines(ahead))
        if told_of:
            show_interests(context, dispatcher, told_of)
        if not ahead and not told_of:
            dispatcher.utter_message(response="utter_no_reminders")
        return []


def _button(title: str, choice: str) -> dict[str, str]:
    return {"title": title, "payload": f"/SetSlots(remind_call={choice})"}
