"""A group applies: who may send for it, as whom, and what is said of its members."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup
from rasa_sdk.events import SlotSet
from sqlalchemy.orm import Session

from actions.context import BoundAction, Context
from actions.labels import Wording
from actions.members.names import group_name
from actions.speaking import Speaking
from storage import applicants, members
from storage.leads import NewLead
from storage.members import CONTACT, SECOND
from storage.models import Group, Lead, Member

SENDER = "lead_sender"  # the slot: empty for oneself, contact, second, or barred for who may not
RESPONSES = frozenset(
    {f"role_{role}" for role in members.ROLES}
    | {"group_with_contact", "group_members", "group_member", "group_more"}
)
_MOST_NAMED = 12


class SeeSender(BoundAction):
    """Sees for whom it is going to be sent, and whether this person may."""

    called = "action_see_sender"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `lead_sender`. Who may not send is told who can."""
        speaking = self.context.speaking
        if speaking is None:
            return [SlotSet(SENDER, None)]
        if speaking.leads:
            role = (
                CONTACT if contact_of(self.context.session, speaking) is speaking.member else SECOND
            )
            return [SlotSet(SENDER, role)]
        dispatcher.utter_message(
            response="utter_group_may_not_send",
            group=group_name(self.context.session, speaking.group, self.context.say),
            who=self._who_can(speaking),
        )
        return [SlotSet(SENDER, "barred")]

    def _who_can(self, speaking: Speaking) -> Markup:
        leading = members.members_of(
            self.context.session, group_id=speaking.group.id, roles=members.LEADING
        )
        return Markup(", ").join(it.name for it in leading if it.name)


def for_group(context: Context, speaking: Speaking, draft: NewLead) -> NewLead:
    """The draft as the group's: its contact stands for it, whoever of the two sends it."""
    session, contact = context.session, contact_of(context.session, speaking)
    if contact is not speaking.member:
        kept = applicants.applicant_of(session, chat_id=speaking.group.chat_id, now=context.now)
        way = kept.contact or "telegram"
        draft = replace(draft, applicant_name=kept.name or contact.name, contact=way, language=None)
    return replace(
        draft,
        chat_id=contact.chat_id or context.chat_id,
        applicant_kind="group",
        helped=False,
        on_behalf_of=group_name(session, speaking.group, context.say),
        group_id=speaking.group.id,
        members=members_told(session, speaking.group, contact, draft.applicant_name),
    )


def contact_of(session: Session, speaking: Speaking) -> Member:
    """Who stands for the group: its contact, as long as it has one that can be written to."""
    contact = members.with_role(session, group_id=speaking.group.id, role=CONTACT)
    return contact if contact is not None and contact.chat_id is not None else speaking.member


def members_told(
    session: Session, group: Group, contact: Member, contact_name: str | None
) -> list[dict[str, Any]]:
    """The members as they stand in what is sent. Who has not agreed to be named has no name; who
    stands for the group agrees by sending."""
    told = []
    for member in members.members_of(session, group_id=group.id):
        name = member.name if member.named_at else None
        if member is contact:
            name = contact_name or member.name
        named_at = member.named_at.isoformat() if member.named_at else None
        told.append({"name": name, "role": member.role, "named_at": named_at})
    return told


def who_sent(words: Wording, lead: Lead | NewLead) -> Markup | str | None:
    """Whose a lead is: `Nan's gardeners (contact: Ann Example)`, or who sent it."""
    if lead.group_id is None:
        return lead.applicant_name
    values = {"group": lead.on_behalf_of, "name": lead.applicant_name}
    return words.say("group_with_contact", values)


def member_lines(words: Wording, told: Sequence[Mapping[str, Any]] | None) -> Iterator[Markup]:
    """One line with the members of a group: by name and role, and how many more there are."""
    named = [it for it in told or () if it["name"]][:_MOST_NAMED]
    more = len(told or ()) - len(named)
    shown = [words.say("group_member", {**it, "role": _role(words, it)}) for it in named]
    if more:
        shown.append(words.say("group_more", {"number": more}))
    if shown:
        yield words.say(
            "group_members", {"count": len(told or ()), "names": Markup(", ").join(shown)}
        )


def _role(words: Wording, told: Mapping[str, Any]) -> Markup:
    return words.say(f"role_{told['role']}", {})
