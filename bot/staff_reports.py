"""What the command line does and prints of the staff."""

import asyncio
import json
from typing import Any

from sqlalchemy.orm import Session

from actions.times.instants import plain_words
from actions.times.local_times import written_instant
from bot.core import Core
from bot.desk.people.leaving import change_role, take_off_list
from bot.links import ChatLinks
from bot.reports import as_table
from bot.settings import SettingError
from bot.telegram.naming import chat_links
from storage import audit, leads, staff, staff_links
from storage.models import AuditEntry, StaffMember
from storage.staff import Role
from storage.staff_links import Purpose

TELEGRAM, PREVIEW = "telegram", "preview"
_OF_WHO = {"by", "stranger"}  # what an entry's detail says of who did it


def admin_link(core: Core, *, by: str) -> str:
    """Make the link and tell it, once. Raises SettingError, TokenRefusedError, NoTelegramError."""
    links = asyncio.run(chat_links(core.settings))
    with core.database.transaction() as session:
        address, until = new_admin_link(session, core, links, by=by)
    return f"{address}\nfor one person, who becomes an admin, until {until}; it is not shown again"


def new_admin_link(session: Session, core: Core, links: ChatLinks, *, by: str) -> tuple[str, str]:
    """A one-time link for an admin, and until when it can be used, in words."""
    now = core.clock.now()
    made, token = staff_links.make_link(session, Purpose.INVITE, role=Role.ADMIN, by=None, now=now)
    audit.note_command(session, "staff link", by=by, now=now, link=made.id)
    until = plain_words(made.expires_at, now, core.programme.zone)
    return links.start(f"staff-{token}"), until


def has_admin(session: Session, *, channel: str) -> bool:
    """Whether somebody of this channel is an admin."""
    return bool(staff.members_with(session, Role.ADMIN, channel=channel))


def staff_table(core: Core) -> str:
    """Everybody who is staff: number, channel, name, role, since."""
    now = core.clock.now()
    with core.database.reading() as session:
        rows = [
            (
                str(it.id),
                it.channel,
                it.name,
                it.role or "only from the staff chat",
                plain_words(it.created_at, now, core.programme.zone),
            )
            for channel in (TELEGRAM, PREVIEW)
            for it in staff.staff_of(session, channel=channel)
        ]
    if not rows:
        return "nobody is on the list yet: `staff link` makes a link for the first admin"
    return as_table(("number", "channel", "name", "role", "since"), rows)


def give_role(core: Core, number: int, role: Role, *, by: str) -> str:
    """Change what they may do; in words what was done. Raises SettingError."""
    now = core.clock.now()
    with core.database.transaction() as session:
        member = _member(session, number)
        if role is not Role.ADMIN:
            _check_not_last(session, member)
        before = change_role(session, member, role, now=now)
        detail = {"member": number, "before": before, "after": str(role)}
        audit.note_command(session, "staff role", by=by, now=now, **detail)
        return f"{member.name} is {role} now"


def remove(core: Core, number: int, *, by: str) -> str:
    """Take them off the list; in words what was done. Raises SettingError."""
    now = core.clock.now()
    with core.database.transaction() as session:
        member = _member(session, number)
        _check_not_last(session, member)
        desk_id = staff.staff_chat_id(session, channel=member.channel)
        found = take_off_list(session, member, by=None, desk_id=desk_id, now=now)
        detail = {"member": number, "released": len(found)}
        audit.note_command(session, "staff remove", by=by, now=now, **detail)
        freed = ", ".join(lead.reference for lead in found) or "none"
        return f"{member.name} is off the list; open leads that are free now: {freed}"


def audit_table(core: Core, *, lead: str | None, limit: int) -> str:
    """What was done and refused, newest first; of one lead if it is named. Raises SettingError."""
    with core.database.reading() as session:
        lead_id = _lead_id(session, lead) if lead is not None else None
        found = audit.entries(session, limit=limit, lead_id=lead_id)
        rows = [_row(session, core, entry) for entry in found]
    if not rows:
        return "nothing yet"
    return as_table(("when", "who", "what", "result", "lead", "more"), rows)


def _row(session: Session, core: Core, entry: AuditEntry) -> tuple[str, ...]:
    lead = leads.get_lead(session, entry.lead_id) if entry.lead_id is not None else None
    detail: dict[str, Any] = entry.detail or {}
    more = {name: value for name, value in detail.items() if name not in _OF_WHO}
    return (
        written_instant(entry.at, core.programme.zone),
        entry.who or detail.get("by") or "a stranger",
        entry.verb.replace("_", " "),
        entry.result,
        lead.reference if lead else "-",
        json.dumps(more, ensure_ascii=False) if more else "",
    )


def _lead_id(session: Session, reference: str) -> int:
    lead = leads.find_by_reference(session, reference=reference)
    if lead is None:
        raise SettingError("REF", f"no lead is called {reference}")
    return lead.id


def _member(session: Session, number: int) -> StaffMember:
    member = staff.get_member(session, number)
    if member is None or member.left_at is not None:
        raise SettingError("NUMBER", f"nobody on the list has the number {number}")
    return member


def _check_not_last(session: Session, member: StaffMember) -> None:
    if staff.is_last_admin(session, member):
        raise SettingError("NUMBER", f"{member.name} is the only admin: make another one first")
