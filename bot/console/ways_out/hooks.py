"""The web hooks there are, and adding one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.gate import Page
from bot.console.office import Office
from bot.console.visitor import Visitor
from bot.console.ways_out.hook_forms import PAUSED, WORDS, HookForm, host_of, note
from storage import hook_deliveries, web_hooks
from storage.models import HookDelivery, StaffMember, WebHook

_THERE_ALREADY = "There is a web hook with this address already."


@dataclass(frozen=True, slots=True)
class Row:
    """A hook as the list shows it."""

    hook: WebHook
    host: str
    last: HookDelivery | None


class HookList:
    """The list with the form below it."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"web_hooks": self._show, "add_web_hook": self._add}

    async def _show(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        return await self._page(visitor, HookForm())

    async def _add(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Add it, and show its secret: this once, in the answer to the form itself."""
        form = await HookForm.read(request, self._office.outside.guard)
        if form.wrong:
            return await self._page(visitor, form, status=422)
        now = self._office.clock.now()

        def add(session: Session) -> WebHook | None:
            if any(it.address == form.address for it in web_hooks.all_hooks(session)):
                return None
            hook = web_hooks.add_hook(
                session,
                address=form.address,
                kinds=form.kinds,
                is_personal=form.is_personal,
                by=session.get_one(StaffMember, visitor.staff_id),
                now=now,
            )
            note(session, visitor, "add", hook, now=now, personal=form.is_personal)
            return hook

        hook = await self._office.database.write(add)
        if hook is None:
            return await self._page(visitor, replace(form, wrong=_THERE_ALREADY), status=409)
        return self._office.rendering.page(
            "ways_out/secret.html", visitor=visitor, here="health", hook=hook, is_new=True
        )

    async def _page(
        self, visitor: Visitor, form: HookForm, *, status: int = 200
    ) -> web.StreamResponse:
        def find(session: Session) -> dict[str, Any]:
            return {"rows": [_row(session, it) for it in web_hooks.all_hooks(session)]}

        found = await self._office.database.read(find)
        return self._office.rendering.page(
            "ways_out/hooks.html",
            visitor=visitor,
            here="health",
            status=status,
            form=form,
            words=WORDS,
            paused=PAUSED,
            **found,
        )


def _row(session: Session, hook: WebHook) -> Row:
    last = hook_deliveries.newest(session, hook, limit=1)
    return Row(hook, host_of(hook), last[0] if last else None)
