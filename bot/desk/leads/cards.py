"""Posts in the staff chat: the card of a lead, what belongs to it, and what residents say."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from actions.desk.handoff import handoff_key
from actions.desk.staff_posts import post_for_staff
from actions.groups.applying import who_sent
from actions.ideas.pages import newest_document
from actions.leads.cards import changed_values, handoff_values
from actions.matching.alike import AlikeLead, alike_leads
from bot.clock import Clock
from bot.desk.leads.card_faces import CardFaces
from bot.desk.talk.surroundings import surroundings
from bot.pipeline.composing import AfterSending, Draft, DroppedError, Writer
from bot.pipeline.wording import Wording
from dialogues.exchange import Attachment, Medium
from dialogues.programme import Programme
from storage import (
    change_requests,
    chats,
    files,
    handoffs,
    ideas,
    introductions,
    lead_senders,
    leads,
    messages,
    outbox,
    staff,
    submissions,
    talk_lines,
    threads,
)
from storage.models import Handoff, Lead, LeadEvent
from storage.outbox import Claimed, Lane

_HANDOFFS_WAIT = timedelta(days=14)  # who asked for a person before then has found another way
_HANDOFF_CARDS = {
    "crisis": "staff_crisis",
    "answer": "staff_answer",
    "stuck": "staff_stuck",
    "left": "staff_left",
}


def queue_card_edit(session: Session, lead: Lead, *, chat_id: int, now: datetime) -> None:
    """The lead changed: its card is to show it. `chat_id` is where it was changed."""
    desk_id = threads.desk_of(session, chat_id)
    if desk_id is None:
        return
    outbox.queue(
        session,
        chat_id=threads.place_of_lead(session, lead.id, desk_id=desk_id, now=now),
        kind="lead_card_edit",
        lane=Lane.LEADS,
        now=now,
        payload={"lead_id": lead.id},
    )


def queue_missing_cards(
    session: Session, *, channel: str, now: datetime, is_anew: bool = False
) -> int:
    """A staff chat was connected: the open leads that no chat was told of, or with `is_anew` that
    another one was told of before; how many there are."""
    suffix = f":{now.timestamp()}" if is_anew else ""
    desk_id = staff.staff_chat_id(session, channel=channel)
    waiting = leads.open_leads(session, channel=channel)
    if desk_id is None:
        return len(waiting)
    for lead in waiting:
        post_for_staff(
            session,
            "lead_card",
            {"lead_id": lead.id},
            desk_id=desk_id,
            lane=Lane.LEADS,
            now=now,
            dedupe_key=f"card:{lead.id}{suffix}",
        )
    return len(waiting)


def queue_open_handoffs(session: Session, *, chat_id: int, now: datetime) -> None:
    """This chat became the staff's: whoever waits for a person there is told of here."""
    channel, since = chats.get_chat(session, chat_id).channel, now - _HANDOFFS_WAIT
    for handoff in handoffs.unanswered(session, channel=channel, since=since):
        post_for_staff(
            session,
            "handoff_card",
            {"handoff_id": handoff.id, "media": []},
            desk_id=chat_id,
            lane=Lane.HANDOFF,
            now=now,
            dedupe_key=f"{handoff_key(handoff.id)}:{now.timestamp()}",
            handoff=handoff,
        )


class Cards:
    """Writes the staff chat's posts when they are claimed, from what is true then."""

    def __init__(self, *, wording: Wording, programme: Programme, clock: Clock) -> None:
        self.say = wording.say
        self.programme = programme
        self._wording = wording
        self._faces = CardFaces(wording=wording, programme=programme)
        self._clock = clock

    @property
    def writers(self) -> dict[str, Writer]:
        """The outbox kinds that are written here."""
        return {
            "lead_card": self._lead_card,
            "lead_card_edit": self._lead_card_edit,
            "lead_changed": self._lead_changed,
            "lead_unchanged": self._lead_unchanged,
            "lead_taken_back": self._lead_taken_back,
            "handoff_card": self._handoff_card,
            "handoff_card_edit": self._handoff_card_edit,
            "resident_words": self._resident_words,
            "attached": self._attached,
            "lead_page": self._page,
        }

    @property
    def after_sending(self) -> dict[str, AfterSending]:
        """What follows a post: the voice notes and pictures that belong to it."""
        return {
            "lead_card": self._queue_lead_media,
            "handoff_card": self._queue_media,
            "resident_words": self._queue_media,
        }

    def _lead_card(self, session: Session, claimed: Claimed) -> Draft:
        lead = _lead(session, claimed)
        alike = self._alike(session, lead, claimed)
        face = self._faces.face(session, lead, alike, now=self._clock.now())
        return Draft(face, lead_id=lead.id, peer_chat_id=lead.chat_id)

    def _lead_card_edit(self, session: Session, claimed: Claimed) -> Draft:
        lead = _lead(session, claimed)
        named = claimed.payload.get("post_id")  # one that somebody looks at in private
        card = (
            messages.get_message(session, named)
            if named
            else messages.card_of_lead(session, lead_id=lead.id, chat_id=claimed.chat_id)
        )
        draft = self._lead_card(session, claimed)
        return replace(draft, rewrites=card.id) if card else draft

    def _lead_changed(self, session: Session, claimed: Claimed) -> Draft:
        """It was sent again: what is new in it, as a reply to its card."""
        submission = submissions.get_submission(session, claimed.payload.get("submission_id", 0))
        if submission is None:
            raise DroppedError("the resident deleted it")
        lead = _of(session, submission.lead_id)
        values = changed_values(session, submission, programme=self.programme, say=self.say)
        return self._about(session, claimed, lead, "staff_lead_changed", values)

    def _lead_unchanged(self, session: Session, claimed: Claimed) -> Draft:
        """What staff asked for was looked at, and stays."""
        request = change_requests.get_request(session, claimed.payload.get("request_id", 0))
        if request is None:
            raise DroppedError("the lead was deleted")
        return self._about(session, claimed, _of(session, request.lead_id), "staff_lead_unchanged")

    def _lead_taken_back(self, session: Session, claimed: Claimed) -> Draft:
        return self._about(session, claimed, _lead(session, claimed), "staff_lead_taken_back")

    def _about(
        self,
        session: Session,
        claimed: Claimed,
        lead: Lead,
        response: str,
        values: dict[str, Any] | None = None,
    ) -> Draft:
        """A post about a lead, as a reply to its card."""
        if lead_senders.is_anonymous(lead):
            raise DroppedError("the resident deleted it")
        card = messages.card_of_lead(session, lead_id=lead.id, chat_id=claimed.chat_id)
        told = values or {"reference": lead.reference, "who": who_sent(self, lead)}
        return Draft(
            self._wording.reply(response, told),
            lead_id=lead.id,
            peer_chat_id=lead.chat_id,
            reply_to_id=card.id if card else None,
        )

    def _alike(self, session: Session, lead: Lead, claimed: Claimed) -> list[AlikeLead]:
        """What this one is like now. The cards of those it is newly like are to say so as well."""
        found = alike_leads(session, lead, self)
        fresh = introductions.name_on(session, lead.id, [it.lead.id for it in found])
        for other in (it.lead for it in found if it.lead.id in fresh):
            has_card = messages.card_of_lead(session, lead_id=other.id, chat_id=claimed.chat_id)
            if has_card and lead.id not in introductions.named_on(session, other.id):
                queue_card_edit(session, other, chat_id=claimed.chat_id, now=self._clock.now())
        return found

    def _handoff_card(self, session: Session, claimed: Claimed) -> Draft:
        handoff: Handoff | None = handoffs.get_handoff(
            session, claimed.payload.get("handoff_id", 0)
        )
        if handoff is None:
            raise DroppedError("the resident deleted it")
        values = handoff_values(
            session,
            handoff,
            programme=self.programme,
            say=self.say,
            now=self._clock.now(),
        )
        name = _HANDOFF_CARDS.get(handoff.reason, "staff_handoff")
        if chats.get_chat(session, handoff.chat_id).kind == "group":
            # An answer to this post would stand before everybody.
            return Draft(self._wording.reply("staff_crisis_in_group", values))
        values |= surroundings(session, handoff, self._wording)
        return Draft(
            self._wording.reply(name, values),
            lead_id=handoff.lead_id,
            peer_chat_id=handoff.chat_id,
            copy_of=talk_lines.asked_with(session, handoff),
        )

    def _handoff_card_edit(self, session: Session, claimed: Claimed) -> Draft:
        """What they asked a person was corrected."""
        draft = self._handoff_card(session, claimed)
        number = outbox.message_of(session, handoff_key(claimed.payload["handoff_id"]))
        card = messages.get_message(session, number) if number else None
        is_here = card is not None and card.chat_id == claimed.chat_id
        return replace(draft, rewrites=number) if is_here else draft

    def _resident_words(self, session: Session, claimed: Claimed) -> Draft:
        """A resident's answer, as a reply to the card of their lead."""
        event = session.get(LeadEvent, claimed.payload.get("event_id", 0))
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

    def _attached(self, session: Session, claimed: Claimed) -> Draft:
        """Something a resident sent, under the post it belongs to."""
        post = messages.get_message(session, claimed.payload.get("reply_to_id", 0))
        if post is None or post.peer_chat_id is None:
            raise DroppedError("the resident deleted it")
        return Draft(
            self._wording.reply("staff_attached", {}),
            peer_chat_id=post.peer_chat_id,
            reply_to_id=post.id,
            media=attachment_of(claimed.payload["media"]),
        )

    def _page(self, session: Session, claimed: Claimed) -> Draft:
        """The idea on one page, under the card of its lead."""
        lead = _lead(session, claimed)
        document = newest_document(session, lead.idea_id) if lead.idea_id else None
        if document is None:
            raise DroppedError("it does not say any more what the idea does")
        return Draft(
            self._wording.reply("staff_page", {"page_document": files.place_of(document)}),
            peer_chat_id=lead.chat_id,
            reply_to_id=claimed.payload.get("reply_to_id"),
        )

    def _queue_lead_media(self, session: Session, claimed: Claimed) -> None:
        lead = leads.get_lead(session, claimed.payload.get("lead_id", 0))
        if lead is None or lead.idea_id is None:
            return
        self._queue_page(session, claimed, lead.idea_id)
        for answer in ideas.newest_answers(session, idea_id=lead.idea_id).values():
            self._queue_attached(session, claimed, answer.media or [])

    def _queue_page(self, session: Session, claimed: Claimed, idea_id: int) -> None:
        """The page that the resident had made, if it still says what the idea does."""
        if newest_document(session, idea_id) is not None:
            outbox.queue(
                session,
                chat_id=claimed.chat_id,
                kind="lead_page",
                lane=Lane(claimed.lane),
                now=self._clock.now(),
                payload={**claimed.payload, "reply_to_id": claimed.message_id},
            )

    def _queue_media(self, session: Session, claimed: Claimed) -> None:
        self._queue_attached(session, claimed, claimed.payload.get("media", []))

    def _queue_attached(
        self, session: Session, claimed: Claimed, media: list[dict[str, Any]]
    ) -> None:
        for item in media:
            outbox.queue(
                session,
                chat_id=claimed.chat_id,
                kind="attached",
                lane=Lane(claimed.lane),
                now=self._clock.now(),
                payload={"media": item, "reply_to_id": claimed.message_id},
            )


def attachment_of(kept: dict[str, Any]) -> Attachment:
    """What the actions kept of an attachment, as the channel takes it."""
    known = {name: value for name, value in kept.items() if name in Attachment.__dataclass_fields__}
    return Attachment(**{**known, "medium": Medium(kept["medium"])})


def _lead(session: Session, claimed: Claimed) -> Lead:
    return _of(session, claimed.payload.get("lead_id", 0))


def _of(session: Session, lead_id: int) -> Lead:
    lead = leads.get_lead(session, lead_id)
    if lead is None:
        raise DroppedError("the lead was deleted")
    return lead
