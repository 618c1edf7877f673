"""Staff, what they did, what is counted, and what went out to other systems."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from benchmarks.console.lead_rows import BOROUGHS, KINDS, SOURCES, THEMES, MadeUpLead
from benchmarks.console.made_up import MadeUp, Spread, as_json
from benchmarks.console.scale import NOW, Scale, instant

STAFF_COLUMNS = ("id", "channel", "external_id", "name", "role", "created_at", "digest_at")
AUDIT_COLUMNS = ("id", "at", "staff_id", "who", "verb", "result", "lead_id", "detail")
FIGURE_COLUMNS = ("day", "figure", "part", "count")
CHAT_COLUMNS = ("id", "channel", "external_id", "kind", "created_at", "expects_text")
CHAT_COLUMNS += ("missed_reply",)
HOOK_COLUMNS = ("id", "chat_id", "address", "secret", "kinds", "is_personal", "made_by", "made_at")
DELIVERY_COLUMNS = (
    *("id", "hook_id", "event", "kind", "lead_id", "body", "state", "attempts", "answered"),
    *("error", "made_at", "updated_at"),
)
OUTBOX_COLUMNS = (
    *("id", "chat_id", "lane", "kind", "payload", "dedupe_key", "state", "due_at", "attempts"),
    *("error", "created_at", "finished_at"),
)
LABEL_COLUMNS = ("lead_id", "label")
READ_COLUMNS = ("lead_id", "staff_id", "first_at", "last_at")
VERSION_COLUMNS = (
    *("id", "lead_id", "version", "idea", "facts", "sent_at", "stored_at", "standing"),
)
HOOKS = 3
FIGURES = (
    *("people", "conversations", "checks", "verdicts", "ideas", "sent", "leads", "handoffs"),
    *("verdict_eligible", "verdict_not_yet", "verdict_unknown", "verdict_no"),
    *("lead_qualified", "lead_declined", "lead_done", "lead_withdrawn"),
)
VERBS = Spread(["open_lead", "note", "assign", "claim", "say", "label", "qualify", "export"])


class Work:
    """Makes rows in the order of their ids."""

    def __init__(self, made_up: MadeUp, scale: Scale) -> None:
        self._made_up = made_up
        self._scale = scale

    def staff(self) -> Iterator[tuple[Any, ...]]:
        """An admin, two managers, caseworkers."""
        roles = ("admin", "manager", "manager")
        for number in range(1, self._scale.staff + 1):
            role = roles[number - 1] if number <= len(roles) else "caseworker"
            name = f"Staff Example {number}"
            yield number, "telegram", str(5_000_000_000 + number), name, role, instant(0), None

    def audit(self) -> Iterator[tuple[Any, ...]]:
        """What they did, and were refused."""
        rng, total = random.Random(20), self._scale.audit
        for number in range(1, total + 1):
            who, share = rng.randint(1, self._scale.staff), number / (total + 1)
            lead = rng.randint(1, max(1, int(share * self._scale.leads)))
            result = "refused" if rng.random() < 0.02 else "done"
            yield (
                *(number, instant(share), who, f"Staff Example {who}", VERBS.draw(rng), result),
                *(lead, as_json({"words": "as asked"})),
            )

    def figures(self) -> Iterator[tuple[Any, ...]]:
        """Those of each day, and the sums of each week, as `storage.day_figures` keeps them."""
        weeks: Counter[tuple[date, str, str]] = Counter()
        for day, figure, part, count in self._days():
            weeks[day - timedelta(days=day.weekday()), f"w:{figure}", part] += count
            yield day, figure, part, count
        for (monday, figure, part), count in weeks.items():
            yield monday, figure, part, count

    def _days(self) -> Iterator[tuple[date, str, str, int]]:
        """Each figure of each day, of all and by borough, theme, offer and channel of arrival."""
        rng = random.Random(21)
        for back in range(self._scale.days, 0, -1):
            day = (NOW - timedelta(days=back)).date()
            most = 20 + 200 * (1 - back / (self._scale.days + 1))
            yield day, "counted", "", 1
            for figure in FIGURES:
                for part in _PARTS:
                    yield day, figure, part, int(most * (rng.random() / 4 if part else 1))
            for minutes in (1, 5, 15, 45, 120, 480, 1440, 4320):
                yield day, "answer_minutes", f"minutes:{minutes}", rng.randint(0, 9)
            for figure in ("promise_kept", "promise_broken", "unanswered"):
                yield day, figure, "", rng.randint(0, 9)

    def hook_chats(self, first: int) -> Iterator[tuple[Any, ...]]:
        """The chats through which the outbox sends to other systems."""
        for number in range(HOOKS):
            yield first + number, "hook", f"hook-{number}", "private", instant(0), False, False

    def hooks(self, first_chat: int) -> Iterator[tuple[Any, ...]]:
        """Addresses of other systems."""
        for number in range(1, HOOKS + 1):
            address = f"https://system{number}.example.org/in"
            kinds = as_json(["lead.sent", "lead.claimed", "lead.done"])
            yield number, first_chat + number - 1, address, "secret", kinds, False, 1, instant(0)

    def deliveries(self) -> Iterator[tuple[Any, ...]]:
        """What they were told."""
        rng, total = random.Random(22), self._scale.deliveries
        for number in range(1, total + 1):
            at, hook = NOW - timedelta(days=30) * (1 - number / total), 1 + number % HOOKS
            is_well = rng.random() < 0.96
            lead = rng.randint(1, self._scale.leads)
            told = {"type": "lead.claimed", "timestamp": "2026-05-20T09:00:00Z", "data": {}}
            yield (
                *(number, hook, f"event-{number}", "lead.claimed", lead, as_json(told)),
                *("delivered" if is_well else "failed", 1 if is_well else 8),
                *(200 if is_well else 503, None if is_well else "answered 503", at, at),
            )

    def outbox(self) -> Iterator[tuple[Any, ...]]:
        """What went out lately, and what is about to."""
        rng, total = random.Random(23), self._scale.outbox
        for number in range(1, total + 1):
            is_waiting = number > total - 40
            at = NOW - timedelta(days=30) * (1 - number / total)
            state = "waiting" if is_waiting else rng.choice(("sent",) * 40 + ("set_aside",))
            chat = rng.randint(1, self._scale.chats)
            reminder = as_json({"reminder_id": number})
            yield (
                *(number, chat, 3, "reminder", reminder, f"reminder:{number}", state, at, 1),
                *("line broke" if state == "set_aside" else None, at, None if is_waiting else at),
            )


def label_rows(lead: MadeUpLead) -> Iterator[tuple[Any, ...]]:
    """The labels on it."""
    for label in sorted(lead.labels):
        yield lead.id, label


def read_rows(lead: MadeUpLead) -> Iterator[tuple[Any, ...]]:
    """Who has opened it."""
    for staff_id in {1 + lead.id % 24, 1 + lead.id * 7 % 24}:
        yield lead.id, staff_id, lead.created_at, lead.created_at


def version_row(lead: MadeUpLead) -> tuple[Any, ...]:
    """What was sent, as it was."""
    at = lead.created_at
    return lead.id, lead.id, 1, lead.idea_json, lead.facts, at, at, "open"


_PARTS = (
    "",
    *(f"borough:{it}" for it in BOROUGHS.things),
    *(f"theme:{it}" for it in THEMES.things),
    *(f"offer:{it}" for it in KINDS.things),
    *(f"source:{it or ''}" for it in SOURCES.things),
)
