"""What claimed outbox rows say: written when claimed, so that it is true when it is sent."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline import speech
from bot.pipeline.parcel import File, Parcel
from bot.pipeline.savepoints import do_each
from dialogues.exchange import Attachment, Reply
from storage import messages, outbox
from storage.crypto import WrongKeyError
from storage.messages import Outgoing
from storage.outbox import Claimed, Lane

log = logging.getLogger(__name__)

_WRITTEN = {"message", "deletion"}  # kinds whose words are in the history already
MOST_ATTEMPTS = 5
BUSY_FOR = timedelta(seconds=5)


class DroppedError(Exception):
    """The row is not worth sending any more; the message says why."""


class PostponedError(Exception):
    """The row is to be sent, but not now."""

    def __init__(self, due_at: datetime, reason: str) -> None:
        super().__init__(reason)
        self.due_at = due_at


@dataclass(frozen=True, slots=True)
class Draft:
    """What a row of some kind says, and what it is about. `rewrites` is a message to edit; `beside`
    are rows of the same chat, not claimed, that it tells as well; with `pins` it is pinned where
    that is allowed; `mentions` are leads that it names among others. `copy_of` is the message whose
    words it passes on; `topic` is no message, but what the topic is called that the chat is."""

    reply: Reply
    lead_id: int | None = None
    peer_chat_id: int | None = None
    reply_to_id: int | None = None
    media: Attachment | None = None
    rewrites: int | None = None
    beside: tuple[Claimed, ...] = ()
    pins: bool = False
    mentions: tuple[int, ...] = ()
    copy_of: int | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """A claimed row and the parcel to send for it. `covers` are rows that it makes superfluous,
    `beside` those that are told by it."""

    claimed: Claimed
    parcel: Parcel
    covers: tuple[int, ...] = ()
    beside: tuple[Claimed, ...] = ()


_Worded = tuple[Claimed, Draft | None]  # a row with its message; its draft, if it was worded now
Writer = Callable[[Session, Claimed], Draft]
AfterSending = Callable[[Session, Claimed], None]
AfterEnding = Callable[[Session, Claimed, str, str], None]  # its state (dropped, set_aside), why
# What stands at a path of our own for the chat of this id; None: nothing.
Documents = Callable[[Session, str, int], File | None]


class Composer:
    """Makes parcels. Kinds other than `message` are written by the room that knows them, pictures
    and documents whose place begins with a slash by `documents`."""

    def __init__(
        self,
        *,
        clock: Clock,
        writers: Mapping[str, Writer],
        after_sending: Mapping[str, AfterSending],
        after_ending: Mapping[str, AfterEnding],
        documents: Documents = lambda _session, _place, _chat_id: None,
    ) -> None:
        self._clock = clock
        self._writers = writers
        self._after_sending = after_sending
        self._after_ending = after_ending
        self._documents = documents

    def compose(
        self, session: Session, rows: Sequence[Claimed], known: Mapping[int, Outgoing] = {}
    ) -> list[Load]:
        """The parcels of these rows; `known` are messages that need not be read. A row that is to
        be sent later, or not at all, is written so; one that cannot be worded is set aside, and
        holds up no other."""
        late = [row for row in rows if row.kind not in _WRITTEN]
        words = do_each(
            session,
            late,
            lambda row: self._word(session, row),
            lambda row, error: self._cannot(session, row, error),
        )
        worded: dict[int, _Worded] = {row.id: (row, None) for row in rows if row.kind in _WRITTEN}
        worded |= {pair[0].id: pair for pair in words if pair is not None}
        ready = [worded[row.id] for row in rows if row.id in worded]
        unread = [row for row, _draft in ready if row.message_id not in known]
        posts = {**known, **self._posts(session, unread)}
        loads = [self._load(session, row, posts, draft) for row, draft in ready]
        return [load for load in loads if load is not None]

    def sent(self, session: Session, claimed: Claimed) -> None:
        """Tell the room that knows this kind that it went out."""
        after = self._after_sending.get(claimed.kind)
        if after is not None:
            after(session, claimed)

    def follows(self, claimed: Claimed) -> bool:
        """Whether anybody wants to be told that it went out."""
        return claimed.kind in self._after_sending

    def end(self, session: Session, claimed: Claimed, *, state: str, reason: str) -> bool:
        """Close a row that is not sent, if it is still ours, and tell the room that knows its
        kind. Not in a savepoint that may be undone: what the room logs must stay."""
        now = self._clock.now()
        ours = outbox.finish(session, claimed, state=state, now=now, error=reason)
        after = self._after_ending.get(claimed.kind)
        if ours and after is not None:
            after(session, claimed, state, reason)
        return ours

    def catch_up(self, session: Session, loads: Iterable[Load]) -> None:
        """What was written over while it was under way is changed in the chat as well; what was
        blanked is taken away."""
        kept = {load.claimed.message_id or 0: load for load in loads}
        for message_id, text in messages.rewritten(session, kept).items():
            claimed = kept[message_id].claimed
            if claimed.kind == "deletion" or (text or "") == kept[message_id].parcel.text:
                continue
            outbox.queue(
                session,
                chat_id=claimed.chat_id,
                kind="message" if text and claimed.kind != "attached" else "deletion",
                lane=Lane(claimed.lane),
                now=self._clock.now(),
                message_id=message_id,
            )

    def _word(self, session: Session, claimed: Claimed) -> _Worded | None:
        """The row with its message, and its draft; None if it is not sent now."""
        try:
            draft = self._write(session, claimed)
        except DroppedError as drop:
            self.end(session, claimed, state="dropped", reason=str(drop))
            return None
        except PostponedError as later:
            outbox.put_back(session, claimed, due_at=later.due_at, error=str(later))
            return None
        if draft.topic is not None:
            return claimed, draft
        return replace(claimed, message_id=self._keep(session, claimed, draft)), draft

    def _cannot(self, session: Session, claimed: Claimed, error: Exception) -> None:
        """One post must not hold up all others. A database that is busy may be so for a moment."""
        reason = f"{type(error).__name__} while it was worded"
        log.error("outbox row %s (%s): %s", claimed.id, claimed.kind, reason)
        if isinstance(error, OperationalError) and claimed.attempts < MOST_ATTEMPTS:
            due_at = self._clock.now() + BUSY_FOR
            outbox.put_back(session, claimed, due_at=due_at, error=reason)
        else:
            self.end(session, claimed, state="set_aside", reason=reason)

    def _write(self, session: Session, claimed: Claimed) -> Draft:
        writer = self._writers.get(claimed.kind)
        if writer is None:
            raise DroppedError(f"nobody writes {claimed.kind}")
        return writer(session, claimed)

    def _keep(self, session: Session, claimed: Claimed, draft: Draft) -> int:
        known = draft.rewrites or claimed.message_id
        first, *more = speech.split_long(draft.reply, under_file=draft.media is not None)
        if known is not None:
            buttons = speech.to_json(draft.reply.buttons)
            messages.rewrite(
                session, known, text=first.text, now=self._clock.now(), buttons=buttons
            )
        else:
            known = self._keep_new(session, claimed, draft, first, more)
        if draft.mentions:
            messages.name_leads(session, known, draft.mentions)
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
            copy_of=draft.copy_of,
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

    def _posts(self, session: Session, rows: Sequence[Claimed]) -> dict[int, Outgoing]:
        """The rows' messages. One that cannot be opened is as good as gone."""
        numbers = [row.message_id for row in rows if row.message_id is not None]
        try:
            return messages.outgoing(session, numbers)
        except WrongKeyError:
            log.error("a message cannot be opened with this key; it is not sent")
        posts: dict[int, Outgoing] = {}
        for number in numbers:
            with suppress(WrongKeyError):
                posts |= messages.outgoing(session, [number])
        return posts

    def _load(
        self,
        session: Session,
        claimed: Claimed,
        posts: Mapping[int, Outgoing],
        draft: Draft | None,
    ) -> Load | None:
        if draft is not None and draft.topic is not None:
            return Load(claimed, Parcel(claimed.external_id, "", topic=draft.topic))
        post = posts.get(claimed.message_id or 0)
        reason = _nothing_to_send(claimed, post)
        if post is None or reason:
            self.end(session, claimed, state="dropped", reason=reason)
            return None
        parcel = _parcel(claimed, post, draft)
        beside = draft.beside if draft else ()
        if post.external_id is not None:
            is_edit = claimed.kind != "deletion"
            covers = outbox.same_edits(session, claimed) if is_edit else ()
            return Load(claimed, parcel, covers, beside)
        parcel = self._with_ours(session, parcel, claimed.chat_id)
        if not (parcel.text or _has_file(parcel)):
            self.end(session, claimed, state="dropped", reason="its file is gone")
            return None
        return Load(claimed, parcel, beside=beside)

    def _with_ours(self, session: Session, parcel: Parcel, chat_id: int) -> Parcel:
        """With what stands at paths of our own in place of the paths."""
        image, document = parcel.image or "", parcel.document or ""
        if image.startswith("/"):
            picture = self._documents(session, image, chat_id)
            parcel = replace(parcel, image=None, picture=picture)
        if document.startswith("/"):
            written = self._documents(session, document, chat_id)
            parcel = replace(parcel, document=None, file=written)
        return parcel


def _nothing_to_send(claimed: Claimed, post: Outgoing | None) -> str:
    """Why there is nothing to send; empty if there is something."""
    if post is None:
        return "the message was deleted"
    if claimed.kind == "deletion":
        return "" if post.external_id is not None else "it never went out"
    return "" if post.text or post.media else "nothing is left of it"


def _has_file(parcel: Parcel) -> bool:
    return any((parcel.image, parcel.document, parcel.picture, parcel.file, parcel.media))


def _parcel(claimed: Claimed, post: Outgoing, draft: Draft | None) -> Parcel:
    pictured = post.media if isinstance(post.media, dict) else {}
    return Parcel(
        external_chat_id=claimed.external_id,
        text=post.text or "",
        keys=speech.keys_of(post),
        image=pictured.get("image"),
        document=pictured.get("document"),
        media=draft.media if draft else None,
        reply_to=post.reply_to,
        edits=post.external_id,
        captions=post.external_id is not None and bool(post.media),
        deletes=claimed.kind == "deletion",
        ends_keyboard=_asked_for_number(post.shown_before),
        pins=draft is not None and draft.pins and post.external_id is None,
    )


def _asked_for_number(buttons: list[dict[str, Any]] | None) -> bool:
    """Whether these choices came as a keyboard for sharing a number."""
    return any(button.get("request_contact") for button in buttons or ())
