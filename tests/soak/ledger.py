"""The books: what residents sent, what became of it, and which messages came twice, and why."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine, create_engine, text

from tests.botapi import BotApi, Call, Group, Message
from tests.soak.residents import STEPS, Resident, without_names

SLACK = 2.0  # seconds, at least: sent, but the result not yet committed, when the process died
# Nothing else excuses a double: not a full disk, nor a database that comes back in time.
EXCUSES = {"killed", "died of poison", "cut off from the database"}


@dataclass(frozen=True)
class Event:
    """A fault: the moments between which it reigned, in seconds since the epoch."""

    kind: str
    began: float
    ended: float
    slack: float = SLACK  # more where the machine is busy with something else

    def excuses(self, call: Call) -> bool:
        """Whether the call was under way, or its result not yet written, when it happened."""
        if self.kind not in EXCUSES:
            return False
        open_until = call.answered_at or float("inf")
        return call.at <= self.ended and open_until >= self.began - self.slack


@dataclass(frozen=True)
class Double:
    """A message that came twice: the first call, and the fault that excuses it, if one does."""

    call: Call
    excuse: str | None
    age: float  # seconds from its answer to the fault; below 0 it had none yet


@dataclass
class Audit:
    """What the books say in the end."""

    updates: int = 0
    replies: int = 0
    rounds: int = 0
    losses: list[str] = field(default_factory=list)
    doubles: list[Double] = field(default_factory=list)

    @property
    def unexplained(self) -> list[Double]:
        """Doubles that were not in flight when something broke."""
        return [double for double in self.doubles if double.excuse is None]

    @property
    def clean(self) -> bool:
        """Whether everything came, and twice only what may."""
        return not self.losses and not self.unexplained


@dataclass(frozen=True)
class Books:
    """Everything that is compared."""

    api: BotApi
    database_url: str  # the direct way
    people: Sequence[Resident]
    events: Sequence[Event]
    calm: Sequence[str]  # what a resident hears in quiet times: hello, first round, later round
    desk: Group | None = None
    lethal: Collection[str] = ()  # keys of updates that no process survives

    def audit(self, exported: str) -> Audit:
        """Compare it all. `exported` is what `leads export` printed."""
        engine = create_engine(self.database_url)
        try:
            recorded = _recorded(engine)
            losses = [*self._inbox(engine), *_unsent(engine)]
        finally:
            engine.dispose()
        doubles = self._doubles(recorded)
        losses += self._transcripts(recorded)
        losses += self._leads(exported, recorded)
        return Audit(
            updates=len(self.api.world.updates.everything),
            replies=len(recorded),
            rounds=sum(resident.rounds for resident in self.people),
            losses=losses,
            doubles=doubles,
        )

    def _inbox(self, engine: Engine) -> Iterable[str]:
        """Each update has been dealt with, and in one row."""
        sent = {f"telegram:{number}" for number in self.api.world.updates.everything}
        with engine.connect() as connection:
            rows = connection.execute(
                text("select dedupe_key, state from inbox where dedupe_key like 'telegram:%'")
            )
            states = {row.dedupe_key: row.state for row in rows}
        yield from (f"update {key} never arrived" for key in sorted(sent - states.keys()))
        for key, state in states.items():
            if state != ("set_aside" if key in self.lethal else "done"):
                yield f"update {key} is {state}"

    def _doubles(self, recorded: set[tuple[int, int]]) -> list[Double]:
        """What was delivered but is not the message that the history knows."""
        found = []
        for call in self.api.calls():
            if not call.method.startswith("send") or not isinstance(call.result, dict):
                continue
            place = (call.result["chat"]["id"], call.result["message_id"])
            if place not in recorded:
                found.append(self._explained(call))
        return found

    def _explained(self, call: Call) -> Double:
        if call.troubled:
            return Double(call, "the line broke", 0.0)
        excuses = [event for event in self.events if event.excuses(call)]
        if not excuses:
            return Double(call, None, 0.0)
        first = min(excuses, key=lambda event: event.began)
        return Double(call, first.kind, first.began - (call.answered_at or call.at))

    def _transcripts(self, recorded: set[tuple[int, int]]) -> Iterable[str]:
        """Apart from doubles, everybody has heard what is heard in quiet times."""
        for resident in self.people:
            expected = expected_words(self.calm, resident.rounds)
            heard = [without_names(it.text) for it in self._said(resident, recorded)]
            if heard != expected:
                yield f"R{resident.number}: {_difference(heard, expected)}"

    def _said(self, resident: Resident, recorded: set[tuple[int, int]]) -> list[Message]:
        bot = self.api.bot
        return [
            message
            for message in resident.person.chat.history()
            if message.sender is bot and (resident.person.id, message.id) in recorded
        ]

    def _leads(self, exported: str, recorded: set[tuple[int, int]]) -> Iterable[str]:
        """One lead, and one card at the desk, for each ring back that was asked for."""
        kept = Counter(lead["reference"] for lead in json.loads(exported))
        wanted = sum(resident.rounds for resident in self.people)
        if len(kept) != wanted or kept.total() != wanted:
            yield f"{wanted} ring backs were asked for, {kept.total()} leads are there"
        if self.desk is not None:
            cards = [
                message.text.partition("\n")[0]  # further down others of theirs are named
                for message in self.desk.chat.history()
                if (self.desk.id, message.id) in recorded
            ]
            for reference in kept:
                if (count := sum(reference in card for card in cards)) != 1:
                    yield f"{reference} has {count} cards"


def calm_words(resident: Resident) -> list[str]:
    """What somebody heard to whom nothing happened."""
    bot = resident.person.world.bot
    history = resident.person.chat.history()
    return [without_names(it.text) for it in history if it.sender is bot]


def expected_words(calm: Sequence[str], rounds: int) -> list[str]:
    """What is to be heard in so many rounds; `calm` is a hello and one round."""
    return [*calm[:1], *list(calm[1:]) * rounds]


def _recorded(engine: Engine) -> set[tuple[int, int]]:
    """Chat and number of each message that the history knows to have gone out."""
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "select c.external_id as chat, m.external_id as number from messages m"
                " join chats c on c.id = m.chat_id"
                " where m.direction = 'out' and m.external_id is not null"
            )
        )
        return {(int(row.chat), int(row.number)) for row in rows}


def _unsent(engine: Engine) -> list[str]:
    """What waits, or was set aside, when all is quiet again."""
    with engine.connect() as connection:
        rows = connection.execute(
            text("select id, kind, state, error from outbox where state <> 'sent'")
        )
        return [f"outbox row {row.id} ({row.kind}) is {row.state}: {row.error}" for row in rows]


def _difference(heard: list[str], expected: list[str]) -> str:
    for place, (got, wanted) in enumerate(zip(heard, expected, strict=False)):
        if got != wanted:
            return f"message {place} is {got[:60]!r}, not {wanted[:60]!r}"
    return f"{len(heard)} messages, not {len(expected)} ({len(STEPS)} steps a round)"
