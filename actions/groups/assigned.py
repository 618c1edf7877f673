"""Being asked for one answer: it is given for the group, or not."""

from typing import Any

from rasa_sdk.events import SlotSet

from actions.context import BoundAction, Context
from actions.groups.choosing import switch_to
from actions.ideas.ideas import ADDING
from actions.ideas.shaping import WANTED
from actions.members.standing import standing_in
from actions.members.told import tell
from storage import assignments, groups, members
from storage.models import Assignment, Member

ASSIGNED = "assigned"  # the slot: the id of the assignment
KIND = "assigned_kind"  # idea, fact or gone
INTENT = "group_question"  # of the event that asks the question, once they speak for the group


def own_assignment(context: Context, said: Any) -> tuple[Assignment, Member] | None:
    """What the person of this chat was asked, and as whom; None if it is not open any more."""
    found = assignments.get_open(context.session, int(said)) if str(said).isdecimal() else None
    if found is None:
        return None
    member = members.membership(context.session, group_id=found.group_id, chat_id=context.chat_id)
    is_theirs = member is not None and member.id == found.member_id
    return (found, member) if member is not None and is_theirs else None


class TakeAssigned(BoundAction):
    """They answer: from now on they speak for the group, and its question comes by itself."""

    called = "action_take_assigned"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_assigned_now`, or `utter_assigned_gone`."""
        context, said = self.context, tracker.get_slot(ASSIGNED)
        found = own_assignment(context, said)
        group = groups.get_group(context.session, found[0].group_id) if found else None
        if found is None or group is None or found[1].role == members.VIEWER:
            dispatcher.utter_message(response="utter_assigned_gone")
            return []
        dispatcher.utter_message(response="utter_assigned_now")
        _ask_next(context, found[0])
        return switch_to(context, dispatcher, group, found[1], greets=False)


def _ask_next(context: Context, assignment: Assignment) -> None:
    """The question comes in a turn of its own: this one still belongs to whom they spoke for."""
    key = f"{INTENT}:{assignment.id}:{context.now.timestamp()}"
    context.begin(context.chat_id, INTENT, {ASSIGNED: str(assignment.id)}, key=key)


class OpenAssigned(BoundAction):
    """Takes up what somebody was asked, so that only that is asked."""

    called = "action_open_assigned"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `assigned_kind`, and what the flow for it goes by. Utters `utter_assigned_gone` when
        somebody else has answered it."""
        context = self.context
        found = own_assignment(context, tracker.get_slot(ASSIGNED))
        speaking = context.speaking
        if found is None or speaking is None or speaking.group.id != found[0].group_id:
            dispatcher.utter_message(response="utter_assigned_gone")
            return [SlotSet(KIND, "gone")]
        question = found[0].question
        if question in context.programme.facts:
            return [SlotSet(KIND, "fact"), SlotSet("fact_wanted", question)]
        # Should somebody else answer it meanwhile, this comes behind.
        return [SlotSet(KIND, "idea"), SlotSet(WANTED, question), SlotSet(ADDING, True)]


class DeclineAssigned(BoundAction):
    """They cannot say: who asked hears of it."""

    called = "action_decline_assigned"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_assigned_declined`, or `utter_assigned_gone`."""
        context = self.context
        found = own_assignment(context, tracker.get_slot(ASSIGNED))
        standing = standing_in(context, found[1]) if found else None
        if found is None or standing is None:
            dispatcher.utter_message(response="utter_assigned_gone")
            return []
        assignment, member = found
        assignments.take_back(context.session, assignment, now=context.now)
        tell_asker(context, assignment, "not_me", about=member)
        dispatcher.utter_message(response="utter_assigned_declined")
        return []


def tell_asker(context: Context, assignment: Assignment, told: str, *, about: Member) -> None:
    """Whoever asked hears what became of it; not of what they did themselves."""
    asker = context.session.get(Member, assignment.asked_by_id or 0)
    if asker is not None and asker.id != about.id:
        tell(
            context.session,
            asker,
            told,
            about=about,
            question=assignment.question,
            now=context.now,
        )
