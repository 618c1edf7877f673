"""Who speaks for a group in private has a dialogue of its own for it, that knows what the others
have told meanwhile."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from actions.groups.sides import KEEP_SIDE, put_aside, told_slots
from actions.labels import Say
from actions.speaking import Speaking, stand_in
from bot.pipeline.wording import Wording
from dialogues import payloads
from dialogues.exchange import Incoming
from dialogues.model import Collect, Content
from dialogues.programme import Programme
from dialogues.runner import ActionCall, Outcome, RunAction
from dialogues.state import Frame, State
from storage import applicants, sides
from storage.models import Chat

OTHER_SIDE = "other_side"  # the intent of an answer to a question of the other side
_ANSWERS = (
    payloads.SET_SLOTS,
    payloads.SKIP,
    payloads.REPEAT,
    payloads.BACK,
    payloads.CHANGE,
    payloads.CANCEL,
)


class Sides:
    """Knows for whom each private chat speaks."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._wording = Wording(content)

    @property
    def say(self) -> Say:
        """See `actions.labels.Wording`."""
        return self._wording.say

    @property
    def programme(self) -> Programme:
        """See `actions.labels.Wording`."""
        return self._content.programme

    def enter(
        self, session: Session, chat: Chat, state: State, *, now: datetime
    ) -> tuple[State, Speaking | None]:
        """The dialogue with what the group has told by now, and who speaks for which group. Who is
        in it no longer speaks for themselves, and begins anew."""
        speaking = None
        applicants.stand_back(session, chat_id=chat.id)
        if chat.speaks_for is not None:
            speaking = stand_in(session, group_id=chat.speaks_for, chat_id=chat.id, now=now)
            if speaking is None:
                sides.speak_for(session, chat.id, None)
                state = State.new(self._content)
        told = told_slots(session, speaking, self, slots=state.slots, asked=self._slot_asked(state))
        state.slots |= {name: value for name, value in told.items() if name in state.slots}
        if speaking is not None and any(frame.kept or frame.reasked for frame in state.stack):
            self._follow(state.stack, put_aside(session, speaking, self))
        return state, speaking

    def _follow(self, stack: Sequence[Frame], told: Mapping[str, Any]) -> None:
        """What a correction has put aside is what all have told by now; what was taken back
        meanwhile does not come again."""
        for frame in stack:
            steps = self._content.flows[frame.flow].steps
            for aside in (frame.kept, frame.reasked):
                for step_id in list(aside):
                    step = steps[step_id]
                    if isinstance(step, Collect) and step.slot in told:
                        aside[step_id] = told[step.slot]
                        if told[step.slot] is None:
                            del aside[step_id]

    def _slot_asked(self, state: State) -> str | None:
        asked = state.question
        step = self._content.flows[asked.flow].steps[asked.step] if asked else None
        return step.slot if isinstance(step, Collect) else None


def keep_side(before: State, outcome: Outcome, incoming: Incoming, run_action: RunAction) -> None:
    """Keep what this turn has put right and no action has kept: before the next turn the dialogue
    takes over what is kept."""
    after = outcome.state.slots
    if after == before.slots:
        return
    run_action(
        ActionCall(
            name=KEEP_SIDE,
            slots=dict(after),
            text="",
            intent=None,
            flow=None,
            step=None,
            incoming=incoming,
        )
    )


def is_answer(payload: str | None) -> bool:
    """Whether a button answers a question. Others begin something, for whomever they speak now."""
    try:
        name = payloads.parse(payload or "").name
    except ValueError:
        return True
    return name is None or name in _ANSWERS
