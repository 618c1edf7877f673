"""Joining a group by its link: what that means, as what one joins, and whether one's name may stand
in what is sent."""

from typing import Any

from rasa_sdk.events import SlotSet

from actions.boards import queue_board
from actions.context import BoundAction
from actions.groups.choosing import switch_to
from actions.groups.contact_role import hand_leads
from actions.labels import button
from actions.members.names import first_name, group_name
from storage import chats, groups, invites, members
from storage.models import Group, Member

PARAMETER = "start_parameter"  # the slot with what the link said
TOKEN = "join_token"  # noqa: S105 - the slot's name
STATE = "join_state"  # gone, member or open
LINK = "join-"
_LONGEST_NAME = 80


class OpenInvite(BoundAction):
    """Looks at the link by which somebody came, and says what joining means."""

    called = "action_open_invite"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `join_state` and `join_token`. Utters `utter_join_gone`, or `utter_join_means`; to
        a member nothing."""
        context = self.context
        token = str(tracker.get_slot(PARAMETER) or "").removeprefix(LINK)
        invite = invites.open_invite(context.session, token)
        group = groups.get_group(context.session, invite.group_id) if invite else None
        state = self._state(group)
        if group is None:
            dispatcher.utter_message(response="utter_join_gone")
        elif state == "open":
            name = group_name(context.session, group, context.say)
            dispatcher.utter_message(response="utter_join_means", group=name)
        found = {
            STATE: state,
            TOKEN: token if group else None,
            "group_choice": str(group.id) if group else None,
            PARAMETER: None,
        }
        return [SlotSet(name, value) for name, value in found.items()]

    def _state(self, group: Group | None) -> str:
        if group is None:
            return "gone"
        known = members.membership(
            self.context.session, group_id=group.id, chat_id=self.context.chat_id
        )
        return "open" if known is None else "member"


class AskJoinName(BoundAction):
    """Asks which name may stand in what the group sends; the one we know is a press away."""

    called = "action_ask_join_name"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_join_name`."""
        known = chats.get_chat(self.context.session, self.context.chat_id).name
        buttons = [button(known, f'/SetSlots(join_name="{_quoted(known)}")')] if known else []
        dispatcher.utter_message(response="utter_join_name", buttons=buttons)
        return []


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


class JoinGroup(BoundAction):
    """Makes somebody a member, as they chose. The first to join is the contact."""

    called = "action_join_group"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """From then on they speak for the group, but for those who only look on. Utters
        `utter_joined_<role>`, or `utter_join_gone` when the link was stopped meanwhile."""
        context, session = self.context, self.context.session
        invite = invites.open_invite(session, str(tracker.get_slot(TOKEN) or ""))
        group = groups.get_group(session, invite.group_id) if invite else None
        if invite is None or group is None:
            dispatcher.utter_message(response="utter_join_gone")
            return []
        groups.act_for(session, group, now=context.now)
        session.refresh(invite)
        if invite.stopped_at is not None:  # at this moment, by somebody else
            dispatcher.utter_message(response="utter_join_gone")
            return []
        member = self._join(group, tracker)
        dispatcher.utter_message(
            response=f"utter_joined_{member.role}",
            group=group_name(session, group, context.say),
        )
        return switch_to(self.context, dispatcher, group, member, greets=False)

    def _join(self, group: Group, tracker: Any) -> Member:
        context, session = self.context, self.context.session
        chat = chats.get_chat(session, context.chat_id)
        named = tracker.get_slot("join_named") is True and tracker.get_slot("join_name")
        member, is_new = members.join(
            session,
            group,
            external_id=chat.external_id,
            chat_id=chat.id,
            name=str(named)[:_LONGEST_NAME].strip() if named else first_name(chat.name),
            role=self._role(group, looks_on=tracker.get_slot("join_as") == "viewer"),
            now=context.now,
        )
        if is_new and named:
            member.named_at = context.now
        if member.role == members.CONTACT:
            hand_leads(context, group, member)
        queue_board(session, group, now=context.now)
        return member

    def _role(self, group: Group, *, looks_on: bool) -> str:
        if looks_on:
            return members.VIEWER
        contact = members.with_role(self.context.session, group_id=group.id, role=members.CONTACT)
        return members.MEMBER if contact else members.CONTACT
