"""One web hook: what it hears, how it does, and what can be done with it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.access import ROOT
from bot.console.gate import Page
from bot.console.numbers import number_in
from bot.console.office import Office
from bot.console.visitor import Visitor
from bot.console.ways_out.hook_forms import PAUSED, STATES, WORDS, HookForm, host_of, note
from storage import hook_deliveries, web_hooks
from storage.happenings import in_utc
from storage.models import HookDelivery, Lead, WebHook

PAGE = 50
_SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "month": timedelta(days=30)}
_DONE = {
    "changed": "What it hears is changed.",
    "test": "A test event is on its way. Load the page again to see what came of it.",
    "pause": "It is paused. What happens is kept until it goes on.",
    "go_on": "It goes on, with what waited first.",
    "skip": "It goes on from now. What waited is skipped.",
    "replay": "On its way again.",
    "nothing": "There was nothing to send again.",
}

Deed = Callable[[Session, WebHook, datetime], None]


class HookPages:
    """The page of a hook, and its forms."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {
            "web_hook": self._show,
            "change_web_hook": self._change,
            "do_with_web_hook": self._do,
        }

    async def _show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        return await self._page(request, visitor)

    async def _page(
        self, request: web.Request, visitor: Visitor, *, wrong: str = "", status: int = 200
    ) -> web.StreamResponse:
        state = request.query.get("state", "")
        before = number_in(request.query.get("before", ""))

        def find(session: Session) -> dict[str, Any] | None:
            hook = web_hooks.get_hook(session, int(request.match_info["id"]))
            if hook is None:
                return None
            found = hook_deliveries.newest(
                session, hook, limit=PAGE + 1, before=before, state=state if state in STATES else ""
            )
            return {
                "hook": hook,
                "host": host_of(hook),
                "rows": [(it, reference_of(session, it)) for it in found[:PAGE]],
                "older": found[PAGE - 1].id if len(found) > PAGE else None,
                "tries": hook_deliveries.next_tries(session, hook),
                "has_failed": bool(
                    hook_deliveries.newest(session, hook, limit=1, state=hook_deliveries.FAILED)
                ),
            }

        found = await self._office.database.read(find)
        if found is None:
            return unknown(self._office, visitor)
        return self._office.rendering.page(
            "ways_out/hook.html",
            visitor=visitor,
            here="health",
            status=status,
            words=WORDS,
            paused=PAUSED,
            states=STATES,
            state=state,
            wrong=wrong,
            done=_DONE.get(request.query.get("done", ""), ""),
            now=self._office.clock.now(),
            **found,
        )

    async def _change(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        form = await HookForm.read(request, self._office.outside.guard)
        if form.wrong:
            return await self._page(request, visitor, wrong=form.wrong, status=422)

        def change(session: Session, hook: WebHook, now: datetime) -> None:
            kinds = list(form.kinds)
            web_hooks.change(session, hook, kinds=kinds, is_personal=form.is_personal)
            note(session, visitor, "change", hook, now=now, personal=form.is_personal, kinds=kinds)

        return await self._done(request, visitor, change, "changed")

    async def _do(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        form = await request.post()
        what = str(form.get("what", ""))
        if what == "rotate":
            return await self._rotate(request, visitor)
        if what == "replay":
            return await self._replay(request, visitor, str(form.get("span", "")))
        deeds: Mapping[str, Deed] = {
            "test": self._test,
            "pause": _pause,
            "go_on": lambda *it: web_hooks.go_on(it[0], it[1], with_what_waited=True, now=it[2]),
            "skip": lambda *it: web_hooks.go_on(it[0], it[1], with_what_waited=False, now=it[2]),
            "end": lambda *it: web_hooks.take_away(it[0], it[1], now=it[2]),
        }
        if what not in deeds:
            return unknown(self._office, visitor)

        def do(session: Session, hook: WebHook, now: datetime) -> None:
            deeds[what](session, hook, now)
            note(session, visitor, what, hook, now=now)

        return await self._done(request, visitor, do, what)

    async def _replay(
        self, request: web.Request, visitor: Visitor, span: str
    ) -> web.StreamResponse:
        """All that was given up in the last hour, day or month."""
        counts: list[int] = []

        def replay(session: Session, hook: WebHook, now: datetime) -> None:
            since = now - _SPANS.get(span, _SPANS["day"])
            found = hook_deliveries.failed_since(session, hook, since=since)
            counts.append(hook_deliveries.replay(session, hook, found, now))
            note(session, visitor, "replay", hook, now=now, count=counts[-1])

        done = await self._done(request, visitor, replay, "replay")
        return done if counts != [0] else _back(request, "nothing")

    async def _rotate(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A new secret, which is shown this once."""

        def rotate(session: Session, now: datetime) -> WebHook | None:
            hook = web_hooks.get_hook(session, int(request.match_info["id"]), hold=True)
            if hook is not None:
                web_hooks.rotate(session, hook, now=now)
                note(session, visitor, "rotate", hook, now=now)
            return hook

        now = self._office.clock.now()
        hook = await self._office.database.write(lambda session: rotate(session, now))
        if hook is None:
            return unknown(self._office, visitor)
        return self._office.rendering.page(
            "ways_out/secret.html", visitor=visitor, here="health", hook=hook, is_new=False
        )

    def _test(self, session: Session, hook: WebHook, now: datetime) -> None:
        body: dict[str, object] = {
            "type": "test",
            "timestamp": in_utc(now),
            "data": {"link": f"{self._office.outside.address}{ROOT}/web-hooks/{hook.id}"},
        }
        web_hooks.try_out(session, hook, body=body, now=now)

    async def _done(
        self, request: web.Request, visitor: Visitor, deed: Deed, what: str
    ) -> web.StreamResponse:
        """Do it with the hook, and back to its page."""
        now = self._office.clock.now()

        def do(session: Session) -> bool:
            hook = web_hooks.get_hook(session, int(request.match_info["id"]), hold=True)
            if hook is not None:
                deed(session, hook, now)
            return hook is not None

        if not await self._office.database.write(do):
            return unknown(self._office, visitor)
        return _back(request, what)


def unknown(office: Office, visitor: Visitor) -> web.StreamResponse:
    """There is no such hook or delivery, with a way back."""
    return office.rendering.page(
        "ways_out/unknown.html", visitor=visitor, here="health", status=404
    )


def reference_of(session: Session, delivery: HookDelivery) -> str | None:
    """The reference of the lead that it is about."""
    lead = session.get(Lead, delivery.lead_id) if delivery.lead_id else None
    return lead.reference if lead else None


def _pause(session: Session, hook: WebHook, now: datetime) -> None:
    web_hooks.pause(session, hook, why=web_hooks.STAFF, now=now)


def _back(request: web.Request, what: str) -> web.Response:
    place = f"{ROOT}/web-hooks"
    if what != "end":
        place = f"{place}/{request.match_info['id']}?done={what}"
    return web.Response(status=303, headers={"Location": place})
