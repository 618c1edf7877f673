"""Somebody who writes to the shipped assistant: real content, real actions, a real database."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.clock import ManualClock
from bot.core import Core
from bot.pipeline.performing import Performer
from bot.pipeline.sides import Sides, keep_side
from dialogues.exchange import Did, Incoming, Reply
from dialogues.marks import Mark
from dialogues.runner import Outcome, Runner
from dialogues.state import State
from dialogues.testcases import Case, outdated, read_cases
from storage import chats, messages, staff
from storage.chats import ChatKey
from tests.conversations.crew import Crew
from tests.conversations.desk import ACTS, Desk
from tests.conversations.gatherings import Gatherings
from tests.conversations.neighbours import Neighbours
from tests.conversations.unasked import Calls, Unasked

HERE = Path(__file__).parent
CASES: list[Case] = [case for path in sorted(HERE.rglob("*.yml")) for case in read_cases(path)]

MOMENT = timedelta(seconds=1)

_numbers = count(1)


class Resident:
    """A new one each; `marks` are the places in the content that they came by."""

    def __init__(self, core: Core, session: Session, name: str) -> None:
        self._core = core
        self._session = session
        self._runner = Runner(core.content)
        self._saved: dict[str, Any] = {}
        now = core.clock.now()
        self._clock = ManualClock(now)
        self._chat = chats.get_chat(
            session, chats.chat_id_for(session, ChatKey("preview", name, name="Sam"), now=now)
        )
        self._sides = Sides(core.content)
        self._performer = Performer(
            content=core.content, wording=core.wording, programme=core.programme, clock=self._clock
        )
        self._calls = Calls(core, session, self._clock)
        self._desk = Desk(session, self._clock, chat_id=self._chat.id)
        self._neighbours = Neighbours(core, session, self._clock, self._chat.id)
        self._gatherings = Gatherings(session, self._clock, self._chat.id)
        self._crew = Crew(core, session, self._clock, self._chat.id)
        self._unasked = Unasked(core, session, self._clock)
        self.marks: list[Mark] = []

    def begin(self, slots: Mapping[str, Any]) -> None:
        """A fresh conversation in which these slots are known."""
        state = State.new(self._core.content)
        state.slots |= slots
        self._saved = state.to_json()

    def resume(self, saved: Mapping[str, Any]) -> None:
        """Go back to where the conversation stood; what was done since stays done."""
        self._saved = dict(saved)

    def take(self, incoming: Incoming) -> Outcome:
        """One turn, through the state as it is stored. What is said stands in the history."""
        if incoming.did is Did.TEXT:
            self._remember(incoming)
        now = self._clock.now()
        before, speaking = self._sides.enter(self._session, self._chat, self._state, now=now)
        run_action = self._performer.bind(
            self._session,
            chat_id=self._chat.id,
            staff_chat_id=staff.staff_chat_id(self._session, channel=self._chat.channel),
            channel=self._chat.channel,
            speaking=speaking,
        )
        outcome = self._runner.take(before, incoming, run_action=run_action, now=now)
        if speaking is not None:
            keep_side(before, outcome, incoming, run_action)
        return self._keep(outcome)

    def _remember(self, incoming: Incoming) -> None:
        asked = self._state.question
        messages.add_message(
            self._session,
            chat_id=self._chat.id,
            direction="in",
            now=self._clock.now(),
            text=incoming.text or None,
            flow=asked.flow if asked else None,
            step=asked.step if asked else None,
        )

    def apologise(self) -> Outcome:
        return self._keep(self._runner.apologise(self._state))

    def wait(self, days: int) -> None:
        self._clock.move_on(timedelta(days=days))

    def meanwhile(self, span: timedelta, staff: Mapping[str, Any]) -> list[Reply]:
        self._clock.move_on(span + MOMENT)
        before = list(self._unasked.said_to(self._chat.id))
        for act, value in staff.items():
            self._doer(act).do(act, value)
        while (event := self._gatherings.event() or self._neighbours.event()) is not None:
            before += self.take(event).replies
        return [*before, *self._unasked.said_to(self._chat.id)]

    def _doer(self, act: str) -> Desk | Neighbours | Calls | Gatherings | Crew:
        if act in ACTS:
            return self._desk
        if act in Gatherings.ACTS:
            return self._gatherings
        if act in Crew.ACTS:
            return self._crew
        return self._neighbours if act in Neighbours.ACTS else self._calls

    def outdate(self) -> None:
        self._saved = outdated(self._saved)

    @property
    def _state(self) -> State:
        return State.from_json(self._saved, self._core.content)

    def _keep(self, outcome: Outcome) -> Outcome:
        self._saved = outcome.state.to_json()
        self.marks += outcome.marks
        return outcome


@contextmanager
def somebody_new(core: Core) -> Iterator[Resident]:
    """What the assistant does for them is thrown away afterwards."""
    with core.database.transaction() as session:
        yield Resident(core, session, f"r{next(_numbers)}")
        session.rollback()
