"""How many there were of something on each day. What is counted here names nobody, and stays when
those who were counted are deleted."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from storage.models import DayFigure

COUNTED = "counted"  # the figure by which a day is known that was counted, whatever there was on it
_OF_WEEK = "w:"  # before a figure: the sum of the week that begins on the day, ready to be read
_WEEK = timedelta(weeks=1)
Counts = Mapping[tuple[str, str], int]  # by figure and part
WeekCounts = dict[tuple[str, str, date], int]  # by figure, part and the week's Monday


def write_day(session: Session, day: date, counts: Counts, *, figures: Collection[str]) -> None:
    """Put these counts in place of what the day has of these figures, and sum up its week anew."""
    _put(session, day, counts, figures)
    monday = day - timedelta(days=day.weekday())
    of_week = (
        select(DayFigure.figure, DayFigure.part, func.sum(DayFigure.count))
        .where(DayFigure.day >= monday, DayFigure.day < monday + _WEEK)
        .where(DayFigure.figure.in_(figures))
        .group_by(DayFigure.figure, DayFigure.part)
    )
    sums = {(_OF_WEEK + figure, part): int(n) for figure, part, n in session.execute(of_week)}
    _put(session, monday, sums, [_OF_WEEK + figure for figure in figures])


def newest_day(session: Session) -> date | None:
    """The newest day that was counted."""
    return session.scalars(select(func.max(DayFigure.day)).where(DayFigure.figure == COUNTED)).one()


def oldest_day(session: Session) -> date | None:
    """The first day that was counted."""
    return session.scalars(select(func.min(DayFigure.day)).where(DayFigure.figure == COUNTED)).one()


def by_week(
    session: Session, figures: Iterable[str], *, since: date, before: date, split: str = ""
) -> WeekCounts:
    """How many there were in each of the weeks that begin from `since` to before `before`, both
    Mondays. `split` names of what there are parts; without it, of all."""
    wanted = DayFigure.part.startswith(f"{split}:") if split else DayFigure.part == ""
    statement = (
        select(DayFigure.figure, DayFigure.part, DayFigure.day, DayFigure.count)
        .where(DayFigure.figure.in_([_OF_WEEK + figure for figure in figures]), wanted)
        .where(DayFigure.day >= since, DayFigure.day < before)
    )
    start = len(split) + 1 if split else 0
    return {
        (figure[len(_OF_WEEK) :], part[start:], monday): count
        for figure, part, monday, count in session.execute(statement)
    }


def _put(session: Session, day: date, counts: Counts, figures: Collection[str]) -> None:
    of_day = DayFigure.day == day, DayFigure.figure.in_(figures)
    session.execute(delete(DayFigure).where(*of_day))
    rows = [
        {"day": day, "figure": figure, "part": part, "count": count}
        for (figure, part), count in counts.items()
        if count
    ]
    if rows:
        session.execute(insert(DayFigure), rows)
