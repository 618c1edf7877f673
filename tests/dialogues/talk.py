"""A conversation with the sample content: actions are faked, and every call to one is recorded."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dialogues.exchange import Attachment, Button, Did, Incoming, Medium, Reply
from dialogues.model import Content
from dialogues.runner import ActionCall, ActionResult, Outcome, Runner, Said
from dialogues.state import State
from dialogues.testcases.driving import incoming_for, outdated
from dialogues.testcases.shape import Extra
from tests.reading import read_once

CONTENT_FOLDER = Path(__file__).parent / "content"
NOW = datetime(2025, 6, 2, 12, tzinfo=UTC)


def _validate_phone(call: ActionCall) -> ActionResult:
    digits = "".join(it for it in call.slots["phone"] if it.isdigit())
    return ActionResult({"phone": digits if len(digits) >= 10 else None})


def _ask_day(_call: ActionCall) -> ActionResult:
    buttons = [Button(day, f"/SetSlots(day={day})") for day in ("Monday", "Tuesday")]
    return ActionResult(said=[Said(text="Which <b>day</b>?", buttons=buttons)])


ACTIONS: dict[str, Callable[[ActionCall], ActionResult]] = {
    "action_ask_day": _ask_day,
    "action_forget": lambda _call: ActionResult(restart=True),
    "validate_phone": _validate_phone,
}


class Talk:
    """Keeps the state as JSON between turns, as the database does."""

    def __init__(self, content: Content | None = None, **actions: Any) -> None:
        self.content = content or read_once(CONTENT_FOLDER).content
        self.runner = Runner(self.content)
        self.actions = {**ACTIONS, **actions}
        self.calls: list[ActionCall] = []
        self.shown: list[Reply] = []
        self.now = NOW
        self.begin({})

    def begin(self, slots: Mapping[str, Any]) -> None:
        state = State.new(self.content)
        state.slots |= slots
        self.saved = state.to_json()

    @property
    def state(self) -> State:
        return State.from_json(self.saved, self.content)

    def take(self, incoming: Incoming) -> Outcome:
        outcome = self.runner.take(self.state, incoming, run_action=self._run, now=self.now)
        self.saved = outcome.state.to_json()
        self.shown.extend(outcome.replies)
        self.outcome = outcome
        return outcome

    def apologise(self) -> Outcome:
        self.outcome = self.runner.apologise(self.state)
        self.saved = self.outcome.state.to_json()
        return self.outcome

    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    def meanwhile(self, span: timedelta, staff: Mapping[str, Any]) -> list[Reply]:
        """Says how long it was, and what staff did."""
        self.now += span
        return [Reply(f"After {span}: {dict(staff)}", (Button("Back", "/join_garden"),))]

    def outdate(self) -> None:
        self.saved = outdated(self.saved)

    def say(self, *texts: str) -> list[str]:
        """Types each text, or presses the button that bears it; the names of the last replies."""
        for text in texts:
            self.take(incoming_for(text, Extra(), self.shown))
        return self.names

    def send(self, medium: Medium, text: str = "", **more: Any) -> list[str]:
        attachment = Attachment(medium, file_id="f1", **more)
        self.take(Incoming(Did.ATTACHMENT, text, attachments=(attachment,)))
        return self.names

    @property
    def names(self) -> list[str]:
        """The responses of the last turn; what an action said itself is "-"."""
        return [reply.response or "-" for reply in self.outcome.replies]

    @property
    def text(self) -> str:
        return "\n".join(reply.text for reply in self.outcome.replies)

    @property
    def labels(self) -> list[str]:
        return [button.label for reply in self.outcome.replies for button in reply.buttons]

    @property
    def slots(self) -> dict[str, Any]:
        return self.state.slots

    @property
    def ran(self) -> list[str]:
        return [call.name for call in self.calls]

    def _run(self, call: ActionCall) -> ActionResult:
        self.calls.append(call)
        action = self.actions.get(call.name)
        return action(call) if action else ActionResult()
