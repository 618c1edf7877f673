"""Leaving the staff: whoever is taken off the list may do nothing any more, their open leads are
anybody's, and whoever talks with them waits for somebody else."""

from datetime import datetime

from sqlalchemy.orm import Session

from actions.desk.staff_words import tell_staff
from bot.desk.leads.cards import queue_card_edit
from bot.desk.moment import Deeds, Moment, Outcome
from bot.desk.people.roster import Roster, may_manage, meant
from bot.desk.talk.turns import STAFF_LEFT
from bot.pipeline.beginnings import begin
from storage import releasing, staff, staff_links
from storage.models import Lead, StaffMember
from storage.staff import Role


class Leaving:
    """The command `/staff remove NUMBER`, and its buttons."""

    def __init__(self, *, roster: Roster) -> None:
        self._roster = roster

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"staff_remove": self._remove}

    def _remove(self, moment: Moment, words: str) -> Outcome:
        """Asked about first; the button that says so does it."""
        member = meant(moment, words)
        if member is None:
            return self._refused("staff_people_no_member")
        if staff.is_last_admin(moment.session, member):
            return self._refused("staff_people_last_admin")
        if not (may_manage(moment, member) or _is_own(moment, member)):
            return self._refused("staff_people_not_yours")
        if "sure" not in words:
            return self._ask(member)
        found = take_off_list(
            moment.session, member, by=moment.member, desk_id=moment.desk_id, now=moment.now
        )
        name = "staff_people_released" if found else "staff_people_removed"
        references = ", ".join(lead.reference for lead in found)
        reply = self._roster.reply(name, name=member.name, references=references)
        return Outcome((reply,), detail={"member": member.id, "released": len(found)})

    def _ask(self, member: StaffMember) -> Outcome:
        sure = f"/staff_remove(member={member.id}, sure=yes)"
        buttons = (
            self._roster.button("sure", sure, name=member.name),
            self._roster.button("keep", f"/staff(member={member.id})", name=member.name),
        )
        reply = self._roster.reply("staff_people_remove_sure", buttons, name=member.name)
        return Outcome((reply,), detail={"member": member.id, "asked": True})

    def _refused(self, response: str) -> Outcome:
        return Outcome((self._roster.reply(response),), is_refused=True)


def take_off_list(
    session: Session,
    member: StaffMember,
    *,
    by: StaffMember | None,
    desk_id: int | None,
    now: datetime,
) -> list[Lead]:
    """They are staff no more, and hear so; the open leads that were theirs are free, cards show it
    and managers are told. Without `by` it was done at the command line."""
    tell_staff(session, [member], "removed", key=f"{now.timestamp()}", now=now, member=member.id)
    staff.let_go(session, member, now=now)
    staff_links.take_back_links_of(session, member, now=now)
    hand_talks_on(session, member, now=now)
    found = releasing.release_leads(session, member, who=by.name if by else None, now=now)
    for lead in found if desk_id is not None else ():
        queue_card_edit(session, lead, chat_id=desk_id or 0, now=now)
    if found:
        managers = staff.members_with(session, Role.MANAGER, channel=member.channel)
        tell_staff(
            session,
            [it for it in managers if by is None or it.id != by.id],
            "released",
            key=f"{member.id}:{now.timestamp()}",
            now=now,
            member=member.id,
            leads=[lead.id for lead in found],
        )
    return found


def change_role(session: Session, member: StaffMember, role: Role, *, now: datetime) -> str | None:
    """They may what this role may; what they began as more than that is over. The role before."""
    before = member.role
    staff.give_role(session, member, role)
    if before is not None and not role.includes(Role(before)):
        staff_links.take_back_links_of(session, member, now=now)
    desk_id = staff.staff_chat_id(session, channel=member.channel)
    able = staff.role_of(member, staff.staff_chat(session, desk_id) if desk_id else None)
    if able is None or not able.includes(Role.CASEWORKER):
        hand_talks_on(session, member, now=now)
    return before


def hand_talks_on(session: Session, member: StaffMember, *, now: datetime) -> None:
    """This member cannot answer any more: residents who talk with them hear that somebody else
    will."""
    for talk in releasing.talks_of(session, member):
        key, values = f"left:{talk.id}:{member.id}", {"member_id": str(member.id)}
        begin(session, talk.chat_id, STAFF_LEFT, values, key=key, now=now)


def _is_own(moment: Moment, member: StaffMember) -> bool:
    return member.id == moment.member.id
