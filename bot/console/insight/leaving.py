"""Where people leave: flow by flow in the order of its questions, and each as residents see it."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from actions.insight.leaving import LOOKED_BACK, QUIET, LeftIn, leaving
from bot.console.gate import Page
from bot.console.insight import sheets
from bot.console.office import Office
from bot.console.visitor import Visitor
from dialogues.model import Collect, Content
from dialogues.responses import Scope, Spoken, say, speak
from storage.leaving import left_at


class LeavingPage:
    """The page, its file, and the page of one question."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"leaving": self._show, "leaving_sheet": self._sheet, "left_at": self._step}

    async def _show(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        return self._office.rendering.page(
            "insight/leaving.html", visitor=visitor, **await self._values()
        )

    async def _sheet(self, _request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        values = await self._values()
        rows = [
            [
                values["titles"][flow.flow],
                values["words"][flow.flow, it.step],
                sheets.number(it.count),
                "" if it.share is None else str(it.share),
            ]
            for flow in values["flows"]
            for it in flow.steps
        ]
        header = ["Conversation", "Question", "Left here", "Percent of all who left in it"]
        return sheets.sheet("where-people-leave", header, rows)

    async def _step(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """One question; 404 if the content has no such."""
        content = self._content()
        name, step_id = request.match_info["flow"], request.match_info["step"]
        flow = content.flows.get(name)
        step = flow.steps.get(step_id) if flow else None
        if flow is None or not isinstance(step, Collect):
            raise web.HTTPNotFound
        values = await self._values()
        found = [it for it in values["flows"] if it.flow == name]
        at = next((it for it in found[0].steps if it.step == step_id), None) if found else None
        return self._office.rendering.page(
            "insight/left_at.html",
            visitor=visitor,
            title=flow.title,
            asked=spoken(content, step),
            words=question_words(content, step),
            at=at,
            **{name: it for name, it in values.items() if name not in ("titles", "words", "flows")},
        )

    async def _values(self) -> dict[str, Any]:
        content, now = self._content(), self._office.clock.now()
        steps = {
            name: [it for it in flow.steps.values() if isinstance(it, Collect)]
            for name, flow in content.flows.items()
        }

        def find(session: Session) -> list[LeftIn]:
            found = left_at(session, quiet_since=now - QUIET, since=now - LOOKED_BACK)
            return leaving(found, {name: [it.id for it in its] for name, its in steps.items()})

        return {
            "here": "insight",
            "tab": "leaving",
            "flows": await self._office.database.read(find),
            "titles": {name: flow.title for name, flow in content.flows.items()},
            "words": {
                (name, it.id): question_words(content, it)
                for name, its in steps.items()
                for it in its
            },
            "days": QUIET.days,
            "weeks": LOOKED_BACK.days // 7,
            "number": sheets.number,
        }

    def _content(self) -> Content:
        return self._office.content


def question_words(content: Content, step: Collect) -> str:
    """A question in a few words."""
    name = f"label_{step.slot}"
    known = str(say(content, name, {}).striptags()) if name in content.responses else ""
    return known or step.slot.replace("_", " ")


def spoken(content: Content, step: Collect) -> Spoken | None:
    """The question as residents see it; None where it is put together for each of them."""
    response = content.responses.get(step.utter)
    if response is None:
        return None
    return speak(response, Scope(content, slots=content.initial))
