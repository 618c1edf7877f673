"""Parcels out: Bot API calls, with Telegram's errors in our words."""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from telegram import Bot, InputFile, Message, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.pipeline import speech
from bot.pipeline.parcel import (
    ChatGoneError,
    ChatMovedError,
    CredentialError,
    Key,
    MessageLostError,
    Parcel,
    RefusedError,
    SendError,
    TryLaterError,
    UnreachableError,
)
from bot.telegram.transport import plain
from dialogues.exchange import Attachment, Medium

log = logging.getLogger(__name__)

Markup = dict[str, Any]  # as the Bot API takes it

_GONE = (
    "chat not found",
    "deactivated",
    "bot was kicked",
    "have no rights to send",
    "not enough rights",
    "chat_write_forbidden",
    "chat_restricted",
    "peer_id_invalid",
)
_LOST = (
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
    "message_id_invalid",
)


class TelegramSender:
    """Sends parcels with python-telegram-bot's `Bot`; `pictures` is the content's own folder."""

    def __init__(self, bot: Bot, *, pictures: Path) -> None:
        self._bot = bot
        self._pictures = pictures

    async def send(self, parcel: Parcel) -> int | None:
        """See `parcel.Sender`."""
        try:
            if parcel.edits is not None:
                await self._change(parcel, parcel.edits)
                return parcel.edits
            return await self._send_new(parcel)
        except TelegramError as error:
            raise _in_our_words(error) from error

    async def answer_press(self, callback_id: str, text: str | None) -> None:
        """See `parcel.Sender`."""
        try:
            await self._call("answerCallbackQuery", callback_query_id=callback_id, text=text)
        except TelegramError as error:
            log.debug("a press could not be answered: %s", type(error).__name__)

    async def show_typing(self, external_chat_id: str) -> None:
        """See `parcel.Sender`."""
        try:
            await self._bot.send_chat_action(int(external_chat_id), ChatAction.TYPING)
        except TelegramError as error:
            log.debug("typing could not be shown: %s", type(error).__name__)

    async def _call(self, method: str, **fields: Any) -> Any:
        """The bare result of a call; fields that are None are left out.

        The library would rather build objects of what goes out and of what comes back. For words,
        which are nearly all that is sent, that costs more than the call itself.
        """
        given = {name: value for name, value in fields.items() if value is not None}
        return await self._bot.request.post(f"{self._bot.base_url}/{method}", plain(given))

    async def _send_new(self, parcel: Parcel) -> int:
        if any((parcel.media, parcel.image, parcel.document, parcel.picture, parcel.file)):
            return (await self._send_file(parcel)).message_id
        sent = await self._call(
            "sendMessage",
            chat_id=parcel.external_chat_id,
            text=parcel.text,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard_of(parcel),
            reply_parameters=_replies_to(parcel),
        )
        return int(sent["message_id"])

    async def _send_file(self, parcel: Parcel) -> Message:
        chat_id = int(parcel.external_chat_id)
        reply = (
            ReplyParameters(parcel.reply_to, allow_sending_without_reply=True)
            if parcel.reply_to
            else None
        )
        if parcel.media is not None:
            return await self._send_media(chat_id, parcel, parcel.media, reply)
        keyboard = keyboard_of(parcel)
        is_picture = parcel.image or parcel.picture
        send = self._bot.send_photo if is_picture else self._bot.send_document
        return await send(
            chat_id,
            self._file(parcel),
            caption=parcel.text or None,
            parse_mode=ParseMode.HTML,
            reply_parameters=reply,
            api_kwargs={"reply_markup": keyboard} if keyboard else None,
        )

    def _file(self, parcel: Parcel) -> str | Path | InputFile:
        """A URL is fetched by Telegram; a file of the content, or one of ours, is uploaded."""
        ours = None if parcel.image else parcel.picture or parcel.file
        if ours is not None:
            return InputFile(ours.content, filename=ours.name)
        place = parcel.image or parcel.document or ""
        return place if "://" in place else self._pictures / place

    async def _send_media(
        self, chat_id: int, parcel: Parcel, media: Attachment, reply: ReplyParameters | None
    ) -> Message:
        """Pass on what a person sent, by Telegram's own handle: nothing is downloaded."""
        if media.medium is Medium.LOCATION:
            return await self._bot.send_location(
                chat_id, media.latitude, media.longitude, reply_parameters=reply
            )
        senders: dict[Medium, Callable[..., Awaitable[Message]]] = {
            Medium.PHOTO: self._bot.send_photo,
            Medium.VOICE: self._bot.send_voice,
            Medium.VIDEO: self._bot.send_video,
            Medium.AUDIO: self._bot.send_audio,
        }
        send = senders.get(media.medium, self._bot.send_document)
        try:
            return await send(
                chat_id,
                media.file_id,
                caption=parcel.text,
                parse_mode=ParseMode.HTML,
                reply_parameters=reply,
            )
        except BadRequest:
            return await self._send_without_words(chat_id, media, reply)

    async def _send_without_words(
        self, chat_id: int, media: Attachment, reply: ReplyParameters | None
    ) -> Message:
        """A round video, a moving picture or a sticker can only be sent on as what it is."""
        handle = media.file_id or ""
        if media.medium is Medium.VIDEO:
            return await self._bot.send_video_note(chat_id, handle, reply_parameters=reply)
        try:
            return await self._bot.send_animation(chat_id, handle, reply_parameters=reply)
        except BadRequest:
            return await self._bot.send_sticker(chat_id, handle, reply_parameters=reply)

    async def _change(self, parcel: Parcel, message_id: int) -> None:
        if parcel.deletes:
            await self._bot.delete_message(int(parcel.external_chat_id), message_id)
        else:
            await self._edit(parcel, message_id)

    async def _edit(self, parcel: Parcel, message_id: int) -> None:
        try:
            await self._call(
                "editMessageText",
                chat_id=parcel.external_chat_id,
                message_id=message_id,
                text=parcel.text,
                parse_mode=ParseMode.HTML,
                reply_markup=_inline_keyboard(parcel.keys),
            )
        except BadRequest as error:
            if "not modified" not in error.message.lower():
                raise


def keyboard_of(parcel: Parcel) -> Markup | None:
    """The keyboard: inline, or a reply keyboard where the resident's own number is asked for."""
    if any(key.button.request_contact for key in parcel.keys):
        rows = [
            [{"text": key.button.label, "request_contact": key.button.request_contact}]
            for key in parcel.keys
        ]
        return {"keyboard": rows, "one_time_keyboard": True, "resize_keyboard": True}
    if not parcel.keys and parcel.ends_keyboard:
        return {"remove_keyboard": True}
    return _inline_keyboard(parcel.keys)


def _inline_keyboard(keys: tuple[Key, ...]) -> Markup | None:
    """None if it has no keys, or one that no inline keyboard can hold."""
    if not keys or any(key.button.request_contact for key in keys):
        return None
    return {"inline_keyboard": [[_inline(key) for key in row] for row in speech.in_rows(keys)]}


def _inline(key: Key) -> dict[str, Any]:
    button = key.button
    if button.url:
        return {"text": button.label, "url": button.url}
    if button.copy_text:
        return {"text": button.label, "copy_text": {"text": button.copy_text}}
    return {"text": button.label, "callback_data": key.token}


def _replies_to(parcel: Parcel) -> dict[str, Any] | None:
    if not parcel.reply_to:
        return None
    return {"message_id": parcel.reply_to, "allow_sending_without_reply": True}


def _in_our_words(error: TelegramError) -> SendError:
    if isinstance(error, RetryAfter):
        return TryLaterError(_seconds(error))
    if isinstance(error, ChatMigrated):
        return ChatMovedError(str(error.new_chat_id))
    if isinstance(error, BadRequest):
        return _refusal(error.message)
    # The message may hold the token; a call of ours that does not exist is a refused token.
    for kind, ours in (
        (InvalidToken, CredentialError),
        (EndPointNotFound, CredentialError),
        (Forbidden, ChatGoneError),
    ):
        if isinstance(error, kind):
            return ours(kind.__name__)
    return UnreachableError(type(error).__name__)


def _refusal(message: str) -> SendError:
    said = message.lower()
    if any(words in said for words in _GONE):
        return ChatGoneError(message)
    if any(words in said for words in _LOST):
        return MessageLostError(message)
    return RefusedError(message)


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()
