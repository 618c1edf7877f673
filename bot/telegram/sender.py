"""Parcels out: Bot API calls. The id of a topic is the group's with the topic's own behind it."""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from telegram import Bot, InputFile, Message, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, TelegramError

from bot.pipeline import speech
from bot.pipeline.parcel import Key, Parcel
from bot.telegram.refusals import in_our_words
from bot.telegram.topics import name_topic, reopen_topic
from bot.telegram.transport import plain
from dialogues.exchange import Attachment, Medium

log = logging.getLogger(__name__)

Markup = dict[str, Any]  # as the Bot API takes it


class TelegramSender:
    """Sends parcels with python-telegram-bot's `Bot`; `pictures` is the content's own folder."""

    def __init__(self, bot: Bot, *, pictures: Path) -> None:
        self._bot = bot
        self._pictures = pictures

    async def send(self, parcel: Parcel) -> int | None:
        """See `parcel.Sender`."""
        try:
            if parcel.topic is not None:
                return await name_topic(self._call, parcel.external_chat_id, parcel.topic)
            if parcel.edits is not None:
                await self._change(parcel, parcel.edits)
                return parcel.edits
            sent = await self._send_where_open(parcel)
        except TelegramError as error:
            raise in_our_words(error) from error
        if parcel.pins:
            await self._pin(parcel, sent)
        return sent

    async def _send_where_open(self, parcel: Parcel) -> int:
        """Somebody closed the topic: it is opened again where that is allowed."""
        try:
            return await self._send_new(parcel)
        except BadRequest as error:
            if "topic_closed" not in error.message.lower():
                raise
            if not await reopen_topic(self._call, parcel.external_chat_id):
                raise
        return await self._send_new(parcel)

    async def _pin(self, parcel: Parcel, message_id: int) -> None:
        """Quietly; where it is not allowed the message stands there unpinned."""
        chat_id, _topic = _place(parcel.external_chat_id)
        try:
            await self._call(
                "pinChatMessage",
                chat_id=chat_id,
                message_id=message_id,
                disable_notification=True,
            )
        except TelegramError as error:
            log.debug("a message could not be pinned: %s", type(error).__name__)

    async def answer_press(self, callback_id: str, text: str | None) -> None:
        """See `parcel.Sender`."""
        try:
            await self._call("answerCallbackQuery", callback_query_id=callback_id, text=text)
        except TelegramError as error:
            log.debug("a press could not be answered: %s", type(error).__name__)

    async def show_typing(self, external_chat_id: str) -> None:
        """See `parcel.Sender`."""
        try:
            chat_id, topic = _place(external_chat_id)
            await self._bot.send_chat_action(chat_id, ChatAction.TYPING, message_thread_id=topic)
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
        chat_id, topic = _place(parcel.external_chat_id)
        sent = await self._call(
            "sendMessage",
            chat_id=chat_id,
            message_thread_id=topic,
            text=parcel.text,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard_of(parcel),
            reply_parameters=_replies_to(parcel),
        )
        return int(sent["message_id"])

    async def _send_file(self, parcel: Parcel) -> Message:
        chat_id, topic = _place(parcel.external_chat_id)
        reply = (
            ReplyParameters(parcel.reply_to, allow_sending_without_reply=True)
            if parcel.reply_to
            else None
        )
        if parcel.media is not None:
            return await self._send_media(parcel, parcel.media, reply)
        keyboard = keyboard_of(parcel)
        is_picture = parcel.image or parcel.picture
        send = self._bot.send_photo if is_picture else self._bot.send_document
        return await send(
            chat_id,
            self._file(parcel),
            caption=parcel.text or None,
            parse_mode=ParseMode.HTML,
            reply_parameters=reply,
            message_thread_id=topic,
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
        self, parcel: Parcel, media: Attachment, reply: ReplyParameters | None
    ) -> Message:
        """Pass on what a person sent, by Telegram's own handle: nothing is downloaded."""
        chat_id, topic = _place(parcel.external_chat_id)
        if media.medium is Medium.LOCATION:
            return await self._bot.send_location(
                chat_id,
                media.latitude,
                media.longitude,
                reply_parameters=reply,
                message_thread_id=topic,
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
                message_thread_id=topic,
            )
        except BadRequest:
            return await self._send_without_words(parcel, media, reply)

    async def _send_without_words(
        self, parcel: Parcel, media: Attachment, reply: ReplyParameters | None
    ) -> Message:
        """A round video, a moving picture or a sticker can only be sent on as what it is."""
        chat_id, topic = _place(parcel.external_chat_id)
        handle = media.file_id or ""
        about: dict[str, Any] = {"reply_parameters": reply, "message_thread_id": topic}
        if media.medium is Medium.VIDEO:
            return await self._bot.send_video_note(chat_id, handle, **about)
        try:
            return await self._bot.send_animation(chat_id, handle, **about)
        except BadRequest:
            return await self._bot.send_sticker(chat_id, handle, **about)

    async def _change(self, parcel: Parcel, message_id: int) -> None:
        if parcel.deletes:
            chat_id, _topic = _place(parcel.external_chat_id)
            await self._bot.delete_message(chat_id, message_id)
        else:
            await self._edit(parcel, message_id)

    async def _edit(self, parcel: Parcel, message_id: int) -> None:
        try:
            await self._call(
                "editMessageCaption" if parcel.captions else "editMessageText",
                chat_id=_place(parcel.external_chat_id)[0],
                message_id=message_id,
                **{"caption" if parcel.captions else "text": parcel.text},
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


def _place(external_chat_id: str) -> tuple[int, int | None]:
    """The chat's own id, and the topic's if it is one."""
    chat_id, _, topic = external_chat_id.partition("/")
    return int(chat_id), int(topic) if topic else None


def _replies_to(parcel: Parcel) -> dict[str, Any] | None:
    if not parcel.reply_to:
        return None
    return {"message_id": parcel.reply_to, "allow_sending_without_reply": True}
