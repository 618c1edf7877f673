"""Replies on their way into the history and the outbox, and buttons on their way back."""

import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.pipeline.parcel import Key
from dialogues.exchange import Asked, Attachment, Button, Reply
from storage import messages, outbox
from storage.messages import Outgoing
from storage.models import Message
from storage.outbox import Lane

LONGEST_CAPTION = 1024
LONGEST_TEXT = 4096  # Telegram's limit, in UTF-16 units, after the markup is taken out
SHORT_LABEL = 14  # two such buttons fit beside each other on an old phone
NARROW_LABEL = 5  # and four of these
_BUTTON = tuple(Button.__dataclass_fields__)
# Of a message, the place of a button, and what it is for; those of before lack the last part.
_TOKEN = re.compile(r"([0-9a-f]{1,15})\.([0-9a-f]{1,2})(?:\.([0-9a-f]{1,4}))?")
_TAG = re.compile(r"<[^>]+>")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d+);")


def queue_replies(
    session: Session,
    *,
    chat_id: int,
    replies: Iterable[Reply],
    now: datetime,
    lane: Lane = Lane.REPLIES,
    **about: Any,
) -> list[int]:
    """Write replies into the chat's history and queue them, in order; the messages' ids."""
    said = ((chat_id, reply) for reply in replies)
    written = keep_replies(session, said, now=now, **about)
    to = {number: row["chat_id"] for number, row in written.items()}
    outbox.queue_messages(session, to, lane=lane, now=now)
    return list(written)


def keep_replies(
    session: Session, said: Iterable[tuple[int, Reply]], *, now: datetime, **about: Any
) -> dict[int, dict[str, Any]]:
    """Write replies, each with the id of its chat, into the histories, in parts that the channel
    takes; the messages' columns by their ids, in this order.

    `about` are `lead_id`, `peer_chat_id` and `reply_to_id` of the messages.
    """
    rows = [
        _row(chat_id, part, now, **about) for chat_id, reply in said for part in split_long(reply)
    ]
    written = messages.add_messages(session, rows)
    return dict(zip(written, rows, strict=True))


def keep_reply(
    session: Session,
    *,
    chat_id: int,
    reply: Reply,
    now: datetime,
    passes_on: Attachment | None = None,
    **about: Any,
) -> int:
    """Write one reply into the history; the message's id. `passes_on` is what goes with it, `about`
    as for `keep_replies`."""
    row = _row(chat_id, reply, now, **about)
    if passes_on is not None:
        row["media"] = [asdict(passes_on)]
    return messages.add_messages(session, [row])[0]


def _row(chat_id: int, reply: Reply, now: datetime, **about: Any) -> dict[str, Any]:
    return messages.message_row(
        chat_id=chat_id,
        direction="out",
        now=now,
        text=reply.text,
        flow=reply.asked.flow if reply.asked else None,
        step=reply.asked.step if reply.asked else None,
        buttons=to_json(reply.buttons),
        media=_pictures(reply),
        **about,
    )


def to_json(buttons: Iterable[Button]) -> list[dict[str, Any]] | None:
    """Buttons as the history keeps them."""
    kept = [
        {name: value for name in _BUTTON if (value := getattr(button, name)) not in (None, False)}
        for button in buttons
    ]
    return kept or None


def buttons_of(message: Message | Outgoing) -> list[Button]:
    """The choices a message of ours offers."""
    return [Button(**item) for item in message.buttons or ()]


def keys_of(message: Message | Outgoing) -> tuple[Key, ...]:
    """Its choices with their tokens, which name the message, the place of the button and what it is
    for: another may stand in its place by the time it is pressed. One without a label only keeps a
    place."""
    return tuple(
        Key(button, f"{message.id:x}.{place:x}.{_purpose(button)}")
        for place, button in enumerate(buttons_of(message))
        if button.label
    )


def _purpose(button: Button) -> str:
    """A mark of what a button does, whatever its label says."""
    return f"{zlib.crc32((button.payload or button.label).encode()) & 0xFFFF:x}"


def in_rows(keys: tuple[Key, ...]) -> list[list[Key]]:
    """Short labels share a row, longer ones get their own; the same on every channel."""
    longest = max((len(key.button.label) for key in keys), default=0)
    width = 4 if longest <= NARROW_LABEL else 2 if longest <= SHORT_LABEL else 1
    return [list(keys[at : at + width]) for at in range(0, len(keys), width)]


def pressed(session: Session, *, chat_id: int, token: str) -> tuple[Message, Button] | None:
    """The message and button that a token names, wherever it stands in it by now; None if it names
    none in this chat, or one that the message has lost."""
    message, match = pressed_on(session, chat_id=chat_id, token=token), _TOKEN.fullmatch(token)
    if message is None or match is None:
        return None
    buttons, place = buttons_of(message), int(match[2], 16)
    likely = buttons[place : place + 1]
    if match[3] is None:
        meant = likely
    else:
        meant = [it for it in (*likely, *buttons) if _purpose(it) == match[3]]
    return (message, meant[0]) if meant else None


def pressed_on(session: Session, *, chat_id: int, token: str) -> Message | None:
    """The message of this chat that a token names, whether it still has that button or not."""
    match = _TOKEN.fullmatch(token)
    message = messages.get_message(session, int(match[1], 16)) if match else None
    return message if message is not None and message.chat_id == chat_id else None


@contextmanager
def at_hand(session: Session, tokens: Iterable[str | None]) -> Iterator[None]:
    """Within the block, the messages that these tokens name are found without asking for each."""
    matches = (_TOKEN.fullmatch(token) for token in tokens if token)
    loaded = messages.get_messages(session, [int(match[1], 16) for match in matches if match])
    yield
    del loaded  # the session itself would let go of them


def asked_by(message: Message | None) -> Asked | None:
    """The question that a message asks, or that it answers."""
    return Asked(message.flow, message.step) if message and message.flow and message.step else None


def split_long(reply: Reply, *, under_file: bool = False) -> Iterator[Reply]:
    """The reply in parts Telegram takes, cut between paragraphs; the last has the buttons.

    Words too long to stand under a picture or a document, or `under_file` that goes with them, come
    after it.
    """
    has_file = under_file or reply.image or reply.document
    if has_file and visible_length(reply.text) > LONGEST_CAPTION:
        yield Reply("", image=reply.image, document=reply.document)
        reply = replace(reply, image=None, document=None)
    parts = list(_parts(reply.text))
    for part in parts[:-1]:
        yield Reply(text=part)
    last = parts[-1] if parts else ""
    yield replace(reply, text=last)


def visible_length(html: str) -> int:
    """How long Telegram counts a text: UTF-16 units without the markup."""
    plain = _ENTITY.sub("x", _TAG.sub("", html))
    return len(plain.encode("utf-16-le")) // 2


def _parts(text: str) -> Iterator[str]:
    if visible_length(text) <= LONGEST_TEXT:
        yield text
        return
    part = ""
    for block in _blocks(text):
        if part and visible_length(part) + visible_length(block) > LONGEST_TEXT:
            yield part.strip("\n")
            part = ""
        part += block
    if part.strip():
        yield part.strip("\n")


def _blocks(text: str) -> Iterator[str]:
    """Lines where the markup is closed; a line too long for any message is cut between words."""
    block = ""
    for line in text.splitlines(keepends=True):
        block += line
        if not _open_tags(block):
            yield from _pieces(block)
            block = ""
    if block:
        yield from _pieces(block)


def _open_tags(html: str) -> int:
    tags = _TAG.findall(html)
    return sum(-1 if tag.startswith("</") else 1 for tag in tags)


def _pieces(block: str) -> Iterator[str]:
    if visible_length(block) <= LONGEST_TEXT:
        yield block
        return
    words = re.split(r"(?<=\s)", _TAG.sub("", block))
    piece = ""
    for word in words:
        for bit in (word[at : at + 1000] for at in range(0, len(word), 1000)):
            if visible_length(piece + bit) > LONGEST_TEXT:
                yield piece
                piece = ""
            piece += bit
    yield piece


def _pictures(reply: Reply) -> dict[str, str] | None:
    shown = {"image": reply.image, "document": reply.document}
    return {kind: place for kind, place in shown.items() if place} or None
