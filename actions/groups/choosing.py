"""Choosing for whom one speaks: for oneself, or for one of one's groups."""

import re
from typing import Any

from rasa_sdk.events import Restarted, SlotSet

from actions.context import BoundAction, Context
from actions.groups.looking import show_to_viewer
from actions.labels import button, lines
from actions.members.names import group_name
from actions.members.standing import member_of
from storage import groups, members, sides
from storage.models import Group, Member

CHOICE = "group_choice"  # the slot: the id of a group, or own
OWN = "own"
PARAMETER = "start_parameter"  # the slot with what the link said
_LINK = re.compile(r"for-([0-9]{1,18})")
_MOST_SHOWN = 20


class ShowGroups(BoundAction):
    """Shows the groups that somebody is in."""

    called = "action_show_groups"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_groups`, a button for each and one for their own things; without a group
        `utter_groups_none`."""
        context = self.context
        own = members.memberships_of(context.session, chat_id=context.chat_id)[:_MOST_SHOWN]
        if not own:
            dispatcher.utter_message(response="utter_groups_none")
            return []
        named = [(it, self._name(it)) for it in own]
        buttons = [button(name, f"/speak_for({CHOICE}={it.group_id})") for it, name in named]
        shown = lines(
            context.say(f"group_in_list_{it.role}", {"group": name}) for it, name in named
        )
        dispatcher.utter_message(response="utter_groups", buttons=buttons, lines=shown)
        return []

    def _name(self, member: Member) -> str:
        group = groups.get_group(self.context.session, member.group_id)
        context = self.context
        return group_name(context.session, group, context.say) if group else ""


class SpeakFor(BoundAction):
    """From here on they speak for the group that was chosen, or for themselves."""

    called = "action_speak_for"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Begins the dialogue anew, so that nothing of one side is known on the other. Utters
        `utter_group_speaking`, `utter_group_own`, or `utter_group_not_in`."""
        chosen = str(tracker.get_slot(CHOICE) or OWN)
        if chosen == OWN:
            dispatcher.utter_message(response="utter_group_own")
            return _enter(self.context, None)
        member = member_of(self.context, int(chosen)) if chosen.isdecimal() else None
        group = groups.get_group(self.context.session, member.group_id) if member else None
        if group is None or member is None:
            dispatcher.utter_message(response="utter_group_not_in")
            return []
        return switch_to(self.context, dispatcher, group, member)


class OpenGroupLink(BoundAction):
    """Reads the link by which the group's own chat leads here."""

    called = "action_open_group_link"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `group_choice`; says nothing."""
        named = _LINK.fullmatch(str(tracker.get_slot(PARAMETER) or ""))
        return [SlotSet(CHOICE, named[1] if named else "0"), SlotSet(PARAMETER, None)]


def switch_to(
    context: Context, dispatcher: Any, group: Group, member: Member, *, greets: bool = True
) -> list[dict[str, Any]]:
    """Let them speak for this group; who only looks on is shown it."""
    if member.role == members.VIEWER:
        show_to_viewer(context, dispatcher, group)
        return []
    if greets:
        name = group_name(context.session, group, context.say)
        dispatcher.utter_message(response="utter_group_speaking", group=name)
    return _enter(context, group.id)


def _enter(context: Context, group_id: int | None) -> list[dict[str, Any]]:
    speaking = context.speaking
    if (speaking.group.id if speaking else None) == group_id:
        return []
    sides.speak_for(context.session, context.chat_id, group_id)
    return [Restarted(), SlotSet("introduced", True)]
