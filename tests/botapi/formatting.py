"""Telegram's HTML: text and entities out of it, or the refusal Telegram gives."""

import re
from dataclasses import dataclass, field

from tests.botapi.entities import Entity, ordered, units
from tests.botapi.errors import ApiError, bad_request
from tests.botapi.links import link
from tests.botapi.nesting import settled

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_REFERENCE = re.compile(r"&(#x[0-9a-fA-F]{1,6}|#[0-9]{1,7}|[a-zA-Z]+);?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACE = re.compile(r"\s*")
_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")


@dataclass
class _Tag:
    name: str
    attributes: dict[str, str]
    offset: int
    out_at: int
    source_at: int


@dataclass
class _Reader:
    source: str
    at: int = 0
    out: list[str] = field(default_factory=list)
    length: int = 0
    open: list[_Tag] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def refuse(self, why: str, at: int | None = None) -> ApiError:
        place = "" if at is None else f" at byte offset {len(self.source[:at].encode())}"
        return bad_request(f"can't parse entities: {why}{place}")

    def put(self, text: str) -> None:
        self.out.append(text)
        self.length += units(text)

    def skip_space(self) -> None:
        found = _SPACE.match(self.source, self.at)
        self.at = found.end() if found else self.at

    def peek(self) -> str:
        """The next character, or an empty string at the end."""
        return self.source[self.at : self.at + 1]

    def take_until(self, stops: str) -> str:
        start = self.at
        while self.peek() and not self.peek().isspace() and self.peek() not in stops:
            self.at += 1
        return self.source[start : self.at]


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Plain text and its entities. Raises `ApiError` where Telegram refuses to parse."""
    reader = _Reader(source)
    while reader.at < len(source):
        _step(reader)
    if reader.open:
        name = reader.open[-1].name
        raise reader.refuse(f"Can't find end tag corresponding to start tag {name}")
    return "".join(reader.out), ordered(settled(reader.entities))


def _step(reader: _Reader) -> None:
    here = reader.peek()
    if here == "<":
        if reader.source.startswith("</", reader.at):
            _end_tag(reader)
        else:
            _start_tag(reader)
    elif here == "&":
        reader.put(_reference(reader))
    else:
        start = reader.at
        while reader.peek() and reader.peek() not in "<&":
            reader.at += 1
        reader.put(reader.source[start : reader.at])


def _reference(reader: _Reader) -> str:
    """A character reference; one that HTML has but Telegram does not know stays as written."""
    found = _REFERENCE.match(reader.source, reader.at)
    char = _character(found.group(1)) if found else ""
    if not found or not char:
        reader.at += 1
        return "&"
    if "\ud800" <= char <= "\udfff":
        raise reader.refuse(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    reader.at = found.end()
    return char


def _character(name: str) -> str:
    if not name.startswith("#"):
        return _NAMED.get(name, "")
    code = int(f"0{name[1:]}", 16) if name[1:2] == "x" else int(name[1:])
    return chr(code) if 0 < code < 0x10FFFF else ""


def _start_tag(reader: _Reader) -> None:
    begin = reader.at
    reader.at += 1
    name = reader.take_until(">").lower()
    if not reader.peek():
        raise reader.refuse("Unclosed start tag", begin)
    if name not in _KINDS:
        raise reader.refuse(f'Unsupported start tag "{name}"', begin)
    attributes = _attributes(reader, name, begin)
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise reader.refuse('Tag "span" must have class "tg-spoiler"', begin)
    reader.open.append(_Tag(name, attributes, reader.length, len(reader.out), begin))


def _attributes(reader: _Reader, tag: str, begin: int) -> dict[str, str]:
    found: dict[str, str] = {}
    while True:
        reader.skip_space()
        if reader.peek() == ">":
            reader.at += 1
            return found
        if not reader.peek():
            raise reader.refuse("Unclosed start tag", begin)
        name = reader.take_until("=>")
        if not name:
            raise reader.refuse(f'Empty attribute name in the tag "{tag}"', begin)
        reader.skip_space()
        found[name] = _attribute_value(reader, tag, name, begin)


def _attribute_value(reader: _Reader, tag: str, name: str, begin: int) -> str:
    if reader.peek() != "=":
        if (tag, name) == ("blockquote", "expandable"):
            return "1"
        raise reader.refuse(
            f'Expected equal sign in declaration of an attribute of the tag "{tag}"', begin
        )
    reader.at += 1
    reader.skip_space()
    if reader.peek() in {"'", '"'}:
        return _quoted(reader, begin)
    start = reader.at
    while reader.peek().isalnum() or (reader.peek() and reader.peek() in ".-"):
        reader.at += 1
    if reader.peek() and not reader.peek().isspace() and reader.peek() != ">":
        raise reader.refuse("Unexpected end of name token", start)
    return reader.source[start : reader.at].lower()


def _quoted(reader: _Reader, begin: int) -> str:
    quote = reader.peek()
    reader.at += 1
    value: list[str] = []
    while reader.peek() != quote:
        if not reader.peek():
            raise reader.refuse("Unclosed start tag", begin)
        if reader.peek() == "&":
            value.append(_reference(reader))
        else:
            value.append(reader.peek())
            reader.at += 1
    reader.at += 1
    return "".join(value)


def _end_tag(reader: _Reader) -> None:
    begin = reader.at
    if not reader.open:
        raise reader.refuse("Unexpected end tag", begin)
    reader.at += 2
    name = reader.take_until(">").lower()
    reader.skip_space()
    if reader.peek() != ">":
        raise reader.refuse("Unclosed end tag", begin)
    reader.at += 1
    tag = reader.open.pop()
    if name and name != tag.name:
        raise reader.refuse(
            f"Unmatched end tag at byte offset {len(reader.source[:begin].encode())}, "
            f'expected "</{tag.name}>", found "</{name}>"'
        )
    if reader.length > tag.offset:
        _close(reader, tag)


def _close(reader: _Reader, tag: _Tag) -> None:
    extra = _extra(reader, tag)
    if extra is None:
        return
    span = {"offset": tag.offset, "length": reader.length - tag.offset}
    reader.entities.append({"type": _KINDS[tag.name], **span, **extra})


def _extra(reader: _Reader, tag: _Tag) -> Entity | None:
    """What the kind of entity carries besides its place; None when Telegram drops the entity."""
    match tag.name:
        case "a":
            return link(tag.attributes.get("href") or "".join(reader.out[tag.out_at :]))
        case "tg-emoji":
            return _emoji(reader, tag)
        case "tg-time":
            return _time(reader, tag)
        case "blockquote" if "expandable" in tag.attributes:
            return {"type": "expandable_blockquote"}
        case "code" if tag.attributes.get("class", "").startswith("language-"):
            return {"language": tag.attributes["class"].removeprefix("language-")}
        case _:
            return {}


def _emoji(reader: _Reader, tag: _Tag) -> Entity:
    identity = tag.attributes.get("emoji-id", "")
    if not identity.isdigit():
        raise reader.refuse("Invalid custom emoji identifier specified")
    return {"custom_emoji_id": identity}


def _time(reader: _Reader, tag: _Tag) -> Entity:
    unix = tag.attributes.get("unix", "")
    if not re.fullmatch(r"-?\d{1,10}", unix):
        raise reader.refuse("Invalid date-time timestamp specified", tag.source_at)
    wanted = tag.attributes.get("format", "")
    if not _TIME_FORMAT.fullmatch(wanted):
        raise reader.refuse("Invalid date-time format specified", tag.source_at)
    entity: Entity = {"unix_time": int(unix)}
    if wanted:
        entity["date_time_format"] = wanted
    return entity
