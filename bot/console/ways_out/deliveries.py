"""One event for one web hook: what was sent, and what came of it."""

from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.access import ROOT
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.visitor import Visitor
from bot.console.ways_out.hook import reference_of, unknown
from bot.console.ways_out.hook_forms import STATES, host_of, note
from bot.ways_out.bodies import body_of
from storage import hook_deliveries, web_hooks
from storage.models import HookDelivery, WebHook


class DeliveryPages:
    """The page of a delivery, and sending it again."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"hook_delivery": self._show, "replay_delivery": self._replay}

    async def _show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        def find(session: Session) -> dict[str, Any] | None:
            met = _met(session, request)
            if met is None:
                return None
            hook, delivery = met
            body = body_of(session, hook, delivery, address=self._office.outside.address)
            return {
                "hook": hook,
                "host": host_of(hook),
                "it": delivery,
                "reference": reference_of(session, delivery),
                "body": orjson.dumps(body, option=orjson.OPT_INDENT_2).decode(),
                "next_try": hook_deliveries.next_tries(session, hook).get(delivery.id),
            }

        found = await self._office.database.read(find)
        if found is None:
            return unknown(self._office, visitor)
        return self._office.rendering.page(
            "ways_out/delivery.html", visitor=visitor, here="health", states=STATES, **found
        )

    async def _replay(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        now = self._office.clock.now()

        def replay(session: Session) -> int | None:
            met = _met(session, request)
            if met is None:
                return None
            hook, delivery = met
            note(session, visitor, "replay", hook, now=now, event=delivery.event)
            return hook_deliveries.replay(session, hook, [delivery], now)

        count = await self._office.database.write(replay)
        if count is None:
            return unknown(self._office, visitor)
        done = "replay" if count else "nothing"
        place = f"{ROOT}/web-hooks/{request.match_info['id']}?done={done}"
        return web.Response(status=303, headers={"Location": place})


def _met(session: Session, request: web.Request) -> tuple[WebHook, HookDelivery] | None:
    """The hook and the delivery of the address, if they belong together."""
    hook = web_hooks.get_hook(session, int(request.match_info["id"]))
    delivery = hook_deliveries.get(session, int(request.match_info["delivery"]))
    if hook is None or delivery is None or delivery.hook_id != hook.id:
        return None
    return hook, delivery
