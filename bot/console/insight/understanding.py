"""How well messages are understood: the model in force, what it learnt from staff, and when."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from actions.insight.lessons import count_waiting
from bot.console.gate import Page
from bot.console.insight.meanings import USUAL, meaning
from bot.console.office import Office
from bot.console.visitor import Visitor
from dialogues.understanding.intents import OUT_OF_SCOPE
from storage import training_examples, trainings

HISTORY = 20
Figures = Mapping[str, tuple[int, int | None, int | None]]


@dataclass(frozen=True, slots=True)
class Row:
    """An intent's examples: how many, how many were found by the others, and how many of them are
    from staff. None where no model of this process could tell."""

    intent: str
    examples: int
    right: int | None
    among_three: int | None
    from_staff: int

    @property
    def percent(self) -> int | None:
        """Of them, that were found."""
        return None if self.right is None else round(100 * self.right / max(self.examples, 1))

    @property
    def percent_among(self) -> int | None:
        """Of them, that were found among the first three."""
        found = self.among_three
        return None if found is None else round(100 * found / max(self.examples, 1))


class UnderstandingPage:
    """Figures alone: nobody's words."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"understanding": self._show}

    async def _show(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        content = self._office.content
        finder = content.language.intents
        model: Any = finder.learner.model
        made_at = getattr(model, "made_at", None)
        found = await self._office.database.read(self._find)
        rows = self._rows(found["from_staff"])
        told = [it for it in rows if it.right is not None]
        count = sum(it.examples for it in told)
        return self._office.rendering.page(
            "insight/understanding.html",
            visitor=visitor,
            here="insight",
            tab="understanding",
            has_model=model is not None,
            is_off=self._office.core.settings.encoder_path == "off",
            made_at=datetime.fromtimestamp(made_at, UTC) if made_at else None,
            thresholds=finder.thresholds,
            examples=len(finder.exact),
            lessons=len(finder.lessons),
            right=round(100 * sum(it.right or 0 for it in told) / count) if count else None,
            usual=[it for it in rows if it.intent in USUAL],
            others=[it for it in rows if it.intent not in USUAL],
            meaning=partial(meaning, content),
            **found,
        )

    def _find(self, session: Session) -> dict[str, Any]:
        training = trainings.in_force(session)
        learnt = training_examples.get_many(session, training.examples if training else ())
        return {
            "waiting": count_waiting(session),
            "from_staff": Counter(it.intent for it in learnt),
            "history": trainings.history(session, most=HISTORY),
            "in_force": training.id if training else None,
        }

    def _rows(self, from_staff: Mapping[str, int]) -> list[Row]:
        """The weakest first; without a model by the name."""
        finder = self._office.content.language.intents
        figures: Figures = getattr(finder.learner.model, "figures", {})
        counts = Counter(finder.exact.values())
        rows = []
        for intent, count in counts.items():
            known = figures if intent != OUT_OF_SCOPE else {}  # which is never the best intent
            _all, right, among = known.get(intent, (count, None, None))
            rows.append(Row(intent, count, right, among, from_staff.get(intent, 0)))
        return sorted(rows, key=lambda it: (it.percent is None, it.percent or 0, it.intent))
