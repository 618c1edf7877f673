"""Words for people of the staff, each in their own chat with the assistant: queued here, written by
the desk when they are sent."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from storage import chats, outbox
from storage.models import StaffMember
from storage.outbox import Lane

KIND = "staff_word"  # the outbox kind

_ROLES = ("viewer", "caseworker", "manager", "admin")
_JOINING = ("welcome", "already", "used", "expired", "unknown", "in_private")
_LIST = ("list", "line", "line_in_chat", "person", "no_member")
_CHANGING = ("role_given", "role_how", "not_yours", "last_admin")
_REMOVING = ("remove_sure", "removed", "released")
_INVITING = ("how", "link", "in_private", "taken_back", "taken_back_before")
_CONNECTING = (
    *("code", "how", "wrong", "already", "residents", "done", "done_none", "topics", "moved"),
)
_DESK = ("none", "group", "forum", "open", "closed", "opened", "shut", "gone", "silenced")
_BUTTONS = (
    "invite",
    "choose_group",
    "take_back",
    "role",
    "remove",
    "sure",
    "keep",
    "open",
    "closed",
    "person",
)
_WORDS = (
    *("gone", "silenced", "no_topics", "healed", "joined", "released", "removed"),
    *("hook_gone", "hook_failing", "mail_failed"),
)
# What is said of who is staff.
RESPONSES = frozenset(
    {f"staff_role_{it}" for it in _ROLES}
    | {f"staff_may_{it}" for it in _ROLES}
    | {f"staff_join_{it}" for it in _JOINING}
    | {f"staff_people_{it}" for it in (*_LIST, *_CHANGING, *_REMOVING)}
    | {f"staff_invite_{it}" for it in _INVITING}
    | {f"staff_connect_{it}" for it in _CONNECTING}
    | {f"staff_desk_{it}" for it in _DESK}
    | {"staff_console_in_private", "staff_console_link"}
    | {f"staff_button_{it}" for it in _BUTTONS}
    | {f"staff_word_{it}" for it in _WORDS}
)


def tell_staff(
    session: Session,
    members: Iterable[StaffMember],
    about: str,
    *,
    key: str,
    now: datetime,
    **ids: Any,
) -> None:
    """Each of these who has a chat with the assistant is told there, once for each `key`: the
    response `staff_word_ABOUT`. `ids` name what its values are read from when it is sent."""
    for member in members:
        chat_id = chats.find_chat_id(
            session, channel=member.channel, external_id=member.external_id
        )
        if chat_id is not None:
            outbox.queue(
                session,
                chat_id=chat_id,
                kind=KIND,
                lane=Lane.HANDOFF,
                now=now,
                payload={"about": about, "to": member.id, **ids},
                dedupe_key=f"word:{about}:{key}:{member.id}",
            )
