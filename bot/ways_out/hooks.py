"""Delivering events to web hooks: one at a time and in order for each, tried for a day and more.

Where nothing got through for a day the hook is paused, and admins are told once; what waits is kept
until it goes on. An event that the other side says it will never take is given up early instead, so
that one bad event does not hold up all others.
"""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from actions.desk.staff_words import tell_staff
from bot.clock import Clock
from bot.pipeline.works import Again, Craft, GivenUp, Keep, PointlessError, Result
from bot.ways_out.bodies import as_bytes, body_of
from bot.ways_out.calling import Answer, Caller, UnansweredError
from bot.ways_out.guard import RefusedAddressError
from bot.ways_out.signing import signed_headers
from storage import hook_deliveries, staff, web_hooks, works
from storage.database import Database
from storage.hook_deliveries import DELIVERED, DROPPED, FAILED, WAITING, Attempt
from storage.models import HookDelivery, WebHook
from storage.staff import Role
from storage.works import Work

log = logging.getLogger(__name__)

# Seconds after each try; then the last again and again, until the hook is paused.
TRIED_AGAIN_AFTER = (5, 60, 300, 900, 1800, 3600, 7200, 14_400)
PAUSED_AFTER = timedelta(days=1)  # in which nothing got through
LONGEST_WAIT = 3600.0  # seconds, however long the other side asks for
GONE = 410
# What says that it is this event that will never be taken.
_NEVER_TAKEN = {400, 405, 406, 411, 413, 414, 415, 422, 431}
MOST_UNTAKEN = 5  # tries of one that is answered so
_MOST = 1000  # attempts: what is tried how often is judged here


@dataclass(frozen=True, slots=True)
class Call:
    """What is to be posted: read in one look, sent outside of any."""

    delivery_id: int
    address: str
    event: str
    secrets: list[str]
    body: dict[str, Any]
    attempts: int  # of this delivery, in former rows as well


class Hooks:
    """The craft of delivering events. `address` is where the console is served."""

    def __init__(self, *, database: Database, clock: Clock, caller: Caller, address: str) -> None:
        self._database = database
        self._clock = clock
        self._caller = caller
        self._address = address

    @property
    def craft(self) -> Craft:
        """See `works.Craft`."""
        return Craft(do=self._deliver, give_up=self._give_up, most=_MOST)

    async def _deliver(self, work: Work) -> Result:
        call = await self._database.read(lambda session: self._call(session, work))
        if call is None:
            return Again(0, "the web hook is paused", partial(_hold, work))
        body = as_bytes(call.body)
        headers = signed_headers(
            event=call.event, body=body, at=self._clock.now(), secrets=call.secrets
        )
        try:
            answer = await self._caller.post(call.address, body, headers)
        except UnansweredError as error:
            return self._unanswered(work, call, str(error))
        except RefusedAddressError as error:
            return self._failed(call, Attempt(FAILED, error=f"not sent: {error}"))
        return self._judged(work, call, answer)

    def _call(self, session: Session, work: Work) -> Call | None:
        """What to post; None where the hook is paused. Raises PointlessError."""
        delivery, hook = _met(session, work.payload["delivery_id"])
        if delivery.state != WAITING:
            raise PointlessError(f"it is {delivery.state} already")
        if hook.paused_at is not None:
            return None
        return Call(
            delivery.id,
            hook.address,
            delivery.event,
            web_hooks.secrets_of(hook, now=self._clock.now()),
            body_of(session, hook, delivery, address=self._address),
            work.attempts,
        )

    def _judged(self, work: Work, call: Call, answer: Answer) -> Result:
        status, words = answer.status, f"HTTP {answer.status} {answer.words}".rstrip()
        if 200 <= status < 300:
            return self._noted(call, Attempt(DELIVERED, status))
        if status == GONE:
            waits = self._noted(call, Attempt(WAITING, status, words), pauses=web_hooks.GONE)
            return Again(0, f"HTTP {status}", waits)
        if status in _NEVER_TAKEN and work.attempts >= MOST_UNTAKEN:
            return self._failed(call, Attempt(FAILED, status, words))
        return self._again(work, call, Attempt(WAITING, status, words), answer.wait)

    def _unanswered(self, work: Work, call: Call, reason: str) -> Result:
        return self._again(work, call, Attempt(WAITING, error=reason), None)

    def _again(self, work: Work, call: Call, attempt: Attempt, wait: float | None) -> Result:
        usual = TRIED_AGAIN_AFTER[min(work.attempts, len(TRIED_AGAIN_AFTER)) - 1]
        seconds = max(usual, min(wait or 0.0, LONGEST_WAIT))
        return Again(seconds, _in_short(attempt), self._noted(call, attempt))

    def _failed(self, call: Call, attempt: Attempt) -> Result:
        log.warning("hook delivery %s is given up, HTTP %s", call.delivery_id, attempt.answered)
        return GivenUp(_in_short(attempt), self._noted(call, attempt))

    def _noted(self, call: Call, attempt: Attempt, *, pauses: str | None = None) -> Keep:
        def keep(session: Session) -> None:
            now = self._clock.now()
            delivery, hook = _held(session, call.delivery_id)
            told = attempt
            if hook.ended_at is not None and attempt.state == WAITING:
                told = replace(attempt, state=DROPPED)
            hook_deliveries.note(session, delivery, told, body=call.body, now=now)
            web_hooks.note_result(session, hook, got_through=attempt.state == DELIVERED, now=now)
            failing = hook.failing_since
            is_long = failing is not None and now - failing >= PAUSED_AFTER
            why = pauses or (web_hooks.FAILING if is_long else None)
            if why is not None:
                self._pause(session, hook, why)
            elif hook.paused_at is not None:  # meanwhile
                works.hold(session, chat_id=hook.chat_id)

        return keep

    def _pause(self, session: Session, hook: WebHook, why: str) -> None:
        """Send no more there, and tell admins once."""
        now = self._clock.now()
        if not web_hooks.pause(session, hook, why=why, now=now):
            works.hold(session, chat_id=hook.chat_id)
            return
        log.warning("web hook %s is paused: %s", hook.id, why)
        admins = staff.members_with(session, Role.ADMIN)
        key = f"{hook.id}:{now.timestamp()}"
        tell_staff(session, admins, f"hook_{why}", key=key, now=now, hook=hook.id)

    def _give_up(self, session: Session, work: Work) -> None:
        """A bug of ours, as often as that can be tried."""
        delivery, _hook = _held(session, work.payload["delivery_id"])
        attempt = Attempt(FAILED, error="it could not be worded")
        hook_deliveries.note(session, delivery, attempt, body=delivery.body, now=self._clock.now())


def _in_short(attempt: Attempt) -> str:
    """What was wrong, without the other side's words: in the outbox they would outlive whom they
    name."""
    return f"HTTP {attempt.answered}" if attempt.answered is not None else attempt.error or ""


def _hold(work: Work, session: Session) -> None:
    """It is paused, unless that ended just now: then it goes on at once."""
    _delivery, hook = _held(session, work.payload["delivery_id"])
    if hook.paused_at is not None:
        works.hold(session, chat_id=work.chat_id)


def _met(session: Session, delivery_id: int) -> tuple[HookDelivery, WebHook]:
    """The delivery and its hook. Raises PointlessError if they are gone."""
    delivery = hook_deliveries.get(session, delivery_id)
    hook = web_hooks.get_hook(session, delivery.hook_id) if delivery is not None else None
    if delivery is None or hook is None:
        raise PointlessError("it is gone")
    return delivery, hook


def _held(session: Session, delivery_id: int) -> tuple[HookDelivery, WebHook]:
    """The same to write it down, also of a hook that was taken away meanwhile. Both are held: who
    it is about is not forgotten beside us, and whether the hook is paused does not change."""
    delivery = hook_deliveries.hold(session, delivery_id)
    hook = session.get_one(
        WebHook, delivery.hook_id, with_for_update={"key_share": True}, populate_existing=True
    )
    return delivery, hook
