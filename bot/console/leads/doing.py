"""What staff do with a lead in its page: commands and buttons of the desk, and the way back."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.access import ROOT
from bot.console.acting import Acted
from bot.console.gate import Page
from bot.console.leads.looking import Late, LeadPage
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import lead_events, leads
from storage.lead_events import WORDS

Form = Mapping[str, Any]
_ADDS = ("note", "label", "say")  # these go beside whatever else happened


class LeadDoing:
    """Takes the forms of a lead's page; each ends with the page again, and what the desk said."""

    def __init__(self, office: Office, page: LeadPage) -> None:
        self._office = office
        self._page = page

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"do_with_lead": self._do, "press_at_lead": self._press}

    async def _do(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What the form asks for; but if the lead has changed since its page was made, who changed
        it is shown instead, and what was typed is kept."""
        form, reference = await request.post(), request.match_info["reference"]
        command = command_of(reference, form)
        if command is None:
            raise web.HTTPBadRequest(text="The form asks for nothing that can be done.")
        verb, seen = str(form["verb"]), str(form.get("seen", ""))
        still = None
        if seen.isascii() and seen.isdigit() and verb not in _ADDS:
            still = partial(
                _is_as_seen, reference=reference, seen=int(seen[:18]), talks=verb == "tell"
            )
        acted = await self._office.acting.command(visitor, command, still=still)
        if acted.is_late:
            typed = {name: str(it) for name, it in form.items() if name != "form_token"}
            return await self._page.page(request, visitor, late=Late(int(seen[:18]), verb, typed))
        return _back(reference, acted)

    async def _press(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A button of an answer, or words in reply to it."""
        form = await request.post()
        answer, words = str(form.get("answer", "")), str(form.get("words", "")).strip()
        if words and answer.isascii() and answer.isdigit() and len(answer) < 19:
            acted = await self._office.acting.reply(visitor, int(answer), words)
        else:
            acted = await self._office.acting.press(visitor, str(form.get("token", "")))
        return _back(request.match_info["reference"], acted)


def command_of(reference: str, form: Form) -> str | None:
    """The command of the desk's that does with this lead what the form asks for; None for none."""
    made = _COMMANDS.get(str(form.get("verb", "")))
    return f"/{form['verb']} {made(reference, form)}".rstrip() if made else None


def _is_as_seen(session: Session, *, reference: str, seen: int, talks: bool) -> bool:
    """Whether nothing happened to the lead since the event `seen`; where staff write to the
    resident, nothing was said either."""
    lead = leads.find_by_reference(session, reference=reference)
    if lead is None:
        return True
    leads.hold_leads(session, [lead.id])
    since = lead_events.events_of_since(session, lead.id, seen)
    return not any(talks or it.kind not in WORDS for it in since)


def _field(form: Form, name: str) -> str:
    return str(form.get(name, "")).strip()


def _alone(reference: str, _form: Form) -> str:
    return reference


def _with(*names: str) -> Callable[[str, Form], str]:
    """The lead, and then what stands in these fields."""
    return lambda reference, form: " ".join(
        filter(None, (reference, *(_field(form, it) for it in names)))
    )


def _at(reference: str, form: Form) -> str:
    """A day and a time from their fields go before the words; a time alone is the words' matter."""
    day = _field(form, "date")
    when = f"{day} {_field(form, 'time')}".strip() if day else ""
    return " ".join(filter(None, (reference, when, _field(form, "words"))))


def _label(reference: str, form: Form) -> str:
    """One label, however many words it has; or several between commas."""
    put = [f"{it}," for it in _field(form, "words").split(",") if it.strip()]
    off = [f"-{it.strip()}," for it in ",".join(_fields(form, "off")).split(",") if it.strip()]
    return " ".join((reference, *put, *off))


def _changes(reference: str, form: Form) -> str:
    numbers = [it for it in _fields(form, "question") if it.isascii() and it.isdigit()]
    if not numbers:
        return reference
    return f"{reference} {' '.join(numbers)}: {_field(form, 'words')}"


def _merge(reference: str, form: Form) -> str:
    """The lead that is kept is named last."""
    other, kept = _field(form, "other"), _field(form, "kept")
    return f"{other} {reference}" if kept == reference else f"{reference} {other}"


def _unmerge(reference: str, form: Form) -> str:
    return _field(form, "other") or reference


def _fields(form: Form, name: str) -> list[str]:
    """All that the form has of this name."""
    every = form.getall(name, []) if hasattr(form, "getall") else [form.get(name, "")]
    return [str(it).strip() for it in every if str(it).strip()]


_COMMANDS: dict[str, Callable[[str, Form], str]] = {
    **dict.fromkeys(("claim", "unassign", "wake", "qualify", "done", "reopen", "say"), _alone),
    "note": _with("words"),
    "tell": _with("words"),
    "assign": _with("to"),
    "decline": _with("reason"),
    "score": _with("score", "words"),
    "next": _at,
    "snooze": _at,
    "label": _label,
    "changes": _changes,
    "merge": _merge,
    "unmerge": _unmerge,
}


def _back(reference: str, acted: Acted) -> web.Response:
    """To the lead's page, which shows what the desk answered."""
    said = ",".join(map(str, acted.answers))
    place = f"{ROOT}/leads/{reference}?said={said}#said" if said else f"{ROOT}/leads/{reference}"
    return web.Response(status=303, headers={"Location": place})
