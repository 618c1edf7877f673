"""Doing the same with several leads of the list: each by itself, and what came of it."""

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.console.access import ROOT
from bot.console.acting import Acted
from bot.console.gate import Page
from bot.console.leads.asked import Asked
from bot.console.leads.doing import command_of
from bot.console.office import Office
from bot.console.visitor import Visitor
from bot.desk.moment import Word

MOST = 50  # leads at once: a page of the list
_REFERENCE = re.compile(r"[A-Za-z0-9-]{3,24}")
ACTIONS = {
    "assign": "Give them to",
    "unassign": "Give them back to all",
    "label": "Put a label on",
    "unlabel": "Take a label off",
    "next": "What comes next",
    "snooze": "Let them rest",
}
_NONE_TICKED = Markup("No lead was ticked, so nothing was done.")


class LeadsDoing:
    """Takes the form of the list; it ends with the list again, which says what was done."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"do_with_leads": self._do}

    async def _do(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """One after the other, each in a transaction of its own, so that nobody waits for all."""
        form = await request.post()
        action = str(form.get("action", ""))
        ticked = [str(it) for it in form.getall("lead", [])]
        chosen = [it for it in dict.fromkeys(ticked) if _REFERENCE.fullmatch(it)][:MOST]
        if action not in ACTIONS:
            raise web.HTTPBadRequest(text="The form asks for nothing that can be done.")
        if not chosen:
            return await self._told(visitor, form, _NONE_TICKED)
        asked_for = _asked_for(action, form)
        refused = await self._do_each(
            visitor, {it: command_of(it, asked_for) or "" for it in chosen}
        )
        said = await self._office.database.read(
            lambda session: self._report(session, visitor, action, len(chosen), refused)
        )
        return await self._told(visitor, form, said)

    async def _do_each(
        self, visitor: Visitor, commands: Mapping[str, str]
    ) -> list[tuple[str, Acted]]:
        """Which were refused. Members are told once of all that was done, however far it went."""
        refused: list[tuple[str, Acted]] = []
        words: list[Word] = []
        try:
            for reference, command in commands.items():
                acted = await self._office.acting.command(visitor, command, gathers=True)
                words += acted.words
                if not acted.has_changed:
                    refused.append((reference, acted))
        finally:
            if words:
                await self._office.acting.tell_together(words)
        return refused

    def _report(
        self,
        session: Session,
        visitor: Visitor,
        action: str,
        count: int,
        refused: list[tuple[str, Acted]],
    ) -> Markup:
        """What was done with how many, and why not with the others."""
        done = count - len(refused)
        head = Markup("<b>{}: done with {} of {}.</b>").format(ACTIONS[action], done, count)
        lines = [head]
        for reference, acted in refused:
            shown = self._office.acting.shown(session, visitor, acted.answers)
            why = Markup(" ").join(Markup(it.text) for it in shown)  # noqa: S704 - it is worded
            lines.append(Markup("{}: {}").format(reference, why))
        return Markup("\n").join(lines)

    async def _told(
        self, visitor: Visitor, form: Mapping[str, Any], said: Markup
    ) -> web.StreamResponse:
        number = await self._office.acting.tell(visitor, str(said))
        plain = Asked.of_text(str(form.get("query", ""))).query()
        query = self._office.hiding.hidden(plain)
        asked = "&".join(filter(None, (query, f"said={number}")))
        place = f"{ROOT}/leads?{asked}#said"
        return web.Response(status=303, headers={"Location": place})


def _asked_for(action: str, form: Mapping[str, Any]) -> dict[str, str]:
    """What is asked for with each of them, as the form of a lead's page would ask for it."""
    fields = {it: str(form.get(it, "")) for it in ("to", "words", "date", "time")}
    if action == "unlabel":
        return {"verb": "label", "off": fields["words"]}
    return {"verb": action, **fields}
