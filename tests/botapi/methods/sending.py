"""Methods that put messages into chats."""

from typing import Any

from tests.botapi.chats import Chat
from tests.botapi.errors import bad_request, gone
from tests.botapi.keyboards import check_markup
from tests.botapi.messages import Message
from tests.botapi.methods.content import (
    caption,
    caption_content,
    media_content,
    medium,
    text_content,
)
from tests.botapi.methods.registry import method
from tests.botapi.methods.targets import (
    known_chat,
    message_in,
    open_chat,
    replied_to,
    thread,
)
from tests.botapi.request import Request
from tests.botapi.world import World

ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def deliver(world: World, request: Request, content: dict[str, Any]) -> Message:
    """Send one message with everything a call may say about it."""
    chat = open_chat(world, request)
    reply_to = replied_to(world, request, chat)
    thread_id = thread(request, chat, reply_to)
    markup = check_markup(request.json("reply_markup", "reply keyboard markup"), chat)
    world.pace.spend(chat.id, group=not chat.is_private)
    return world.post(
        chat, world.bot, content, reply_to=reply_to, thread_id=thread_id, markup=markup
    )


@method("sendMessage")
def send_message(world: World, request: Request) -> Any:
    return deliver(world, request, text_content(request)).to_json()


@method("sendPhoto")
def send_photo(world: World, request: Request) -> Any:
    return _send_media(world, request, "photo")


@method("sendDocument")
def send_document(world: World, request: Request) -> Any:
    return _send_media(world, request, "document")


@method("sendVoice")
def send_voice(world: World, request: Request) -> Any:
    return _send_media(world, request, "voice")


def _send_media(world: World, request: Request, kind: str) -> Any:
    words = caption_content(request)
    open_chat(world, request)
    return deliver(world, request, media_content(world, request, kind) | words).to_json()


@method("sendLocation")
def send_location(world: World, request: Request) -> Any:
    latitude, longitude = request.number("latitude"), request.number("longitude")
    if latitude is None or abs(latitude) > 90:
        raise bad_request("latitude is invalid" if latitude is not None else "latitude is empty")
    if longitude is None or abs(longitude) > 180:
        raise bad_request("longitude is invalid" if longitude is not None else "longitude is empty")
    place = {"location": {"latitude": latitude, "longitude": longitude}}
    return deliver(world, request, place).to_json()


@method("sendMediaGroup")
def send_media_group(world: World, request: Request) -> Any:
    items = request.json("media", "media")
    if not isinstance(items, list) or not items:
        raise bad_request("there are no messages to send")
    if len(items) > 10:
        raise bad_request("too many messages to send as an album")
    chat = open_chat(world, request)
    reply_to = replied_to(world, request, chat)
    thread_id = thread(request, chat, reply_to)
    contents = [_album_item(world, request, item) for item in items]
    if len({"document" in content for content in contents}) > 1:
        raise bad_request("document can't be mixed with other media types")
    world.pace.spend(chat.id, group=not chat.is_private, messages=len(contents))
    album = str(13_000_000_000_000_000 + world.number())
    sent = [
        world.post(
            chat,
            world.bot,
            content | {"media_group_id": album},
            reply_to=reply_to,
            thread_id=thread_id,
        )
        for content in contents
    ]
    return [message.to_json() for message in sent]


def _album_item(world: World, request: Request, item: Any) -> dict[str, Any]:
    kind = item.get("type") if isinstance(item, dict) else None
    if kind not in {"photo", "document"}:
        raise bad_request("can't parse InputMedia: type must be photo or document")
    words = caption(item.get("caption") or "", item.get("parse_mode") or "", request)
    reference = str(item.get("media") or "")
    upload = request.upload(reference)
    return {kind: medium(world, request, kind, reference, upload)} | words


@method("copyMessage")
def copy_message(world: World, request: Request) -> Any:
    original = _source(world, request, "copy", "copied")
    content = {key: value for key, value in original.content.items() if key != "media_group_id"}
    if "caption" in request.values:
        for key in ("caption", "caption_entities"):
            content.pop(key, None)
        content |= caption_content(request)
    return {"message_id": deliver(world, request, content).id}


@method("forwardMessage")
def forward_message(world: World, request: Request) -> Any:
    original = _source(world, request, "forward", "forwarded")
    origin = {
        "type": "user",
        "date": original.date,
        "sender_user": original.sender.to_json(),
    }
    content = {**original.content, "forward_origin": origin}
    return deliver(world, request, content).to_json()


def _source(world: World, request: Request, verb: str, done: str) -> Message:
    chat = known_chat(world, request, "from_chat_id")
    number = request.integer("message_id")
    message = message_in(chat, number, f"message to {verb} not found")
    if message.is_service:
        raise bad_request(f"message can't be {done}")
    return message


@method("sendChatAction")
def send_chat_action(world: World, request: Request) -> Any:
    if request.text("action").lower() not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat: Chat = open_chat(world, request)
    if request.integer("message_thread_id"):
        thread(request, chat, None)
    chat.actions.append(request.text("action"))
    world.signal.announce()
    return True


@method("answerCallbackQuery")
def answer_callback_query(world: World, request: Request) -> Any:
    press = world.presses.get(request.text("callback_query_id"))
    age = world.clock() - press.at if press else 0.0
    if press is None or press.answered or age > world.limits.callback_lifetime:
        raise gone("query is too old and response timeout expired or query ID is invalid")
    if len(request.text("text")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    press.answered = True
    press.answer = request.text("text")
    press.alert = request.flag("show_alert")
    world.signal.announce()
    return True
