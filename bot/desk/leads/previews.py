"""Posts that show staff what a resident is going to read, before it goes."""

from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup

from actions.groups.applying import who_sent
from actions.labels import lines
from actions.leads.cards import contact_words
from actions.leads.decision_words import decision_values
from actions.times.instants import in_words
from bot.desk.leads.reaching import Way, way_to
from bot.desk.moment import Moment
from bot.pipeline import speech
from bot.pipeline.wording import Wording
from dialogues.exchange import Reply
from dialogues.programme import Programme
from storage import leads, messages, outbox
from storage.models import Decision, Lead, LeadEvent, Message
from storage.outbox import Lane

_ROOM = 400  # characters that a preview's last words may be longer than its first


class Previews:
    """Words them, posts them and rewrites them."""

    def __init__(self, *, wording: Wording, programme: Programme, has_mail: bool) -> None:
        self.say = wording.say
        self.programme = programme
        self._wording = wording
        self._has_mail = has_mail

    def post(self, moment: Moment, lead: Lead, decision: Decision) -> None:
        """Show it where they are."""
        decision.message_id = speech.queue_replies(
            moment.session,
            chat_id=moment.chat.id,
            replies=[self.preview(moment, lead, decision)],
            now=moment.now,
            lane=Lane.LEADS,
            lead_id=lead.id,
            peer_chat_id=lead.chat_id,
        )[-1]
        moment.session.flush()

    def preview(self, moment: Moment, lead: Lead, decision: Decision) -> Reply:
        """What would be read, with the buttons to send it or not."""
        values = {
            "what": self.say(f"staff_preview_{decision.kind}", {}),
            "contact": contact_words(self, lead.contact),
            **self._shown(moment, lead, decision),
        }
        return self._wording.reply(f"staff_preview{self.way(moment, lead)}", values)

    def way(self, moment: Moment, lead: Lead) -> Way:
        """How who sent it will be told."""
        return way_to(moment.session, lead, has_mail=self._has_mail)

    def is_too_long(self, reply: Reply) -> bool:
        """Whether it does not fit into one post."""
        return speech.visible_length(reply.text) > speech.LONGEST_TEXT - _ROOM

    def rewrite(self, moment: Moment, post: Message, reply: Reply) -> None:
        """Have the post say this instead."""
        session, now = moment.session, moment.now
        buttons = speech.to_json(reply.buttons)
        messages.rewrite(session, post.id, text=reply.text, now=now, buttons=buttons)
        outbox.queue(
            session,
            chat_id=post.chat_id,
            kind="message",
            lane=Lane.LEADS,
            now=now,
            message_id=post.id,
        )

    def sent(self, moment: Moment, lead: Lead, decision: Decision) -> Reply:
        """It was sent: by whom, when, and what they read."""
        when = in_words(moment.now, moment.now, self.programme.zone)
        values = {
            "by": moment.member.name,
            "when": when,
            "what": self.say(f"staff_decided_{decision.kind}", {}),
            "contact": contact_words(self, lead.contact),
            **self._shown(moment, lead, decision),
        }
        return self._wording.reply(f"staff_preview_sent{self.way(moment, lead)}", values)

    def outdated(self, moment: Moment, lead: Lead, changes: Sequence[LeadEvent]) -> Reply:
        """It was not: who did what meanwhile."""
        told = lines(self._changes(moment, changes))
        return self._wording.reply(
            "staff_preview_outdated", {"reference": lead.reference, "lines": told}
        )

    def for_resident(self, moment: Moment, lead: Lead, decision: Decision) -> Reply:
        """Just what the resident reads."""
        by = leads.assignee_name(moment.session, lead) or moment.member.name
        values = decision_values(
            self,
            lead,
            decision.kind,
            reason=decision.reason,
            own=decision.words,
            staff_name=next(iter(by.split()), by),
        )
        return self._wording.reply(f"utter_lead_{decision.kind}", values)

    def _shown(self, moment: Moment, lead: Lead, decision: Decision) -> dict[str, Any]:
        text = Markup(self.for_resident(moment, lead, decision).text)  # noqa: S704 - it is worded
        return {"reference": lead.reference, "who": who_sent(self, lead), "text": text}

    def _changes(self, moment: Moment, changes: Sequence[LeadEvent]) -> Iterator[Markup]:
        for event in changes:
            known = self._wording.knows(f"staff_event_{event.kind}")
            name = f"staff_event_{event.kind}" if known else "staff_event_other"
            values = {
                "who": event.who or self.say("staff_event_somebody", {}),
                "when": in_words(event.at, moment.now, self.programme.zone),
                "words": event.words,
                "kind": event.kind,
            }
            yield self.say(name, values)
