"""This project's runner as a contender: alone, and with the state going through JSON text."""

import json
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.script import Doing
from dialogues.exchange import Did, Incoming, Reply
from dialogues.loader import load
from dialogues.runner import ActionResult, Runner
from dialogues.state import State

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class OurRunner:
    """The runner on the given content; `kept` loads and saves the state as a database would."""

    def __init__(self, name: str, folder: Path, *, kept: bool = False) -> None:
        self.name = name
        self._content = load(folder)
        self._runner = Runner(self._content)
        self._kept = kept
        self._replies: list[Reply] = []
        self._state = State.new(self._content)
        self._saved = ""

    async def begin(self) -> None:
        self._state = State.new(self._content)
        self._saved = json.dumps(self._state.to_json())

    async def prepare(self, doing: Doing) -> object:
        if doing.how == "types":
            return Incoming(Did.TEXT, doing.words)
        for reply in reversed(self._replies):
            for button in reply.buttons:
                if button.label == doing.words:
                    return Incoming(Did.PRESS, payload=button.payload, asked=reply.asked)
        raise LookupError(doing.words)

    async def take(self, update: object) -> None:
        assert isinstance(update, Incoming)
        if self._kept:
            self._state = State.from_json(json.loads(self._saved), self._content)
        outcome = self._runner.take(self._state, update, run_action=_no_action, now=NOW)
        self._state, self._replies = outcome.state, outcome.replies
        if self._kept:
            self._saved = json.dumps(self._state.to_json())

    def last_words(self) -> str:
        return self._replies[-1].text


def _no_action(_call: object) -> ActionResult:
    return ActionResult()
