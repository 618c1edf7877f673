"""Whether the team may write in a group's own chat: its contact says so, once the group has sent
something, and may change it."""

from typing import Any

from rasa_sdk.events import SlotSet

from actions.context import BoundAction, Context
from actions.members.names import group_name
from actions.speaking import Speaking, speaking_of
from storage import groups, leads, members
from storage.members import CONTACT
from storage.models import Lead

GROUP = "group_staff_group"  # the slots: the group's id, null for none that they may choose for …
NAME = "group_staff_name"  # … its name, and what is chosen
MAY = "group_staff_may"
INTENT = "group_staff"


def ask_contact(context: Context, lead: Lead) -> None:
    """The group has sent something for the first time: its contact is asked, once."""
    session, group_id = context.session, lead.group_id
    group = groups.get_group(session, group_id) if group_id else None
    if group_id is None or group is None or group.closed_at is not None:
        return
    contact = members.with_role(session, group_id=group_id, role=CONTACT)
    if contact is None or contact.chat_id is None:
        return
    if len(leads.leads_of_group(session, group_id=group_id)) == 1:
        values = {GROUP: str(group_id)}
        context.begin(contact.chat_id, INTENT, values, key=f"{INTENT}:{group_id}")


class RecallGroupStaff(BoundAction):
    """Sees for which group it can be chosen."""

    called = "action_recall_group_staff"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `group_staff_group`, null for who is no contact of any; then it says so."""
        speaking = _chosen_for(self.context, tracker.get_slot(GROUP))
        if speaking is None:
            dispatcher.utter_message(response="utter_group_staff_barred")
            return [SlotSet(GROUP, None)]
        name = group_name(self.context.session, speaking.group, self.context.say)
        return [SlotSet(GROUP, str(speaking.group.id)), SlotSet(NAME, name)]


class KeepGroupStaff(BoundAction):
    """Keeps what was chosen."""

    called = "action_keep_group_staff"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_group_staff_yes` or `utter_group_staff_no`."""
        speaking = _chosen_for(self.context, tracker.get_slot(GROUP))
        may = tracker.get_slot(MAY)
        if speaking is None or may is None:
            return []
        speaking.group.staff_may_write = may is True
        self.context.session.flush()
        name = group_name(self.context.session, speaking.group, self.context.say)
        dispatcher.utter_message(response=f"utter_group_staff_{'yes' if may else 'no'}", group=name)
        return []


def _chosen_for(context: Context, number: Any) -> Speaking | None:
    """The group that is meant, held, if this person is its contact: the one that is named, or that
    they speak for, or their only one."""
    session, spoken_for = context.session, context.speaking
    own = members.memberships_of(session, chat_id=context.chat_id)
    contact_of = [it.group_id for it in own if it.role == CONTACT]
    meant = [it for it in contact_of if str(it) == str(number)]
    if not meant and spoken_for is not None:
        meant = [it for it in contact_of if it == spoken_for.group.id]
    elif not meant:
        meant = contact_of if len(contact_of) == 1 else []
    if not meant:
        return None
    return speaking_of(session, group_id=meant[0], chat_id=context.chat_id, now=context.now)
