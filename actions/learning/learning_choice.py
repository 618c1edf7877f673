"""Whether the assistant may learn from somebody's words: it may until they say no, at any time."""

from typing import Any

from actions.context import BoundAction
from actions.learning.learning import allow_learning, stop_learning


class StopLearning(BoundAction):
    """Nothing that they write is noted or learnt from here on, and what was goes at once."""

    called = "action_stop_learning"

    def run(self, _dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Says nothing."""
        stop_learning(self.context.session, self.context.chat_id, now=self.context.now)
        return []


class AllowLearning(BoundAction):
    """They may be learnt from again."""

    called = "action_allow_learning"

    def run(self, _dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Says nothing."""
        allow_learning(self.context.session, self.context.chat_id)
        return []
