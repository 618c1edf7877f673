"""Making and changing calls with a form. Nothing typed is lost, whatever is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from actions.calls.call_changes import keep_call
from actions.forms.call_form import CallForm
from actions.forms.call_reading import Read, read_form
from actions.forms.typing import Typed
from actions.reminders.consequences import Consequences, Foreseeing
from bot.console.calls.dead_end import refusal_of
from bot.console.calls.finding import not_there, to_call
from bot.console.calls.foretelling import Foretelling
from bot.console.calls.form_page import SIMPLE, FormPage
from bot.console.calls.keeping import Keeping
from bot.console.calls.words import CallWords
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import call_changes, calls
from storage.calls import CallDetails, Saved
from storage.models import Call, CallChange

_ROWS = ("add", "any_of", "all_of", "remove", "up")


@dataclass(frozen=True, slots=True)
class Before:
    """How things stand before it is saved: the call, its version, what others did to it since the
    form was opened, and the codes that are taken."""

    call: Call | None
    version: int
    since: list[CallChange]
    codes: set[str]


class CallEditing:
    """The form: of a new call, of a copy of another year's, or of one that is kept."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._page = FormPage(office)
        self._words = CallWords(office)
        self._keeping = Keeping(office)
        self._foretelling = Foretelling(office)

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {
            "new_call": self._new,
            "make_call": self._take,
            "edit_call": self._edit,
            "change_call": self._take,
        }

    async def _new(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """An empty form, or with `?from=CODE` that call a year later."""
        source = request.query.get("from", "").replace("\0", "")
        before = await self._before(source, 0)
        form = CallForm.blank()
        if before.call is not None:
            form = self._form_of(before.call, 0).a_year_later(before.codes)
        return self._page.show(visitor, form, None, before.codes, copied=before.call)

    async def _edit(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The form with what is kept."""
        before = await self._before(request.match_info["code"], 0)
        if before.call is None:
            return not_there(self._office, request, visitor)
        form = self._form_of(before.call, before.version)
        return self._page.show(visitor, form, before.call, before.codes)

    async def _take(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What came from the form: a row more or less, something to look at, or to save."""
        typed = await _typed(request)
        form, deed = CallForm.of_typed(typed), (typed.get("do") or ("review",))[-1]
        before = await self._before(request.match_info.get("code", ""), form.version)
        if before.call is None and "code" in request.match_info:
            return not_there(self._office, request, visitor)
        if deed == "edit" or deed.partition(":")[0] in _ROWS:
            form = form.after(deed, typed)
            return self._page.show(visitor, form, before.call, before.codes)
        if before.version != form.version:
            return self._outrun(visitor, form, before)
        return await self._read(visitor, form, before, (typed.get("seal") or ("",))[-1])

    async def _read(
        self, visitor: Visitor, form: CallForm, before: Before, seal: str
    ) -> web.StreamResponse:
        """It is read, tried in conversations, and what follows from it is shown or done."""
        read = read_form(form, before.call, programme=self._office.programme, codes=before.codes)
        if read.details is None:
            return self._page.show(visitor, form, before.call, before.codes, read=read, status=422)
        if before.call is None or read.details.criteria != before.call.criteria:
            refusal = refusal_of(await self._office.rehearsals.explore(read.details), self._words)
            if refusal is not None:
                return self._page.show(
                    visitor, form, before.call, before.codes, read=read, refusal=refusal, status=422
                )
        if before.call is None or before.call.is_draft:
            return await self._save(visitor, form, before, read.details, told=False)
        return await self._weigh(visitor, form, before, read, seal)

    async def _weigh(
        self, visitor: Visitor, form: CallForm, before: Before, read: Read, seal: str
    ) -> web.StreamResponse:
        """Saved if it was seen just so; else shown."""
        details, now = read.details, self._office.clock.now()
        if details is None or before.call is None:
            raise web.HTTPBadRequest
        found = await self._foreseen(before.call, details, now)
        if found.saved.change is None:
            return to_call(details.code, "same")
        if seal == found.seal(before.version):
            return await self._save(visitor, form, before, details, told=bool(found.people))
        return self._office.rendering.page(
            "calls/review.html",
            visitor=visitor,
            here="calls",
            call=before.call,
            fields=form.fields(),
            seal=found.seal(before.version),
            is_anew=bool(seal),
            **self._foretelling.values(found, now=now),
        )

    async def _foreseen(self, call: Call, details: CallDetails, now: datetime) -> Consequences:
        foreseeing = Foreseeing(self._office.programme, self._office.say, now)
        values = {name: getattr(details, name) for name in CallDetails.__dataclass_fields__}
        values = {name: it for name, it in values.items() if name not in calls.ENDS}

        def foresee(session: Session) -> Consequences:
            return foreseeing.foresee(session, call, values)

        return await self._office.database.read(foresee)

    async def _save(
        self,
        visitor: Visitor,
        form: CallForm,
        before: Before,
        details: CallDetails,
        *,
        told: bool,
    ) -> web.StreamResponse:
        programme = self._office.programme

        def keep(session: Session, _call: Call | None, now: datetime) -> Saved:
            return keep_call(session, details, by=visitor.name, programme=programme, now=now)

        verb = "call_made" if before.call is None else "call_changed"
        kept = await self._keeping.write(visitor, verb, details.code, before.version, keep)
        if kept.saved is None:
            return self._outrun(visitor, form, await self._before(details.code, form.version))
        if kept.saved.created:
            return to_call(details.code, "made")
        done = "told" if told else "saved"
        return to_call(details.code, done if kept.saved.changed else "same")

    def _outrun(self, visitor: Visitor, form: CallForm, before: Before) -> web.StreamResponse:
        """Somebody else was quicker: who, and what they changed. Saving again is meant then."""
        changes = [self._words.change(it) for it in before.since]
        form = replace(form, version=before.version)
        return self._page.show(
            visitor, form, before.call, before.codes, changes=changes, status=409
        )

    def _form_of(self, call: Call, version: int) -> CallForm:
        zone = self._office.programme.zone
        return CallForm.of_call(call, zone, version=version, simple=[*SIMPLE])

    async def _before(self, code: str, version: int) -> Before:
        def find(session: Session) -> Before:
            call = calls.find_call(session, code=code)
            return Before(
                call,
                call_changes.version_of(session, code=code) if call else 0,
                call_changes.changes_since(session, code=code, version=version) if call else [],
                calls.kept_codes(session),
            )

        return await self._office.database.read(find)


async def _typed(request: web.Request) -> Typed:
    form: Any = await request.post()
    return {name: [str(it) for it in form.getall(name)] for name in form}
