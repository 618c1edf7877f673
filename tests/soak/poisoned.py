"""`python -m tests.soak.poisoned run`: the assistant, and one message that it dies of."""

import os
import signal
from typing import Any

from bot.__main__ import app
from dialogues.runner import Outcome, Runner

POISON = "the sentence that nobody survives"
_take = Runner.take


def take(self: Runner, state: Any, incoming: Any, **more: Any) -> Outcome:
    """The dialogue's turn, unless it is about the poison."""
    if POISON in incoming.text:
        os.kill(os.getpid(), signal.SIGKILL)
    return _take(self, state, incoming, **more)


if __name__ == "__main__":
    Runner.take = take  # type: ignore[method-assign]
    app()
