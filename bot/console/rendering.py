"""The pages, made from templates: what all of them have in common."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.console.access import ROOT, ROUTES
from bot.console.hiding import Hiding
from bot.console.visitor import Visitor
from bot.markup import plain, to_page
from dialogues.programme import Programme

_SECRET = re.compile(r"https?://\S+|/(?:start|connect) \S+")
_HERE = Path(__file__).parent / "templates"
# What stands in the navigation: the route, its words.
PLACES = (
    ("leads", "Leads"),
    ("calls", "Calls"),
    ("reminders", "Reminders"),
    ("broadcasts", "Broadcasts"),
    ("people", "People"),
    ("insight", "Insight"),
    ("content", "Content"),
    ("team", "Staff"),
    ("health", "Settings"),
)


class Rendering:
    """Renders pages for one programme; instants are shown in its zone. The filter `hidden` is for
    query strings in links."""

    def __init__(self, programme: Programme, hiding: Hiding) -> None:
        self._zone = programme.zone
        self._environment = Environment(
            loader=FileSystemLoader(_HERE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(organisation=programme.organisation, root=ROOT)
        self._environment.filters["moment"] = self._moment
        self._environment.filters["clock"] = self._clock
        self._environment.filters["telegram"] = to_page
        self._environment.filters["secret"] = secret_in
        self._environment.filters["hidden"] = hiding.hidden

    def page(
        self,
        template: str,
        *,
        visitor: Visitor | None,
        status: int = 200,
        **values: Any,
    ) -> web.Response:
        """The page from this template; `here` is the route whose place in the navigation it is."""
        here = values.pop("here", None)
        text = self._environment.get_template(template).render(
            visitor=visitor, places=_places(visitor), here=here, **values
        )
        return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")

    def _moment(self, at: datetime) -> str:
        return shown(at, self._zone)

    def _clock(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%H:%M}"


def secret_in(text: str) -> str:
    """The link or the command in an answer that is shown once, to be copied; empty if there is
    none."""
    found = _SECRET.search(plain(text))
    return found[0] if found else ""


def shown(at: datetime, zone: ZoneInfo) -> str:
    """An instant as the console writes it: Mon 1 Jun 2026, 13:00."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"


def _places(visitor: Visitor | None) -> list[tuple[str, str, str]]:
    """What this visitor may open, as route, words and address."""
    if visitor is None:
        return []
    roles: Mapping[str, Any] = {name: ROUTES[name].role for name, _words in PLACES}
    return [
        (name, words, ROUTES[name].path)
        for name, words in PLACES
        if roles[name] is None or visitor.role.includes(roles[name])
    ]
