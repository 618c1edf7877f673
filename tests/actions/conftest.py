"""A real SQLite file, and actions run through the SDK's own executor.

The wording is the content's affair, so a fake says the name of a response and its values.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.context import Context
from actions.counting import Moment
from actions.registry import Result, run_action, values_of
from dialogues.canvas import Canvas
from dialogues.likeness import Likeness, LikenessFile
from dialogues.programme import Fact, Moments
from dialogues.staffing import Staffing
from storage.chats import ChatKey, chat_id_for
from storage.crypto import new_secret
from storage.database import open_database

LANGUAGE = Likeness.of(LikenessFile(ignored=["and", "the", "for", "with"], endings={"s": ""}))
ZONE = ZoneInfo("Europe/London")
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
CANVAS = Canvas.model_validate(
    yaml.safe_load((Path(__file__).parents[2] / "dialogues" / "canvas.yml").read_text())
)
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday")
DOMAIN_FOLDER = Path(__file__).parents[2] / "dialogues" / "domain"


def facts() -> dict[str, Fact]:
    """Facts of every kind: choices with an order and without, a number, yes or no, implied ones."""
    alone = {"applicant_who": {"individual": "individual", "public_body": "public_body"}}
    forms = ("informal_group", "constituted_group", "charity", "social_enterprise", "business")
    ruled = {"applicant_form": {"charity": True, "constituted_group": True, "individual": False}}
    found = (
        _choice(
            "applicant_who",
            "individual",
            "group",
            "organisation",
            "public_body",
            alone="individual",
        ),
        Fact("applicant_form", ("individual", "public_body", *forms), forms, implied_by=alone),
        _choice("theme", "ageing", "complex_needs", confirm_after_days=90),
        _choice("borough", "sefton", "wirral", "st_helens", "outside"),
        _choice("stage", "spark", "tried", "running", "contracts", ordered=True),
        Fact("adult"),
        Fact("people", number=True),
        Fact("governing_document", implied_by=ruled),
        Fact("conflict_of_interest", sensitive=True),
    )
    return {fact.name: fact for fact in found}


def _choice(name: str, *values: str, **options: Any) -> Fact:
    return Fact(name, values, values, **options)


def programme(**changes: Any) -> Any:
    """A small programme with the shape of the content's own."""
    values: dict[str, Any] = {
        "organisation": SimpleNamespace(
            name="Capacity Lab",
            short_name="Capacity",
            phone="0151 496 0000",
            email="hello@example.org",
        ),
        "zone": ZONE,
        "country": "GB",
        "quiet_hours": "20:00-09:00",
        "holiday_country": "GB-ENG",
        "reference_prefix": "LCR",
        "languages": ["en"],
        "boroughs": {"sefton": "Sefton", "wirral": "Wirral", "st_helens": "St Helens"},
        "themes": {"ageing": "Ageing", "complex_needs": "Complex needs"},
        "offers": {
            name: SimpleNamespace(
                name=name.replace("_", " ").capitalize(), takes_ideas=name == "incubator"
            )
            for name in ("incubator", "accelerator", "service_design", "joint_prime", "partner")
        },
        "facts": facts(),
        "reminders": ["14d", "7d", "2d", "1d", "2h"],
        "minutes_per_answer": 2,
        "moments": Moments(),
        "closing_soon_days": 7,
        "call_words": ["one", "call"],
        "canvas": CANVAS,
        "changes_within_days": 7,
        "likeness": LANGUAGE,
        "introduction_days": 7,
        "introduce_again_days": 180,
        "answer_within": "two working days",
        "answer_within_days": 2,
        "staffing": Staffing(hours=dict.fromkeys(WEEK, "09:00-17:00")),
        "retention_days": {"messages": 365, "ideas": 730, "leads": 730},
    }
    return SimpleNamespace(**{**values, **changes})


@dataclass(frozen=True)
class Attached:
    """An attachment as a channel hands it over."""

    medium: str
    file_id: str | None = None
    file_name: str | None = None
    mime_type: str | None = None
    size: int | None = None
    phone: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Did:
    """What a person did."""

    text: str = ""
    attachments: tuple[Attached, ...] = ()


@dataclass
class RecordingSay:
    """Says `name(key=value, …)` for a response that the domain has, and keeps what it said."""

    responses: Mapping[str, Any]
    said: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __call__(self, name: str, values: Mapping[str, Any]) -> Markup:
        assert name in self.responses, f"the domain does not have {name}"
        self.said.append((name, dict(values)))
        told = [
            Markup("{}={}").format(key, value) for key, value in values.items() if value is not None
        ]
        return Markup("{}({})").format(name, Markup(", ").join(told))


@dataclass
class Stage:
    """One resident's chat, to run actions in; `tell` turns the clock."""

    context: Context
    domain: dict[str, Any]
    say: RecordingSay
    results: list[Result] = field(default_factory=list)

    @property
    def session(self) -> Session:
        return self.context.session

    def run(self, name: str, **slots: Any) -> Result:
        """Run an action with these slots, all others empty."""
        tracker = {"sender_id": str(self.context.chat_id), "slots": self._slots(slots)}
        result = run_action(self.context, name, tracker=tracker, domain=self.domain)
        self.results.append(result)
        return result

    def heard(self, name: str, **slots: Any) -> str:
        """Run an action; the whole text that the resident gets."""
        texts = [self.text_of(response) for response in self.run(name, **slots).responses]
        return "\n\n".join(texts)

    def text_of(self, response: dict[str, Any]) -> str:
        return str(self.say(response["response"], values_of(response)))

    def at(self, now: datetime) -> "Stage":
        return self.changed(now=now, moment=Moment(now))

    def after(self, **span: float) -> "Stage":
        return self.at(self.context.now + timedelta(**span))

    def doing(self, did: Did) -> "Stage":
        return replace(self, context=replace(self.context, incoming=did))

    def changed(self, **changes: Any) -> "Stage":
        return replace(self, context=replace(self.context, **changes))

    def _slots(self, given: dict[str, Any]) -> dict[str, Any]:
        unknown = given.keys() - self.domain["slots"].keys()
        assert not unknown, f"the domain has no {unknown}"
        return {name: given.get(name) for name in self.domain["slots"]}


def read_domain() -> dict[str, Any]:
    """All domain files as one, as the executor is handed it."""
    domain: dict[str, Any] = {"slots": {}, "responses": {}, "actions": []}
    for path in sorted(DOMAIN_FOLDER.glob("*.yml")):
        part = yaml.safe_load(path.read_text())
        domain["slots"].update(part.get("slots", {}))
        domain["responses"].update(part.get("responses", {}))
        domain["actions"] += part.get("actions", [])
    domain["slots"].setdefault("answering_slot", {"type": "text"})
    return domain


DOMAIN = read_domain()


@pytest.fixture
def session(sqlite_url: str) -> Iterator[Session]:
    database = open_database(sqlite_url, secret=new_secret())
    with database.transaction() as opened:
        yield opened
        opened.rollback()
    database.close()


@pytest.fixture
def staff_chat_id(session: Session) -> int:
    return chat_id_for(session, ChatKey("preview", "staff", "group"), now=NOW)


@pytest.fixture
def stage(session: Session, staff_chat_id: int) -> Stage:
    say = RecordingSay(DOMAIN["responses"])
    chat_id = chat_id_for(session, ChatKey("preview", "sam", "private", "Sam"), now=NOW)
    context = Context(
        session,
        NOW,
        chat_id,
        programme(),
        say,
        Did(),
        staff_chat_id,
        channel="preview",
        moment=Moment(NOW),
    )
    return Stage(context, DOMAIN, say)
