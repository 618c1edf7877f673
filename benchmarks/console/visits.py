"""Which pages are asked for, and with what: one visit at least for each GET route of the console.

A route is found by itself. What stands for a parameter in its path is looked up in `EXAMPLES`, by
the parameter's name or by ROUTE.PARAMETER; what is asked of lists beside the plain page in `ASKED`.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.console.call_rows import DRAFT
from benchmarks.console.lead_rows import busy_lead, reference
from benchmarks.console.made_up import COMMON, RARE
from benchmarks.console.scale import NOW, Scale
from bot.console.access import ROUTES
from storage import sign_ins
from storage.models import AuditEntry, StaffMember, Subscription
from storage.staff import Role

Example = Callable[[Session, Scale], Any]
ADMIN = 1  # the id of the member whose browser it is
BUSY_CHAT = 3  # the id of a chat in which much was said
_PARAMETER = re.compile(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}")


@dataclass(frozen=True, slots=True)
class Visit:
    """A page asked for in one way."""

    route: str
    path: str  # with the query
    name: str  # of this way; "" if it is the plain page


class UnknownParameterError(Exception):
    """A route has a parameter of which there is no example."""


def _link(session: Session, _scale: Scale) -> str:
    """A sign-in link that nobody has used yet."""
    member = session.scalars(select(StaffMember).where(StaffMember.role == Role.VIEWER)).first()
    return sign_ins.make_sign_in(session, member or session.get_one(StaffMember, 2), now=NOW)


def _read(session: Session, _scale: Scale) -> int:
    """A chat in which much was said, after somebody told why they read it."""
    values = {"staff_id": ADMIN, "verb": "read_conversation", "result": "done"}
    session.add(AuditEntry(**values, chat_id=BUSY_CHAT, at=NOW, detail={"reason": "complaint"}))
    return BUSY_CHAT


EXAMPLES: Mapping[str, Example] = {
    "reference": lambda _session, scale: reference(scale.leads - 3),
    "sign_in_link.token": _link,
    "asset.name": lambda _session, _scale: "bootstrap.css",
    "code": lambda _session, scale: f"call{scale.calls - 8}",
    "act": lambda _session, _scale: "close",
    "day": lambda session, _scale: session.scalar(
        select(func.min(Subscription.next_due_at))
    ).date(),
    "broadcast.id": lambda _session, _scale: 1,
    "broadcast_progress.id": lambda _session, _scale: 1,
    "edit_broadcast.id": lambda _session, _scale: DRAFT,
    "flow": lambda _session, _scale: "shape_idea",
    "step": lambda _session, _scale: "plan",
    "name": lambda _session, _scale: "people",
    "chat": lambda _session, _scale: BUSY_CHAT,
    "conversation.chat": _read,
    "response": lambda _session, _scale: "utter_menu",
    "member.id": lambda _session, _scale: 2,
    "first_admin.token": lambda _session, _scale: "0" * 48,
    "confirm_email.token": lambda _session, _scale: "0" * 40,
    "stop_email.token": lambda _session, _scale: f"1-{'0' * 40}",
    "web_hook.id": lambda _session, _scale: 1,
    "hook_delivery.id": lambda _session, _scale: 1,
    "delivery": lambda _session, _scale: 3,
}
# By the route: the name of a way to ask for it, and its query; `far` is an old lead's id.
ASKED: Mapping[str, Mapping[str, str]] = {
    "leads": {
        "oldest": "sort=oldest",
        "next": "sort=next",
        "score": "sort=score",
        "open": "status=open",
        "open, by what comes next": "status=open&sort=next",
        "open, by score": "status=open&sort=score",
        "changes asked": "status=changes_asked",
        "done, oldest": "status=done&sort=oldest",
        "a borough": "borough=halton",
        "a borough, by score": "borough=halton&sort=score",
        "a rare mixture": "borough=halton&theme=something_else&kind=callback&status=new",
        "a theme and an offer": "theme=ageing&kind=incubator",
        "a label": "label=visit",
        "a rare label, oldest": "label=no-reply&sort=oldest",
        "a call": "call_id=12",
        "somebody's": "assignee_id=5",
        "somebody's open, by what comes next": "assignee_id=5&status=open&sort=next",
        "nobody's": "assignee_id=0",
        "nobody's open": "assignee_id=0&status=open",
        "overdue": "due=overdue",
        "overdue, by what comes next": "due=overdue&sort=next",
        "somebody's overdue": "assignee_id=5&due=overdue",
        "nobody's overdue, a borough": "assignee_id=0&borough=halton&due=overdue&sort=next",
        "a word, overdue": f"words={COMMON}&due=overdue",
        "nothing found": "words=nobodyatall",
        "a word that nearly all have": f"words={COMMON}",
        "the same, by score": f"words={COMMON}&sort=score",
        "a word that hardly any has": f"words={RARE}",
        "the same, oldest": f"words={RARE}&sort=oldest",
        "how many names begin": "words=ab",
        "a whole name": "words=aba+abbank",
        "three words": f"words={COMMON}+shed+lunch",
        "a word and filters": f"words={COMMON}&status=open&borough=halton&sort=next",
        "a word and a rare mixture": (
            f"words={COMMON}&borough=halton&theme=something_else&kind=callback&status=new"
        ),
        "a reference": f"words={reference(1234)}",
        "far down": "after={far}",
        "far down, back": "before={far}",
        "far down, by score": "sort=score&after={far}",
        "far down, by what comes next": "sort=next&after={far}",
        "far down, a word": f"words={COMMON}&after={{far}}",
        "far down, a rare mixture": "borough=halton&theme=something_else&after={far}",
    },
    "audit": {
        "older": "before=5000",
        "somebody's": "who=5",
        "of one kind": "verb=export",
        "of one lead": f"lead={reference(77)}",
        "refused": "refused=yes",
        "of a day": "day=2025-11-03",
    },
    "calls": {"all": "over=all"},
    "new_call": {"as last year's": "from=call12"},
    "reminders": {"next month": "month=2026-07"},
    "reminder_log": {"sent": "state=sent", "failed": "state=failed", "one offset": "offset=7d"},
    "broadcasts": {"older": "before=8"},
    "insight": {it: f"split={it}" for it in ("borough", "theme", "offer", "source")},
    "people": {
        "a whole name": "words=aba+abbank",
        "how many names begin": "words=ab",
        "nobody": "words=nobodyatall",
        "a number": "words=7000000042",
        "a reference": f"words={reference(1234)}",
        "a number to ring": "words=07700900123",
    },
    "conversation": {"older": "before=1000000"},
    "wordings": {"some words": "words=idea", "of a flow": "flow=shape_idea"},
    "web_hook": {"failed": "state=failed", "older": "before=9000"},
}
# Other values of a path's parameters, by the route and the name of the way.
ALSO: Mapping[str, Mapping[str, Mapping[str, Example]]] = {
    "lead": {
        "the busiest": {"reference": lambda _session, scale: reference(busy_lead(scale))},
        "an old one": {"reference": lambda _session, _scale: reference(5)},
        "none": {"reference": lambda _session, _scale: "LCR-99999"},
    },
    "call": {"one that is over": {"code": lambda _session, _scale: "call12"}},
    "reminder_log": {"one that is over": {"code": lambda _session, _scale: "call12"}},
    "reminder_day": {"one that is over": {"day": lambda _session, _scale: "2026-03-02"}},
    "person": {"a new one": {"chat": lambda _session, scale: scale.chats - 5}},
}


def routes() -> list[str]:
    """Those that are asked for: all that show something."""
    return [name for name, access in ROUTES.items() if access.method == "GET"]


def visits(session: Session, scale: Scale, only: Collection[str] = ()) -> Iterator[Visit]:
    """All of them, or those of some routes; the examples are taken from the database.
    Raises UnknownParameterError."""
    for route in only or routes():
        plain = _path(session, scale, route, {})
        yield Visit(route, plain, "")
        for name, query in ASKED.get(route, {}).items():
            yield Visit(route, f"{plain}?{query.format(far=scale.leads // 4)}", name)
        for name, others in ALSO.get(route, {}).items():
            yield Visit(route, _path(session, scale, route, others), name)


def _path(session: Session, scale: Scale, route: str, others: Mapping[str, Example]) -> str:
    def value(found: re.Match[str]) -> str:
        name = found[1]
        example = others.get(name) or EXAMPLES.get(f"{route}.{name}") or EXAMPLES.get(name)
        if example is None:
            raise UnknownParameterError(
                f"benchmarks.console.visits has no example of {name} in {ROUTES[route].path}"
            )
        return str(example(session, scale))

    return _PARAMETER.sub(value, ROUTES[route].path)
