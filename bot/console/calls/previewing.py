"""A call as a resident would see it: in the chat, on its public page, and when it opens."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from actions.criteria.conflicts import facts_behind, met_by
from actions.criteria.criteria import Condition, from_data
from actions.criteria.facts import can_be_asked
from actions.criteria.news import Tidings
from actions.forms.criteria_rows import meant, written
from actions.reminders.news_words import news_words
from bot.console.calls.details import details_of
from bot.console.calls.finding import not_there
from bot.console.calls.words import CallWords
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.visitor import Visitor
from bot.exploring.rehearsals import Said
from bot.site.pages import Pages
from dialogues.programme import Fact
from storage import calls
from storage.models import Call
from storage.news import NewsKind


class CallPreview:
    """The previews of a call; they change nothing, and nobody is told."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._words = CallWords(office)
        self._site = Pages(wording=office.wording, programme=office.programme)

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"call_preview": self._chat, "call_poster": self._poster}

    async def _chat(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The chat of somebody with the answers that the address names."""
        call = await self._find(request)
        if call is None:
            return not_there(self._office, request, visitor)
        asked = self._asked(call)
        answers = self._answers(request, call, asked)
        talk = await self._office.rehearsals.talk(details_of(call), answers)
        return self._office.rendering.page(
            "calls/preview.html",
            visitor=visitor,
            here="calls",
            call=call,
            facts=[self._choice(fact, answers) for fact in asked],
            talk=talk.said,
            opening=self._opening(call),
        )

    async def _poster(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The public page, whether the public may see it or not."""
        call = await self._find(request)
        if call is None:
            return not_there(self._office, request, visitor)
        page = self._site.call(call, links=self._office.links, now=self._office.clock.now())
        return web.Response(text=page, content_type="text/html", charset="utf-8")

    async def _find(self, request: web.Request) -> Call | None:
        code = request.match_info["code"]

        def find(session: Session) -> Call | None:
            return calls.find_call(session, code=code)

        return await self._office.database.read(find)

    def _asked(self, call: Call) -> list[Fact]:
        """The facts that matter to the call and that somebody can be asked for."""
        facts = self._office.programme.facts
        named = facts_behind(self._criteria(call), facts)
        return [fact for name, fact in facts.items() if name in named]

    def _criteria(self, call: Call) -> list[Condition]:
        return [from_data(it) for it in call.criteria or ()]

    def _answers(self, request: web.Request, call: Call, asked: list[Fact]) -> dict[str, Any]:
        """Those in the address; without any, those of somebody who can apply."""
        if "as" not in request.query:
            met = met_by(self._criteria(call), self._office.programme.facts) or {}
            return {it.name: met[it.name] for it in asked if can_be_asked(it, met.get(it.name))}
        given = {fact.name: meant(fact, request.query.get(fact.name, "")) for fact in asked}
        return {name: value for name, value in given.items() if value is not None}

    def _choice(self, fact: Fact, answers: dict[str, Any]) -> dict[str, Any]:
        offered = {
            value: words
            for value, words in self._words.answers(fact).items()
            if not fact.values or value in fact.offered
        }
        chosen = written(answers[fact.name]) if fact.name in answers else ""
        return {
            "name": fact.name,
            "label": self._words.fact(fact.name),
            "options": offered,
            "chosen": chosen,
        }

    def _opening(self, call: Call) -> Said:
        """What those hear who follow its theme, when it opens."""
        response, values = news_words(
            call,
            Tidings(NewsKind.OPENED),
            say=self._office.say,
            programme=self._office.programme,
            now=call.opens_at,
        )
        reply = self._office.wording.reply(response, values)
        return Said("assistant", reply.text, tuple(it.label for it in reply.buttons))
