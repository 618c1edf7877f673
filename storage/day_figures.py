"""How many there were of something on each day. What is counted here names nobody, and stays when
those who were counted are deleted."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, String, cast, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from storage.models import DayFigure

COUNTED = "counted"  # the figure by which a day is known that was counted, whatever there was on it
Counts = Mapping[tuple[str, str], int]  # by figure and part
WeekCounts = dict[tuple[str, str, date], int]  # by figure, part and the week's Monday


def write_day(session: Session, day: date, counts: Counts, *, figures: Collection[str]) -> None:
    """Put these counts in place of what the day has of these figures."""
    of_day = DayFigure.day == day, DayFigure.figure.in_(figures)
    session.execute(delete(DayFigure).where(*of_day))
    rows = [
        {"day": day, "figure": figure, "part": part, "count": count}
        for (figure, part), count in counts.items()
        if count
    ]
    if rows:
        session.execute(insert(DayFigure), rows)


def newest_day(session: Session) -> date | None:
    """The newest day that was counted."""
    return session.scalars(select(func.max(DayFigure.day)).where(_of(COUNTED))).one()


def oldest_day(session: Session) -> date | None:
    """The first day that was counted."""
    return session.scalars(select(func.min(DayFigure.day)).where(_of(COUNTED))).one()


def by_week(
    session: Session, figures: Iterable[str], *, since: date, before: date, split: str = ""
) -> WeekCounts:
    """How many there were in each week of the days from `since` to before `before`. `split` names
    of what there are parts; without it, of all."""
    monday = _monday(session)
    wanted = DayFigure.part.startswith(f"{split}:") if split else DayFigure.part == ""
    statement = (
        select(DayFigure.figure, DayFigure.part, monday, func.sum(DayFigure.count))
        .where(or_(*(_of(figure) for figure in figures)), wanted)
        .where(DayFigure.day >= since, DayFigure.day < before)
        .group_by(DayFigure.figure, DayFigure.part, monday)
    )
    return {
        (figure, part.removeprefix(f"{split}:"), _date(week)): int(count)
        for figure, part, week, count in session.execute(statement)
    }


def _of(figure: str) -> ColumnElement[bool]:
    return DayFigure.figure == figure


def _monday(session: Session) -> ColumnElement[Any]:
    """The Monday of a day's week."""
    if session.get_bind().dialect.name == "sqlite":
        return func.date(DayFigure.day, "weekday 0", "-6 days", type_=String)
    return cast(func.date_trunc("week", DayFigure.day), Date)


def _date(week: str | date) -> date:
    return week if isinstance(week, date) else date.fromisoformat(week)
