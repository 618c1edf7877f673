"""What was not understood, in groups. The words are shown to who gives a reason; what they mean can
be said for a whole group."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from actions.insight.misses import Group, grouped
from bot.console.access import ROUTES
from bot.console.gate import Page
from bot.console.insight.leaving import question_words
from bot.console.numbers import number_in
from bot.console.office import Office
from bot.console.people import reasons
from bot.console.visitor import Visitor
from dialogues.model import Collect, Content
from storage import audit, misunderstood, readings
from storage.models import StaffMember

LOOKED_BACK = timedelta(days=90)
MOST = 400  # messages that are put together
SHOWN = 40  # groups in the page
TEXTS = 6  # wordings of one group


class MissesPage:
    """The page, the reason for reading it, and what a group means."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"misses": self._show, "look_at_misses": self._look, "name_misses": self._name}

    async def _show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """How much was not understood, and to who has given a reason what it was."""
        now = self._office.clock.now()

        def find(session: Session) -> dict[str, Any]:
            since = now - LOOKED_BACK
            until = self._until(session, visitor)
            messages = misunderstood.since(session, since, most=MOST) if until else []
            return {
                "until": until,
                "count": misunderstood.count_since(session, since),
                "groups": grouped(messages),
            }

        found = await self._office.database.read(find)
        return self._office.rendering.page(
            "insight/misses.html",
            visitor=visitor,
            here="insight",
            tab="misses",
            days=LOOKED_BACK.days,
            most=MOST,
            shown=SHOWN,
            texts=TEXTS,
            reasons=reasons.REASONS,
            is_missing="missing" in request.query,
            intents=_intents(self._content()),
            asked=self._questions(found["groups"][:SHOWN]),
            **found,
        )

    async def _look(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Take the reason for reading."""
        given, now = reasons.given(await request.post()), self._office.clock.now()
        if given is None:
            return _back("?missing=1")

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
        return _back()

    async def _name(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Say what the messages of a group mean; without an intent, take it back."""
        form, now = await request.post(), self._office.clock.now()
        intent = str(form.get("intent", "")) or None
        given = (str(it) for it in form.getall("id", []))
        ids = [number for it in given if (number := number_in(it)) is not None][:MOST]
        if intent is not None and intent not in _intents(self._content()):
            return _back()

        def name(session: Session) -> None:
            if self._until(session, visitor) is None:
                return
            count = misunderstood.give_intent(
                session, ids, intent=intent, by=visitor.staff_id, now=now
            )
            audit.note(
                session,
                "name_not_understood",
                member=session.get(StaffMember, visitor.staff_id),
                done=True,
                now=now,
                detail={"intent": intent, "messages": count},
            )

        await self._office.database.write(name)
        return _back()

    def _until(self, session: Session, visitor: Visitor) -> Any:
        return readings.may_until(
            session,
            readings.READ_MISSES,
            staff_id=visitor.staff_id,
            now=self._office.clock.now(),
        )

    def _questions(self, groups: list[Group]) -> dict[str, list[str]]:
        """The questions that were open, in words, by the head of the group."""
        content = self._content()
        return {
            group.head: [
                question_words(content, step)
                for flow, name in group.questions
                if content.knows_step(flow, name)
                and isinstance(step := content.flows[flow].steps[name], Collect)
            ]
            for group in groups
        }

    def _content(self) -> Content:
        return self._office.content


def _intents(content: Content) -> dict[str, str]:
    """What a message can mean, with the name of what it begins."""
    return {
        intent: f"{content.flows[flow].title} ({intent})"
        for intent, (flow, _least) in sorted(content.flow_of_intent.items())
    }


def _back(query: str = "") -> web.Response:
    return web.Response(status=303, headers={"Location": ROUTES["misses"].path + query})
