"""Consequences as a page shows them: with the very words that people will read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from actions.reminders.consequences import Consequences, Heard, Move, Notice
from bot.console.calls.words import EVENTS, VERDICTS, CallWords, offset_words
from bot.console.office import Office

MOST_WORDINGS = 6  # that are shown of one piece of news


@dataclass(frozen=True, slots=True)
class Read:
    """So many read this."""

    count: int
    about: str
    text: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """So many verdicts change so, and why."""

    count: int
    before: str
    after: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class News:
    """Who is told what from which moment on; `others` more wordings are not shown."""

    people: int
    is_capped: bool
    tells_at: datetime
    is_at_once: bool
    reads: list[Read]
    others: int
    verdicts: list[Verdicts]


class Foretelling:
    """Makes the values of templates of consequences."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._words = CallWords(office)

    def values(self, found: Consequences, *, now: datetime) -> dict[str, Any]:
        """What `calls/consequences.html` shows."""
        return {
            "headline": _headline(found, now),
            "fields_changed": list(self._fields(found)),
            "told": self._news(found.told, now) if found.told else None,
            "opening": self._news(found.opening, now) if found.opening else None,
            "moves": [_moved(it) for it in found.moves],
            "moves_capped": found.moves_capped,
            "losses": found.losses,
        }

    def _fields(self, found: Consequences) -> Iterator[tuple[str, str, str]]:
        if found.saved.change is not None:
            yield from self._words.change(found.saved.change).fields

    def _news(self, heard: Heard, now: datetime) -> News:
        shown = heard.notices[:MOST_WORDINGS]
        return News(
            people=heard.people,
            is_capped=heard.is_capped,
            tells_at=heard.tells_at,
            is_at_once=heard.tells_at <= now,
            reads=[self._read(it) for it in shown],
            others=len(heard.notices) - len(shown),
            verdicts=[self._verdicts(it) for it in _merged(heard.verdicts)],
        )

    def _read(self, notice: Notice) -> Read:
        reply = self._office.wording.reply(notice.response, notice.values)
        about = [EVENTS[notice.event]] if notice.event else []
        if notice.verdict:
            about.append(f"From “{_verdict(notice.was)}” to “{_verdict(notice.verdict)}”")
        if notice.subscribed:
            about.append("They are reminded of it already")
        labels = tuple(button.label for button in reply.buttons)
        return Read(notice.count, ". ".join(about), reply.text, labels)

    def _verdicts(self, notice: Notice) -> Verdicts:
        facts = self._office.programme.facts
        why = tuple(
            f"{self._words.fact(it)}: not said yet" if it in facts else it for it in notice.reasons
        )
        return Verdicts(notice.count, _verdict(notice.was), _verdict(notice.verdict), why)


def _merged(notices: list[Notice]) -> Iterator[Notice]:
    """One for each change of verdict and its reasons, whatever else they are told."""
    found: dict[Any, list[Notice]] = {}
    for it in notices:
        found.setdefault((it.was, it.verdict, it.reasons), []).append(it)
    for alike in found.values():
        first = alike[0]
        count = sum(it.count for it in alike)
        yield replace(first, count=count)


def _headline(found: Consequences, now: datetime) -> str:
    """`142 people will be told, 12 verdicts change`. Those who hear that it opens are counted where
    nothing else is told: they would be counted twice."""
    opening = found.opening if not found.people else None
    heard = opening or found.told
    verdicts = _count(found.verdicts, "verdict changes", "verdicts change")
    changes = verdicts if found.verdicts else "no verdict changes"
    if heard is None or not heard.people:
        return f"Nobody will be told, {changes}"
    least = "At least " if heard.is_capped else ""
    when = " when it opens" if opening and found.saved.call.opens_at > now else ""
    return f"{least}{_count(heard.people, 'person', 'people')} will be told{when}, {changes}"


def _moved(move: Move) -> dict[str, Any]:
    sides = {"before": move.before, "after": move.after}
    return {
        "count": move.count,
        **{name: it.due_at if it else None for name, it in sides.items()},
        **{f"{name}_offset": offset_words(it.offset) if it else "" for name, it in sides.items()},
    }


def _verdict(kind: str | None) -> str:
    return VERDICTS.get(kind or "", "not known yet")


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
