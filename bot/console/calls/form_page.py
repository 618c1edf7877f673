"""The form of a call as a page: its rows, its choices, and what is wrong beside each field."""

from collections.abc import Collection, Sequence
from typing import Any

from aiohttp import web

from actions.criteria.criteria import TEXTS
from actions.forms.call_form import CallForm
from actions.forms.call_reading import Read
from actions.forms.criteria_rows import Row, flat
from bot.console.calls.dead_end import Refusal
from bot.console.calls.words import COMPARED, CallWords, Changed, offset_words
from bot.console.office import Office
from bot.console.visitor import Visitor
from dialogues.programme import Fact
from storage.models import Call

SIMPLE = ("28d", "14d", "7d", "3d", "2d", "1d", "2h")  # offsets with a box of their own
_TEXT_LABELS = {
    "met": "What they read when it is met",
    "unmet_text": "What they read when it is not",
    "fix": "What would change it",
}


class FormPage:
    """Renders it."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._words = CallWords(office)

    def show(
        self,
        visitor: Visitor,
        form: CallForm,
        call: Call | None,
        codes: Collection[str],
        *,
        read: Read | None = None,
        refusal: Refusal | None = None,
        changes: Sequence[Changed] = (),
        copied: Call | None = None,
        status: int = 200,
    ) -> web.Response:
        """The form for a new call, or for `call`; with what is wrong, why it was refused, or what
        others changed meanwhile."""
        programme, zone = self._office.programme, self._office.programme.zone
        mistakes = read.mistakes if read else []
        ids = [int(row.id) for row, _parent in flat(form.rows)]
        return self._office.rendering.page(
            "calls/form.html",
            visitor=visitor,
            here="calls",
            status=status,
            call=call,
            copied=copied,
            form=form,
            mistakes=mistakes,
            wrong={it.field: it.words for it in mistakes},
            either=read.either if read else {},
            refusal=refusal,
            changes=changes,
            themes=programme.themes,
            zone=zone.key,
            facts={name: self._words.fact(name) for name in programme.facts},
            doors=self._doors(call, codes),
            simple={it: offset_words(it) for it in SIMPLE},
            usual=[offset_words(it) for it in programme.reminders],
            look=self._look,
            texts=[(name, _TEXT_LABELS[name]) for name in TEXTS],
            next_id=max(ids, default=0) + 1,
        )

    def _doors(self, call: Call | None, codes: Collection[str]) -> dict[str, str]:
        offers = {name: offer.name for name, offer in self._office.programme.offers.items()}
        others = {code: f"The call {code}" for code in sorted(codes)}
        if call is not None:
            others.pop(call.code, None)
        return {**offers, **others}

    def _look(self, row: Row) -> dict[str, Any]:
        """How a criterion is shown: what it is about, its comparisons and answers."""
        fact = self._office.programme.facts.get(row.fact)
        if fact is None:
            return {"label": row.fact, "is_known": False}
        comparisons = self._comparisons(fact)
        return {
            "label": self._words.fact(row.fact),
            "is_known": True,
            "is_number": fact.number,
            "is_choice": not fact.values and not fact.number and row.comparison != "one_of",
            "comparisons": comparisons,
            "comparison": row.comparison or next(iter(comparisons)),
            "answers": self._words.answers(fact),
        }

    def _comparisons(self, fact: Fact) -> dict[str, str]:
        names = ["one_of", "is"] if fact.values else ["is"]
        if fact.number:
            names = ["at_least", "at_most", "is"]
        elif fact.ordered:
            names += ["at_least", "at_most"]
        return {name: COMPARED[name] for name in names}
