"""Becoming staff: somebody opens a one-time link, and their account is bound to its role."""

from actions.desk.staff_words import tell_staff
from bot.desk.moment import Deeds, Moment, Outcome
from bot.pipeline.wording import Wording
from storage import staff, staff_links
from storage.models import StaffLink, StaffMember
from storage.staff import Role
from storage.staff_links import Purpose, Standing


class Joining:
    """The deep link `staff-TOKEN`."""

    def __init__(self, *, wording: Wording) -> None:
        self._wording = wording

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"join": self._join}

    def _join(self, moment: Moment, token: str) -> Outcome:
        """Whoever may as much already leaves the link for somebody else."""
        if not moment.is_private:
            return self._refused("staff_join_in_private")
        standing, link = staff_links.find_link(
            moment.session, token, Purpose.INVITE, now=moment.now
        )
        if link is not None and self._is_theirs(moment, standing, link):
            return self._welcome("staff_join_already", moment.role)
        if link is None or standing is not Standing.GOOD:
            return self._refused(f"staff_join_{standing}")
        if not staff_links.use_link(moment.session, link, now=moment.now):
            return self._refused("staff_join_used")
        return self._admitted(moment, link)

    def _is_theirs(self, moment: Moment, standing: Standing, link: StaffLink) -> bool:
        """Whether they may as much without it, or it was they who used it."""
        if moment.granted is None:
            return False
        if standing is Standing.USED:
            return link.used_by == moment.member.id
        return standing is Standing.GOOD and moment.role.includes(Role(link.role or Role.VIEWER))

    def _admitted(self, moment: Moment, link: StaffLink) -> Outcome:
        role = Role(link.role or Role.VIEWER)
        member = staff.admit(
            moment.session,
            channel=moment.member.channel,
            external_id=moment.member.external_id,
            name=moment.member.name,
            role=role,
            invited_by=link.made_by,
            now=moment.now,
        )
        link.used_by = member.id
        moment.session.flush()
        self._tell_inviter(moment, link, member)
        return self._welcome("staff_join_welcome", role)

    def _tell_inviter(self, moment: Moment, link: StaffLink, member: StaffMember) -> None:
        inviter = staff.get_member(moment.session, link.made_by) if link.made_by else None
        if inviter is not None:
            tell_staff(
                moment.session,
                [inviter],
                "joined",
                key=str(link.id),
                now=moment.now,
                member=member.id,
            )

    def _welcome(self, response: str, role: Role) -> Outcome:
        values = {
            "role": self._wording.say(f"staff_role_{role}", {}),
            "may": self._wording.say(f"staff_may_{role}", {}),
        }
        return Outcome((self._wording.reply(response, values),), detail={"role": role})

    def _refused(self, response: str) -> Outcome:
        return Outcome((self._wording.reply(response, {}),), is_refused=True)
