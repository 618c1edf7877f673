"""Leaving a group, and what becomes of what one has said there."""

from typing import Any

from rasa_sdk.events import Restarted, SlotSet

from actions.boards import queue_board
from actions.context import Context
from actions.desk.staff_posts import queue_for_staff
from actions.groups.contact_role import succeed
from actions.members.edited import show_without
from actions.members.standing import NOBODY, AboutGroup
from storage import (
    applicants,
    assignments,
    chats,
    contributions,
    groups,
    lead_senders,
    members,
    sides,
    sign_offs,
)
from storage.models import Chat, Group, Member
from storage.outbox import Lane

WORDS = "leave_words"  # the slot: named, nameless, gone or stay


class AskLeaveWords(AboutGroup):
    """Asks what becomes of what they said."""

    called = "action_ask_leave_words"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_leave_words`; who is in no group is told so."""
        standing = self.standing(dispatcher)
        if standing is None:
            return [SlotSet(WORDS, NOBODY)]
        heir = "utter_leave_words_contact" if standing.is_contact else "utter_leave_words"
        dispatcher.utter_message(response=heir, group=self.name_of(standing.group))
        return []


class LeaveGroup(AboutGroup):
    """Lets them go, with what they said as they want it."""

    called = "action_leave_group"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_left`, `utter_left_heir` after a contact, or `utter_left_last`."""
        standing, context = self.standing(dispatcher), self.context
        if standing is None:
            return []
        was_contact, words = standing.is_contact, tracker.get_slot(WORDS)
        if words == "nameless":
            touched = contributions.make_nameless(context.session, standing.member)
            show_without(context.session, standing.group, touched, now=context.now)
        elif words == "gone":
            take_words_out(context, standing.group, standing.member.external_id)
        heir = depart(context, standing.group, standing.member)
        name = self.name_of(standing.group)
        if heir is not None:
            dispatcher.utter_message(response="utter_left_heir", group=name, name=self.calls(heir))
        else:
            last = was_contact and not self.others_in(standing)
            dispatcher.utter_message(
                response="utter_left_last" if last else "utter_left", group=name
            )
        return self._on_their_own()

    def _on_their_own(self) -> list[dict[str, Any]]:
        if self.context.speaking is None:
            return []
        sides.speak_for(self.context.session, self.context.chat_id, None)
        return [Restarted(), SlotSet("introduced", True)]


def depart(context: Context, group: Group, member: Member) -> Member | None:
    """They are in it no longer; who is the contact instead, if they were that. The caller holds the
    group."""
    session, was = context.session, member.role
    assignments.take_back_all(session, member, now=context.now)
    members.leave(session, member, now=context.now)
    queue_board(session, group, now=context.now)
    if was != members.CONTACT:
        return None
    applicants.forget_contact(session, chat_id=group.chat_id)
    return succeed(context, group)


def take_words_out(context: Context, group: Group, external_id: str) -> None:
    """What this person said goes from the group's idea, from what its chat shows of it, and from
    drafts that were never sent. The caller holds the group."""
    session, now = context.session, context.now
    touched = contributions.take_out(session, group, external_id=external_id, now=now)
    if touched:
        sign_offs.take_answers_out(session, group_id=group.id)
        show_without(session, group, touched, now=now)


def forget_groups(context: Context) -> None:
    """They leave all groups, and all that they said there goes, also from groups they had left or
    never joined; what these have sent loses their name."""
    session, chat = context.session, chats.get_chat(context.session, context.chat_id)
    applicants.stand_back(session, chat_id=chat.id)
    said_in = contributions.groups_of_person(
        session, channel=chat.channel, external_id=chat.external_id
    )
    own = {it.group_id for it in members.all_of_person(session, chat_id=chat.id)}
    for group_id in sorted(own | said_in):  # in one order, whoever else goes at this moment
        group = groups.get_group(session, group_id)
        if group is not None:
            acting = groups.act_for(session, group, now=context.now)
            _forget(context, acting.group, chat)
    members.forget_person(session, external_id=chat.external_id, chat_id=chat.id)
    sides.speak_for(session, chat.id, None)


def _forget(context: Context, group: Group, chat: Chat) -> None:
    session = context.session
    take_words_out(context, group, chat.external_id)
    member = members.find_member(
        session, group_id=group.id, external_id=chat.external_id, left=True
    )
    if member is None:
        return
    sign_offs.take_name_out(session, group_id=group.id, name=member.name)
    changed = lead_senders.take_out_member(
        session, group_id=group.id, chat_id=context.chat_id, name=member.name
    )
    for lead in changed:
        queue_for_staff(context, "lead_card_edit", {"lead_id": lead.id}, Lane.LEADS)
    if member.left_at is None:
        depart(context, group, member)
