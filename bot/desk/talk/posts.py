"""What passes between residents and staff while they talk, worded when it is claimed. What is too
long for one post goes as several, one after the other."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from actions.desk.handoff import TALK
from actions.desk.talks import resident_name
from actions.members.names import first_name
from bot.desk.leads.cards import attachment_of
from bot.desk.talk.notes import card_of
from bot.pipeline.composing import AfterSending, Draft, DroppedError, Writer
from bot.pipeline.speech import split_long
from bot.pipeline.wording import Wording
from dialogues.exchange import Attachment, Medium, Reply
from storage import handoffs, messages, outbox, talk_lines
from storage.models import Handoff, Message
from storage.outbox import Claimed, Lane

LINE = "talk_line"  # the outbox kind for what staff say to a resident
SHOWN_ONCE = "utter_staff_message"  # words of staff for whom nobody talks with
_LONGEST_POST = 3500  # characters of lines that go as one
_IN_WORDS = {Medium.CONTACT, Medium.OTHER}  # nothing that could be sent on as it is


def line_key(said_id: int) -> str:
    """The outbox's key for what staff said in this message."""
    return f"said:{said_id}"


def queue_said(session: Session, said_id: int, *, chat_id: int, now: datetime) -> None:
    """What staff said goes to this resident: in the order in which staff wrote it, behind what was
    said before."""
    outbox.queue(
        session,
        chat_id=chat_id,
        kind=LINE,
        lane=Lane.REPLIES,
        now=now,
        payload={"message_id": said_id},
        dedupe_key=line_key(said_id),
    )


class TalkPosts:
    """Words the posts of live talks."""

    def __init__(self, *, wording: Wording) -> None:
        self._wording = wording

    @property
    def writers(self) -> dict[str, Writer]:
        """The outbox kinds that are written here."""
        return {TALK: self._lines, LINE: self._line}

    @property
    def after_sending(self) -> dict[str, AfterSending]:
        """What happens once a post has gone out."""
        return dict.fromkeys((TALK, LINE), self._go_on)

    def passed_on(
        self, session: Session, handoff: Handoff, lines: Sequence[Message]
    ) -> list[Reply]:
        """These lines as staff read them."""
        who = resident_name(session, handoff.chat_id, self._wording.say)
        words = "\n".join(filter(None, map(_words, lines)))
        is_file = _media_of(lines[0]) is not None
        if not words and not is_file:
            return [self._wording.reply("staff_talk_other", {"who": who})]
        name = "staff_talk_file" if is_file else "staff_talk_line"
        reply = self._wording.reply(name, {"who": who, "words": words})
        return list(split_long(reply, under_file=is_file))

    def said(self, session: Session, said: Message) -> list[Reply]:
        """What a staff member said, as the resident reads it: in a talk, or once."""
        values = {"staff_name": first_name(said.author or ""), "words": said.text or ""}
        is_file = _media_of(said) is not None
        if outbox.was_queued(session, line_key(said.id)):
            reply = self._wording.reply("utter_talk_file" if is_file else "utter_talk_line", values)
        else:
            values = {"staff_name": said.author or "", "staff_words": said.text or ""}
            reply = self._wording.reply(SHOWN_ONCE, values)
        return list(split_long(reply, under_file=is_file))

    def _lines(self, session: Session, claimed: Claimed) -> Draft:
        """The lines that staff do not have yet, as one post; a file is a post of its own. That they
        have them is written with the post, so that each goes once."""
        handoff = _handoff(session, claimed)
        if claimed.message_id is not None:
            return _as_written(session, claimed.message_id)
        lines = _begun(session, claimed, handoff) or _waiting(session, handoff)
        first, copies = lines[0], talk_lines.copies_of(session, lines[0].id)
        return Draft(
            _next(self.passed_on(session, handoff, lines), copies),
            lead_id=handoff.lead_id,
            peer_chat_id=handoff.chat_id,
            reply_to_id=_answered(session, first, claimed) or card_of(session, handoff, claimed),
            media=None if copies else _media_of(first),
            copy_of=first.id,
        )

    def _line(self, session: Session, claimed: Claimed) -> Draft:
        """What staff said; a reply to something of the resident's replies to it there as well."""
        if claimed.message_id is not None:
            return _as_written(session, claimed.message_id)
        said = messages.get_message(session, claimed.payload.get("message_id", 0))
        if said is None or said.peer_chat_id != claimed.chat_id:
            raise DroppedError("it was deleted")
        post = messages.get_message(session, said.reply_to_id or 0)
        copies = talk_lines.copies_of(session, said.id)
        return Draft(
            _next(self.said(session, said), copies),
            lead_id=said.lead_id,
            reply_to_id=post.copy_of if post else None,
            media=None if copies else _media_of(said),
            copy_of=said.id,
        )

    def _go_on(self, session: Session, claimed: Claimed) -> None:
        """If that was not all of it, the rest follows before anything else."""
        post = messages.get_message(session, claimed.message_id or 0)
        origin = messages.get_message(session, post.copy_of) if post and post.copy_of else None
        if post is None or origin is None:
            return
        if claimed.kind == LINE:
            parts = self.said(session, origin)
        else:
            handoff = handoffs.get_handoff(session, claimed.payload["handoff_id"])
            lines = talk_lines.lines_in(session, post, handoff) if handoff else ()
            parts = self.passed_on(session, handoff, lines) if handoff and lines else []
        if len(parts) > 1 and len(talk_lines.copies_of(session, origin.id)) < len(parts):
            payload = {**claimed.payload, "line_id": origin.id}
            outbox.go_on(session, claimed, payload=payload, now=claimed.created_at)


def _begun(session: Session, claimed: Claimed, handoff: Handoff) -> Sequence[Message]:
    """The lines of which staff have the beginning, if the row says that they lack the rest."""
    line_id = claimed.payload.get("line_id")
    copies = talk_lines.copies_of(session, line_id) if line_id else ()
    return talk_lines.lines_in(session, copies[0], handoff) if copies else ()


def _waiting(session: Session, handoff: Handoff) -> list[Message]:
    waiting = talk_lines.waiting_lines(session, handoff)
    if not waiting:
        raise DroppedError("it went with others")
    lines = list(_together(waiting))
    handoff.relayed_to = lines[-1].id
    session.flush()
    return lines


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


def _next(parts: Sequence[Reply], copies: Sequence[Message]) -> Reply:
    if len(copies) >= len(parts):
        raise DroppedError("all of it is there")
    return parts[len(copies)]


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
        raise DroppedError("it was deleted")
    return Draft(Reply(post.text), media=_media_of(post))


def _handoff(session: Session, claimed: Claimed) -> Handoff:
    handoff = handoffs.get_handoff(session, claimed.payload.get("handoff_id", 0))
    if handoff is None:
        raise DroppedError("the resident deleted it")
    return handoff


def _answered(session: Session, line: Message, claimed: Claimed) -> int | None:
    """What the resident replied to, if staff said it in this chat."""
    shown = messages.get_message(session, line.reply_to_id or 0)
    said = messages.get_message(session, shown.copy_of) if shown and shown.copy_of else None
    return said.id if said is not None and said.chat_id == claimed.chat_id else None
