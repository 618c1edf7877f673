"""Rehearsing a call: conversations about it in the real dialogue, on a scratch database, before any
resident has them.

The call is in place there as though it were open, and the only one. A resident who knows certain
answers comes by its link and is asked what the dialogue asks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from actions.criteria.facts import can_be_asked
from bot.clock import ManualClock
from bot.exploring.faults import Fault, Faults
from bot.exploring.moves import Kind, Move, presses, types
from bot.exploring.scratch import Scratch, Writes
from bot.exploring.walking import Node, Taken
from dialogues import payloads
from dialogues.exchange import Button, Did, Incoming, Reply
from dialogues.model import Collect
from dialogues.payloads import Payload
from dialogues.runner import Outcome, RunAction, Runner
from dialogues.state import State
from storage.calls import CallDetails, save_call
from storage.models import Call

MOST_TURNS = 40  # of one conversation
_A_WHILE = timedelta(hours=3)
SKIP = object()  # the answer of somebody who does not know
Answers = Mapping[str, Any]  # by fact; without one: whatever is offered first


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `by` is `resident` or `assistant`; what the assistant says is Telegram's HTML,
    with the labels of its buttons."""

    by: str
    text: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation so far: its state, what was said, which facts were asked for, in order, and
    what is wrong with it."""

    state: State
    said: tuple[Said, ...] = ()
    replies: tuple[Reply, ...] = ()
    asked: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    writes: Writes = ()
    moves: tuple[Move, ...] = field(default=(), repr=False)

    @property
    def verdict(self) -> str | None:
        """What was found in the end; None if it has not come to that."""
        found: str | None = self.state.slots.get("verdict")
        return found


class Rehearsal:
    """Conversations about one call, in a scratch."""

    def __init__(self, scratch: Scratch, details: CallDetails) -> None:
        self._scratch = scratch
        self._content = scratch.core.content
        self._facts = scratch.core.programme.facts
        self._runner = Runner(self._content)
        self._details = replace(details, is_draft=False, closed_early_at=None, withdrawn_at=None)
        if isinstance(scratch.core.clock, ManualClock):
            scratch.core.clock.move_to(_while_open(details))
        self._past = scratch.writing(self._put_in_place)

    def begin(self) -> Talk:
        """Somebody presses Start behind the call's link, and then that they want to check."""
        start = Incoming(Did.TEXT, f"/start call-{self._details.code}")
        move = Move("", start, Kind.START)
        talk = self._take(Talk(State.new(self._content), writes=self._past), move)
        for button in _buttons(talk):
            if _parsed(button).slots.get("call_next") == "check":
                return self.press(talk, button)
        return talk

    def question(self, talk: Talk) -> str | None:
        """The slot that is asked for."""
        asked = talk.state.question
        step = self._content.flows[asked.flow].steps[asked.step] if asked else None
        return step.slot if isinstance(step, Collect) else None

    def talk(self, answers: Answers) -> Talk:
        """The whole conversation of somebody with these answers, until it is over."""
        talk = self.begin()
        while not self.is_over(talk):
            going_on = self.answer(talk, answers.get(self.question(talk) or ""))
            if going_on is None:
                break
            talk = going_on
        return talk

    def is_over(self, talk: Talk) -> bool:
        """Whether nothing more is asked about them: there is a verdict, or they were led
        elsewhere."""
        slot = self.question(talk)
        if slot is None or talk.faults or len(talk.moves) >= MOST_TURNS:
            return True
        return slot not in self._facts and (bool(talk.asked) or not _buttons(talk))

    def answer(self, talk: Talk, value: Any) -> Talk | None:
        """The open question is answered so, by a button where there is one; None if that cannot be
        said. Without a value it is whatever is offered first."""
        slot = self.question(talk) or ""
        move = self._move(talk, slot, value) if slot else None
        if move is None:
            return None
        gone_on = self._take(talk, move)
        asked = (*talk.asked, slot) if slot in self._facts else talk.asked
        return replace(gone_on, asked=asked)

    def press(self, talk: Talk, button: Button) -> Talk:
        """One of the buttons that stand under the last messages."""
        return self._take(talk, presses(button, _asked_by(talk, button), Kind.ANSWER))

    def ways_on(self, talk: Talk) -> Iterator[Button]:
        """The buttons that stand there and lead somewhere in the chat."""
        return (button for button in _buttons(talk) if button.payload)

    def _move(self, talk: Talk, slot: str, value: Any) -> Move | None:
        for button in _buttons(talk):
            parsed = _parsed(button)
            if value is SKIP and parsed.name == payloads.SKIP:
                return presses(button, _asked_by(talk, button), Kind.ANSWER)
            known = self._content.slots[slot].coerce(parsed.slots.get(slot))
            if slot in parsed.slots and (value is None or known == value):
                return presses(button, _asked_by(talk, button), Kind.ANSWER)
        fact = self._facts.get(slot)
        if fact is None or value is SKIP:
            return None
        if fact.number:
            return types(f"{1 if value is None else value:g}", Kind.ANSWER)
        said = fact.offered[0] if value is None and fact.offered else value
        return types(_word(said), Kind.ANSWER) if can_be_asked(fact, said) else None

    def _take(self, talk: Talk, move: Move) -> Talk:
        now = self._scratch.core.clock.now()

        def take(run_action: RunAction) -> Outcome:
            return self._runner.take(talk.state, move.incoming, run_action=run_action, now=now)

        faults = Faults(self._content)
        node = Node(talk.state, key=None, replies=list(talk.replies), writes=talk.writes)
        moves, heard = (*talk.moves, move), Said("resident", move.incoming.text)
        try:
            outcome, writes = self._scratch.turn(talk.writes, take)
        except Exception as error:  # noqa: BLE001  # whatever a turn raises is what we look for
            faults.look_at(Taken(node, move, error=error))
            found = (*talk.faults, *faults.found.values())
            return replace(talk, said=(*talk.said, heard), faults=found, moves=moves)
        faults.look_at(Taken(node, move, outcome))
        return Talk(
            State.from_json(outcome.state.to_json(), self._content),
            (*talk.said, heard, *map(_said, outcome.replies)),
            tuple(outcome.replies),
            talk.asked,
            (*talk.faults, *faults.found.values()),
            writes,
            moves,
        )

    def _put_in_place(self, session: Session) -> None:
        session.execute(delete(Call))
        save_call(session, self._details, now=self._scratch.core.clock.now())


def _while_open(details: CallDetails) -> datetime:
    """A while after it opens, if it is open for longer than that."""
    return min(
        details.opens_at + _A_WHILE, details.opens_at + (details.closes_at - details.opens_at) / 2
    )


def _buttons(talk: Talk) -> list[Button]:
    return [button for reply in talk.replies for button in reply.buttons]


def _asked_by(talk: Talk, button: Button) -> Any:
    return next(reply.asked for reply in talk.replies if button in reply.buttons)


def _parsed(button: Button) -> Payload:
    try:
        return payloads.parse(button.payload or "")
    except ValueError:
        return Payload(None, button.payload or "")


def _said(reply: Reply) -> Said:
    return Said("assistant", reply.text, tuple(button.label for button in reply.buttons))


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("_", " ")
