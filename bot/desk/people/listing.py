"""Who is staff: the list, and what each of them may do."""

from bot.desk.moment import Deeds, Moment, Outcome
from bot.desk.people.leaving import change_role
from bot.desk.people.roster import Roster, may_manage, meant, role_in
from dialogues.exchange import Reply
from storage import releasing, staff
from storage.models import StaffMember
from storage.staff import Role


class People:
    """The commands `/staff` and `/staff role NUMBER ROLE`, and their buttons."""

    def __init__(self, *, roster: Roster) -> None:
        self._roster = roster

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"staff": self._show, "staff_role": self._give_role}

    def _show(self, moment: Moment, words: str) -> Outcome:
        member = meant(moment, words)
        if member is not None:
            return Outcome((self._person(moment, member),), detail={"member": member.id})
        if words.strip():
            return self._refused("staff_people_no_member")
        return Outcome((self._roster.everybody(moment),))

    def _person(self, moment: Moment, member: StaffMember) -> Reply:
        theirs = releasing.open_leads_of(moment.session, member)
        return self._roster.person(moment, member, open_leads=len(theirs))

    def _give_role(self, moment: Moment, words: str) -> Outcome:
        member, role = meant(moment, words), role_in(words)
        if role is None:
            return self._refused("staff_people_role_how")
        if member is None:
            return self._refused("staff_people_no_member")
        refusal = self._why_not(moment, member, role)
        if refusal is not None:
            return self._refused(refusal)
        before = change_role(moment.session, member, role, now=moment.now)
        reply = self._roster.reply(
            "staff_people_role_given", name=member.name, role=self._roster.role_words(role)
        )
        return Outcome((reply,), detail={"member": member.id, "before": before, "after": str(role)})

    def _why_not(self, moment: Moment, member: StaffMember, role: Role) -> str | None:
        """The response that says why they may not have this role; None if they may."""
        is_own = member.id == moment.member.id
        if (
            member.role == Role.ADMIN
            and role is not Role.ADMIN
            and staff.is_last_admin(moment.session, member)
        ):
            return "staff_people_last_admin"
        if is_own and moment.role is Role.ADMIN:
            return None
        if not may_manage(moment, member) or role not in self._roster.roles_to_give(moment):
            return "staff_people_not_yours"
        return None

    def _refused(self, response: str) -> Outcome:
        return Outcome((self._roster.reply(response),), is_refused=True)
