"""What turns say, on its way out: handed over to who sends in this process, or left to be claimed.

A reply that is handed over is leased as it is queued, in the turn's own transaction. That saves the
claim, which costs as much as a turn.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline import speech
from bot.pipeline.composing import Composer, Load
from bot.pipeline.turn import Answered, Turn
from storage import leasing, outbox
from storage.messages import new_posts
from storage.models import Chat
from storage.outbox import Lane


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may be handed over: to these channels, at most so many rows, under a lease of so long;
    nothing to the chats in `leave_out`. `settled` are rows that nothing need wait for: they were
    sent, though that is not written yet."""

    channels: Collection[str]
    most: int
    lease_for: timedelta
    leave_out: Collection[int] = ()
    settled: Collection[int] = ()


@dataclass(slots=True)
class HandedOver:
    """What one transaction hands over under its lease. It counts once that is committed."""

    lease: str
    loads: list[Load] = field(default_factory=list)


class Outlet(Protocol):
    """Who sends in this process."""

    def allowance(self) -> Allowance | None:
        """What it would take now, and waits for; None: nothing."""
        ...

    def take_over(
        self, loads: Sequence[Load], *, leased_at: float, doubtful: Sequence[str]
    ) -> None:
        """What came of an allowance: these are its own, under a lease not older than `leased_at`,
        by the monotonic clock. What was written under `doubtful` leases may be in the database
        after all, and is to be let go of."""
        ...


class Handover:
    """Writes what turns say into the history and the outbox."""

    def __init__(self, *, clock: Clock, composer: Composer) -> None:
        self._clock = clock
        self._composer = composer

    def keep(
        self,
        session: Session,
        done: Sequence[Answered],
        over: HandedOver,
        *,
        allowance: Allowance | None,
    ) -> None:
        """Queue what these turns say, all of them together; as far as it is allowed, `over` is
        filled with it."""
        said = [(turn.chat.id, reply) for turn, answer in done for reply in answer.replies]
        written = speech.keep_replies(session, said, now=self._clock.now())
        turns = {turn.chat.id: turn for turn, _answer in done}
        own: dict[int, Chat] = {}
        if allowance is not None:
            own = self._choose(session, written, turns, allowance)
            rows = leasing.queue_leased(
                session,
                own,
                lease=over.lease,
                lease_for=allowance.lease_for,
                now=self._clock.now(),
            )
            over.loads = self._composer.compose(session, rows, new_posts(written))
        rest = {number: row["chat_id"] for number, row in written.items() if number not in own}
        outbox.queue_messages(session, rest, lane=Lane.REPLIES, now=self._clock.now())

    def _choose(
        self,
        session: Session,
        written: Mapping[int, Mapping[str, Any]],
        turns: Mapping[int, Turn],
        allowance: Allowance,
    ) -> dict[int, Chat]:
        """The messages to hand over, with their chats. What a chat is told stays together."""
        by_chat: dict[int, list[int]] = defaultdict(list)
        for message_id, row in written.items():
            if self._may_go(turns[row["chat_id"]].chat, allowance):
                by_chat[row["chat_id"]].append(message_id)
        owed = [chat_id for chat_id in by_chat if turns[chat_id].is_owed]
        ahead = leasing.ahead(session, owed, now=self._clock.now()) if owed else {}
        chosen: dict[int, Chat] = {}
        for chat_id, messages in by_chat.items():
            waits = ahead.get(chat_id, set()).difference(allowance.settled)
            if not waits and len(chosen) + len(messages) <= allowance.most:
                chosen |= dict.fromkeys(messages, turns[chat_id].chat)
        return chosen

    def _may_go(self, chat: Chat, allowance: Allowance) -> bool:
        """Groups share their pace among all processes, and whoever claims sees to it."""
        rests = chat.paused_until is not None and chat.paused_until > self._clock.now()
        listed = chat.channel in allowance.channels and chat.id not in allowance.leave_out
        return listed and chat.kind == "private" and not rests
