"""What was not understood, in groups, and what has become of each. The words are shown to who gives
a reason; see `teaching` for what staff say of them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import compress
from operator import not_
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from actions.insight.lessons import Fate, State, count_waiting, fates
from actions.insight.misses import Group, grouped
from bot.console.access import ROUTES
from bot.console.gate import Page
from bot.console.insight.leaving import question_words
from bot.console.insight.meanings import meaning, meanings, names_of
from bot.console.office import Office
from bot.console.people import reasons
from bot.console.visitor import Visitor
from dialogues.model import Collect, Content
from dialogues.understanding.intents import OUT_OF_SCOPE
from storage import misunderstood, readings, retention

LOOKED_BACK = timedelta(days=90)
MOST = 400  # messages that are put together
SHOWN = 20  # groups in the page, of those to say something of and of those that are said
TEXTS = 6  # wordings of one group
GUESSES = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """A group as the page shows it: what it may mean, the likeliest first, is guessed where nothing
    was said of it yet."""

    group: Group
    fate: Fate
    asked: Sequence[str]
    guesses: Sequence[str] = ()


class MissesPage:
    """The page, and the reason for reading it."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"misses": self._show, "look_at_misses": self._look}

    async def _show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """How much was not understood, and to who has given a reason what it was."""
        found = await self._office.database.read(partial(self._find, visitor))
        content = self._office.content
        shown = await asyncio.to_thread(self._shown, found.pop("groups"), found.pop("fates"))
        is_open = [it.fate.state in (State.OPEN, State.MIXED) for it in shown]
        return self._office.rendering.page(
            "insight/misses.html",
            visitor=visitor,
            here="insight",
            tab="misses",
            days=LOOKED_BACK.days,
            most=MOST,
            texts=TEXTS,
            reasons=reasons.REASONS,
            is_missing="missing" in request.query,
            trail_days=retention.days_of_trail(self._office.programme.retention_days),
            meanings=meanings(content),
            meaning=partial(meaning, content),
            to_say=list(compress(shown, is_open)),
            said=list(compress(shown, map(not_, is_open)))[:SHOWN],
            shown=SHOWN,
            **found,
        )

    def _find(self, visitor: Visitor, session: Session) -> dict[str, Any]:
        since = self._office.clock.now() - LOOKED_BACK
        until = may_read(self._office, session, visitor)
        groups = grouped(misunderstood.since(session, since, most=MOST) if until else [])
        known = fates(session, groups)
        return {
            "until": until,
            "count": misunderstood.count_since(session, since),
            "groups": groups,
            "fates": known,
            "names": names_of(session, known),
            "waiting": count_waiting(session),
        }

    def _shown(self, groups: Sequence[Group], known: Sequence[Fate]) -> list[Shown]:
        """Guessing takes the model some milliseconds for each; what it guessed it remembers."""
        content, guessed = self._office.content, 0
        shown = []
        for group, fate in zip(groups, known, strict=True):
            guesses: list[str] = []
            if fate.state in (State.OPEN, State.MIXED) and guessed < SHOWN:
                ranked = content.language.intents.classify(group.texts[0])
                guesses = [it for it, _ in ranked if it != OUT_OF_SCOPE][:GUESSES]
                guessed += 1
            shown.append(Shown(group, fate, _questions(content, group), guesses))
        return shown

    async def _look(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Take the reason for reading."""
        given, now = reasons.given(await request.post()), self._office.clock.now()
        if given is None:
            return back("?missing=1")

        def note(session: Session) -> None:
            readings.note_reason(
                session,
                readings.READ_MISSES,
                staff_id=visitor.staff_id,
                reason=given[0],
                words=given[1],
                now=now,
            )

        await self._office.database.write(note)
        return back()


def may_read(office: Office, session: Session, visitor: Visitor) -> datetime | None:
    """Until when the reason that this visitor gave holds."""
    return readings.may_until(
        session, readings.READ_MISSES, staff_id=visitor.staff_id, now=office.clock.now()
    )


def _questions(content: Content, group: Group) -> list[str]:
    """The questions that were open, in words."""
    return [
        question_words(content, step)
        for flow, name in group.questions
        if content.knows_step(flow, name)
        and isinstance(step := content.flows[flow].steps[name], Collect)
    ]


def back(query: str = "") -> web.Response:
    """To the page."""
    return web.Response(status=303, headers={"Location": ROUTES["misses"].path + query})
