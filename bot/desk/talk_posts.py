"""What passes between residents and staff while they talk, worded when it is claimed."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.orm import Session

from actions.groups.names import first_name
from actions.handoff import TALK, handoff_key
from actions.talk_notes import NOTE, note
from actions.talks import resident_name
from bot.clock import Clock
from bot.desk.cards import attachment_of
from bot.pipeline.composing import AfterEnding, Draft, DroppedError, Writer
from bot.pipeline.speech import LONGEST_CAPTION
from bot.pipeline.wording import Wording
from dialogues.exchange import Attachment, Medium, Reply
from storage import handoffs, leads, messages, outbox, staff, talk_lines
from storage.models import Handoff, Message
from storage.outbox import Claimed

LINE = "talk_line"  # the outbox kind for what staff say to a resident
_LONGEST_POST = 3500  # characters of lines that go as one
_HEADER = 80  # characters that stand before a caption at most
_IN_WORDS = {Medium.CONTACT, Medium.OTHER}  # nothing that could be sent on as it is


class TalkPosts:
    """Words the posts of live talks."""

    def __init__(self, *, wording: Wording) -> None:
        self._wording = wording

    @property
    def writers(self) -> dict[str, Writer]:
        """The outbox kinds that are written here."""
        return {TALK: self._lines, LINE: self._line, NOTE: self._note}

    def _lines(self, session: Session, claimed: Claimed) -> Draft:
        """The lines that staff do not have yet, as one post; a file is a post of its own. That they
        have them is written with the post, so that each goes once."""
        handoff = _handoff(session, claimed)
        if claimed.message_id is not None:
            return _as_written(session, claimed.message_id)
        waiting = talk_lines.waiting_lines(session, handoff)
        if not waiting:
            raise DroppedError("it went with others")
        lines = list(_together(waiting))
        handoff.relayed_to = lines[-1].id
        session.flush()
        return Draft(
            self.passed_on(session, handoff, lines),
            lead_id=handoff.lead_id,
            peer_chat_id=handoff.chat_id,
            reply_to_id=_answered(session, lines[0], claimed) or _card(session, handoff, claimed),
            media=_media_of(lines[0]),
            copy_of=lines[0].id,
        )

    def passed_on(self, session: Session, handoff: Handoff, lines: Sequence[Message]) -> Reply:
        """These lines as staff read them."""
        who = resident_name(session, handoff.chat_id, self._wording.say)
        words = "\n".join(filter(None, map(_words, lines)))
        if _media_of(lines[0]) is not None:
            return self._caption("staff_talk_file", who=who, words=words)
        if not words:
            return self._wording.reply("staff_talk_other", {"who": who})
        return self._wording.reply("staff_talk_line", {"who": who, "words": words})

    def said(self, said: Message) -> Reply:
        """What a staff member said, as the resident reads it."""
        name, words = first_name(said.author or ""), said.text or ""
        if _media_of(said) is not None:
            return self._caption("utter_talk_file", staff_name=name, words=words)
        return self._wording.reply("utter_talk_line", {"staff_name": name, "words": words})

    def _caption(self, response: str, *, words: str, **values: Any) -> Reply:
        """With the words alone where a caption takes no more."""
        if len(words) + _HEADER > LONGEST_CAPTION:
            return self._wording.reply(f"{response}_words", {"words": words[:LONGEST_CAPTION]})
        return self._wording.reply(response, {**values, "words": words})

    def _line(self, session: Session, claimed: Claimed) -> Draft:
        """What staff said; a reply to something of the resident's replies to it there as well."""
        said = messages.get_message(session, claimed.payload.get("message_id", 0))
        if said is None or said.peer_chat_id != claimed.chat_id:
            raise DroppedError("it was deleted")
        post = messages.get_message(session, said.reply_to_id or 0)
        return Draft(
            self.said(said),
            lead_id=said.lead_id,
            reply_to_id=post.copy_of if post else None,
            media=_media_of(said),
            copy_of=said.id,
        )

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
            reply_to_id=_card(session, handoff, claimed) if handoff else None,
        )


def _together(waiting: Sequence[Message]) -> Iterator[Message]:
    """The first lines, as many as go as one."""
    yield waiting[0]
    if _media_of(waiting[0]) is not None:
        return
    length = len(waiting[0].text or "")
    for line in waiting[1:]:
        length += len(line.text or "")
        if _media_of(line) is not None or length > _LONGEST_POST:
            return
        yield line


def _media_of(message: Message) -> Attachment | None:
    """What was sent that can be sent on."""
    kept = message.media if isinstance(message.media, list) else []
    found = [attachment_of(it) for it in kept]
    return next((it for it in found if it.medium not in _IN_WORDS), None)


def _words(line: Message) -> str:
    kept = line.media if isinstance(line.media, list) else []
    return "\n".join(filter(None, [line.text, *(it.get("phone") for it in kept)]))


def _as_written(session: Session, message_id: int) -> Draft:
    """The post that a try before this one has written."""
    post = messages.get_message(session, message_id)
    if post is None or post.text is None:
        raise DroppedError("the resident deleted it")
    return Draft(Reply(post.text), media=_media_of(post))


def _handoff(session: Session, claimed: Claimed) -> Handoff:
    handoff = handoffs.get_handoff(session, claimed.payload.get("handoff_id", 0))
    if handoff is None:
        raise DroppedError("the resident deleted it")
    return handoff


def _card(session: Session, handoff: Handoff, claimed: Claimed) -> int | None:
    """The post that told of the handoff, if it stands in the same chat and that is no topic."""
    number = outbox.message_of(session, handoff_key(handoff.id))
    card = messages.get_message(session, number) if number else None
    is_here = card is not None and card.chat_id == claimed.chat_id
    return number if is_here and "/" not in claimed.external_id else None


def _answered(session: Session, line: Message, claimed: Claimed) -> int | None:
    """What the resident replied to, if staff said it in this chat."""
    shown = messages.get_message(session, line.reply_to_id or 0)
    said = messages.get_message(session, shown.copy_of) if shown and shown.copy_of else None
    return said.id if said is not None and said.chat_id == claimed.chat_id else None


def _names(session: Session, member_ids: Sequence[int]) -> str | None:
    found = (staff.get_member(session, it) for it in member_ids)
    return ", ".join(it.name for it in found if it is not None) or None


def not_delivered(clock: Clock) -> AfterEnding:
    """What staff said did not get to the resident: that is said where they talk."""

    def tell(session: Session, claimed: Claimed, state: str, _reason: str) -> None:
        said = messages.get_message(session, claimed.payload.get("message_id", 0))
        handoff = handoffs.live_of(session, chat_id=claimed.chat_id)
        if said is not None and handoff is not None and state == "set_aside":
            note(session, handoff, "not_delivered", now=clock.now())

    return tell
