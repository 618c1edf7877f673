"""A lead in one line, as lists and the morning digest have it."""

from collections.abc import Iterable
from datetime import datetime

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from actions.groups.applying import who_sent
from actions.labels import kind_label, lines, shortened
from actions.times.instants import plain_words, time_left
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage import lead_labels, leads
from storage.models import Lead

_LONGEST_NAME = 40
_LONGEST_ACTION = 60


class LeadLines:
    """Words leads, each in a line of its own."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self.say = wording.say
        self.programme = programme

    def lines(self, session: Session, found: Iterable[Lead], *, now: datetime) -> Markup:
        """These leads, under each other."""
        listed = list(found)
        labels = lead_labels.labels_by_lead(session, [lead.id for lead in listed])
        return lines(self._line(session, lead, labels[lead.id], now) for lead in listed)

    def about(self, lead: Lead) -> Markup:
        """What it is for and where: theme or offer, and borough."""
        theme = self.programme.themes.get(lead.theme or "")
        borough = self.programme.boroughs.get(lead.borough or "")
        parts = [escape(theme) if theme else kind_label(self, lead.kind)]
        return Markup(", ").join([*parts, escape(borough)] if borough else parts)

    def age(self, lead: Lead, now: datetime) -> Markup:
        """How long ago it was sent."""
        if (now - lead.created_at).total_seconds() < 60:
            return self.say("staff_list_just_now", {})
        return escape(time_left(now, lead.created_at, self.programme.zone))

    def when(self, at: datetime, now: datetime) -> str:
        """An instant in words, without the name of the zone that everybody here is in."""
        return plain_words(at, now, self.programme.zone).rpartition(" (")[0]

    def _line(self, session: Session, lead: Lead, labels: list[str], now: datetime) -> Markup:
        assignee = leads.assignee_name(session, lead)
        values = {
            "mark": self.say(f"staff_mark_{lead.status}", {}),
            "reference": lead.reference,
            "who": self._who(lead),
            "about": self.about(lead),
            "age": self.age(lead, now),
            "assignee": assignee or self.say("staff_list_nobody", {}),
            "more": Markup(" ").join([*(f"#{it}" for it in labels), self._next(lead, now)]).strip(),
        }
        return self.say("staff_list_line", values)

    def _who(self, lead: Lead) -> Markup:
        who = who_sent(self, lead) or self.say("card_nameless", {})
        return who if isinstance(who, Markup) else escape(shortened(who, _LONGEST_NAME))

    def _next(self, lead: Lead, now: datetime) -> Markup:
        if lead.snoozed_until is not None and lead.snoozed_until > now:
            return self.say("staff_list_snoozed", {"when": self.when(lead.snoozed_until, now)})
        if lead.next_action is None and lead.next_action_at is None:
            return Markup("")
        due = lead.next_action_at
        values = {
            "action": shortened(lead.next_action or "", _LONGEST_ACTION),
            "when": self.when(due, now) if due else None,
        }
        late = due is not None and due <= now
        return self.say("staff_list_next_late" if late else "staff_list_next", values)
