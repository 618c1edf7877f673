"""Who is in the group and as what; roles that are given."""

from collections.abc import Iterator
from typing import Any

from rasa_sdk.events import SlotSet

from actions.boards import queue_board
from actions.labels import button, lines
from actions.members.standing import NOBODY, AboutGroup, Standing
from actions.members.told import tell
from storage import members
from storage.models import Member

WHOM, ROLE = "role_member", "role_given"
_FOR_ALL = ("remind_me_too", "leave_group")
_FOR_LEADING = ("ask_somebody", "group_invite", "give_role")
_MOST_SHOWN = 30


class ShowPeople(AboutGroup):
    """Shows who is in the group, with what may be done about it."""

    called = "action_show_people"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_group_people`; the contact and the second contact may do more."""
        standing = self.standing(dispatcher)
        if standing is None:
            return []
        found = members.members_of(self.context.session, group_id=standing.group.id)
        shown = [
            self.context.say(f"group_person_{it.role}", {"name": self.calls(it)})
            for it in found[:_MOST_SHOWN]
        ]
        more = len(found) - len(shown)
        if more:
            shown.append(self.context.say("group_more_people", {"count": more}))
        dispatcher.utter_message(
            response="utter_group_people",
            group=self.name_of(standing.group),
            lines=lines(shown),
            buttons=[*self._doors(standing)],
        )
        return []

    def _doors(self, standing: Standing) -> Iterator[dict[str, str]]:
        names = (*(_FOR_LEADING if standing.leads else ()), *_FOR_ALL)
        for name in (*names, *(("hand_over",) if standing.is_contact else ())):
            label = self.context.say(f"button_{name}", {}).unescape()
            yield button(str(label), f"/{name}")


class AskRoleMember(AboutGroup):
    """Asks whose role it is."""

    called = "action_ask_role_member"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_role_whom`; where there is nobody to choose, that."""
        standing = self.standing(dispatcher, leading=True)
        if standing is None:
            return [SlotSet(WHOM, NOBODY)]
        found = [it for it in self.others_in(standing) if it.role != members.CONTACT]
        if not found:
            dispatcher.utter_message(response="utter_group_alone")
            return [SlotSet(WHOM, NOBODY)]
        dispatcher.utter_message(response="utter_role_whom", buttons=self.choices(WHOM, found))
        return []


class GiveRole(AboutGroup):
    """Gives a role, and tells who has it."""

    called = "action_give_role"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_role_<role>`, or `utter_role_gone` when they have left."""
        standing = self.standing(dispatcher, leading=True)
        if standing is None:
            return []
        to, role = self.chosen(standing, tracker.get_slot(WHOM)), tracker.get_slot(ROLE)
        if to is None or to.role == members.CONTACT or role not in members.ROLES:
            dispatcher.utter_message(response="utter_role_gone")
            return []
        self._give(standing, to, role)
        dispatcher.utter_message(response=f"utter_role_{role}", name=self.calls(to))
        return []

    def _give(self, standing: Standing, to: Member, role: str) -> None:
        context = self.context
        if to.role == role:
            return
        members.give_role(context.session, to, role)
        tell(
            context.session,
            to,
            role,
            about=standing.member,
            now=context.now,
        )
        queue_board(context.session, standing.group, now=context.now)
