"""Takes what a person did and the state of the conversation, and gives replies and the new state.

Deterministic: the same content, state and incoming give the same outcome, actions aside.
"""

from dataclasses import dataclass, field
from datetime import datetime

from dialogues.commands import (
    CannotHandle,
    ChangeAnswer,
    Command,
    CorrectSlots,
    Crisis,
    GoBack,
    OldButton,
    RepeatLastBotMessages,
    SkipQuestion,
)
from dialogues.exchange import Did, Incoming, Reply
from dialogues.findings import SilentTurnError
from dialogues.marks import Mark
from dialogues.model import Content
from dialogues.responses import WRITES_IN
from dialogues.running.acting import ActionCall, ActionResult, RunAction, Said, Stage
from dialogues.running.repair import carry_out
from dialogues.running.stepping import run
from dialogues.running.turn import COMPLETED, Turn
from dialogues.state import State
from dialogues.understanding.reading import Reading, read

__all__ = ["ActionCall", "ActionResult", "Outcome", "RunAction", "Runner", "Said"]

MOST_OFFERED = 50
_ABOUT_A_QUESTION = (
    CannotHandle
    | ChangeAnswer
    | CorrectSlots
    | GoBack
    | OldButton
    | RepeatLastBotMessages
    | SkipQuestion
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`trace` names the commands understood and the steps taken, without anything personal.
    `marks` say the same in data, with the choices made."""

    replies: list[Reply]
    state: State
    trace: list[str]
    crisis: bool = False
    understood: bool = True
    marks: list[Mark] = field(default_factory=list)


class Runner:
    def __init__(self, content: Content) -> None:
        self._content = content

    def take(
        self, state: State, incoming: Incoming, *, run_action: RunAction, now: datetime
    ) -> Outcome:
        """One turn. `state` is left as it was; `now` is aware. There is at least one reply.

        What an action raises goes through, and the turn is as if it had not been. Raises
        DialogueError when the content leads nowhere, in a circle or into silence.
        """
        turn = Turn(self._content, state.copy(), incoming, now)
        turn.state.turn += 1
        stage = Stage(turn, run_action)
        for command in self._commands(turn):
            carry_out(stage, command)
        run(stage)
        _never_silent(stage)
        return self._close(turn)

    def apologise(self, state: State) -> Outcome:
        """What is said when a turn has failed: the pattern for it, and the open question again
        where that needs no action."""
        turn = Turn(self._content, state.copy(), Incoming(Did.INTERNAL))
        question = turn.open_question()
        turn.held = (
            question is not None and f"action_ask_{question[1].slot}" in turn.content.actions
        )
        turn.push("pattern_internal_error")
        run(Stage(turn, lambda _call: ActionResult()))
        return self._close(turn)

    def ask_again(self, state: State, *, run_action: RunAction, now: datetime) -> Outcome:
        """The open question is put once more, without anything having been said; silent if there is
        none."""
        turn = Turn(self._content, state.copy(), Incoming(Did.INTERNAL), now)
        turn.ask_again()
        run(Stage(turn, run_action))
        return self._close(turn)

    def is_crisis(self, state: State, incoming: Incoming) -> bool:
        """Whether the message may mean that somebody is in danger."""
        return any(isinstance(it, Crisis) for it in self.understand(state, incoming).commands)

    def understand(self, state: State, incoming: Incoming) -> Reading:
        """What the message would be taken for, without doing it."""
        return read(self._content, state, incoming)

    def _commands(self, turn: Turn) -> list[Command]:
        """What is to be done. When flows have gone from the content, that is said first; and an
        answer to a question that has gone with them is not held against the resident."""
        reading = read(self._content, turn.state, turn.incoming)
        turn.intent = reading.intent
        self._note_language(turn, reading)
        turn.trace.append(reading.how)
        if not turn.state.content_changed:
            return reading.commands
        turn.state.content_changed = False
        was_asked = turn.state.question is not None
        turn.push("pattern_code_change")
        if was_asked:
            return reading.commands
        return [it for it in reading.commands if not isinstance(it, _ABOUT_A_QUESTION)]

    def _note_language(self, turn: Turn, reading: Reading) -> None:
        """The last that they wrote in, until they write a sentence of our own."""
        slots = turn.state.slots
        if WRITES_IN not in slots:
            return
        if reading.language is not None:
            slots[WRITES_IN] = reading.language
        elif slots[WRITES_IN] and self._content.language.foreign.is_ours(turn.incoming.text):
            slots[WRITES_IN] = None

    def _close(self, turn: Turn) -> Outcome:
        state = State.new(self._content) if turn.restart else turn.state
        state.slots |= {name: turn.state.slots[name] for name in turn.kept}
        state.turn = turn.state.turn
        state.last_turn_at = turn.now or state.last_turn_at
        _remember_choices(turn, state)
        return Outcome(turn.replies, state, turn.trace, turn.crisis, turn.understood, turn.marks)


def _never_silent(stage: Stage) -> None:
    """Asks the open question again, or says what can be done next, when nothing was said."""
    turn = stage.turn
    if not turn.replies:
        turn.ask_again()
        run(stage)
    if not turn.replies:
        turn.push(COMPLETED, {"previous_flow_name": None})
        run(stage)
    if not turn.replies:
        turn.push("pattern_cannot_handle", {"misses": 1, "reason": "nothing"})
        run(stage)
    if not turn.replies:
        raise SilentTurnError("nothing was said, not even by pattern_cannot_handle")


def _remember_choices(turn: Turn, state: State) -> None:
    """The choices on the screen, so that they can be typed. Those of the open question stay when
    a pattern has put others before them."""
    question = turn.open_question() if state is turn.state else None
    shown = [reply for reply in turn.replies if question is None or turn.held or reply.asked]
    choices = [(it.label, it.payload) for reply in shown for it in reply.buttons if it.payload]
    state.offered = [*choices, *state.offered][:MOST_OFFERED] if question and turn.held else choices
    slot = turn.content.slots[question[1].slot] if question else None
    state.expects_text = slot is not None and slot.takes_text
