"""What people attach: each function makes the content of one message."""

from typing import Any

from tests.botapi.entities import with_found
from tests.botapi.files import PIXEL
from tests.botapi.methods.content import kept
from tests.botapi.world import World

OGG = b"OggS\x00\x02" + bytes(20)
MP4 = b"\0\0\0\x18ftypmp42"
Content = dict[str, Any]


def words(text: str) -> Content:
    """A text as a person types it; the entities are those Telegram finds."""
    found = with_found(text, [])
    return {"text": text, "entities": found} if found else {"text": text}


def captioned(content: Content, caption: str | None) -> Content:
    if not caption:
        return content
    found = with_found(caption, [])
    entities = {"caption_entities": found} if found else {}
    return {**content, "caption": caption, **entities}


def photo(world: World, data: bytes = PIXEL) -> Content:
    return {"photo": world.files.photo_sizes(data, 1280, 960)}


def voice(world: World, *, seconds: int, data: bytes, size: int | None) -> Content:
    about = {"duration": seconds, "mime_type": "audio/ogg"}
    return {"voice": kept(world, "voice", data, about, suffix=".oga", size=size)}


def video(world: World, *, size: int | None) -> Content:
    about = {"duration": 12, "width": 640, "height": 480, "mime_type": "video/mp4"}
    return {"video": kept(world, "video", MP4, about, suffix=".mp4", size=size)}


def document(world: World, name: str, *, data: bytes, mime: str, size: int | None) -> Content:
    about = {"file_name": name, "mime_type": mime}
    return {"document": kept(world, "document", data, about, size=size)}


def sticker(world: World, emoji: str) -> Content:
    about: Content = {"type": "regular", "width": 512, "height": 512, "emoji": emoji}
    about |= {"is_animated": False, "is_video": False}
    return {"sticker": kept(world, "sticker", b"RIFF", about, suffix=".webp")}
