"""Posts in the staff chat: the card of a lead, what belongs to it, and what residents say."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from actions.leads import card_values
from bot.clock import Clock
from bot.pipeline.composing import AfterSending, Draft, DroppedError, Writer
from bot.pipeline.wording import Wording
from dialogues.exchange import Attachment, Medium, Reply
from dialogues.programme import Programme
from storage import applicants, chats, handoffs, ideas, leads, messages, outbox
from storage.models import Handoff, Lead, LeadEvent
from storage.outbox import Claimed, Lane


def queue_card_edit(session: Session, lead: Lead, *, chat_id: int, now: datetime) -> None:
    """The lead changed: its card is to show it."""
    outbox.queue(
        session,
        chat_id=chat_id,
        kind="lead_card_edit",
        lane=Lane.LEADS,
        now=now,
        payload={"lead_id": lead.id},
    )


class Cards:
    """Writes the staff chat's posts when they are claimed, from what is true then."""

    def __init__(self, *, wording: Wording, programme: Programme, clock: Clock) -> None:
        self._wording = wording
        self._programme = programme
        self._clock = clock

    @property
    def writers(self) -> dict[str, Writer]:
        """The outbox kinds that are written here."""
        return {
            "lead_card": self._lead_card,
            "lead_card_edit": self._lead_card_edit,
            "lead_media": self._lead_media,
            "handoff_card": self._handoff_card,
            "resident_words": self._resident_words,
        }

    @property
    def after_sending(self) -> dict[str, AfterSending]:
        """What follows a post: the voice notes and pictures of the lead come after its card."""
        return {"lead_card": self._queue_media}

    def _lead_card(self, session: Session, claimed: Claimed) -> Draft:
        lead = _lead(session, claimed)
        return Draft(self._card(session, lead), lead_id=lead.id, peer_chat_id=lead.chat_id)

    def _lead_card_edit(self, session: Session, claimed: Claimed) -> Draft:
        lead = _lead(session, claimed)
        card = messages.card_of_lead(session, lead_id=lead.id, chat_id=claimed.chat_id)
        draft = self._lead_card(session, claimed)
        return replace(draft, rewrites=card.id) if card else draft

    def _card(self, session: Session, lead: Lead) -> Reply:
        values = card_values(session, lead.id, self._programme, self._clock.now())
        claimed = lead.assignee_id is not None or lead.closed_at is not None
        return self._wording.reply(
            "staff_lead_card_claimed" if claimed else "staff_lead_card", values
        )

    def _queue_media(self, session: Session, claimed: Claimed) -> None:
        lead = _lead(session, claimed)
        if lead.idea_id is None:
            return
        for answer in ideas.newest_answers(session, idea_id=lead.idea_id).values():
            for place in range(len(answer.media or ())):
                outbox.queue(
                    session,
                    chat_id=claimed.chat_id,
                    kind="lead_media",
                    lane=Lane.LEADS,
                    now=self._clock.now(),
                    payload={"lead_id": lead.id, "question": answer.question, "place": place},
                    dedupe_key=f"media:{lead.id}:{answer.id}:{place}",
                )

    def _lead_media(self, session: Session, claimed: Claimed) -> Draft:
        lead = _lead(session, claimed)
        answers = ideas.newest_answers(session, idea_id=lead.idea_id) if lead.idea_id else {}
        answer = answers.get(claimed.payload["question"])
        media = (answer.media or []) if answer else []
        place = claimed.payload["place"]
        if answer is None or place >= len(media):
            raise DroppedError("the attachment was taken back")
        card = messages.card_of_lead(session, lead_id=lead.id, chat_id=claimed.chat_id)
        values = {"reference": lead.reference, "question": answer.question}
        return Draft(
            self._wording.reply("staff_lead_media", values),
            peer_chat_id=lead.chat_id,
            reply_to_id=card.id if card else None,
            media=attachment_of(media[place]),
        )

    def _handoff_card(self, session: Session, claimed: Claimed) -> Draft:
        handoff = handoffs.get_handoff(session, claimed.payload["handoff_id"])
        if handoff is None:
            raise DroppedError("the resident deleted it")
        return self._words_card(session, handoff)

    def _words_card(self, session: Session, handoff: Handoff) -> Draft:
        name = {"crisis": "staff_crisis", "answer": "staff_answer"}.get(
            handoff.reason, "staff_handoff"
        )
        values = {"who": _who_writes(session, handoff.chat_id), "words": handoff.words}
        return Draft(self._wording.reply(name, values), peer_chat_id=handoff.chat_id)

    def _resident_words(self, session: Session, claimed: Claimed) -> Draft:
        """A resident's answer, as a reply to the card of their lead."""
        event = session.get(LeadEvent, claimed.payload["event_id"])
        lead = leads.get_lead(session, event.lead_id) if event else None
        if event is None or lead is None or not event.words:
            raise DroppedError("the resident deleted it")
        card = messages.card_of_lead(session, lead_id=lead.id, chat_id=claimed.chat_id)
        values = {"who": event.who, "words": event.words, "reference": lead.reference}
        return Draft(
            self._wording.reply("staff_answer", values),
            lead_id=lead.id,
            peer_chat_id=lead.chat_id,
            reply_to_id=card.id if card else None,
        )


def attachment_of(kept: dict[str, object]) -> Attachment:
    """What `actions.context.media_of` kept, as the channel takes it."""
    known = {name: value for name, value in kept.items() if name in Attachment.__dataclass_fields__}
    return Attachment(**{**known, "medium": Medium(str(kept["medium"]))})  # type: ignore[arg-type]


def _who_writes(session: Session, chat_id: int) -> str | None:
    """The name they gave, else the name the channel knows them by."""
    applicant = applicants.find_applicant(session, chat_id=chat_id)
    given = applicant.name if applicant else None
    return given or chats.get_chat(session, chat_id).name


def _lead(session: Session, claimed: Claimed) -> Lead:
    lead = leads.get_lead(session, claimed.payload["lead_id"])
    if lead is None:
        raise DroppedError("the lead was deleted")
    return lead
