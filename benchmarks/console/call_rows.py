"""Calls, who waits for them, and what was sent to many at once."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from benchmarks.console.lead_rows import BOROUGHS, THEMES
from benchmarks.console.made_up import MadeUp, as_json
from benchmarks.console.scale import NOW, SPAN, Scale, instant

CALL_COLUMNS = (
    *("id", "code", "title", "theme", "summary", "opens_at", "closes_at", "reminders", "criteria"),
    *("illustrative", "sign_off", "is_draft", "sequence", "updated_at", "publish_at"),
    "withdrawn_at",
)
CHANGE_COLUMNS = ("id", "call_id", "code", "at", "by", "kind", "before", "after")
SUBSCRIPTION_COLUMNS = (
    *("id", "chat_id", "call_id", "plan", "closes_at", "created_at"),
    *("next_due_at", "next_offset", "stopped_at"),
)
REMINDER_COLUMNS = (
    *("id", "subscription_id", "call_id", "offset", "closes_at", "due_at", "state", "reason"),
    "updated_at",
)
VERDICT_COLUMNS = ("chat_id", "call_id", "kind", "told_at")
INTEREST_COLUMNS = ("id", "chat_id", "kind", "value", "created_at")
BROADCAST_COLUMNS = (
    *("id", "words", "audience", "state", "version", "made_by", "made_at", "started_at"),
    *("ended_at", "cursor", "expected"),
)
RECIPIENT_COLUMNS = ("broadcast_id", "chat_id", "state", "reason", "updated_at")
OFFSETS = ("14d", "7d", "1d")
SMALL_BROADCASTS = 11
DRAFT = SMALL_BROADCASTS + 2  # the id of the broadcast that is still written
_STATES = ("sent", "sent", "sent", "sent", "sent", "skipped", "failed", "dropped")
_REASONS = {"skipped": "closed", "failed": "the chat is gone", "dropped": "blocked"}


class Calls:
    """Makes rows in the order of their ids."""

    def __init__(self, made_up: MadeUp, scale: Scale, criteria: list[str]) -> None:
        self._made_up = made_up
        self._scale = scale
        self.criteria = criteria

    def closes_at(self, call: int) -> Any:
        """The deadline of the call with this id: a quarter of them is still open."""
        return NOW - SPAN + SPAN * 1.4 * (call / self._scale.calls)

    def calls(self, first: int) -> Iterator[tuple[Any, ...]]:
        """Those from this id on."""
        rng = random.Random(10)
        for number in range(first, self._scale.calls + 1):
            closes_at = self.closes_at(number)
            is_draft = number >= self._scale.calls - 2
            yield (
                *(number, f"call{number}", f"The call number {number}", THEMES.draw(rng)),
                *(self._made_up.sentence(20), closes_at - timedelta(days=220), closes_at),
                *(as_json(OFFSETS), rng.choice(self.criteria), False, False, is_draft, 1),
                *(closes_at - timedelta(days=221), NOW + timedelta(days=3) if is_draft else None),
                closes_at - timedelta(days=9) if number == 5 else None,
            )

    def changes(self, first: int) -> Iterator[tuple[Any, ...]]:
        """Who changed them, those from this id on."""
        for number in range(5 * first, 5 * self._scale.calls + 5):
            call = number // 5
            at = self.closes_at(call) - timedelta(days=60 - number % 5)
            before, after = as_json({"summary": "Before."}), as_json({"summary": "After."})
            kind = "changed" if number % 5 else "created"
            yield number, call, f"call{call}", at, "Staff Example 3", kind, before, after

    def subscriptions(self) -> Iterator[tuple[Any, ...]]:
        """A chat and a call each, no pair twice; who waits for an open call has a next reminder."""
        each = -(-self._scale.subscriptions // self._scale.calls)
        rng, number = random.Random(11), 0
        for call in range(1, self._scale.calls + 1):
            closes_at = self.closes_at(call)
            chats = rng.sample(range(1, self._scale.chats + 1), min(each, self._scale.chats))
            for chat in chats[: self._scale.subscriptions - number]:
                number += 1
                ahead = [it for it in OFFSETS if closes_at - _days(it) > NOW]
                due_at = closes_at - _days(ahead[0]) if ahead else None
                yield (
                    *(number, chat, call, None, closes_at, closes_at - timedelta(days=50)),
                    *(due_at, ahead[0] if ahead else None),
                    NOW if rng.random() < 0.03 and not ahead else None,
                )

    def reminders(self) -> Iterator[tuple[Any, ...]]:
        """What went to them and what did not, in the order of the calls."""
        rng, each = random.Random(12), -(-self._scale.subscriptions // self._scale.calls)
        for number in range(1, self._scale.reminders + 1):
            which, turn = divmod(number - 1, self._scale.subscriptions)
            closes_at = self.closes_at(1 + turn // each)
            offset, state = OFFSETS[which % len(OFFSETS)], rng.choice(_STATES)
            due_at = closes_at - _days(offset)
            if due_at > NOW:
                state = "queued"
            yield (
                *(number, turn + 1, 1 + turn // each, offset, closes_at, due_at, state),
                *(_REASONS.get(state), min(due_at, NOW)),
            )

    def interests(self) -> Iterator[tuple[Any, ...]]:
        """Who wants to hear of calls of a theme or for a borough."""
        rng = random.Random(13)
        for number in range(1, self._scale.interests + 1):
            is_theme = number % 2 == 0
            value = (THEMES if is_theme else BOROUGHS).draw(rng)
            chat = 1 + (number // 2 - 1 + is_theme) % self._scale.chats
            at = instant(number / (self._scale.interests + 1))
            yield number, chat, "theme" if is_theme else "borough", value, at

    def verdicts(self) -> Iterator[tuple[Any, ...]]:
        """What each chat was told lately about one of the calls."""
        rng = random.Random(15)
        for chat in range(1, self._scale.chats + 1):
            call = 1 + int(chat / (self._scale.chats + 1) * self._scale.calls)
            kind = rng.choice(("eligible", "eligible", "not_yet", "no", "unknown"))
            yield chat, call, kind, instant(chat / (self._scale.chats + 1))

    def broadcasts(self) -> Iterator[tuple[Any, ...]]:
        """One to very many, some to few, and one that nobody has sent yet."""
        for number in range(1, SMALL_BROADCASTS + 2):
            at = NOW - timedelta(days=3 * (SMALL_BROADCASTS + 2 - number))
            count = self._scale.recipients if number == 1 else 10
            words, audience = self._made_up.sentence(40), as_json({"theme": "ageing"})
            yield (
                *(number, words, audience, "sent", 2, 1, at, at),
                *(at + timedelta(minutes=30), count, count),
            )

        words, audience = self._made_up.sentence(40), as_json({"borough": "liverpool"})
        yield DRAFT, words, audience, "draft", 1, 1, NOW, None, None, 0, None

    def recipients(self) -> Iterator[tuple[Any, ...]]:
        """What became of them."""
        rng = random.Random(14)
        for broadcast in range(1, SMALL_BROADCASTS + 2):
            at = NOW - timedelta(days=3 * (SMALL_BROADCASTS + 2 - broadcast))
            count = self._scale.recipients if broadcast == 1 else 10
            for chat in range(1, count + 1):
                state = rng.choice(("sent",) * 18 + ("failed", "dropped"))
                yield broadcast, chat, state, _REASONS.get(state), at


def _days(offset: str) -> timedelta:
    return timedelta(days=int(offset[:-1]))
