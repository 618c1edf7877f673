"""Publishing, closing, withdrawing and reopening a call: what follows is shown, then done."""

from collections.abc import Mapping
from datetime import datetime

from aiohttp import web
from sqlalchemy.orm import Session

from actions.calls.call_changes import act_on_call, publish_later
from actions.forms.call_form import Moment
from actions.forms.typing import one
from actions.reminders.consequences import Consequences, Foreseeing
from actions.times.local_times import LocalTimeError, local_instant
from bot.console.calls.dead_end import Refusal, refusal_of
from bot.console.calls.details import details_of
from bot.console.calls.finding import acts_for, not_there, to_call
from bot.console.calls.foretelling import Foretelling
from bot.console.calls.keeping import Keeping
from bot.console.calls.words import CallWords
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import call_changes, calls
from storage.calls import ACT_VALUES, Saved
from storage.models import Call

_WORDS = {
    "publish": ("Publish", "Publish it now"),
    "close": ("Close early", "Close it now"),
    "withdraw": ("Withdraw", "Withdraw it"),
    "reopen": ("Open again", "Open it again"),
}


class CallActs:
    """Each act has a page that shows what will follow, and a button bound to what was shown."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._words = CallWords(office)
        self._keeping = Keeping(office)
        self._foretelling = Foretelling(office)

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"ask_call_act": self._ask, "do_call_act": self._do, "publish_call_at": self._later}

    async def _ask(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What the act would do."""
        call, version = await self._find(request)
        if call is None:
            return not_there(self._office, request, visitor)
        return await self._shown(visitor, request.match_info["act"], call, version)

    async def _do(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The act is done if what follows is what was shown; else that is shown anew."""
        act, form = request.match_info["act"], await request.post()
        call, version = await self._find(request)
        if call is None:
            return not_there(self._office, request, visitor)
        if not self._may(act, call):
            return to_call(call.code, "same")
        now, programme, code = self._office.clock.now(), self._office.programme, call.code
        found = await self._foreseen(act, call, now)
        if form.get("seal") != found.seal(version) or await self._refusal(act, call):
            return await self._shown(visitor, act, call, version, is_anew=True)

        def do(session: Session, _call: Call | None, now: datetime) -> Saved:
            return act_on_call(session, act, code, by=visitor.name, programme=programme, now=now)

        kept = await self._keeping.write(visitor, f"call_{act}", code, version, do)
        if kept.saved is None:  # somebody was quicker
            return await self._ask(request, visitor)
        return to_call(code, act)

    async def _later(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A draft is to be published at a moment, or not any more."""
        typed = {name: [str(it)] for name, it in (await request.post()).items()}
        call, version = await self._find(request)
        if call is None:
            return not_there(self._office, request, visitor)
        if not self._may("publish", call):
            return to_call(call.code, "same")
        code = call.code
        at, wrong = None, ""
        if one(typed, "do") != "never":
            at, wrong = self._moment(call, Moment(one(typed, "date"), one(typed, "time")))
        refusal = await self._refusal("publish", call) if at else None
        if wrong or refusal or one(typed, "version") != str(version):
            return await self._shown(
                visitor, "publish", call, version, typed=typed, wrong=wrong, is_anew=not wrong
            )
        programme = self._office.programme

        def plan(session: Session, _call: Call | None, now: datetime) -> Saved:
            return publish_later(session, code, at, by=visitor.name, programme=programme, now=now)

        await self._keeping.write(visitor, "call_publish_later", code, version, plan)
        return to_call(code, "later" if at else "not-later")

    def _moment(self, call: Call, given: Moment) -> tuple[datetime | None, str]:
        """The instant that was given, or what is wrong with it."""
        try:
            at = local_instant(given.written, self._office.programme.zone)
        except LocalTimeError as error:
            return None, f"Give a day and a time: {error}" if given.date else "Give a day"
        if at <= self._office.clock.now():
            return None, "This moment has passed: publish it now, or give a later one"
        if at >= call.closes_at:
            return None, "It closes before that: give an earlier moment"
        return at, ""

    async def _shown(
        self,
        visitor: Visitor,
        act: str,
        call: Call,
        version: int,
        *,
        is_anew: bool = False,
        typed: Mapping[str, list[str]] | None = None,
        wrong: str = "",
    ) -> web.StreamResponse:
        now = self._office.clock.now()
        if not self._may(act, call):
            return to_call(call.code, "same")
        found = await self._foreseen(act, call, now)
        refusal = await self._refusal(act, call)
        title, button = _WORDS[act]
        status = 422 if wrong or (refusal and is_anew) else 409 if is_anew else 200
        return self._office.rendering.page(
            "calls/act.html",
            visitor=visitor,
            here="calls",
            status=status,
            call=call,
            act=act,
            title=title,
            button=button,
            seal=found.seal(version),
            version=version,
            refusal=refusal,
            is_anew=is_anew,
            wrong=wrong,
            moment=self._suggested(call, typed),
            zone=self._office.programme.zone.key,
            **self._foretelling.values(found, now=now),
        )

    def _suggested(self, call: Call, typed: Mapping[str, list[str]] | None) -> Moment:
        if typed is not None:
            return Moment(one(typed, "date"), one(typed, "time"))
        at = call.publish_at or call.opens_at
        if at <= self._office.clock.now():
            return Moment(time="09:00")
        return Moment.of(at, self._office.programme.zone)

    def _may(self, act: str, call: Call) -> bool:
        state = self._words.state(call, self._office.clock.now())
        return act in acts_for(call, state)

    async def _refusal(self, act: str, call: Call) -> Refusal | None:
        """Nothing is published that leads residents nowhere."""
        if act != "publish" and not (act == "reopen" and not call.is_draft):
            return None
        explored = await self._office.rehearsals.explore(details_of(call))
        return refusal_of(explored, self._words)

    async def _foreseen(self, act: str, call: Call, now: datetime) -> Consequences:
        foreseeing = Foreseeing(self._office.programme, self._office.say, now)

        def foresee(session: Session) -> Consequences:
            return foreseeing.foresee(session, call, ACT_VALUES[act](call, now))

        return await self._office.database.read(foresee)

    async def _find(self, request: web.Request) -> tuple[Call | None, int]:
        code = request.match_info["code"]

        def find(session: Session) -> tuple[Call | None, int]:
            call = calls.find_call(session, code=code)
            return call, call_changes.version_of(session, code=code)

        return await self._office.database.read(find)
