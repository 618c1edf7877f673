"""Addresses of other systems that hear what happens."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import chats, hearers, hook_deliveries, works
from storage.chats import ChatKey
from storage.hearers import Hook
from storage.models import StaffMember, WebHook

CHANNEL = "hook"
AWAY = "away"  # the kind of a chat that is no place where people talk
STAFF, GONE, FAILING = "staff", "gone", "failing"  # why one is paused
FORMER_LASTS = timedelta(days=1)  # the secret before, once there is a new one
_SECRET_BYTES = 32


def add_hook(
    session: Session,
    *,
    address: str,
    kinds: Sequence[str],
    is_personal: bool,
    by: StaffMember,
    now: datetime,
) -> WebHook:
    """Have this address hear of these kinds of events from now on."""
    key = ChatKey(CHANNEL, secrets.token_hex(12), AWAY)
    hook = WebHook(
        chat_id=chats.chat_id_for(session, key, now=now),
        address=address,
        secret=new_secret(),
        kinds=list(kinds),
        is_personal=is_personal,
        made_by=by.id,
        made_at=now,
    )
    session.add(hook)
    session.flush()
    hearers.changed(session)
    return hook


def get_hook(session: Session, hook_id: int, *, hold: bool = False) -> WebHook | None:
    """The hook, unless it was taken away. With `hold` nobody else changes it until the transaction
    ends, and it is as it is now."""
    lock = {"key_share": True} if hold else None  # events come in meanwhile
    hook = session.get(WebHook, hook_id, with_for_update=lock, populate_existing=hold)
    return hook if hook is not None and hook.ended_at is None else None


def all_hooks(session: Session) -> list[WebHook]:
    """Those that were not taken away, the oldest first."""
    statement = select(WebHook).where(WebHook.ended_at.is_(None)).order_by(WebHook.id)
    return list(session.scalars(statement))


def change(session: Session, hook: WebHook, *, kinds: Sequence[str], is_personal: bool) -> None:
    """It hears of these kinds from now on."""
    hook.kinds, hook.is_personal = list(kinds), is_personal
    session.flush()
    hearers.changed(session)


def rotate(session: Session, hook: WebHook, *, now: datetime) -> str:
    """Give it a new secret, which is told once. For a day the former one is signed with as well."""
    hook.former_secret, hook.former_until = hook.secret, now + FORMER_LASTS
    hook.secret = new_secret()
    session.flush()
    return hook.secret


def secrets_of(hook: WebHook, *, now: datetime) -> list[str]:
    """What is signed with now."""
    is_two = hook.former_secret and hook.former_until and now < hook.former_until
    return [hook.secret, hook.former_secret] if is_two and hook.former_secret else [hook.secret]


def pause(session: Session, hook: WebHook, *, why: str, now: datetime) -> bool:
    """Send nothing there until it goes on: what happens meanwhile waits. Whether it did go."""
    if hook.paused_at is not None:
        return False
    hook.paused_at, hook.paused_why = now, why
    session.flush()
    works.hold(session, chat_id=hook.chat_id)
    return True


def go_on(session: Session, hook: WebHook, *, with_what_waited: bool, now: datetime) -> None:
    """Send there again; what waited first, or not at all."""
    hook.paused_at = hook.paused_why = hook.failing_since = None
    session.flush()
    if with_what_waited:
        works.let_go(session, chat_id=hook.chat_id, now=now)
    else:
        hook_deliveries.drop_waiting(session, hook, now=now, reason="skipped when it went on")


def take_away(session: Session, hook: WebHook, *, now: datetime) -> None:
    """It hears of nothing more, and its secrets are not kept. What was sent there can still be seen
    by who reads the tables."""
    hook.ended_at, hook.secret = now, ""
    hook.former_secret = hook.former_until = None
    hook_deliveries.drop_waiting(session, hook, now=now, reason="the web hook was taken away")
    hearers.changed(session)


def note_result(session: Session, hook: WebHook, *, got_through: bool, now: datetime) -> None:
    """Whether something got through just now."""
    hook.failing_since = None if got_through else hook.failing_since or now
    session.flush()


def try_out(session: Session, hook: WebHook, *, body: dict[str, object], now: datetime) -> None:
    """Send an event there that tells of nothing."""
    heard = Hook(hook.id, hook.chat_id, frozenset())
    event = f"evt_test_{secrets.token_hex(8)}"
    hook_deliveries.add(session, heard, event=event, kind="test", body=body, now=now)


def new_secret() -> str:
    """A secret to sign with, in the form of the Standard Webhooks specification."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
