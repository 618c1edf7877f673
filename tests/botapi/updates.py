"""The queue of updates: numbered, kept until confirmed, filtered as the bot asked."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

DEFAULT_KINDS = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_join_request",
    }
)
FIRST_ID = 100_000_001


class Signal:
    """Wakes everybody who waits for the world to change."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def announce(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Return at the next change, or after so many seconds."""
        waiting = asyncio.ensure_future(self._event.wait())
        await asyncio.wait([waiting], timeout=max(seconds, 0.0))
        waiting.cancel()


@dataclass
class UpdateQueue:
    signal: Signal
    kinds: frozenset[str] = DEFAULT_KINDS
    next_id: int = FIRST_ID
    everything: dict[int, dict[str, Any]] = field(default_factory=dict)
    pending: dict[int, dict[str, Any]] = field(default_factory=dict)
    again: list[dict[str, Any]] = field(default_factory=list)

    def allow(self, kinds: list[str] | None) -> None:
        """From now on queue only these kinds; an empty list means Telegram's default."""
        if kinds is not None:
            self.kinds = frozenset(kinds) or DEFAULT_KINDS

    def put(self, kind: str, body: dict[str, Any]) -> int | None:
        """Queue an update and return its id, or None when the bot did not ask for its kind."""
        if kind not in self.kinds:
            return None
        update_id, self.next_id = self.next_id, self.next_id + 1
        update = {"update_id": update_id, kind: body}
        self.everything[update_id] = self.pending[update_id] = update
        self.signal.announce()
        return update_id

    def confirm(self, offset: int) -> None:
        """Forget what lies below `offset`; a negative one keeps only so many of the last."""
        if offset < 0:
            offset = sorted(self.pending)[offset:][0] if self.pending else 0
        for update_id in [each for each in self.pending if each < offset]:
            del self.pending[update_id]
        self.signal.announce()

    def drop(self) -> None:
        self.pending.clear()

    def take(self, limit: int) -> list[dict[str, Any]]:
        """What would be delivered now; it stays pending until confirmed."""
        repeated, self.again = self.again, []
        return (repeated + [self.pending[key] for key in sorted(self.pending)])[:limit]

    def redeliver(self, update_id: int) -> None:
        """Hand out a known update once more, confirmed or not."""
        if update_id not in self.pending:
            self.again.append(self.everything[update_id])
        self.signal.announce()

    def acknowledged(self, update_id: int) -> bool:
        return update_id in self.everything and update_id not in self.pending
