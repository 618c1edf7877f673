"""Leads with all that belongs to them: events, versions, labels, who read them, what finds them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any

from benchmarks.console.made_up import MadeUp, MadeUpIdea, Spread, as_json
from benchmarks.console.scale import NOW, Scale, instant
from storage.lead_statuses import OPEN

KINDS = Spread(["incubator", "partner", "service_design", "accelerator", "joint_prime", "callback"])
BOROUGHS = Spread(["liverpool", "wirral", "sefton", "st_helens", "knowsley", "halton"], steep=0.6)
THEMES = Spread(["ageing", "community_assets", "complex_needs", "something_else"], steep=0.6)
SOURCES = Spread([None, "library", "poster", "gp", "school", "market", "radio"])
STAFF_NAMES = 24
LABELS = Spread(
    (
        *("visit", "urgent", "hall", "young-people", "food", "money", "council", "bikes"),
        *("garden", "interpreter", "follow-up", "panel", "autumn", "pilot", "health"),
        *("letter", "photo", "second-look", "partner-fit", "no-reply"),
    )
)
BUSY_EVENTS = 200  # of the lead with the most
_OVER = Spread(["done", "declined", "withdrawn", "duplicate"])

COLUMNS = (
    *("id", "reference", "dedupe_key", "kind", "status", "version", "chat_id", "call_id"),
    *("applicant_kind", "applicant_name", "contact", "helped", "borough", "theme", "verdict"),
    *("reasons", "facts", "idea", "source", "to_be_listened", "consent_at", "consented"),
    *("created_at", "assignee_id", "claimed_at", "closed_at", "next_action", "next_action_at"),
    *("score", "score_reasons", "snoozed_until"),
)
EVENT_COLUMNS = ("id", "lead_id", "at", "kind", "who", "words")


@dataclass(frozen=True, slots=True)
class MadeUpLead:
    """What other rows need to know of a lead."""

    id: int
    reference: str
    name: str
    title: str
    idea: MadeUpIdea
    idea_json: str
    facts: str
    created_at: datetime
    status: str
    assignee_id: int | None
    next_action: str | None
    labels: tuple[str, ...]
    notes: tuple[str, ...]
    row: tuple[Any, ...]


def reference(number: int) -> str:
    """Of the lead with this id."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    marks = []
    for _ in range(5):
        number, left = divmod(number, len(letters))
        marks.append(letters[left])
    return f"LCR-{''.join(marks)}"


def busy_lead(scale: Scale) -> int:
    """The id of the lead to which the most has happened."""
    return scale.leads // 2


class Leads:
    """Makes them in the order of their ids, the same each time it is gone through."""

    def __init__(self, made_up: MadeUp, scale: Scale) -> None:
        self._made_up = made_up
        self._scale = scale

    def __iter__(self) -> Iterator[MadeUpLead]:
        rng = random.Random(1)
        for number in range(1, self._scale.leads + 1):
            yield self._lead(rng, number)

    def _lead(self, rng: random.Random, number: int) -> MadeUpLead:
        share = number / (self._scale.leads + 1)
        created_at = instant(share)
        idea, title = rng.choice(self._made_up.ideas), self._made_up.title(rng)
        status = _status(rng, NOW - created_at)
        holder = _holder(rng, status)
        is_planned = status in OPEN and rng.random() < 0.5
        made = {
            "id": number,
            "reference": reference(number),
            "name": self._made_up.name(rng),
            "title": title,
            "idea": idea,
            "idea_json": as_json(idea.with_title(title)),
            "facts": as_json(declared(rng)),
            "created_at": created_at,
            "status": status,
            "assignee_id": holder,
            "next_action": "Ring back" if is_planned else None,
            "labels": tuple(dict.fromkeys(LABELS.many(rng, rng.choice((0, 0, 0, 1, 1, 2, 3))))),
            "notes": tuple(rng.sample(self._made_up.notes, rng.choice((0, 0, 1, 1, 2)))),
        }
        return MadeUpLead(**made, row=self._row(rng, made, share))

    def _row(self, rng: random.Random, made: dict[str, Any], share: float) -> tuple[Any, ...]:
        at, is_open = made["created_at"], made["status"] in OPEN
        chats = max(1, int(share * self._scale.chats))
        kind, verdict = KINDS.draw(rng), rng.choice(("eligible", "eligible", "not_yet", "no"))
        has_call, score = kind == "incubator" and rng.random() < 0.7, rng.randrange(20, 101)
        rests = NOW + timedelta(days=rng.randint(1, 20)) if rng.random() < 0.03 else None
        return (
            *(made["id"], made["reference"], f"idea:{made['id']}", kind, made["status"], 4),
            rng.randint(1, 40) if rng.random() < 0.002 else rng.randint(1, chats),
            1 + int(share * 0.9 * (self._scale.calls - 1)) if has_call else None,
            *("group" if rng.random() < 0.3 else "individual", made["name"], "telegram"),
            *(rng.random() < 0.05, BOROUGHS.draw(rng), THEMES.draw(rng), verdict, "[]"),
            *(made["facts"], made["idea_json"], SOURCES.draw(rng), False, at, True, at),
            made["assignee_id"],
            at + timedelta(hours=5) if made["assignee_id"] else None,
            None if is_open else min(at + timedelta(days=rng.randint(1, 50)), NOW),
            made["next_action"],
            NOW + timedelta(hours=rng.randint(-200, 300)) if made["next_action"] else None,
            *(score, _SCORED, rests if is_open else None),
        )

    def events(self) -> Iterator[tuple[Any, ...]]:
        """What happened to all of them, in the order in which it did."""
        rng, coming, number, order = random.Random(2), [], 0, 0
        for lead in self:
            for at, kind, who, words in self._happened(rng, lead):
                order += 1
                heappush(coming, (at, order, lead.id, kind, who, words))
            while coming and coming[0][0] <= lead.created_at:
                number += 1
                at, _order, lead_id, kind, who, words = heappop(coming)
                yield number, lead_id, at, kind, who, words
        while coming:
            number += 1
            at, _order, lead_id, kind, who, words = heappop(coming)
            yield number, lead_id, min(at, NOW), kind, who, words

    def _happened(
        self, rng: random.Random, lead: MadeUpLead
    ) -> Iterator[tuple[datetime, str, str, str | None]]:
        yield lead.created_at, "sent", lead.name, None
        count = rng.randint(2, 7) if lead.id != busy_lead(self._scale) else BUSY_EVENTS
        at = lead.created_at
        for words in lead.notes:
            yield at + timedelta(hours=rng.randint(1, 300)), "noted", _staff(rng), words
        for _ in range(count - len(lead.notes)):
            at += timedelta(hours=rng.expovariate(1 / 40))
            kind = rng.choice(("claimed", "staff_said", "resident_said", "labelled", "next_set"))
            said = rng.choice(self._made_up.said) if kind.endswith("said") else None
            yield at, kind, lead.name if kind == "resident_said" else _staff(rng), said


def _status(rng: random.Random, age: timedelta) -> str:
    if age > timedelta(days=60) and rng.random() < 0.94:
        return _OVER.draw(rng)
    weights = (8, 4, 4, 2, 1, 3)
    return rng.choices(OPEN, weights)[0] if rng.random() < 0.8 else _OVER.draw(rng)


def _holder(rng: random.Random, status: str) -> int | None:
    if status == "new" or (status == "withdrawn" and rng.random() < 0.5):
        return None
    return min(1 + int(rng.expovariate(0.2)), STAFF_NAMES)


def _staff(rng: random.Random) -> str:
    return f"Staff Example {rng.randint(1, STAFF_NAMES)}"


def declared(rng: random.Random) -> dict[str, Any]:
    """What somebody said of themselves and what they want to do."""
    return {
        "applicant_who": rng.choice(("individual", "group", "organisation")),
        "borough": BOROUGHS.draw(rng),
        "theme": THEMES.draw(rng),
        "adult": True,
        "people": rng.randint(1, 9),
        "stage": rng.choice(("spark", "tried", "running")),
    }


_SCORED = as_json(
    [
        {"rule": "consent", "case": "true", "points": 10, "of": 10},
        {"rule": "reachable", "case": "true", "points": 20, "of": 20},
        {"rule": "eligible", "case": "not_yet", "points": 20, "of": 30},
        {"rule": "complete", "case": "half", "points": 12, "of": 20},
        {"rule": "place", "case": "other", "points": 10, "of": 10},
        {"rule": "subject", "case": "something_else", "points": 6, "of": 10},
    ]
)
