"""Inviting people to the staff: a one-time link with a role, shown to nobody but who asked."""

from actions.context import StartLink
from actions.times.instants import in_words
from bot.desk.access import may_change
from bot.desk.moment import Deeds, Moment, Outcome
from bot.desk.people.roster import Roster, number_in, role_in
from dialogues.exchange import Reply
from dialogues.programme import Programme
from storage import staff_links
from storage.staff import Role
from storage.staff_links import Purpose


class Inviting:
    """The command `/staff invite ROLE`, and the button that takes a link back."""

    def __init__(self, *, roster: Roster, programme: Programme, start_link: StartLink) -> None:
        self._roster = roster
        self._programme = programme
        self._start_link = start_link

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"staff_invite": self._invite, "staff_revoke": self._take_back}

    def _invite(self, moment: Moment, words: str) -> Outcome:
        role = role_in(words)
        if not moment.is_private:
            return Outcome((self._roster.reply("staff_invite_in_private"),), is_refused=True)
        if role is None:
            return Outcome((self._choose(moment),))
        if not may_change(moment.role, role):
            return Outcome((self._roster.reply("staff_people_not_yours"),), is_refused=True)
        return self._invited(moment, role)

    def _choose(self, moment: Moment) -> Reply:
        buttons = [
            self._roster.button(
                "role", f"/staff_invite(role={it})", role=self._roster.role_words(it)
            )
            for it in self._roster.roles_to_give(moment)
        ]
        return self._roster.reply("staff_invite_how", tuple(buttons))

    def _invited(self, moment: Moment, role: Role) -> Outcome:
        link, token = staff_links.make_link(
            moment.session, Purpose.INVITE, role=role, by=moment.member, now=moment.now
        )
        reply = self._roster.reply(
            "staff_invite_link",
            (self._roster.button("take_back", f"/staff_revoke(link={link.id})"),),
            role=self._roster.role_words(role),
            link=self._start_link(moment.member.channel, f"staff-{token}"),
            until=in_words(link.expires_at, moment.now, self._programme.zone),
        )
        return Outcome((reply,), detail={"role": str(role), "link": link.id})

    def _take_back(self, moment: Moment, words: str) -> Outcome:
        link_id = number_in(words) or 0
        taken = staff_links.take_back_link(moment.session, link_id, now=moment.now)
        name = "taken_back" if taken else "taken_back_before"
        return Outcome(
            (self._roster.reply(f"staff_invite_{name}"),),
            detail={"link": link_id},
            is_refused=not taken,
        )
