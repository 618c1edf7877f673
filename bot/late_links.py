"""`python -m bot calls late`: a link for one person who may apply after the deadline."""

import asyncio
from datetime import timedelta

from sqlalchemy.orm import Session

from actions.times.instants import plain_words
from bot.call_reports import unknown_call, writing
from bot.core import Core
from bot.settings import SettingError
from bot.telegram.naming import chat_links
from storage import calls
from storage.audit import note_command
from storage.calls import CallState
from storage.late_links import make_late_link
from storage.models import Call


def late_link(core: Core, code: str, *, by: str, days: int) -> str:
    """Make the link and tell it, once. Raises SettingError, also while the call is not closed."""
    links = asyncio.run(chat_links(core.settings))
    now = core.clock.now()
    expires_at = now + timedelta(days=days)
    with writing(core) as session:
        call = _closed_call(session, code, core)
        token = make_late_link(session, call, expires_at=expires_at, by=by, now=now)
        note_command(session, "calls late", by=by, now=now, code=code)
        title = call.title
    until = plain_words(expires_at, now, core.programme.zone)
    return (
        f"{links.start(f'late-{token}')}\n"
        f"for one person, who may apply to {title} until {until}; it is not shown again"
    )


def _closed_call(session: Session, code: str, core: Core) -> Call:
    call = calls.find_call(session, code=code)
    if call is None:
        raise unknown_call(session, code)
    state = calls.state_of(call, now=core.clock.now(), closing_soon=timedelta(0))
    if state is not CallState.CLOSED:
        raise SettingError("CODE", f"{code} is {state}: only a closed call needs such a link")
    return call
