"""What a message holds: formatted text, captions, files."""

from typing import Any

from tests.botapi.entities import Entity, stripped, units, with_found
from tests.botapi.errors import bad_request
from tests.botapi.files import StoredFile, check_photo
from tests.botapi.formatting import parse_html
from tests.botapi.request import Request, Upload
from tests.botapi.world import World

MAX_TEXT = 4096
MAX_CAPTION = 1024
_ENTITY_NEEDS = {"text_link": "url", "date_time": "unix_time", "custom_emoji": "custom_emoji_id"}


def text_content(request: Request) -> dict[str, Any]:
    """A text message's content. Raises when empty, too long or not parsed."""
    if not request.text("text"):
        raise bad_request("message text is empty")
    text, entities = formatted(
        request.text("text"), request.text("parse_mode"), request, "entities"
    )
    if not text:
        raise bad_request("text must be non-empty")
    if units(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def caption_content(request: Request) -> dict[str, Any]:
    return caption(request.text("caption"), request.text("parse_mode"), request)


def caption(source: str, parse_mode: str, request: Request) -> dict[str, Any]:
    """A caption's part of the content, empty when there is none."""
    text, entities = formatted(source, parse_mode, request, "caption_entities")
    if units(text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, "caption_entities": entities} if entities else {"caption": text}


def formatted(
    source: str, parse_mode: str, request: Request, entities_name: str
) -> tuple[str, list[Entity]]:
    """Text and all its entities, those Telegram adds by itself included."""
    match parse_mode.lower():
        case "html":
            text, entities = parse_html(source)
        case "" | "none":
            given = request.json(entities_name, "entities") or []
            text, entities = source, [_checked(each, source) for each in given]
        case _:
            raise bad_request("unsupported parse_mode")
    text, entities = stripped(text, entities)
    return text, with_found(text, entities)


def _checked(entity: Any, text: str) -> Entity:
    if not isinstance(entity, dict):
        raise bad_request("can't parse MessageEntity: MessageEntity must be an Object")
    offset, length = entity.get("offset"), entity.get("length")
    if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length <= 0:
        raise bad_request('can\'t parse MessageEntity: Field "offset" or "length" is invalid')
    if offset + length > units(text):
        raise bad_request("entity beyond the end of the text")
    needed = _ENTITY_NEEDS.get(str(entity.get("type")))
    if needed and needed not in entity:
        raise bad_request(f"can't parse MessageEntity: Can't find field \"{needed}\"")
    return dict(entity)


def media_content(world: World, request: Request, kind: str) -> dict[str, Any]:
    """Photo, document or voice from the parameter of that name: an upload or a file_id."""
    reference = request.text(kind)
    upload = request.upload(reference or kind)
    if upload is None and not reference:
        raise bad_request(f"there is no {kind} in the request")
    return {kind: medium(world, request, kind, reference, upload)}


def medium(world: World, request: Request, kind: str, reference: str, upload: Upload | None) -> Any:
    if upload is not None:
        return _uploaded(world, request, kind, upload)
    if "://" in reference:
        raise bad_request("failed to get HTTP URL content")
    stored = world.files.found(reference)
    if stored.kind != kind:
        had, wanted = stored.kind.capitalize(), kind.capitalize()
        raise bad_request(f"can't use file of type {had} as {wanted}")
    return stored.media or [stored.to_json() | {"width": 1280, "height": 960}]


def _uploaded(world: World, request: Request, kind: str, upload: Upload) -> Any:
    if not upload.data:
        raise bad_request("file must be non-empty")
    if kind == "photo":
        return world.files.photo_sizes(upload.data, *check_photo(upload.data))
    extra: dict[str, Any] = {"mime_type": upload.mime}
    if kind == "voice":
        extra["duration"] = request.integer("duration")
    else:
        extra["file_name"] = upload.name
    return kept(world, kind, upload.data, extra, suffix=_suffix(upload.name))


def kept(
    world: World,
    kind: str,
    data: bytes,
    extra: dict[str, Any],
    *,
    suffix: str = "",
    size: int | None = None,
) -> dict[str, Any]:
    """Store a file; its description can be sent again by file_id."""
    stored = world.files.keep(kind, data, suffix=suffix, size=size)
    described = stored.to_json() | extra
    world.files.files[stored.id] = StoredFile(
        stored.id, stored.unique_id, stored.path, data, stored.size, kind, described
    )
    return described


def _suffix(name: str) -> str:
    _, dot, end = name.rpartition(".")
    return f".{end}" if dot else ""
