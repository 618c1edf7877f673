"""The preview's page and the messages on it, made from templates."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot import markup
from bot.pipeline import speech
from bot.pipeline.parcel import Key
from bot.preview.history import Known, News, changed
from bot.preview.viewer import FIRST_RESIDENT, GROUP, STAFF, STAFF_CHAT, Viewer, title
from dialogues.model import Content
from storage.models import Contribution, Message

CASEWORKERS = ("alex", "robin")
EXCERPT = 90  # characters of a message that is replied to
_TONES = 6
_OURS = re.compile(r"/\w[\w./-]*")  # a path of this server
STAFF_COMMANDS = (
    ("leads", "The open leads; mine, waiting, overdue, or words to search for"),
    ("today", "What is on for me"),
    ("lead", "One lead: /lead REFERENCE"),
    ("note", "Keep a note: /note REFERENCE words"),
    ("next", "What comes next: /next REFERENCE friday 10am ring them"),
    ("changes", "Ask for changes: /changes REFERENCE 2 5 words"),
    ("say", "A ready reply: /say REFERENCE, and choose"),
    ("new", "Enter somebody who came in or rang"),
    ("done", "Close a lead: /done REFERENCE what became of it"),
    ("staff", "Who is staff"),
    ("help", "All that can be done in this chat"),
)
GROUP_COMMANDS = (
    ("start", "What it does in a group"),
    ("idea", "Where your idea stands"),
    ("next", "The next question"),
    ("people", "Who is in it"),
    ("help", "What can be done here"),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as the template takes it."""

    number: int
    changed: int
    mine: bool
    who: str | None
    html: Markup
    source: str  # what may be edited
    at: datetime  # local
    edited: bool
    quote: str | None
    files: list[dict[str, Any]]
    images: list[str]  # of this server, to be shown
    pictures: list[str]  # elsewhere, to be named
    documents: list[str]
    rows: list[list[Key]]


@dataclass(frozen=True, slots=True)
class Tab:
    """A chat in the list at the side: a resident's, a group's, or that of staff."""

    kind: str
    name: str
    title: str
    latest: int
    tone: int


class Pages:
    """Renders, for one programme."""

    def __init__(self, content: Content, *, own_address: str = "") -> None:
        self._programme = content.programme
        self._own_start = f"{own_address.rstrip('/')}/?" if own_address else None
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            organisation=self._programme.organisation,
            assistant=_sentence(self._programme.organisation.assistant_name),
            illustrative=self._programme.illustrative,
            is_safe_link=markup.is_safe_link,
        )
        icons: Any = self._environment.get_template("icon.html").module
        self._environment.globals["icon"] = icons.icon
        self._message = self._environment.get_template("message.html")

    def chat(self, viewer: Viewer, news: News, *, link: str | None = None) -> str:
        """The whole page. `link` is what its address brings to Start, as on Telegram."""
        side = tabs(viewer, news.glance.chats)
        return self._environment.get_template("preview.html").render(
            viewer=viewer,
            messages=[self.message(viewer, item, news) for item in news.messages],
            residents=[tab for tab in side if tab.kind == "resident"],
            groups=[tab for tab in side if tab.kind == "group"],
            staff=side[-1],
            caseworkers=CASEWORKERS,
            commands=self._commands(viewer),
            cursor=news.cursor,
            link=link,
        )

    def message(self, viewer: Viewer, message: Message, news: News) -> Markup:
        """One message."""
        shown = _shown(viewer, message, news.quoted, self._programme.zone)
        said = news.said.get(message.id)
        if said is not None:
            shown = _told(viewer, shown, said)
        elif message.direction == "out":
            shown = replace(shown, html=self._words(viewer, message))
        html = self._message.render(message=shown, address=self._address(viewer))
        return Markup(html)  # noqa: S704  # autoescaped

    def _address(self, viewer: Viewer) -> Callable[[str], str]:
        """Links into a chat open that of whoever looks."""

        def address(url: str) -> str:
            is_ours = self._own_start is not None and url.startswith(self._own_start)
            return f"{url}&as={viewer.person}" if is_ours and not viewer.is_staff else url

        return address

    def _words(self, viewer: Viewer, message: Message) -> Markup:
        return markup.to_page(message.text or "", [name for name, _ in self._commands(viewer)])

    def refused(self, words: str) -> str:
        """A page that says why there is none."""
        return self._environment.get_template("refused.html").render(words=words)

    def _commands(self, viewer: Viewer) -> list[tuple[str, str]]:
        if viewer.is_staff or viewer.is_group:
            return list(STAFF_COMMANDS if viewer.is_staff else GROUP_COMMANDS)
        return [(item.command, item.description) for item in self._programme.commands]


def tabs(viewer: Viewer, chats: Iterable[Known]) -> list[Tab]:
    """The residents and groups seen so far, who looks among them, and last the staff chat."""
    latest = {FIRST_RESIDENT: 0, **{known.name: known.latest for known in chats}}
    staff = latest.pop(STAFF, 0)
    if not viewer.is_staff:
        latest.setdefault(viewer.person, 0)
        latest.setdefault(viewer.name, 0)
    found = [_tab(name, number) for name, number in latest.items()]
    return [*found, Tab("staff", STAFF, STAFF_CHAT.name or STAFF, staff, 0)]


def _tab(name: str, latest: int) -> Tab:
    if name.startswith(GROUP):
        return Tab("group", name, title(name[len(GROUP) :]), latest, tone(name))
    return Tab("resident", name, title(name), latest, tone(name))


def tone(name: str) -> int:
    """Which of the colours a name has; the same every time."""
    return sum(name.encode()) % _TONES


def _told(viewer: Viewer, shown: Shown, said: Contribution) -> Shown:
    """What somebody told in a group stands with the idea, and not in the history."""
    mine = said.external_id == viewer.sender.external_id
    return replace(
        shown,
        mine=mine,
        who=None if mine else said.name,
        html=escape(said.text),
        source=said.text if mine else "",
        files=said.media or [],
    )


def _shown(
    viewer: Viewer, message: Message, quoted: Mapping[int, Message], zone: ZoneInfo
) -> Shown:
    is_in = message.direction == "in"
    mine = is_in and message.author in (None, viewer.sender.name)
    answered = quoted.get(message.reply_to_id or 0)
    return Shown(
        number=message.external_id or 0,
        changed=changed(message),
        mine=mine,
        who=message.author if is_in and not mine else None,
        html=escape(message.text or "") if is_in else Markup(""),
        source=(message.text or "") if mine and not viewer.is_staff else "",
        at=message.created_at.astimezone(zone),
        edited=message.edited_at is not None,
        quote=_excerpt(answered) if answered else None,
        files=message.media if isinstance(message.media, list) else [],
        **_shown_with(message.media if isinstance(message.media, dict) else {}),
        rows=speech.in_rows(speech.keys_of(message)),
    )


def _shown_with(media: Mapping[str, str]) -> dict[str, list[str]]:
    """What goes with words of ours: of this server a picture is shown and a document is a download,
    all else is named."""
    ours = {kind: place for kind, place in media.items() if _OURS.fullmatch(place)}
    return {
        "images": [place for kind, place in ours.items() if kind == "image"],
        "documents": [place for kind, place in ours.items() if kind != "image"],
        "pictures": [place for kind, place in media.items() if kind not in ours],
    }


def _excerpt(message: Message) -> str:
    text = message.text or ""
    words = " ".join((text if message.direction == "in" else markup.plain(text)).split())
    return words if len(words) <= EXCERPT else f"{words[:EXCERPT].rstrip()}…"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
