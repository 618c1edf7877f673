"""Which entities may lie inside which."""

from tests.botapi.entities import Entity


def settled(entities: list[Entity]) -> list[Entity]:
    """`pre` takes its code's language; nothing else survives inside code or pre."""
    blocks = [each for each in entities if each["type"] in {"code", "pre"}]
    pres = [each for each in blocks if each["type"] == "pre"]
    for pre in pres:
        for code in blocks:
            if code is not pre and "language" in code and _span(code) == _span(pre):
                pre["language"] = code["language"]
    kept = [
        each
        for each in entities
        if not any(_inside(each, block, pres) for block in blocks if block is not each)
    ]
    return [_bare_code(each) for each in kept]


def _span(entity: Entity) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]


def _inside(entity: Entity, block: Entity, pres: list[Entity]) -> bool:
    if entity["type"] in {"blockquote", "expandable_blockquote"} or entity in pres:
        return False
    start, end = _span(entity)
    first, last = _span(block)
    return first <= start and end <= last


def _bare_code(entity: Entity) -> Entity:
    if entity["type"] != "code":
        return entity
    return {key: value for key, value in entity.items() if key != "language"}
