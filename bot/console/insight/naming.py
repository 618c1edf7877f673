"""What figures, their parts and their charts are called in the pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from actions.insight.counting import OUTCOMES, VERDICTS, WITH_OFFER
from actions.insight.tables import NOT_SAID, OTHERS
from actions.labels import answer_label, kind_label
from bot.console.office import Office

FIGURES: Mapping[str, str] = {
    "people": "People who came for the first time",
    "conversations": "Conversations",
    "checks": "Began to check if they can apply",
    "verdicts": "Were told a verdict",
    "verdict_eligible": "Can apply",
    "verdict_not_yet": "Cannot apply yet",
    "verdict_unknown": "Could not be told",
    "verdict_no": "Cannot apply",
    "ideas": "Ideas begun",
    "sent": "Ideas sent",
    "leads": "Leads",
    "lead_qualified": "Qualified",
    "lead_declined": "Declined",
    "lead_done": "Done",
    "lead_withdrawn": "Taken back",
    "handoffs": "Asked for a person",
}
WHOLE = "all"
SPLITS: Mapping[str, str] = {
    "borough": "borough",
    "theme": "theme",
    "offer": "offer",
    "source": "where they came from",
}


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures that are shown together. `whole`: they are the parts of one."""

    name: str
    title: str
    figures: tuple[str, ...]
    whole: bool = False


CHARTS = (
    Chart("people", FIGURES["people"], ("people",)),
    Chart("conversations", "Chats in which people wrote", ("conversations",)),
    Chart("verdicts", "Verdicts", tuple(f"verdict_{kind}" for kind in VERDICTS), whole=True),
    Chart("ideas", "Ideas", ("ideas", "sent")),
    Chart("leads", "Leads", ("leads",)),
    Chart("outcomes", "What became of leads", tuple(f"lead_{kind}" for kind in OUTCOMES)),
    Chart("handoffs", FIGURES["handoffs"], ("handoffs",)),
)


def charts(split: str) -> tuple[Chart, ...]:
    """Those of the page; with a split each figure has one of its own, if it has such parts."""
    if not split:
        return CHARTS
    named = (name for chart in CHARTS for name in chart.figures)
    return tuple(
        Chart(name, f"{FIGURES[name]}, by {SPLITS[split]}", (name,))
        for name in named
        if split != "offer" or name in WITH_OFFER
    )


def known_parts(office: Office, split: str) -> list[str]:
    """The parts that there may be of everything, in the content's order."""
    programme = office.programme
    parts: Mapping[str, Mapping[str, object]] = {
        "borough": programme.boroughs,
        "theme": programme.themes,
        "offer": programme.offers,
    }
    return [*parts.get(split, {})]


def part_name(office: Office, split: str, part: str) -> str:
    """What a part is called; what the content does not know any more, as it was called then."""
    if part in (WHOLE, OTHERS):
        return {WHOLE: "All", OTHERS: "Others"}[part]
    if part == NOT_SAID:
        return "By no link" if split == "source" else "Not said"
    if split == "source":
        return part
    try:
        named = kind_label(office, part) if split == "offer" else answer_label(office, split, part)
    except KeyError:
        return part
    return str(named.striptags())
