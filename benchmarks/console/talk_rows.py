"""Chats, what was said in them, and what came of it."""

import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

from benchmarks.console.lead_rows import SOURCES, declared
from benchmarks.console.made_up import MadeUp, Spread, as_json
from benchmarks.console.scale import NOW, Scale, instant

CHAT_COLUMNS = (
    *("id", "channel", "external_id", "kind", "name", "created_at", "blocked_at"),
    *("expects_text", "missed_reply", "source"),
)
CONVERSATION_COLUMNS = ("chat_id", "topic_id", "state", "at_flow", "at_step", "updated_at")
APPLICANT_COLUMNS = (
    *("id", "chat_id", "kind", "name", "contact", "facts", "facts_at"),
    *("created_at", "updated_at"),
)
MESSAGE_COLUMNS = (
    *("id", "chat_id", "direction", "external_id", "flow", "step", "text", "buttons"),
    *("author", "lead_id", "created_at"),
)
MISUNDERSTOOD_COLUMNS = ("id", "chat_id", "at", "text", "language", "flow", "step")
HANDOFF_COLUMNS = (
    *("id", "chat_id", "reason", "words", "created_at", "answered_at", "promised_at", "alerts"),
    *("staff_id", "ended_at", "ended_by"),
)
STEPS = Spread(
    [
        *(("shape_idea", it) for it in ("problem", "people", "plan", "needs")),
        *(("check_eligibility", it) for it in ("where", "what", "age", "how_many", "how_far")),
        (None, None),
    ]
)
_LATELY = 2000  # chats in which most is said at any time
_BUTTONS = as_json([{"label": "Yes", "payload": "/SetSlots(adult=true)"}, {"label": "No"}])
_FIRST_NUMBER = 7_000_000_000


class Talk:
    """Makes rows in the order of their ids."""

    def __init__(self, made_up: MadeUp, scale: Scale) -> None:
        self._made_up = made_up
        self._scale = scale

    def chats(self) -> Iterator[tuple[Any, ...]]:
        """Private chats of residents, some of whom have blocked us."""
        rng = random.Random(3)
        for number in range(1, self._scale.chats + 1):
            at = instant(number / (self._scale.chats + 1))
            blocked_at = min(at + timedelta(days=30), NOW) if rng.random() < 0.04 else None
            outer, name = str(_FIRST_NUMBER + number), self._made_up.first.draw(rng)
            source = SOURCES.draw(rng)
            yield (
                *(number, "telegram", outer, "private", name, at, blocked_at),
                *(False, False, source),
            )

    def conversations(self) -> Iterator[tuple[Any, ...]]:
        """Where each of them stands."""
        rng = random.Random(4)
        for number in range(1, self._scale.chats + 1):
            flow, step = STEPS.draw(rng)
            at = min(instant(number / (self._scale.chats + 1)) + timedelta(days=3), NOW)
            stack = [{"flow": flow, "step": step, "asked": True}] if flow else []
            state = as_json({"slots": {"adult": True}, "stack": stack, "turn": rng.randint(1, 30)})
            yield number, 0, state, flow, step, at

    def applicants(self) -> Iterator[tuple[Any, ...]]:
        """What each of them declared."""
        rng = random.Random(5)
        for number in range(1, self._scale.chats + 1):
            at = instant(number / (self._scale.chats + 1))
            facts = as_json(declared(rng))
            kind = "group" if rng.random() < 0.3 else "individual"
            name = self._made_up.name(rng)
            yield number, number, kind, name, "telegram", facts, "{}", at, at

    def messages(self) -> Iterator[tuple[Any, ...]]:
        """What was said, in the order in which it was, in chats that take turns."""
        rng, places = random.Random(6), count(1)
        total, leads = self._scale.messages, self._scale.leads
        for number in range(1, total + 1):
            share = number / (total + 1)
            known = max(1, int(share * self._scale.chats))
            chat = rng.randint(max(1, known - _LATELY), known)
            if rng.random() < 0.2:
                chat = 1 + int(known * rng.random() ** 4)
            flow, step = STEPS.draw(rng)
            is_out = number % 2 == 0
            said = rng.choice(self._made_up.replies if is_out else self._made_up.said)
            about = 1 + int(share * (leads - 1)) if rng.random() < 0.03 else None
            yield (
                *(number, chat, "out" if is_out else "in", next(places), flow, step, said),
                *(_BUTTONS if is_out and flow else None, None, about, instant(share)),
            )

    def misunderstood(self) -> Iterator[tuple[Any, ...]]:
        """What was not understood, much of it alike."""
        rng, alike = random.Random(7), Spread(self._made_up.said[:400])
        for number in range(1, self._scale.misunderstood + 1):
            flow, step = STEPS.draw(rng)
            at = NOW - timedelta(days=90) * (1 - number / self._scale.misunderstood)
            yield number, rng.randint(1, self._scale.chats), at, alike.draw(rng), None, flow, step

    def handoffs(self) -> Iterator[tuple[Any, ...]]:
        """Who asked for a person, most of whom were answered."""
        rng, total = random.Random(8), self._scale.handoffs
        for number in range(1, total + 1):
            at = instant(number / (total + 1))
            answered = at + timedelta(minutes=rng.expovariate(1 / 400))
            is_over = NOW - at > timedelta(days=2) or rng.random() < 0.5
            reason = rng.choice(("asked", "asked", "stuck", "answer", "crisis"))
            yield (
                *(number, rng.randint(1, self._scale.chats), reason),
                *(rng.choice(self._made_up.said), at, answered if is_over else None),
                *(at + timedelta(days=1), 0, rng.randint(1, 24) if is_over else None),
                *(answered + timedelta(hours=1) if is_over else None, "staff" if is_over else None),
            )
