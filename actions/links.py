"""What opening a link does: it names a call, is leave to apply late, or shows an idea."""

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk.events import SlotSet

from actions.calls.call_words import call_values, call_when
from actions.calls.open_calls import open_now
from actions.context import BoundAction
from actions.criteria.rounds import current_calls
from actions.ideas.sharing import show_shared
from actions.times.instants import in_words
from actions.times.planning import follow_by_leave
from storage import calls, chats
from storage.late_links import Opened, open_late_link
from storage.models import Call

PARAMETER = "start_parameter"  # the slot with what the link said
_CALL = re.compile(r"call-([a-z0-9_]{1,24})(?:-([A-Za-z0-9_-]{1,40}))?")
_LATE = re.compile(r"late-([A-Za-z0-9_-]{1,59})")
_SHARE = re.compile(r"share-([A-Za-z0-9_-]{1,58})")
_REFUSED = {
    Opened.TAKEN: "utter_late_link_taken",
    Opened.EXPIRED: "utter_late_link_expired",
    Opened.UNKNOWN: "utter_late_link_unknown",
}


class OpenLink(BoundAction):
    """Shows the call or the idea that a link is about, or says kindly why it cannot."""

    called = "action_open_link"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `link_opened`, and of an opened call `wanted_call`, `call_code`, `call_title`."""
        said = str(tracker.get_slot(PARAMETER) or "")
        named, late, shared = (it.fullmatch(said) for it in (_CALL, _LATE, _SHARE))
        if shared:
            show_shared(self, dispatcher, shared[1])
            found = [SlotSet("link_opened", False)]
        elif named:
            found = self._open_call(dispatcher, named[1], named[2])
        elif late:
            found = self._open_late(dispatcher, late[1])
        else:
            found = self._refuse(dispatcher, "utter_link_unknown", {})
        return [*found, SlotSet(PARAMETER, None)]  # a later hello is a hello

    def _open_call(self, dispatcher: Any, code: str, source: str | None) -> list[dict[str, Any]]:
        context = self.context
        came = [SlotSet("link_source", source)] if source else []
        if source:
            chats.note_source(context.session, context.chat_id, source)
        call = self._meant(code)
        if call is not None:
            return [*came, *self._show(dispatcher, call)]
        return [*came, *self._refuse(dispatcher, *self._why_not(code))]

    def _meant(self, code: str) -> Call | None:
        """The call of this code; or the only one of the theme that is called so, so that a poster
        outlives the year's call."""
        current = current_calls(self.context)
        if calls.find_call(self.context.session, code=code) is not None:
            return next((call for call in current if call.code == code), None)
        of_theme = [call for call in current if call.theme == code]
        return of_theme[0] if len(of_theme) == 1 else None

    def _open_late(self, dispatcher: Any, token: str) -> list[dict[str, Any]]:
        context = self.context
        opened, call = open_late_link(
            context.session, token, chat_id=context.chat_id, now=context.now
        )
        if opened is Opened.YOURS and call is not None:
            follow_by_leave(
                context.session,
                call,
                chat_id=context.chat_id,
                programme=context.programme,
                now=context.now,
            )
            return self._show(dispatcher, call)
        values = {"call_title": call.title if call else None}
        return self._refuse(dispatcher, _REFUSED[opened], values)

    def _show(self, dispatcher: Any, call: Call) -> list[dict[str, Any]]:
        told = {**call_values(self.context, call), "when": call_when(self.context, call)}
        dispatcher.utter_message(response="utter_call_opened", **told)
        values = {
            "link_opened": True,
            "wanted_call": call.code,
            "call_code": call.code,
            "call_title": call.title,
            "verdict": None,  # what was found was of another call
        }
        return [SlotSet(name, value) for name, value in values.items()]

    def _why_not(self, code: str) -> tuple[str, Mapping[str, Any]]:
        context = self.context
        call = calls.find_call(context.session, code=code)
        if call is None or call.is_draft:
            return "utter_link_unknown", {}
        if call.withdrawn_at is not None:
            return "utter_link_withdrawn", {"call_title": call.title}
        ended = in_words(calls.ends_at(call), context.now, context.programme.zone)
        return "utter_link_closed", {"call_title": call.title, "deadline": ended}

    def _refuse(
        self, dispatcher: Any, response: str, values: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        dispatcher.utter_message(response=response, open_now=open_now(self.context), **values)
        return [SlotSet("link_opened", False)]
