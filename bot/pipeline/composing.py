"""What a claimed outbox row says: written when claimed, so that it is true when it is sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline import speech
from bot.pipeline.parcel import Parcel
from dialogues.exchange import Attachment, Reply
from storage import messages, outbox
from storage.models import Message
from storage.outbox import Claimed, Lane

_WRITTEN = {"message", "deletion"}  # kinds whose words are in the history already


class DroppedError(Exception):
    """The row is not worth sending any more; the message says why."""


class PostponedError(Exception):
    """The row is to be sent, but not now."""

    def __init__(self, due_at: datetime, reason: str) -> None:
        super().__init__(reason)
        self.due_at = due_at


@dataclass(frozen=True, slots=True)
class Draft:
    """What a row of some kind says, and what it is about. `rewrites` is a message to edit."""

    reply: Reply
    lead_id: int | None = None
    peer_chat_id: int | None = None
    reply_to_id: int | None = None
    media: Attachment | None = None
    rewrites: int | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """A claimed row and the parcel to send for it."""

    claimed: Claimed
    parcel: Parcel


Writer = Callable[[Session, Claimed], Draft]
AfterSending = Callable[[Session, Claimed], None]
AfterEnding = Callable[[Session, Claimed, str, str], None]  # its state (dropped, set_aside), why


class Composer:
    """Makes parcels. Kinds other than `message` are written by the room that knows them."""

    def __init__(
        self,
        *,
        clock: Clock,
        writers: Mapping[str, Writer],
        after_sending: Mapping[str, AfterSending],
        after_ending: Mapping[str, AfterEnding],
    ) -> None:
        self._clock = clock
        self._writers = writers
        self._after_sending = after_sending
        self._after_ending = after_ending

    def compose(self, session: Session, claimed: Claimed) -> Load:
        """The parcel of this row. Raises DroppedError if there is nothing true left to say."""
        media = None
        if claimed.kind not in _WRITTEN:
            draft = self._write(session, claimed)
            media = draft.media
            claimed = replace(claimed, message_id=self._keep(session, claimed, draft))
        message = messages.get_message(session, claimed.message_id or 0)
        if message is None:
            raise DroppedError("the message was deleted")
        return Load(claimed, self._parcel(session, claimed, message, media))

    def sent(self, session: Session, claimed: Claimed) -> None:
        """Tell the room that knows this kind that it went out."""
        after = self._after_sending.get(claimed.kind)
        if after is not None:
            after(session, claimed)

    def ended(self, session: Session, claimed: Claimed, *, state: str, reason: str) -> None:
        """Tell the room that knows this kind that it will not go out. Not in a savepoint of the
        row's: what it logs must stay."""
        after = self._after_ending.get(claimed.kind)
        if after is not None:
            after(session, claimed, state, reason)

    def catch_up(self, session: Session, load: Load) -> None:
        """What was written over while it was under way is changed in the chat as well; what was
        blanked is taken away."""
        claimed = load.claimed
        message = messages.get_message(session, claimed.message_id or 0)
        if (
            message is None
            or claimed.kind == "deletion"
            or (message.text or "") == load.parcel.text
        ):
            return
        outbox.queue(
            session,
            chat_id=claimed.chat_id,
            kind="message" if message.text and claimed.kind != "attached" else "deletion",
            lane=Lane(claimed.lane),
            now=self._clock.now(),
            message_id=message.id,
        )

    def _write(self, session: Session, claimed: Claimed) -> Draft:
        writer = self._writers.get(claimed.kind)
        if writer is None:
            raise DroppedError(f"nobody writes {claimed.kind}")
        return writer(session, claimed)

    def _keep(self, session: Session, claimed: Claimed, draft: Draft) -> int:
        known = draft.rewrites or claimed.message_id
        first, *more = speech.split_long(draft.reply)
        if known is not None:
            buttons = speech.to_json(draft.reply.buttons)
            messages.rewrite(
                session, known, text=first.text, now=self._clock.now(), buttons=buttons
            )
        else:
            known = self._keep_new(session, claimed, draft, first, more)
        outbox.name_message(session, claimed.id, known)
        return known

    def _keep_new(
        self, session: Session, claimed: Claimed, draft: Draft, first: Reply, more: list[Reply]
    ) -> int:
        """Write the post into the history, and what does not fit into one message behind it."""
        about = {
            "lead_id": draft.lead_id,
            "peer_chat_id": draft.peer_chat_id,
            "reply_to_id": draft.reply_to_id,
        }
        known = speech.keep_reply(
            session,
            chat_id=claimed.chat_id,
            reply=first,
            now=self._clock.now(),
            passes_on=draft.media,
            **about,
        )
        speech.queue_replies(
            session,
            chat_id=claimed.chat_id,
            replies=more,
            now=self._clock.now(),
            lane=Lane(claimed.lane),
            **about,
        )
        return known

    def _parcel(
        self, session: Session, claimed: Claimed, message: Message, media: Attachment | None
    ) -> Parcel:
        answered = (
            messages.get_message(session, message.reply_to_id) if message.reply_to_id else None
        )
        pictured = message.media if isinstance(message.media, dict) else {}
        return Parcel(
            external_chat_id=claimed.external_id,
            text=message.text or "",
            keys=speech.keys_of(message),
            image=pictured.get("image"),
            document=pictured.get("document"),
            media=media,
            reply_to=answered.external_id if answered else None,
            edits=message.external_id,
            deletes=claimed.kind == "deletion",
            ends_keyboard=not message.buttons and _keyboard_is_up(session, message),
        )


def _keyboard_is_up(session: Session, message: Message) -> bool:
    """Whether the choices shown before this message came as a keyboard for sharing a number."""
    asked = messages.last_with_buttons(session, message.chat_id, before_id=message.id)
    return asked is not None and any(it.request_contact for it in speech.buttons_of(asked))
