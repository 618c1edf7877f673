"""What a change of a call would do, before it is made: who is told what, in which words, which
verdicts change and why, which reminders move to when, and what becomes impossible.

It is worked out with what the herald, the planner and eligibility use, on copies, and reading only.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from actions.criteria.news import Tidings, concerned_topics, opening_ahead, tidings, what_to_tell
from actions.labels import Say
from actions.programme import Programme
from actions.reminders.news_words import news_words
from actions.times.planning import schedule_of
from actions.times.quiet_hours import allowed_from
from storage import call_counts, calls, late_links, news, subscriptions
from storage.call_changes import ChangeKind
from storage.call_counts import Waiting
from storage.calls import Saved
from storage.models import Call, CallNews
from storage.reminders import Entry, Key

MOST_CHATS = 1_500  # that are looked at one by one; beyond, "at least" is said
MOST_SUBSCRIPTIONS = 20_000
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Notice:
    """So many people read just this: a response with its values. `event` is None where only the
    verdict is told; `subscribed`: they are reminded of the call already."""

    event: str | None
    was: str | None
    verdict: str | None
    reasons: tuple[str, ...]
    subscribed: bool
    count: int
    response: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """What one piece of news tells whom, from this moment on; the most frequent notice first."""

    tells_at: datetime
    notices: tuple[Notice, ...] = ()
    is_capped: bool = False

    @property
    def people(self) -> int:
        return sum(notice.count for notice in self.notices)

    @property
    def verdicts(self) -> list[Notice]:
        """Those that tell of another verdict."""
        return [notice for notice in self.notices if notice.verdict]


@dataclass(frozen=True, slots=True)
class Move:
    """So many have their next reminder at another moment than before; None: there is none."""

    before: Entry | None
    after: Entry | None
    count: int


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that cannot be done any more, by its name here, and to how many it matters."""

    name: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Consequences:
    """All of it. `told` is what is told because of the change, `opening` what is told once the call
    opens."""

    saved: Saved
    told: Heard | None = None
    opening: Heard | None = None
    moves: tuple[Move, ...] = ()
    moves_capped: bool = False
    losses: tuple[Loss, ...] = ()

    @property
    def people(self) -> int:
        return self.told.people if self.told else 0

    @property
    def verdicts(self) -> int:
        return sum(notice.count for notice in self.told.verdicts) if self.told else 0

    @property
    def moved(self) -> int:
        return sum(move.count for move in self.moves)

    def seal(self, version: int) -> str:
        """The same for the same change of the same version with the same figures, and no other."""
        change = self.saved.change
        heard = [_figures(it) for it in (self.told, self.opening)]
        moves = sorted((str(it.before), str(it.after), it.count) for it in self.moves)
        losses = [(it.name, it.count) for it in self.losses]
        after = _without_moments(change.after) if change else {}
        told = json.dumps([version, after, heard, moves, losses], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Foreseeing:
    """Works it out for one programme, as of `now`."""

    programme: Programme
    say: Say
    now: datetime

    def foresee(self, session: Session, call: Call, values: Mapping[str, Any]) -> Consequences:
        """What writing these fields to the call would do."""
        saved = calls.foreseen(call, values, now=self.now)
        if saved.change is None:
            return Consequences(saved)
        waiting = call_counts.waiting_for(session, call, most=MOST_SUBSCRIPTIONS)
        item = what_to_tell(session, saved, now=self.now)
        opening = opening_ahead(session, saved, now=self.now)
        most = MOST_CHATS // 2 if item and opening else MOST_CHATS
        return Consequences(
            saved,
            told=self._heard(session, item, saved.call, most) if item else None,
            opening=self._heard(session, opening, saved.call, most) if opening else None,
            moves=tuple(self._moves(call, saved, waiting)),
            moves_capped=sum(it.count for it in waiting) >= MOST_SUBSCRIPTIONS,
            losses=tuple(self._losses(session, call, saved)),
        )

    def _heard(self, session: Session, item: CallNews, call: Call, most: int) -> Heard:
        """As the herald deals with it, batch by batch; no more than about so many chats."""
        at = max(item.at, self.now)
        topics = concerned_topics(item, call, self.programme)
        groups: Counter[_Alike] = Counter()
        samples: dict[_Alike, Tidings] = {}
        looked_at, chat_ids = 0, [0]
        while chat_ids and looked_at < most:
            chat_ids = news.concerned(session, item, topics, limit=_BATCH)
            found = tidings(session, item, call, chat_ids, programme=self.programme, now=at)
            for it in found.values():
                alike = _Alike.of(it)
                groups[alike] += 1
                samples.setdefault(alike, it)
            looked_at += len(chat_ids)
            item.told_up_to = chat_ids[-1] if chat_ids else item.told_up_to
        notices = [
            self._notice(call, alike, samples[alike], count, at)
            for alike, count in groups.most_common()
        ]
        zone, quiet = self.programme.zone, self.programme.quiet_hours
        tells_at = allowed_from(at, zone=zone, quiet=quiet)
        return Heard(tells_at, tuple(notices), is_capped=bool(chat_ids))

    def _notice(
        self, call: Call, alike: "_Alike", sample: Tidings, count: int, at: datetime
    ) -> Notice:
        response, values = news_words(call, sample, say=self.say, programme=self.programme, now=at)
        return Notice(
            alike.event,
            alike.was,
            alike.verdict,
            alike.reasons,
            alike.subscribed,
            count,
            response,
            values,
        )

    def _moves(self, call: Call, saved: Saved, waiting: Sequence[Waiting]) -> Iterator[Move]:
        """Where reminders move, and where they end because the call does."""
        was_over = calls.ends_at(call) <= self.now
        is_over = calls.ends_at(saved.call) <= self.now
        moves: Counter[tuple[Entry | None, Entry | None]] = Counter()
        for it in waiting:
            before = None if was_over else it.next
            after = None if is_over else self._next(saved, it)
            if (before and before.due_at) != (after and after.due_at):
                moves[before, after] += it.count
        for (before, after), count in moves.most_common():
            yield Move(before, after, count)

    def _next(self, saved: Saved, waiting: Waiting) -> Entry | None:
        if not saved.moved:
            return waiting.next
        call, key = saved.call, waiting.key
        anew = Key(call.id, key.plan, key.at_clock, call.closes_at)
        planned = schedule_of(anew, call, self.programme).first(after=self.now)
        return subscriptions.earlier(planned, waiting.snoozed_until, closes_at=call.closes_at)

    def _losses(self, session: Session, call: Call, saved: Saved) -> Iterator[Loss]:
        """What cannot be done any more."""
        then = saved.call
        if saved.change is not None and saved.change.kind == ChangeKind.PUBLISHED:
            yield Loss("draft")
        if then.is_draft:
            return
        could = call.opens_at <= self.now < calls.ends_at(call) and not call.is_draft
        can = then.opens_at <= self.now < calls.ends_at(then)
        if could and not can:
            drafts = call_counts.counts_of(session, [call])[call.id].drafts
            yield Loss("later" if then.opens_at > self.now else "apply", drafts)
        if then.withdrawn_at is not None and call.withdrawn_at is None:
            links = late_links.links_of_call(session, call)
            if in_force := sum(link.expires_at > self.now for link in links):
                yield Loss("late", in_force)


@dataclass(frozen=True, slots=True)
class _Alike:
    """What people have in common who read the same words."""

    event: str | None
    was: str | None
    verdict: str | None
    subscribed: bool
    reasons: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, found: Tidings) -> "_Alike":
        verdict = found.verdict
        reasons = (
            tuple(
                reason.fact if reason.outcome == "unknown" else reason.text
                for reason in verdict.decisive()
            )
            if verdict
            else ()
        )
        kind = verdict.kind if verdict else None
        event = str(found.event) if found.event else None
        return cls(event, found.was, kind, found.subscribed, reasons)


def _figures(heard: Heard | None) -> list[Any]:
    if heard is None:
        return []
    return sorted(
        [it.event or "", it.was or "", it.verdict or "", [*it.reasons], it.subscribed, it.count]
        for it in heard.notices
    )


def _without_moments(after: Mapping[str, Any]) -> dict[str, Any]:
    """The moment at which somebody closes or withdraws a call goes on while they read."""
    return {name: bool(it) if name in calls.ENDS else it for name, it in after.items()}
