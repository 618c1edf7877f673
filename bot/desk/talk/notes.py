"""What stands where residents and staff talk beside what they say, and what either is told when
something did not get through."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from actions.desk.handoff import handoff_key
from actions.desk.talk_notes import NOTE, note
from actions.desk.talks import resident_name
from bot.clock import Clock
from bot.desk.talk.turns import LINE_LOST
from bot.pipeline.beginnings import begin
from bot.pipeline.composing import AfterEnding, Draft, DroppedError, Writer
from bot.pipeline.wording import Wording
from storage import handoffs, leads, messages, outbox, staff
from storage.models import Handoff
from storage.outbox import Claimed


class TalkNotes:
    """Words the notes among staff."""

    def __init__(self, *, wording: Wording) -> None:
        self._wording = wording

    @property
    def writers(self) -> dict[str, Writer]:
        """The outbox kinds that are written here."""
        return {NOTE: self._note}

    def _note(self, session: Session, claimed: Claimed) -> Draft:
        """`staff_talk_NOTE`, about a handoff or a lead."""
        handoff = handoffs.get_handoff(session, claimed.payload.get("handoff_id", 0))
        lead_id = handoff.lead_id if handoff else claimed.payload.get("lead_id", 0)
        lead = leads.get_lead(session, lead_id or 0)
        chat_id = handoff.chat_id if handoff else lead.chat_id if lead else None
        if chat_id is None:
            raise DroppedError("the resident deleted it")
        name = claimed.payload["note"]
        values = {
            "who": resident_name(session, chat_id, self._wording.say),
            "reference": lead.reference if lead else None,
            "staff_name": _names(session, claimed.payload.get("members", [])),
        }
        return Draft(
            self._wording.reply(f"staff_talk_{name}", values),
            lead_id=lead.id if lead else None,
            peer_chat_id=chat_id if claimed.chat_kind != "private" else None,
            reply_to_id=card_of(session, handoff, claimed) if handoff else None,
        )


def card_of(session: Session, handoff: Handoff, claimed: Claimed) -> int | None:
    """The post that told of the handoff, if it stands in the same chat and that is no topic."""
    number = outbox.message_of(session, handoff_key(handoff.id))
    card = messages.get_message(session, number) if number else None
    is_here = card is not None and card.chat_id == claimed.chat_id
    return number if is_here and "/" not in claimed.external_id else None


def not_delivered(clock: Clock) -> AfterEnding:
    """What staff said did not get to the resident: that is said where they talk."""

    def tell(session: Session, claimed: Claimed, state: str, _reason: str) -> None:
        said = messages.get_message(session, claimed.payload.get("message_id", 0))
        handoff = handoffs.live_of(session, chat_id=claimed.chat_id)
        if said is not None and handoff is not None and state == "set_aside":
            note(session, handoff, "not_delivered", now=clock.now())

    return tell


def not_passed_on(clock: Clock) -> AfterEnding:
    """What a resident said did not get to staff: the resident hears which it was."""

    def tell(session: Session, claimed: Claimed, state: str, _reason: str) -> None:
        post = messages.get_message(session, claimed.message_id or 0)
        line = messages.get_message(session, post.copy_of) if post and post.copy_of else None
        if line is not None and state == "set_aside":
            key, values = f"lost:{claimed.id}:{line.id}", {"line_id": str(line.id)}
            begin(session, line.chat_id, LINE_LOST, values, key=key, now=clock.now())

    return tell


def _names(session: Session, member_ids: Sequence[int]) -> str | None:
    found = (staff.get_member(session, it) for it in member_ids)
    return ", ".join(it.name for it in found if it is not None) or None
