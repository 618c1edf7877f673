"""When to be reminded, as somebody chooses it: how often, at what time of day, or once more."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from rasa_sdk.events import SlotSet

from actions.calls.following import THEME, AboutCalls
from actions.context import Context
from actions.labels import lines
from actions.times.instants import clock
from actions.times.planning import keep_wishes
from actions.times.wishes import Wishes, read_wishes
from dialogues.moments.times import clock_of
from storage.models import Call

USUAL = "usual"  # the slot's word for the call's own offsets
WISHES = ("wish_kind", "wish_often", "wish_time", "wish_not_at", "snooze_at", "snooze_when")
_CHANGING = "change_reminders"  # who says so speaks of every time to come


class HearWishes(AboutCalls):
    """Takes up what a message, or the button that was pressed, says about when."""

    called = "action_hear_wishes"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `wish_kind` and the wishes; and `remind_call`, when it is clear which is meant."""
        said = tracker.latest_message.get("text") or ""
        wishes = _read(self.context, tracker.get_slot("snooze_when") or said)
        if tracker.latest_message["intent"]["name"] == _CHANGING and wishes.at is not None:
            wishes = _as_habit(wishes, self.context)
        running = self.running()
        values = {**_slots_of(wishes), "wish_kind": _kind_of(wishes, running=bool(running))}
        if tracker.get_slot("remind_call") is None:
            theme = tracker.slots.get(THEME)
            values["remind_call"] = self._one(said, theme, wishes, [call for _it, call in running])
        if THEME in tracker.slots:
            values[THEME] = None
        return [SlotSet(name, value) for name, value in values.items()]

    def _one(self, said: str, theme: str | None, wishes: Wishes, running: list[Call]) -> str | None:
        """The call that is named; for one reminder more, the only one they follow."""
        named = self.meant(self.offered(), said, theme)
        if wishes.at is not None and not named and len(running) == 1:
            named = running
        return named[0].code if len(named) == 1 else None


class AskWishOften(AboutCalls):
    """Asks how often, with what the programme offers."""

    called = "action_ask_wish_often"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_ask_wish_often`."""
        buttons = [
            _choice(self.context, "wish_often", name)
            for name in self.context.programme.moments.often
        ]
        dispatcher.utter_message(response="utter_ask_wish_often", buttons=buttons)
        return []


class ValidateWishOften(AboutCalls):
    """Turns what was said into times before the deadline."""

    called = "validate_wish_often"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Empties the slot when the words say nothing of how often; sets `wish_kind` to moment when
        they name a day instead."""
        context, said = self.context, str(tracker.get_slot("wish_often"))
        chosen = context.programme.moments.often.get(said)
        if chosen is not None:
            return _answered("wish_often", " ".join(chosen.offsets) or USUAL)
        wishes = _read(context, said)
        if wishes.names_day and wishes.offsets is None:
            return _answered("wish_often", USUAL, kind="moment")
        return _answered("wish_often", _slots_of(wishes)["wish_often"])


class AskWishTime(AboutCalls):
    """Asks what time of day suits, without the one that does not."""

    called = "action_ask_wish_time"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_times_of_day`."""
        context, refused = self.context, tracker.get_slot("wish_not_at")
        times = {
            name: it for name, it in context.programme.moments.times.items() if name != refused
        }
        shown = lines(
            context.say(
                "wish_time_line",
                {"label": context.say(f"label_wish_time_{name}", {}), "clock": _clock_words(it.at)},
            )
            for name, it in times.items()
        )
        buttons = [_choice(context, "wish_time", name) for name in times]
        dispatcher.utter_message(response="utter_times_of_day", buttons=buttons, times=shown)
        return []


class ValidateWishTime(AboutCalls):
    """Turns what was said into a time of day."""

    called = "validate_wish_time"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Empties the slot when the words name no time; sets `wish_kind` to moment when they name a
        day with it."""
        context, said = self.context, str(tracker.get_slot("wish_time"))
        chosen = context.programme.moments.times.get(said)
        if chosen is not None:
            return _answered("wish_time", chosen.at)
        wishes = _read(context, said)
        kind = "moment" if wishes.names_day else "habit"
        return _answered("wish_time", _as_habit(wishes, context).at_clock, kind=kind)


class KeepWishes(AboutCalls):
    """From now on every reminder of this chat comes as it was chosen. Where there is none yet, what
    was chosen is for the one that they ask for next."""

    called = "action_keep_wishes"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_reminders_changed` with the new times, or sets `wish_kind` to noted."""
        wishes = wishes_in(tracker.slots)
        running = self.running()
        if not running:
            return [SlotSet("wish_kind", "noted")]
        for subscription, call in running:
            keep_wishes(
                self.context.session,
                subscription,
                call,
                wishes,
                programme=self.context.programme,
                now=self.context.now,
            )
        shown = self.in_lines(running)
        dispatcher.utter_message(response="utter_reminders_changed", lines=shown)
        return [SlotSet(name, None) for name in WISHES]


def wishes_in(slots: Mapping[str, Any]) -> Wishes:
    """The habits that the slots hold."""
    often = slots.get("wish_often")
    offsets = tuple(often.replace(USUAL, "").split()) if often else None
    return Wishes(offsets=offsets, at_clock=slots.get("wish_time"))


def wishes_said(context: Context, said: str) -> dict[str, Any]:
    """The slots with a moment or a habit that the words name; none, when they name none."""
    wishes = _read(context, said)
    return _slots_of(wishes) if wishes.at is not None or wishes.is_habit else {}


def _read(context: Context, said: str) -> Wishes:
    programme = context.programme
    return read_wishes(said, now=context.now, zone=programme.zone, moments=programme.moments)


def _as_habit(wishes: Wishes, context: Context) -> Wishes:
    """A moment said by who changes their reminders: its time of day, every time."""
    if wishes.at is None:
        return wishes
    local = wishes.at.astimezone(context.programme.zone)
    return Wishes(offsets=wishes.offsets, at_clock=f"{local:%H:%M}")


def _kind_of(wishes: Wishes, *, running: bool) -> str:
    if wishes.not_at is not None:
        return "not_at"
    if wishes.at is not None:
        return "moment"
    return "habit" if wishes.is_habit and running else "nothing"


def _slots_of(wishes: Wishes) -> dict[str, Any]:
    often = None if wishes.offsets is None else " ".join(wishes.offsets) or USUAL
    return {
        "snooze_at": wishes.at.isoformat() if wishes.at else None,
        "snooze_when": None,
        "wish_often": often,
        "wish_time": wishes.at_clock,
        "wish_not_at": wishes.not_at,
    }


def _answered(slot: str, value: str | None, *, kind: str = "habit") -> list[dict[str, Any]]:
    return [SlotSet(slot, value), SlotSet("wish_kind", kind)]


def _choice(context: Context, slot: str, name: str) -> dict[str, str]:
    title = context.say(f"label_{slot}_{name}", {}).unescape()
    return {"title": str(title), "payload": f"/SetSlots({slot}={name})"}


def _clock_words(at: str) -> str:
    """`12.30pm` for 12:30."""
    return clock(datetime.combine(date.min, clock_of(at)))
