"""Counting a day: how many there were of everything, of all and by part."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from storage.day_counts import Asked, Seen, Span
from storage.day_figures import COUNTED

VERDICTS = ("eligible", "not_yet", "unknown", "no")  # the best one that they were told counts
OUTCOMES = ("qualified", "declined", "done", "withdrawn")
SPLITS = ("borough", "theme", "offer", "source")
FIGURES = (
    COUNTED,
    "people",
    "conversations",
    "checks",
    "verdicts",
    *(f"verdict_{kind}" for kind in VERDICTS),
    "ideas",
    "sent",
    "leads",
    *(f"lead_{kind}" for kind in OUTCOMES),
    "handoffs",
)
WITH_OFFER = frozenset({"sent", "leads", *(f"lead_{kind}" for kind in OUTCOMES)})
ANSWER_FIGURES = ("answer_minutes", "promise_kept", "promise_broken", "unanswered")
_HOURS = (1, 1.5, 2, 3, 4, 6, 8, 12, 18, 24, 36, 48, 60, 72, 96, 120, 144, 168)
# The ends of the classes in which answers are counted, in minutes; what took longer has none.
CLASSES = (1, 2, 5, 10, 15, 20, 30, 45, *(int(hours * 60) for hours in _HOURS))
LONGER = CLASSES[-1] * 2

Counts = Counter[tuple[str, str]]


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The day on which this instant is."""
    return at.astimezone(zone).date()


def count_day(session: Session, day: date, *, zone: ZoneInfo, checking: Collection[str]) -> Counts:
    """All figures of a day. `checking` are the flows in which it is asked who may apply."""
    span, counts = _span(session, day, zone), Counts({(COUNTED, ""): 1})
    _add(counts, "people", span.people())
    _add(counts, "conversations", span.wrote())
    _add(counts, "checks", span.asked_in(checking))
    told = span.verdicts()
    _add(counts, "verdicts", [seen for seen, _kinds in told])
    for kind in VERDICTS:
        _add(counts, f"verdict_{kind}", [seen for seen, kinds in told if _best(kinds) == kind])
    _add(counts, "ideas", span.ideas())
    _add(counts, "sent", span.ideas_sent())
    _add(counts, "leads", span.leads())
    for kind in OUTCOMES:
        _add(counts, f"lead_{kind}", span.leads_that(kind))
    _add(counts, "handoffs", span.handoffs())
    return counts


def count_answers(session: Session, day: date, *, zone: ZoneInfo, now: datetime) -> Counts:
    """How long those waited who asked for a person on this day."""
    counts = Counts()
    for asked in _span(session, day, zone).asked():
        if asked.answered_at is None:
            counts["unanswered", ""] += 1
        else:
            counts["answer_minutes", f"minutes:{_class_of(asked.answered_at - asked.at)}"] += 1
        if (kept := _is_kept(asked, now)) is not None:
            counts["promise_kept" if kept else "promise_broken", ""] += 1
    return counts


def _span(session: Session, day: date, zone: ZoneInfo) -> Span:
    begin, end = (
        datetime.combine(it, time(), zone).astimezone(UTC) for it in (day, day + timedelta(days=1))
    )
    return Span(session, begin, end)


def _add(counts: Counts, figure: str, seen: Iterable[Seen]) -> None:
    splits = SPLITS if figure in WITH_OFFER else [it for it in SPLITS if it != "offer"]
    for one in seen:
        counts[figure, ""] += 1
        for split in splits:
            counts[figure, f"{split}:{getattr(one, split)}"] += 1


def _best(kinds: Collection[str]) -> str:
    return next((kind for kind in VERDICTS if kind in kinds), "no")


def _class_of(waited: timedelta) -> int:
    minutes = waited.total_seconds() / 60
    return next((end for end in CLASSES if minutes <= end), LONGER)


def _is_kept(asked: Asked, now: datetime) -> bool | None:
    """Whether somebody was there in time; None while that is open, or nothing was promised."""
    if asked.promised_at is None:
        return None
    if asked.answered_at is not None:
        return asked.answered_at <= asked.promised_at
    return False if asked.promised_at < now else None
