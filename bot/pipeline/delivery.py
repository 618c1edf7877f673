"""Delivery: claims what is due, composes it, sends it at the channel's speed, writes the result."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline.composing import Composer, DroppedError, Load, PostponedError
from bot.pipeline.pacing import Pacer
from bot.pipeline.parcel import (
    ChatGoneError,
    ChatMovedError,
    CredentialError,
    MessageLostError,
    RefusedError,
    Sender,
    SendError,
    TryLaterError,
)
from bot.pipeline.residents import close_chat
from bot.pipeline.signals import Signals
from storage import chats, messages, outbox, staff
from storage.database import Database
from storage.outbox import Claimed, Lane

log = logging.getLogger(__name__)


class MishapError(SendError):
    """Sending failed in our own code."""


LEASE = timedelta(seconds=30)  # longer than a send can take: naps, slots and time-outs
BATCH = 40
POLL_SECONDS = 1.0
LONGEST_NAP = 5.0  # a chat that must wait longer gives its row back
REPLY_GIVES_UP = timedelta(hours=1)
POST_GIVES_UP = timedelta(hours=12)  # one that never goes through must not hold up the rest
MOST_MISHAPS = 5
FIRST_BACKOFF = 2.0
LONGEST_BACKOFF = 300.0
STAFF_BACKOFF = timedelta(minutes=5)


class Delivery:
    """Sends what the outbox holds, for the channels that have a sender here."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        senders: Mapping[str, Sender],
        pacers: Mapping[str, Pacer],
        composer: Composer,
        signals: Signals,
    ) -> None:
        self._database = database
        self._clock = clock
        self._senders = senders
        self._pacers = pacers
        self._composer = composer
        self._signals = signals
        self._busy: set[int] = set()
        self._scolded: deque[tuple[float, int]] = deque(maxlen=8)

    async def run(self) -> None:
        """Send until told to stop; what is under way is finished."""
        async with asyncio.TaskGroup() as group:
            while not self._signals.stopping.is_set():
                try:
                    begun = self._start(group, await self._claim())
                    if not begun:
                        await self._signals.wait(self._signals.outbox, at_most=POLL_SECONDS)
                except DBAPIError as error:
                    log.error("database: %s; trying again", type(error.orig).__name__)
                    await asyncio.sleep(POLL_SECONDS)

    async def run_waiting(self) -> int:
        """Send what can be sent now, then return how many messages that were."""
        count = 0
        while loads := await self._claim():
            for load in loads:
                await self._deliver(load)
                count += 1
        return count

    def _start(self, group: asyncio.TaskGroup, loads: list[Load]) -> bool:
        for load in loads:
            self._busy.add(load.claimed.chat_id)
            group.create_task(self._deliver(load))
        return bool(loads)

    async def _claim(self) -> list[Load]:
        return await self._database.write(self._claim_and_compose)

    def _claim_and_compose(self, session: Session) -> list[Load]:
        now = self._clock.now()
        room = BATCH - len(self._busy)
        if room <= 0:
            return []
        rows = outbox.claim(
            session,
            now=now,
            channels=tuple(self._senders),
            limit=room,
            lease_for=LEASE,
            busy_chats=tuple(self._busy),
        )
        return [load for row in rows if (load := self._compose(session, row)) is not None]

    def _compose(self, session: Session, claimed: Claimed) -> Load | None:
        """What to send; None if it is dropped, comes later, or cannot be worded."""
        try:
            with session.begin_nested():
                return self._composer.compose(session, claimed)
        except DroppedError as drop:
            self._end(session, claimed, state="dropped", reason=str(drop))
        except PostponedError as later:
            outbox.put_back(session, claimed, due_at=later.due_at, error=str(later))
        except DBAPIError:
            raise
        except Exception as error:  # noqa: BLE001  # one post must not hold up all others
            reason = f"{type(error).__name__} while it was worded"
            log.error("outbox row %s (%s): %s", claimed.id, claimed.kind, reason)
            self._end(session, claimed, state="set_aside", reason=reason)
        return None

    def _end(self, session: Session, claimed: Claimed, *, state: str, reason: str) -> None:
        """Close a row that is not sent, and tell the room that knows its kind."""
        now = self._clock.now()
        if outbox.finish(session, claimed, state=state, now=now, error=reason):
            self._composer.ended(session, claimed, state=state, reason=reason)

    async def _deliver(self, load: Load) -> None:
        claimed = load.claimed
        try:
            if not await self._wait_for_turn(claimed):
                return
            external_id = await self._senders[claimed.channel].send(load.parcel)
            await self._database.write(lambda session: self._sent(session, load, external_id))
        except SendError as error:
            await self._not_sent(claimed, error)
        except DBAPIError as error:  # its lease runs out, and it is tried again
            log.error("database: %s while sending", type(error.orig).__name__)
        except Exception as error:  # noqa: BLE001  # a bug of ours: the others go on
            log.error("delivery of outbox row %s failed: %s", claimed.id, type(error).__name__)
            await self._not_sent(claimed, MishapError(type(error).__name__))
        finally:
            self._busy.discard(claimed.chat_id)
            self._signals.outbox.set()

    async def _wait_for_turn(self, claimed: Claimed) -> bool:
        """Wait for the chat's and the channel's pace; False if the row was given back instead."""
        pacer = self._pacers.get(claimed.channel)
        if pacer is None:
            return True
        is_group = claimed.chat_kind != "private"
        delay = pacer.chat_delay(claimed.chat_id, is_group=is_group)
        if delay > LONGEST_NAP:
            later = self._clock.now() + timedelta(seconds=delay)
            await self._database.write(
                lambda session: chats.pause(session, claimed.chat_id, until=later)
            )
            await self._put_back(claimed, delay, None)
            return False
        await asyncio.sleep(delay)
        await pacer.slot()
        pacer.note_sent(claimed.chat_id, is_group=is_group)
        return True

    def _sent(self, session: Session, load: Load, external_id: int | None) -> None:
        claimed = load.claimed
        now = self._clock.now()
        if not outbox.finish(session, claimed, state="sent", now=now):
            return
        if claimed.message_id is not None and external_id is not None:
            messages.record_sent(session, claimed.message_id, external_id=external_id)
        self._composer.sent(session, claimed)
        self._composer.catch_up(session, load)

    async def _not_sent(self, claimed: Claimed, error: SendError) -> None:
        try:
            await self._settle(claimed, error)
        except DBAPIError as failure:  # its lease runs out, and it is tried again
            log.error("database: %s after a send failed", type(failure.orig).__name__)

    async def _settle(self, claimed: Claimed, error: SendError) -> None:
        if _is_final(claimed, error):
            log.error("outbox row %s (%s) is set aside: %s", claimed.id, claimed.kind, error)
            await self._give_up(claimed, str(error))
            return
        match error:
            case TryLaterError():
                await self._be_patient(claimed, error.seconds)
            case ChatGoneError():
                await self._database.write(lambda session: self._gone(session, claimed, error))
            case ChatMovedError():
                await self._database.write(lambda session: _move(session, claimed, error))
                await self._put_back(claimed, 0, "moved")
            case MessageLostError():
                await self._database.write(lambda session: _forget_id(session, claimed))
                await self._put_back(claimed, 0, "sent anew")
            case CredentialError():
                log.error("the channel %s refuses our token", claimed.channel)
                await self._put_back(claimed, LONGEST_BACKOFF / 10, str(error))
            case _:
                await self._back_off(claimed, error)

    async def _be_patient(self, claimed: Claimed, seconds: float) -> None:
        """Pause the chat; if two chats are told to wait within a second, pause everybody."""
        later = self._clock.now() + timedelta(seconds=seconds)
        moment = time.monotonic()
        self._scolded.append((moment, claimed.chat_id))
        lately = {chat for at, chat in self._scolded if moment - at <= 1}
        pacer = self._pacers.get(claimed.channel)
        if len(lately) > 1 and pacer is not None:
            pacer.hold(seconds)
        await self._database.write(
            lambda session: chats.pause(session, claimed.chat_id, until=later)
        )
        await self._put_back(claimed, seconds, "told to wait")

    def _gone(self, session: Session, claimed: Claimed, error: SendError) -> None:
        """A resident who left is let go; a staff chat's posts wait for its return."""
        now = self._clock.now()
        if staff.is_staff_chat(session, claimed.chat_id):
            log.error("the staff chat does not take posts (%s); they wait", error)
            outbox.put_back(session, claimed, due_at=now + STAFF_BACKOFF, error=str(error))
            chats.pause(session, claimed.chat_id, until=now + STAFF_BACKOFF)
            return
        self._end(session, claimed, state="dropped", reason=str(error))
        close_chat(session, claimed.chat_id, now=now, reason="the chat is gone")

    async def _back_off(self, claimed: Claimed, error: SendError) -> None:
        age = self._clock.now() - claimed.created_at
        if age > (REPLY_GIVES_UP if claimed.lane == Lane.REPLIES else POST_GIVES_UP):
            await self._give_up(claimed, str(error))
            return
        delay = min(FIRST_BACKOFF * 2 ** (claimed.attempts - 1), LONGEST_BACKOFF)
        log.warning("outbox row %s: %s; again in %.0f s", claimed.id, error, delay)
        await self._put_back(claimed, delay, str(error))

    async def _give_up(self, claimed: Claimed, reason: str) -> None:
        await self._database.write(lambda session: self._set_aside(session, claimed, reason))

    def _set_aside(self, session: Session, claimed: Claimed, reason: str) -> None:
        """Keep the row with its error. A resident who missed a reply is asked again next time."""
        self._end(session, claimed, state="set_aside", reason=reason)
        if claimed.lane == Lane.REPLIES:
            chats.note_missed(session, claimed.chat_id, missed=True)

    async def _put_back(self, claimed: Claimed, seconds: float, reason: str | None) -> None:
        due_at = self._clock.now() + timedelta(seconds=seconds)
        await self._database.write(
            lambda session: outbox.put_back(session, claimed, due_at=due_at, error=reason)
        )


def _forget_id(session: Session, claimed: Claimed) -> None:
    """The message to edit is gone: what it says goes out as a new one."""
    if claimed.message_id is not None:
        messages.record_sent(session, claimed.message_id, external_id=None)


def _move(session: Session, claimed: Claimed, error: ChatMovedError) -> None:
    chats.move_chat(session, claimed.chat_id, external_id=error.external_id)


def _is_final(claimed: Claimed, error: SendError) -> bool:
    """Whether trying again would end the same."""
    if isinstance(error, MessageLostError):
        return claimed.kind == "deletion"  # it is gone already
    if isinstance(error, MishapError):
        return claimed.attempts >= MOST_MISHAPS
    return isinstance(error, RefusedError)
