"""Giving a lead to somebody of the staff, or to nobody: both are told, whoever had it before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from bot.desk.buttons import button, chosen
from bot.desk.moment import Deeds, Moment, Outcome, Word
from bot.desk.naming import lead_meant, not_meant
from bot.desk.posts import answer_in_place
from bot.desk.showing import show_change, tell_or_gather
from bot.pipeline.wording import Wording
from dialogues.moments.phrases import plain
from storage import lead_work, staff
from storage.lead_statuses import OPEN
from storage.models import Lead, StaffMember

_ONESELF = ("me", "myself")
_CLOSE_ENOUGH = 80  # of 100: a typo, but not another name


class Assigning:
    """The button *Assign*, and the commands `/assign` and `/unassign`."""

    def __init__(self, *, wording: Wording) -> None:
        self._wording = wording

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"assign": self._assign, "unassign": self._unassign}

    def _assign(self, moment: Moment, words: str) -> Outcome:
        values = chosen(moment, words)
        lead, rest = lead_meant(moment, "" if values else words)
        if lead is None:
            return not_meant(self._wording, words, "staff_assign_how")
        if lead.status not in OPEN:
            return self._say("staff_lead_over", lead)
        known = self._workers(moment)
        if values:
            meant = [it for it in known if str(it.id) == values["to"]]
        else:
            meant = _named(rest, known, moment.member)
        if len(meant) == 1:
            return self._give(moment, lead, meant[0])
        return self._ask(moment, lead, meant, said=rest)

    def _workers(self, moment: Moment) -> list[StaffMember]:
        return staff.workers(moment.session, channel=moment.member.channel, desk_id=moment.desk_id)

    def _ask(
        self, moment: Moment, lead: Lead, meant: Sequence[StaffMember], *, said: str
    ) -> Outcome:
        name = "staff_assign_unclear" if said else "staff_assign_ask"
        reply = self._wording.reply(name, {"reference": lead.reference, "said": said})
        choices = [button(it.name, "assign", to=it.id) for it in meant or self._workers(moment)]
        if lead.assignee_id is not None:
            choices.append(button(self._label("nobody"), "unassign"))
        return Outcome((replace(reply, buttons=tuple(choices)),), lead_id=lead.id)

    def _give(self, moment: Moment, lead: Lead, to: StaffMember) -> Outcome:
        session, who, now = moment.session, moment.member.name, moment.now
        if staff.hold_member(session, to).left_at is not None:
            return self._ask(moment, lead, (), said=to.name)
        before = lead_work.assign(session, lead, to, who=who, now=now)
        values = {"reference": lead.reference, "to": to.name, "who": who}
        if before is not None and before.id == to.id:
            return self._say("staff_assigned_already", lead, to=to.name)
        show_change(moment, lead)
        told = to.id == moment.member.id or self._tell(moment, lead, to, "staff_told_yours", values)
        if before is not None and before.id != moment.member.id:
            self._tell(moment, lead, before, "staff_told_not_yours", values)
        name = "staff_assigned" if told else "staff_assigned_untold"
        return answer_in_place(moment, lead, self._wording.reply(name, values))

    def _unassign(self, moment: Moment, words: str) -> Outcome:
        lead, _rest = lead_meant(moment, words)
        if lead is None:
            return not_meant(self._wording, words, "staff_assign_how")
        who, now = moment.member.name, moment.now
        before = lead_work.unassign(moment.session, lead, who=who, now=now)
        if before is None:
            return self._say("staff_unassigned_already", lead)
        show_change(moment, lead)
        values = {"reference": lead.reference, "before": before.name, "who": who}
        if before.id != moment.member.id:
            self._tell(moment, lead, before, "staff_told_unassigned", values)
        return answer_in_place(moment, lead, self._wording.reply("staff_unassigned", values))

    def _tell(
        self, moment: Moment, lead: Lead, to: StaffMember, what: str, values: Mapping[str, str]
    ) -> bool:
        opens = button(self._label("open_lead"), "lead", reference=lead.reference)
        reply = replace(self._wording.reply(what, values), buttons=(opens,))
        return tell_or_gather(moment, to, Word(to.id, what, values, reply, lead.id), lead)

    def _label(self, name: str) -> str:
        return str(self._wording.say(f"staff_button_{name}", {}).unescape())

    def _say(self, response: str, lead: Lead, **values: str | None) -> Outcome:
        named = {"reference": lead.reference, **values}
        return Outcome((self._wording.reply(response, named),), lead_id=lead.id)


def _named(said: str, known: Sequence[StaffMember], oneself: StaffMember) -> list[StaffMember]:
    """Whom these words name: by their number on the list, by the whole name, else its beginning,
    else nearly. Several, where it may be any of them."""
    words = plain(said)
    if not words:
        return []
    if words in _ONESELF:
        return [oneself]
    if words.isdecimal():
        return [it for it in known if str(it.id) == words]
    names = {it.id: plain(it.name) for it in known}
    for fits in (
        lambda name: name == words,
        lambda name: any(part.startswith(words) for part in (name, *name.split())),
        lambda name: (
            fuzz.ratio(words, name) >= _CLOSE_ENOUGH
            or fuzz.ratio(words, name.split()[0]) >= _CLOSE_ENOUGH
        ),
    ):
        found = [it for it in known if names[it.id] and fits(names[it.id])]
        if found:
            return found
    return []
