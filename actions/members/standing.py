"""In which group somebody stands, and as what, when they ask for something about their group."""

from dataclasses import dataclass
from typing import Any

from actions.context import BoundAction, Context
from actions.labels import button
from actions.members.names import group_name, member_name
from storage import groups, members
from storage.models import Applicant, Group, Member

NOBODY = "none"  # the value of a slot for whom it is about, when nobody can be meant


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody in a group, which is held until the transaction ends."""

    group: Group
    applicant: Applicant
    member: Member

    @property
    def leads(self) -> bool:
        """Whether they may ask others, and see to who is in it."""
        return self.member.role in members.LEADING

    @property
    def is_contact(self) -> bool:
        """Whether they are the one whom the team writes to."""
        return self.member.role == members.CONTACT


def standing_in(context: Context, member: Member) -> Standing | None:
    """Hold the group of this membership; None if that is over."""
    group = groups.get_group(context.session, member.group_id)
    if group is None:
        return None
    acting = groups.act_for(context.session, group, now=context.now)
    held = members.as_held(context.session, member)
    return Standing(acting.group, acting.applicant, held) if held is not None else None


def member_of(context: Context, group_id: int) -> Member | None:
    """What the person of this chat is in that group."""
    return members.membership(context.session, group_id=group_id, chat_id=context.chat_id)


class AboutGroup(BoundAction):
    """An action about the group that somebody speaks for, else about the only one they are in."""

    def standing(self, dispatcher: Any, *, leading: bool = False) -> Standing | None:
        """Where they stand; None when that is said to be none, or open, or, with `leading`, not
        enough."""
        found = self._meant()
        if isinstance(found, str):
            dispatcher.utter_message(response=found)
            return None
        if leading and not found.leads:
            dispatcher.utter_message(
                response="utter_group_not_leading", group=self.name_of(found.group)
            )
            return None
        return found

    def _meant(self) -> Standing | str:
        context, speaking = self.context, self.context.speaking
        if speaking is not None:
            return Standing(speaking.group, speaking.applicant, speaking.member)
        own = members.memberships_of(context.session, chat_id=context.chat_id)
        if len(own) > 1:
            return "utter_group_which"
        found = standing_in(context, own[0]) if own else None
        return found or "utter_groups_none"

    def others_in(self, standing: Standing, *, viewers: bool = True) -> list[Member]:
        """The other members, in the order in which they joined."""
        roles = members.ROLES if viewers else (*members.LEADING, members.MEMBER)
        found = members.members_of(self.context.session, group_id=standing.group.id, roles=roles)
        return [it for it in found if it.id != standing.member.id]

    def chosen(self, standing: Standing, said: Any) -> Member | None:
        """The other member that a button named, if they are still there."""
        return next((it for it in self.others_in(standing) if str(it.id) == str(said)), None)

    def name_of(self, group: Group) -> str:
        """What the group is called."""
        return group_name(self.context.session, group, self.context.say)

    def calls(self, member: Member | None) -> str:
        """What a member is called."""
        return member_name(member, self.context.say)

    def choices(self, slot: str, found: list[Member]) -> list[dict[str, str]]:
        """A button for each of these members."""
        return [button(self.calls(it), f"/SetSlots({slot}={it.id})") for it in found]
