"""What staff keep about a lead for each other: labels, notes, and what comes next."""

import re
from datetime import datetime

from actions.times.said_moments import moment_said
from bot.desk.daily.lead_lines import LeadLines
from bot.desk.moment import Deeds, Moment, Outcome
from bot.desk.naming import lead_meant, not_meant
from bot.desk.showing import show_change, tell_assignee
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage import lead_labels, lead_senders, lead_work
from storage.lead_statuses import OPEN
from storage.lead_work import MOST_LABELS
from storage.models import Lead

_LONGEST_LABEL = 32
_MOST_SUGGESTED = 20
_OFF = ("off", "none", "nothing", "done")  # the words of the command that clear what comes next
_LABEL = re.compile(r"[^\W_](?:[\w -]*[^\W_])?")


class Notes:
    """The commands `/label`, `/note` and `/next`."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self._wording = wording
        self._programme = programme
        self._lines = LeadLines(wording=wording, programme=programme)

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"label": self._label, "note": self._note, "next": self._next}

    def _label(self, moment: Moment, words: str) -> Outcome:
        """Words are put on, those that begin with a dash taken off."""
        lead, rest = lead_meant(moment, words)
        if lead is None or lead_senders.is_anonymous(lead):
            return not_meant(self._wording, words, "staff_label_how")
        wished = _labels_in(rest)
        wrong = next((it for it in wished if not _is_label(it.lstrip("-"))), None)
        if wrong is not None:
            return self._say("staff_label_wrong", lead, label=wrong, longest=_LONGEST_LABEL)
        taken = {it.lstrip("-") for it in wished if it.startswith("-")}
        put = [it for it in wished if not it.startswith("-")]
        kept = {*lead_labels.labels_of(moment.session, lead.id), *put} - taken
        if len(kept) > MOST_LABELS:
            return self._say("staff_label_many", lead, most=MOST_LABELS)
        return self._labelled(moment, lead, put, taken)

    def _labelled(self, moment: Moment, lead: Lead, put: list[str], taken: set[str]) -> Outcome:
        session, who, now = moment.session, moment.member.name, moment.now
        off = lead_work.take_labels(session, lead, taken, who=who, now=now)
        fresh = lead_work.put_labels(session, lead, put, who=who, now=now)
        labels = " ".join(f"#{it}" for it in lead_labels.labels_of(session, lead.id))
        if off or fresh:
            show_change(moment, lead)
            tell_assignee(moment, lead, self._wording, "staff_told_labels", labels=labels)
        suggested = lead_labels.labels_in_use(session, most=_MOST_SUGGESTED)
        more = " ".join(f"#{it}" for it in suggested) if not (put or taken) else None
        name = "staff_labels" if labels else "staff_labels_none"
        return self._say(name, lead, labels=labels, in_use=more)

    def _note(self, moment: Moment, words: str) -> Outcome:
        lead, rest = lead_meant(moment, words)
        if lead is None or not rest or lead_senders.is_anonymous(lead):
            return not_meant(self._wording, words if lead is None else "", "staff_note_how")
        who = moment.member.name
        lead_work.add_note(moment.session, lead, rest, who=who, now=moment.now)
        tell_assignee(moment, lead, self._wording, "staff_told_note", words=rest)
        return self._say("staff_noted", lead)

    def _next(self, moment: Moment, words: str) -> Outcome:
        lead, rest = lead_meant(moment, words)
        if lead is None or not rest:
            return not_meant(self._wording, words if lead is None else "", "staff_next_how")
        if lead.status not in OPEN:
            return self._say("staff_lead_over", lead)
        if rest.casefold() in _OFF:
            return self._plan(moment, lead, None, "")
        at, action = moment_said(
            rest, now=moment.now, zone=self._programme.zone, moments=self._programme.moments
        )
        if at is not None and at <= moment.now:
            return self._say("staff_past", lead, when=self._lines.when(at, moment.now))
        return self._plan(moment, lead, at, action)

    def _plan(self, moment: Moment, lead: Lead, at: datetime | None, action: str) -> Outcome:
        """What was understood is said, so that a date that was meant otherwise is noticed."""
        who, now = moment.member.name, moment.now
        lead_work.plan_next(moment.session, lead, action=action, at=at, who=who, now=now)
        show_change(moment, lead)
        when = self._lines.when(at, now) if at else None
        values = {"action": action or None, "when": when}
        tell_assignee(moment, lead, self._wording, "staff_told_next", **values)
        if at is None:
            name = "staff_next_undated" if action else "staff_next_cleared"
            return self._say(name, lead, **values)
        return self._say("staff_next_set", lead, **values)

    def _say(self, response: str, lead: Lead, **values: object) -> Outcome:
        named = {"reference": lead.reference, **values}
        return Outcome((self._wording.reply(response, named),), lead_id=lead.id)


def _labels_in(words: str) -> list[str]:
    """Between commas if there are any, else each word; in lower case, without a hash."""
    parts = words.split(",") if "," in words else words.split()
    plain = (part.strip().casefold() for part in parts)
    return [it.replace("#", "", 1) for it in plain if it.strip("#-")]


def _is_label(text: str) -> bool:
    return len(text) <= _LONGEST_LABEL and _LABEL.fullmatch(text) is not None
