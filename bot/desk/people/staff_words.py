"""What people of the staff are told in their own chat: written when it is sent, if it is true
then."""

from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from actions.desk.desk_trouble import GONE, SILENCED
from bot.pipeline.composing import Draft, DroppedError
from bot.pipeline.wording import Wording
from storage import chats, leads, staff, web_hooks
from storage.outbox import Claimed
from storage.threads import NO_TOPICS

_TO_ALL = frozenset({"removed"})  # also to whoever is staff no more


class StaffWords:
    """Writes the words that `actions.staff_words` queues."""

    def __init__(self, *, wording: Wording) -> None:
        self._wording = wording

    def write(self, session: Session, claimed: Claimed) -> Draft:
        """See `composing.Writer`."""
        payload = claimed.payload
        about, to = payload["about"], staff.get_member(session, payload["to"])
        if to is None or (to.left_at is not None and about not in _TO_ALL):
            raise DroppedError("they are staff no more")
        _check_truth(session, payload)
        return Draft(self._wording.reply(f"staff_word_{about}", self._values(session, payload)))

    def _values(self, session: Session, payload: dict[str, Any]) -> dict[str, Any]:
        member = staff.get_member(session, payload.get("member", 0))
        found = (leads.get_lead(session, it) for it in payload.get("leads", ()))
        chat_id = payload.get("desk")
        return {
            "chat": chats.get_chat(session, chat_id).name if chat_id is not None else None,
            "name": member.name if member else None,
            "role": self._wording.say(f"staff_role_{member.role}", {})
            if member and member.role
            else None,
            "host": _host(session, payload.get("hook", 0)),
            "references": ", ".join(lead.reference for lead in found if lead is not None),
        }


def _host(session: Session, hook_id: int) -> str | None:
    """Where a web hook leads; not the whole address, which may hold a secret."""
    hook = web_hooks.get_hook(session, hook_id)
    return urlsplit(hook.address).hostname if hook else None


def _check_truth(session: Session, payload: dict[str, Any]) -> None:
    """Of trouble that is over, or is back, nothing is said. Raises DroppedError."""
    about = payload["about"]
    if "hook" in payload:
        hook = web_hooks.get_hook(session, payload["hook"])
        if hook is None or hook.paused_at is None:
            raise DroppedError("that is over")
    if about not in (GONE, SILENCED, NO_TOPICS, "healed"):
        return
    desk = staff.staff_chat(session, payload["desk"])
    if desk is None or not _holds(about, desk.trouble):
        raise DroppedError("that is over")


def _holds(about: str, trouble: str | None) -> bool:
    """Posts are taken again also where no topics can be made."""
    return trouble not in (GONE, SILENCED) if about == "healed" else trouble == about
