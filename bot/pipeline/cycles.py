"""One cycle of delivery, in one transaction: what was done is written, what is next is claimed."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.clock import STEP, Clock, Drift
from bot.pipeline.booking import Books
from bot.pipeline.composing import Composer, Load
from bot.pipeline.outcomes import Outcome, Unbegun
from bot.pipeline.pacing import GROUP_LIMIT, GROUP_WINDOW
from storage import outbox, paces
from storage.claiming import Wanted, claim
from storage.outbox import SENT, Claimed
from storage.paces import Attendance, Share
from storage.stretches import Stretches
from storage.waking import Kind, woken

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
ATTEND_EVERY = 1.0  # seconds
TIDY_EVERY = 2.0  # seconds between two looks at expired leases, and at how deep the lanes are
GRACE = 10.0  # seconds after an outage in which whoever was cut off may still write what it sent


@dataclass(frozen=True, slots=True)
class Task:
    """What a cycle is to do, under which lease. `holds` are paces to hold, for so many seconds."""

    lease: str
    outcomes: Sequence[Outcome]
    holds: Mapping[str, float]
    wanted: Wanted | None


@dataclass(slots=True)
class Done:
    """What came of it."""

    later: list[Outcome] = field(default_factory=list)  # still to be written
    loads: list[Load] = field(default_factory=list)
    begun_at: float = 0.0  # by the monotonic clock
    until: float = 0.0  # the end of their lease
    attended: dict[str, Attendance] = field(default_factory=dict)  # by channel
    rests: dict[int, float] = field(default_factory=dict)  # groups that had enough, and how long
    met: set[int] = field(default_factory=set)  # chats that have to wait, and have something to
    more: bool = False  # there is more to look at, at once
    wakes: frozenset[Kind] = frozenset()  # what else is to be done now


class Cycles:
    """Does the cycles of one process. `shared` are the paces that processes share, by channel."""

    def __init__(
        self,
        *,
        clock: Clock,
        composer: Composer,
        shared: Mapping[str, Share],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._composer = composer
        self._books = Books(clock=clock, composer=composer, monotonic=monotonic)
        self._shared = shared
        self._monotonic = monotonic
        self._drift = Drift(clock, monotonic=monotonic)
        self._stretches = Stretches()
        self._doubtful: list[str] = []
        self._attend_at = self._tidy_at = self._take_back_at = float("-inf")

    def run(self, session: Session, task: Task) -> Done:
        """Do it all. The caller commits."""
        begun_at = self._monotonic()
        done = Done(begun_at=begun_at, until=begun_at + LEASE.total_seconds())
        if self._doubtful:
            outbox.release(session, self._doubtful)
        done.later = self._books.write(session, task.outcomes, carefully=bool(self._doubtful))
        self._share(session, task, done)
        self._attend(session, done)
        self._tidy(session)
        if task.wanted is not None:
            self._claim(session, task.lease, task.wanted, done)
        done.wakes = woken(session)
        return done

    def leave(self, session: Session) -> None:
        """Nothing more is sent from here."""
        for share in self._shared.values():
            paces.leave(session, share)

    def committed(self) -> None:
        """The last cycle is in the database."""
        self._doubtful.clear()

    def failed(self, lease: str) -> None:
        """The last cycle is not in the database, or nobody knows."""
        self.doubt([lease])

    def doubt(self, leases: Collection[str]) -> None:
        """Nobody knows whether anything is in the database under these: it is let go of."""
        if leases:
            self._doubtful.extend(leases)
            self._take_back_at = max(self._take_back_at, self._monotonic() + GRACE)

    def _share(self, session: Session, task: Task, done: Done) -> None:
        """Tell the other processes what was sent to groups, and who has to be left in peace."""
        for name, seconds in task.holds.items():
            paces.hold(session, name, seconds=seconds)
        now, later = self._monotonic(), {id(outcome) for outcome in done.later}
        for outcome in task.outcomes:
            group = self._group_name(outcome.load.claimed)
            if group and not isinstance(outcome.result, Unbegun) and id(outcome) not in later:
                ago = [now - outcome.at] * (1 + outcome.load.parcel.pins)
                paces.note_sent(session, group, seconds_ago=ago, most=GROUP_LIMIT)

    def _attend(self, session: Session, done: Done) -> None:
        if done.begun_at >= self._attend_at:
            self._attend_at = done.begun_at + ATTEND_EVERY
            done.attended = {
                channel: paces.attend(session, share) for channel, share in self._shared.items()
            }

    def _tidy(self, session: Session) -> None:
        now, moment = self._clock.now(), self._monotonic()
        if moment < self._tidy_at:
            return
        self._tidy_at = moment + TIDY_EVERY
        self._stretches.measure(session, now=now)
        if abs(self._drift.look() or timedelta()) > STEP:
            # Until every lease that was given before has ended, none can be told from one of now.
            self._take_back_at = moment + LEASE.total_seconds()
        if moment >= self._take_back_at:
            taken = outbox.take_back(session, now=now, lease_for=LEASE)
            if taken:
                log.warning("%s messages of somebody who is gone are sent from here", taken)

    def _claim(self, session: Session, lease: str, wanted: Wanted, done: Done) -> None:
        if any(attendance.held_for > 0 for attendance in done.attended.values()):
            return  # it was not known when this was wanted
        now = self._clock.now()
        claimed = claim(
            session,
            wanted,
            now=now,
            lease=lease,
            lease_for=LEASE,
            stretches=self._stretches,
        )
        rows = self._without_full_groups(session, claimed.rows, done)
        done.loads = self._composer.compose(session, rows)
        done.met = claimed.met
        empty = [lane for lane in SENT if wanted.room.left(lane) > 0]
        unsaid = len(done.loads) < len(rows)  # what is behind a row that is not sent may go now
        done.more = self._stretches.move_on(session, empty, now=now) or unsaid

    def _without_full_groups(
        self, session: Session, rows: list[Claimed], done: Done
    ) -> list[Claimed]:
        """Give back what a group cannot take yet, because of what other processes sent to it."""
        groups: defaultdict[str, list[Claimed]] = defaultdict(list)
        for row in rows:
            if name := self._group_name(row):
                groups[name].append(row)
        if not groups:
            return rows
        full = paces.waits(session, groups, most=GROUP_LIMIT, window=GROUP_WINDOW)
        done.rests = {row.chat_id: wait for name, wait in full.items() for row in groups[name]}
        outbox.give_back(session, [row for name in full for row in groups[name]])
        return [row for row in rows if row.chat_id not in done.rests]

    def _group_name(self, claimed: Claimed) -> str | None:
        """What the pace of this row's group is called; None if it has none that is shared."""
        share = self._shared.get(claimed.channel)
        if share is None or claimed.chat_kind == "private":
            return None
        return f"{share.name}:{claimed.place}"
