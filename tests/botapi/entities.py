"""Message entities: offsets in UTF-16 units, and those Telegram finds by itself."""

import re
from collections.abc import Iterator
from typing import Any

Entity = dict[str, Any]

_FOUND = {
    "bot_command": re.compile(
        r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@])"
    ),
    "email": re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?!\w)", re.ASCII),
    "url": re.compile(r"(?<![\w@.])(?:https?://[^\s<>\"]*[^\s<>\".,;:!?)]|t\.me/[\w/?=&-]+)"),
    "mention": re.compile(r"(?<![\w.])@[A-Za-z0-9_]{4,32}(?![\w.@])"),
    "hashtag": re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}(?!#)"),
}
_OPAQUE = {"code", "pre", "text_link", "text_mention", "url", "email"}


def units(text: str) -> int:
    """Length in UTF-16 code units, which is how Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, entity: Entity) -> str:
    """The words an entity covers."""
    raw = text.encode("utf-16-le")
    start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
    return raw[start:end].decode("utf-16-le")


def stripped(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Text without white space around it, as Telegram keeps it, its entities moved along."""
    lead = units(text) - units(text.lstrip())
    bare = text.strip()
    return bare, list(_shifted(entities, lead, units(bare)))


def _shifted(entities: list[Entity], lead: int, limit: int) -> Iterator[Entity]:
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, limit)
        if start < end:
            yield {**entity, "offset": start, "length": end - start}


def with_found(text: str, entities: list[Entity]) -> list[Entity]:
    """The given entities and the commands, links, mentions … that Telegram marks by itself."""
    result = list(entities)
    for kind, pattern in _FOUND.items():
        for match in pattern.finditer(text):
            entity = {
                "type": kind,
                "offset": units(text[: match.start()]),
                "length": units(match.group()),
            }
            if not any(_overlap(entity, other) for other in result if other["type"] in _OPAQUE):
                result.append(entity)
    return ordered(result)


def ordered(entities: list[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda each: (each["offset"], -each["length"]))


def commands(text: str, entities: list[Entity]) -> list[str]:
    """The commands in a text, as written: `/start`, `/done@desk_bot`."""
    return [cut(text, entity) for entity in entities if entity["type"] == "bot_command"]


def _overlap(one: Entity, other: Entity) -> bool:
    return bool(
        one["offset"] < other["offset"] + other["length"]
        and other["offset"] < one["offset"] + one["length"]
    )
