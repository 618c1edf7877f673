"""How the assistant is set up: by its environment and by its content, with where to change it.
Nothing secret is shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from pydantic import SecretStr
from yarl import URL

from bot.console.office import Office
from bot.console.visitor import Visitor
from bot.settings import Settings
from dialogues.programme import Programme

HIDDEN = "set, and not shown"


@dataclass(frozen=True, slots=True)
class Setting:
    """One of the environment's. `is_set` there, or as it is by itself."""

    name: str
    value: str
    is_set: bool


class SetupPage:
    """Reads only: what is set is read once at the start."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The page."""
        return self._office.rendering.page(
            "settings/setup.html",
            visitor=visitor,
            here="health",
            environment=list(by_environment(self._office.core.settings)),
            content=list(by_content(self._office.programme)),
            folder=self._office.core.settings.dialogues.name,
        )


def by_environment(settings: Settings) -> Iterator[Setting]:
    """Every setting there is."""
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        yield Setting(name.upper(), _shown(value), name in settings.model_fields_set)


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr):
        return HIDDEN
    if value is None:
        return "not set"
    text = str(value)
    return _without_password(text) if "://" in text else text


def _without_password(address: str) -> str:
    """A database's address may hold one, in front of its host or behind it."""
    try:
        url = URL(address)
    except ValueError:
        return HIDDEN
    hidden = url.with_password("…") if url.password else url
    return str(hidden.with_query(None)) if url.query else str(hidden)


def by_content(programme: Programme) -> Iterator[tuple[str, str, str]]:
    """What the programme says: what it is, its value, and the file where it stands."""
    here = "programme.yml"
    staffing = programme.staffing
    yield "Organisation", programme.organisation.name, here
    yield "Name of the assistant", programme.organisation.assistant_name, here
    yield "Time zone", str(programme.zone), here
    yield "No reminders between", programme.quiet_hours, here
    yield "Answer within", programme.answer_within, here
    yield "Languages", ", ".join(programme.languages), here
    yield "Boroughs", ", ".join(programme.boroughs.values()), here
    yield "Themes", ", ".join(programme.themes.values()), here
    yield "Offers", ", ".join(it.name for it in programme.offers.values()), here
    yield "Reminders before a deadline", ", ".join(map(str, programme.reminders)), here
    yield "Lines for people in distress", ", ".join(it.name for it in programme.crisis_lines), here
    for name, days in programme.retention_days.items():
        yield f"Kept: {name.replace('_', ' ')}", f"{days} days", here
    hours = ", ".join(f"{day} {span}" for day, span in staffing.hours.items())
    yield "Staff are there", hours or "always", "staffing.yml"
    yield "Digest, unless chosen", staffing.digest_at, "staffing.yml"
    yield "Ready replies", ", ".join(staffing.canned) or "none", "staffing.yml"
