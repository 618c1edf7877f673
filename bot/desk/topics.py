"""What topics of a forum are called: whom or what they are about, and how that stands."""

from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.labels import kind_label
from bot.clock import Clock
from bot.pipeline.composing import AfterSending, Draft, DroppedError, Writer
from bot.pipeline.wording import Wording
from dialogues.exchange import Reply
from dialogues.programme import Programme
from storage import applicants, chats, handoffs, lead_senders, leads, threads
from storage.models import Lead, Thread
from storage.outbox import Claimed
from storage.threads import TOPIC

_STATES = {
    "new": "new",
    "claimed": "claimed",
    "in_contact": "in_contact",
    "changes_asked": "changes",
    "resubmitted": "changes",
    "qualified": "qualified",
}


class Topics:
    """Names topics when they are to be made, or when what they are about has changed."""

    def __init__(self, *, wording: Wording, programme: Programme, clock: Clock) -> None:
        self.say = wording.say
        self.programme = programme
        self._clock = clock

    @property
    def writers(self) -> dict[str, Writer]:
        """The outbox kinds that are written here."""
        return {TOPIC: self._name}

    def _name(self, session: Session, claimed: Claimed) -> Draft:
        thread = threads.thread_of(session, claimed.chat_id)
        if thread is None:
            raise DroppedError("there is no such topic")
        title = self._title(session, thread)
        if title == thread.title:
            raise DroppedError("it is called so already")
        return Draft(Reply(""), topic=title)

    def _title(self, session: Session, thread: Thread) -> str:
        lead = leads.get_lead(session, thread.lead_id) if thread.lead_id else None
        words = self._of_lead(lead) if lead else self._of_person(session, thread)
        return " ".join(words.striptags().split())

    def _of_lead(self, lead: Lead) -> Markup:
        if lead_senders.is_anonymous(lead):
            return self.say("staff_topic_forgotten", {"reference": lead.reference})
        told = (lead.idea or {}).get("title") or kind_label(self, lead.kind)
        state = _STATES.get(lead.status, "over")
        return self.say(f"staff_topic_{state}", {"reference": lead.reference, "title": told})

    def _of_person(self, session: Session, thread: Thread) -> Markup:
        peer_id = thread.peer_chat_id
        if peer_id is None or thread.gone_at is not None:
            return self.say("staff_topic_forgotten", {"reference": None})
        applicant = applicants.find_applicant(session, chat_id=peer_id)
        known = applicant.name if applicant else None
        name = known or chats.get_chat(session, peer_id).name or self.say("card_nameless", {})
        is_open = handoffs.open_of(session, chat_id=peer_id, now=self._clock.now()) is not None
        return self.say(
            "staff_topic_person" if is_open else "staff_topic_person_over", {"who": name}
        )


def follow_lead(session: Session, claimed: Claimed) -> None:
    """Its card was written anew: the name of its topic may have to follow."""
    threads.name_anew(session, claimed.chat_id, now=claimed.created_at)


AFTER_SENDING: dict[str, AfterSending] = {"lead_card_edit": follow_lead}
