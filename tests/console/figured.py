"""Days that were counted, for the pages of insight: a programme that grows, week by week."""

from datetime import date, timedelta

from actions.insight.counting import COUNTED
from storage import day_figures
from tests.console.conftest import Office

TODAY = date(2026, 6, 1)
WEEKLY = {  # of the 1st week, and how many more with each week
    "people": (40, 6),
    "conversations": (70, 9),
    "checks": (31, 5),
    "verdicts": (22, 4),
    "verdict_eligible": (9, 2),
    "verdict_not_yet": (6, 1),
    "verdict_unknown": (2, 0),
    "verdict_no": (5, 1),
    "ideas": (14, 3),
    "sent": (8, 2),
    "leads": (9, 2),
    "lead_qualified": (5, 1),
    "lead_declined": (2, 0),
    "lead_done": (6, 0),
    "lead_withdrawn": (0, 0),
    "handoffs": (7, 1),
    "promise_kept": (6, 1),
    "promise_broken": (1, 0),
    "unanswered": (0, 0),
}
PARTS = {
    "borough": {"sefton": 0.45, "liverpool": 0.35, "wirral": 0.15, "": 0.05},
    "theme": {"ageing": 0.6, "": 0.4},
    "offer": {"incubator": 0.8, "callback": 0.2},
    "source": {"library-poster": 0.5, "gp": 0.1, "": 0.4},
}


def count_weeks(office: Office, *, weeks: int = 13, until: date = TODAY) -> None:
    """Write what was counted on the Monday of each of these weeks, and that all days were."""
    with office.core.database.transaction() as session:
        for number in range(weeks):
            monday = until - timedelta(weeks=weeks - 1 - number)
            counts = {
                (figure, ""): first + more * number for figure, (first, more) in WEEKLY.items()
            }
            for figure, (first, more) in WEEKLY.items():
                for split, shares in PARTS.items():
                    counts |= _split(figure, split, shares, first + more * number)
            answered = 6 + number
            counts |= {
                ("answer_minutes", "minutes:45"): answered // 2,
                ("answer_minutes", "minutes:480"): answered - answered // 2 - 1,
                ("answer_minutes", "minutes:2880"): 1,
                (COUNTED, ""): 1,
            }
            day_figures.write_day(
                session, monday, counts, figures={figure for figure, _part in counts}
            )
        session.flush()


def _split(
    figure: str, split: str, shares: dict[str, float], whole: int
) -> dict[tuple[str, str], int]:
    *some, last = shares
    counts = {(figure, f"{split}:{part}"): round(whole * shares[part]) for part in some}
    counts[figure, f"{split}:{last}"] = max(whole - sum(counts.values()), 0)
    return counts
