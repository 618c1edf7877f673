"""Every response there is: found by its name, its words, and the flow that says it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.office import Office
from bot.console.visitor import Visitor
from bot.live_content import LiveContent, Made
from bot.markup import plain
from dialogues.model import Content
from dialogues.rewording import Words, words_of
from dialogues.usage import said_in
from storage import rewordings
from storage.models import Rewording

PAGE = 50
_SHORT = 160
SHOWN = {
    "": "All of them",
    "reworded": "Said otherwise than the files have it",
    "drafts": "With a draft",
    "conflicts": "Whose file has changed since",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A response in one language, as it is looked for."""

    name: str
    text: str  # the words alone
    hay: str
    flows: list[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    words: str
    flow: str
    shown: str
    language: str
    page: int

    @classmethod
    def of(cls, query: Mapping[str, str], languages: Collection[str]) -> "Asked":
        """Of a query string; what does not read is left out."""
        page, language, shown = (query.get(it, "") for it in ("page", "language", "shown"))
        return cls(
            query.get("words", "").strip()[:80],
            query.get("flow", "").strip()[:96],
            shown if shown in SHOWN else "",
            language if language in languages else next(iter(languages)),
            int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 0,
        )

    def query(self, **changed: Any) -> str:
        """The same as a query string, with something else in it."""
        values = {
            "words": self.words,
            "flow": self.flow,
            "shown": self.shown,
            "language": self.language,
            "page": self.page,
            **changed,
        }
        return urlencode({name: it for name, it in values.items() if it not in (None, "")})


@dataclass(frozen=True, slots=True)
class Marks:
    """By the response's name, in one language."""

    reworded: Collection[str]
    drafts: Collection[str]
    conflicts: Collection[str]

    def of(self, shown: str) -> Collection[str]:
        """Those that the filter of this name shows."""
        return {
            "reworded": self.reworded,
            "drafts": self.drafts,
            "conflicts": self.conflicts,
        }[shown]


class WordingList:
    """The list, and its filters."""

    def __init__(self, office: Office) -> None:
        self._office = office
        live = office.core.live
        if live is None:
            raise RuntimeError("this content stays")
        self._live = live
        self._entries = Made(live, _all_entries)

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A page of the list."""
        content, entries = self._live.current(), self._entries.current()
        asked = Asked.of(request.query, content.programme.languages)

        def find(session: Session) -> Marks:
            return marks(session, self._live, asked.language)

        known = await self._office.database.read(find)
        found = [it for it in entries[asked.language] if _is_meant(it, asked, known)]
        first = asked.page * PAGE
        return self._office.rendering.page(
            "content/words.html",
            visitor=visitor,
            here="content",
            asked=asked,
            shown=SHOWN,
            rows=found[first : first + PAGE],
            count=len(found),
            has_more=len(found) > first + PAGE,
            marks=known,
            titles={flow.name: flow.title for flow in content.flows.values()},
            languages=content.programme.languages,
            conflicts=len(known.conflicts),
        )


def marks(session: Session, live: LiveContent, language: str) -> Marks:
    """Which responses have other words, a draft, or words whose file has changed since."""
    own = [it for it in rewordings.counting(session) if it.language == language]
    written = [it for it in rewordings.drafts(session) if it.language == language]
    return Marks(
        {it.response for it in own},
        {it.response for it in written},
        {it.response for it in own if is_in_conflict(live.book.content, it)},
    )


def is_in_conflict(files: Content, row: Rewording) -> bool:
    """Whether the file says something else now than when this was written."""
    if row.response not in files.responses:
        return True
    own = [it.to_json() for it in words_of(files, row.response, row.language)]
    return bool(row.was != own)


def _all_entries(content: Content) -> dict[str, list[Entry]]:
    said = said_in(content)
    return {
        language: sorted(_entries(content, language, said), key=_rank)
        for language in content.programme.languages
    }


def _rank(entry: Entry) -> tuple[bool, str]:
    """What residents read comes first."""
    return (not entry.name.startswith("utter_"), entry.name)


def _entries(content: Content, language: str, said: Mapping[str, list[str]]) -> Iterator[Entry]:
    for name in content.responses:
        words = words_of(content, name, language)
        text = " / ".join(plain(it.text) for it in words if it.text)
        yield Entry(name, _shortened(text), _hay(name, text, words), said.get(name, []))


def _hay(name: str, text: str, words: Collection[Words]) -> str:
    titles = " ".join(title for it in words for title in it.buttons)
    return f"{name} {name.replace('_', ' ')} {text} {titles}".casefold()


def _shortened(text: str) -> str:
    return f"{text[:_SHORT].rsplit(' ', 1)[0]} …" if len(text) > _SHORT else text


def _is_meant(entry: Entry, asked: Asked, known: Marks) -> bool:
    if asked.flow and asked.flow not in entry.flows:
        return False
    if asked.shown and entry.name not in known.of(asked.shown):
        return False
    return all(word in entry.hay for word in asked.words.casefold().split())
