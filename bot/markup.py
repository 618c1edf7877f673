"""Telegram's HTML subset as HTML for a page. Nothing else gets through, whoever wrote it."""

import re
from collections.abc import Collection
from datetime import UTC, datetime
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

from markupsafe import Markup

_SAME_AS = {"strong": "b", "em": "i", "ins": "u", "strike": "s", "del": "s"}
_PLAIN = {"b", "i", "u", "s", "code", "pre", "blockquote"}
_COMMAND = re.compile(r"(?<![\w/&;])/([a-z0-9_]{1,32})(?![\w/])")
_SCHEMES = {"http", "https", "mailto", "tel"}
_INSTANT = re.compile(r"[0-9]{1,11}")  # seconds; eleven digits stay within the year 5138


def to_page(text: str, commands: Collection[str] = ()) -> Markup:
    """Safe HTML that says the same. Unknown tags lose their brackets, not their words.

    The `commands` named in it can be pressed, as in Telegram.
    """
    translator = _Translator(commands)
    translator.feed(str(text))  # of Markup the parts would be escaped twice
    translator.close()
    return Markup(translator.result())  # noqa: S704  # every piece of it was escaped or made here


def plain(text: str) -> str:
    """The words alone, on one line."""
    return str(Markup(to_page(text)).striptags())  # noqa: S704


class _Translator(HTMLParser):
    """Writes allowed tags anew and escapes everything else; closes what was left open."""

    CDATA_CONTENT_ELEMENTS = ()  # type: ignore[misc]  # a script is no more than words here

    def __init__(self, commands: Collection[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._commands = commands
        self._pieces: list[str] = []
        self._open: list[tuple[str, str]] = []  # the tag as written, and as it must be closed

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._pieces.append("\n")
            return
        name = _SAME_AS.get(tag, tag)
        opened = _opening(name, {key: value or "" for key, value in attrs})
        if opened:
            self._pieces.append(opened)
            self._open.append((name, opened[1:].split(" ")[0].rstrip(">")))

    def handle_endtag(self, tag: str) -> None:
        name = _SAME_AS.get(tag, tag)
        if name not in (written for written, _ in self._open):
            return
        while self._open:
            written, closing = self._open.pop()
            self._pieces.append(f"</{closing}>")
            if written == name:
                return

    def handle_data(self, data: str) -> None:
        words = escape(data)
        if self._commands and not any(written == "a" for written, _ in self._open):
            words = _COMMAND.sub(self._command, words)
        self._pieces.append(words)

    def _command(self, found: re.Match[str]) -> str:
        if found[1] not in self._commands:
            return found[0]
        return f'<a href="#words" data-command="/{found[1]}">/{found[1]}</a>'

    def result(self) -> str:
        return "".join(self._pieces) + "".join(f"</{tag}>" for _, tag in reversed(self._open))


def _opening(name: str, attributes: dict[str, str]) -> str | None:
    """The tag to write, or None to leave it out."""
    if name in _PLAIN:
        return f"<{name}>"
    if name == "a":
        return _link(attributes.get("href", ""))
    if name == "tg-time":
        return _time(attributes.get("unix", ""))
    if name == "tg-spoiler" or (name == "span" and attributes.get("class") == "tg-spoiler"):
        return '<span class="spoiler" tabindex="0">'
    return None


def is_safe_link(address: str) -> bool:
    """Whether a page may link there."""
    try:
        return urlsplit(address.strip()).scheme.lower() in _SCHEMES
    except ValueError:
        return False


def _link(address: str) -> str | None:
    if not is_safe_link(address):
        return None
    return f'<a href="{escape(address.strip())}" target="_blank" rel="noopener noreferrer">'


def _time(unix: str) -> str | None:
    if not _INSTANT.fullmatch(unix):
        return None
    instant = datetime.fromtimestamp(int(unix), UTC)
    return f'<time datetime="{instant:%Y-%m-%dT%H:%M:%SZ}">'
