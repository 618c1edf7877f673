"""What the forms about web hooks hold, and how they are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.visitor import Visitor
from bot.ways_out.guard import Guard, RefusedAddressError
from storage import audit, hook_deliveries
from storage.happenings import KINDS
from storage.models import StaffMember, WebHook

# What each kind of event is, for staff.
WORDS: Final[Mapping[str, str]] = {
    "lead.sent": "A lead came in, sent or entered by hand",
    "lead.changed": "Whoever sent it changed or answered something",
    "lead.withdrawn": "It was taken back, or its person was forgotten",
    "lead.claimed": "Somebody of the staff has it now",
    "lead.released": "Nobody has it any more",
    "lead.asked": "Changes were asked for",
    "lead.decided": "It was qualified, declined, closed or opened again",
    "lead.merged": "It was merged into another, or taken apart",
    "lead.noted": "A note was added; its words stay here",
    "lead.status": "Its state changed in any other way",
    "call.published": "A call was published",
    "call.changed": "A published call was changed",
    "call.closed": "A call was closed early",
    "call.withdrawn": "A call was withdrawn",
    "call.reopened": "A call was opened again",
}
PAUSED: Final[Mapping[str, str]] = {
    "staff": "Paused by staff",
    "gone": "Paused: it says that it is gone",
    "failing": "Paused: nothing got through for a day",
}
STATES: Final[Mapping[str, str]] = {
    hook_deliveries.WAITING: "Waiting",
    hook_deliveries.DELIVERED: "Delivered",
    hook_deliveries.FAILED: "Given up",
    hook_deliveries.DROPPED: "Skipped",
}


@dataclass(frozen=True, slots=True)
class HookForm:
    """An address and what it is to hear. `wrong` says what has to be changed first."""

    address: str = ""
    kinds: tuple[str, ...] = KINDS
    is_personal: bool = False
    wrong: str = ""

    @classmethod
    async def read(cls, request: web.Request, guard: Guard) -> "HookForm":
        """As it was posted."""
        form = await request.post()
        address = str(form.get("address", "")).strip()
        kinds = tuple(it for it in KINDS if it in form.getall("kinds", []))
        wrong = _wrong(address, guard) if "address" in form else ""
        if not wrong and not kinds:
            wrong = "Choose at least one kind of event."
        return cls(address, kinds, form.get("is_personal") == "yes", wrong)


def host_of(hook: WebHook) -> str:
    """What the trail says of a hook: the whole address may hold a secret."""
    return urlsplit(hook.address).hostname or ""


def note(
    session: Session,
    visitor: Visitor,
    what: str,
    hook: WebHook,
    *,
    now: datetime,
    **detail: Any,
) -> None:
    """Write into the audit trail what was done to the hook."""
    audit.note(
        session,
        f"web_hook_{what}",
        member=session.get(StaffMember, visitor.staff_id),
        done=True,
        now=now,
        detail={"hook": hook.id, "host": host_of(hook), **detail},
    )


def _wrong(address: str, guard: Guard) -> str:
    try:
        guard.check_url(address)
    except RefusedAddressError as refused:
        return f"This address cannot be used: {refused}."
    return ""
