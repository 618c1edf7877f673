"""How the assistant is doing, in plain words: all is well, or what is not and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.content.checking import Checking
from bot.console.content.finding import is_in_conflict
from bot.console.office import Office
from bot.console.visitor import Visitor
from bot.pipeline.vigil import PREFIX
from storage import health, loop_failures, rewordings, staff
from storage.health import MOST_COUNTED, Health
from storage.intake_spans import SILENCE
from storage.outbox import Lane
from storage.schema import NEWEST
from storage.staff import Role

LATE = timedelta(minutes=2)  # an answer that waits so long is late
TELEGRAM = "telegram"
LANES = {
    Lane.REPLIES: "Answers to residents",
    Lane.HANDOFF: "What staff and residents say to each other",
    Lane.LEADS: "Leads for staff",
    Lane.REMINDERS: "Reminders",
    Lane.DIGESTS: "Digests for staff",
    Lane.BROADCASTS: "News and broadcasts",
}
_HELD = {
    "poller": "takes in updates",
    "planner": "plans reminders",
    "herald": "tells news of calls",
    "retention": "deletes what was kept long enough",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is not well, and what to do."""

    what: str
    do: str
    since: datetime | None = None  # stands behind `what`


@dataclass(frozen=True, slots=True)
class Known:
    """What the database tells."""

    health: Health
    has_admin: bool
    conflicts: int


class HealthPage:
    """Reads only."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._checking = Checking(office)

    async def show(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The page."""
        now, live = self._office.clock.now(), self._checking.live

        def find(session: Session) -> Known:
            own = rewordings.counting(session)
            return Known(
                health.look(session, now=now),
                bool(staff.members_with(session, Role.ADMIN)),
                sum(is_in_conflict(live.book.content, it) for it in own),
            )

        known, findings = await self._office.database.read(find), await self._checking.findings()
        core, content = self._office.core, self._checking.content
        return self._office.rendering.page(
            "settings/health.html",
            visitor=visitor,
            here="health",
            now=now,
            known=known.health,
            troubles=[
                *troubles(known.health, now=now, speaks_telegram=core.settings.token is not None),
                *_of_people(known),
                *_of_content(len(findings), len(live.faults), len(live.misfits), known.conflicts),
            ],
            lanes=LANES,
            most=MOST_COUNTED,
            processes=[it for it in known.health.leases if it.name.startswith(PREFIX)],
            tasks=[(_HELD[it.name], it) for it in known.health.leases if it.name in _HELD],
            kind="SQLite" if core.database.is_sqlite else "PostgreSQL",
            size=_size(known.health.bytes),
            schema=NEWEST,
            digest=content.digest[:12],
            days=self._office.programme.retention_days,
        )


def troubles(known: Health, *, now: datetime, speaks_telegram: bool) -> Iterator[Trouble]:
    """What is not well, as the tables tell it."""
    alive = [it for it in known.leases if it.name.startswith(PREFIX) and it.until > now]
    if not alive:
        yield Trouble(
            "No process takes messages.",
            "Start one with the role turns: python -m bot run.",
        )
    yield from _of_loops(known, now)
    if speaks_telegram:
        yield from _of_intake(known, now)
    yield from _of_queues(known, now)
    for desk, chat in known.desks:
        if desk.trouble is not None:
            yield Trouble(
                f"Posts do not get into {chat.name or 'the staff chat'}.",
                "See Connected groups for what to change there.",
            )
    if not known.desks:
        yield Trouble(
            "No group is connected, so leads wait.", "An admin connects one: see Connected groups."
        )


def _of_loops(known: Health, now: datetime) -> Iterator[Trouble]:
    for it in loop_failures.among(known.leases, now=now):
        times = "once" if it.failures == 1 else f"{it.failures} times"
        yield Trouble(
            f"The loop “{it.loop}” of the process {it.process} fails: {times}",
            "It is begun again by itself, at the latest after a minute. The log of that process "
            "says where it fails: tell whoever looks after the server.",
            since=it.since,
        )


def _of_intake(known: Health, now: datetime) -> Iterator[Trouble]:
    heard = next((it.alive_at for it in known.intakes if it.channel == TELEGRAM), None)
    if heard is None or now - heard > SILENCE:
        yield Trouble(
            "Nothing comes in from Telegram.",
            "Look at the log of the process with the role intake: its line to Telegram is down, "
            "or it does not run.",
        )


def _of_queues(known: Health, now: datetime) -> Iterator[Trouble]:
    if known.inbox.oldest is not None and now - known.inbox.oldest > LATE:
        yield Trouble(
            "Messages of residents wait to be handled.",
            "Look at the log of the processes with the role turns.",
        )
    for lane in (Lane.REPLIES, Lane.HANDOFF):
        oldest = known.outbox[lane].oldest
        if oldest is not None and now - oldest > LATE:
            yield Trouble(
                f"{LANES[lane]} wait to be sent.",
                "Look at the log of the processes with the role delivery. Chats that Telegram has "
                "asked to pause catch up by themselves.",
            )


def _of_people(known: Known) -> Iterator[Trouble]:
    if not known.has_admin:
        yield Trouble("Nobody is an admin.", "Make a link for one: python -m bot staff link.")


def _of_content(findings: int, faults: int, misfits: int, conflicts: int) -> Iterator[Trouble]:
    if findings or faults:
        yield Trouble(
            f"The checks of the content find {findings + faults} things to mend.",
            "See Content, Flows.",
        )
    if misfits:
        yield Trouble(
            f"{misfits} reworded responses do not fit their files any more.",
            "See Content, Wording: the files' words are said instead.",
        )
    elif conflicts:
        yield Trouble(
            f"The files of {conflicts} reworded responses have changed since.",
            "See Content, Wording, and decide which words to keep.",
        )


def _size(count: int) -> str:
    megabytes = count / 1_000_000
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes:.1f} MB"
