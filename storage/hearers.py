"""Who hears of what happens beside the chats: web hooks of other systems, and staff by e-mail.

That is looked up every few seconds and kept: what happens costs nothing more where nobody listens.
A process hears of its own changes at once, the others within `LOOK_EVERY`.
"""

import time
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect, event, select
from sqlalchemy.orm import Session

from storage.models import StaffMember, WebHook

LOOK_EVERY = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Hook:
    """A web hook as far as it matters when something happens."""

    id: int
    chat_id: int
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The confirmed address of a staff member, and what they want there."""

    staff_id: int
    name: str
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Hearers:
    """Everybody who hears of anything."""

    hooks: tuple[Hook, ...] = ()
    mailboxes: tuple[Mailbox, ...] = ()


_known: WeakKeyDictionary[Dialect, tuple[float, Hearers]] = WeakKeyDictionary()


def hearers(session: Session) -> Hearers:
    """Who hears of what, as it was at most `LOOK_EVERY` ago."""
    dialect, now = session.get_bind().dialect, time.monotonic()
    looked_at, found = _known.get(dialect, (float("-inf"), Hearers()))
    if now - looked_at >= LOOK_EVERY:
        found = Hearers(_hooks(session), _mailboxes(session))
        _known[dialect] = (now, found)
    return found


def changed(session: Session) -> None:
    """Who hears of what changes with this transaction: look again once it is committed."""
    dialect = session.get_bind().dialect
    _known.pop(dialect, None)
    event.listen(session, "after_commit", lambda _it: _known.pop(dialect, None), once=True)


def _hooks(session: Session) -> tuple[Hook, ...]:
    columns = (WebHook.id, WebHook.chat_id, WebHook.kinds)
    found = session.execute(select(*columns).where(WebHook.ended_at.is_(None)).order_by(WebHook.id))
    return tuple(Hook(number, chat_id, frozenset(kinds)) for number, chat_id, kinds in found)


def _mailboxes(session: Session) -> tuple[Mailbox, ...]:
    columns = (StaffMember.id, StaffMember.name, StaffMember.email_kinds)
    confirmed = (StaffMember.email_confirmed_at.is_not(None), StaffMember.left_at.is_(None))
    found = session.execute(select(*columns).where(*confirmed, StaffMember.role.is_not(None)))
    return tuple(Mailbox(number, name, frozenset(kinds)) for number, name, kinds in found if kinds)
