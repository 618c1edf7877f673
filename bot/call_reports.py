"""What the command line takes and prints of calls."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from actions.calls.call_changes import UnknownCallError, act_on_call
from actions.calls.call_exports import calls_as_csv, calls_as_yaml
from actions.calls.call_files import CallFileError, import_calls
from actions.times.instants import plain_words
from actions.times.local_times import written_instant
from bot.core import Core
from bot.reports import as_table
from bot.settings import SettingError
from storage import calls
from storage.audit import note_command
from storage.call_changes import ChangeKind, changes_of
from storage.calls import Saved
from storage.locks import queue_up
from storage.models import Call, CallChange
from storage.waking import wake

_LONGEST = 60  # letters of a value in a history


@dataclass(frozen=True, slots=True)
class Report:
    """What was done, in words, and whether it failed."""

    text: str
    failed: bool = False


def import_file(core: Core, file: Path, *, by: str) -> Report:
    """Import a file of calls, all or nothing; reminders of moved deadlines are planned anew."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        with writing(core) as session:
            saved = import_calls(
                session,
                text=text,
                filename=str(file),
                programme=core.programme,
                now=core.clock.now(),
                by=by,
            )
            lines = [_saved_line(each) for each in saved]
            codes = [each.call.code for each in saved if each.change is not None]
            if codes:
                note_command(session, "calls import", by=by, now=core.clock.now(), codes=codes)
    except CallFileError as error:
        return Report("\n".join([*error.errors, "nothing was imported"]), failed=True)
    except UnicodeDecodeError:
        reason = "the file is not UTF-8; in a spreadsheet, save it as CSV UTF-8"
        return Report(f"{file}:1: -: {reason}\nnothing was imported", failed=True)
    return Report("\n".join(lines) or "the file has no calls")


def do_to_call(core: Core, act: str, code: str, *, by: str) -> str:
    """Do one of the acts to a call; in words what it did. Raises SettingError."""
    now = core.clock.now()
    with writing(core) as session:
        try:
            saved = act_on_call(session, act, code, by=by, programme=core.programme, now=now)
        except UnknownCallError:
            raise unknown_call(session, code) from None
        if saved.change is not None:
            note_command(session, f"calls {act}", by=by, now=now, code=code)
        return f"{_saved_line(saved)}; it is {_state(saved.call, core)} now"


def calls_table(core: Core) -> str:
    """Every call: code, state, deadline, title."""
    now = core.clock.now()
    with core.database.reading() as session:
        rows = [
            (
                call.code,
                _state(call, core),
                plain_words(call.closes_at, now, core.programme.zone),
                call.title,
            )
            for call in calls.all_calls(session)
        ]
    return as_table(("code", "state", "closes", "title"), rows)


def calls_export(core: Core, form: str) -> str:
    """Every call as an import file, as `csv` or `yaml`."""
    write = calls_as_csv if form == "csv" else calls_as_yaml
    with core.database.reading() as session:
        return write(calls.all_calls(session), core.programme.zone)


def history(core: Core, code: str) -> str:
    """Who changed a call, when, and each changed field before and after. Raises SettingError."""
    return "\n".join(
        line for change in _changes(core, code) for line in _lines_of(change, core.programme.zone)
    )


def history_as_json(core: Core, code: str) -> str:
    """The same in full, for programs. Raises SettingError."""
    listed = [
        {
            "at": change.at.isoformat(),
            "by": change.by,
            "kind": change.kind,
            "before": change.before,
            "after": change.after,
        }
        for change in _changes(core, code)
    ]
    return json.dumps(listed, ensure_ascii=False, indent=2)


@contextmanager
def writing(core: Core) -> Iterator[Session]:
    """One at a time; what runs beside it hears of it at the end."""
    with core.database.transaction() as session:
        queue_up(session, "calls")
        wake(session, "reminders")
        yield session


def _changes(core: Core, code: str) -> list[CallChange]:
    with core.database.reading() as session:
        found = changes_of(session, code=code)
        if not found and calls.find_call(session, code=code) is None:
            raise unknown_call(session, code)
        return found


def unknown_call(session: Session, code: str) -> SettingError:
    """What is said when no call has this code."""
    known = ", ".join(sorted(calls.kept_codes(session))) or "none"
    return SettingError("CODE", f"no call is called {code}; known: {known}")


def _saved_line(saved: Saved) -> str:
    if saved.change is None:
        return f"{saved.call.code}: as it was"
    what = "new" if saved.created else saved.change.kind.replace("_", " ")
    return f"{saved.call.code}: {what}" + ("; its reminders moved" if saved.moved else "")


def _state(call: Call, core: Core) -> str:
    closing_soon = timedelta(days=core.programme.closing_soon_days)
    state = calls.state_of(call, now=core.clock.now(), closing_soon=closing_soon)
    return state.replace("_", " ")


def _lines_of(change: CallChange, zone: ZoneInfo) -> Iterator[str]:
    who, what = change.by or "the assistant", change.kind.replace("_", " ")
    yield f"{written_instant(change.at, zone)}  {who}  {what}"
    if change.kind == ChangeKind.CREATED:
        return  # all of it was new
    for name in change.after:
        before, after = (_shown(side, name, zone) for side in (change.before, change.after))
        yield f"  {name}: {before} -> {after}"


def _shown(fields: Mapping[str, Any], name: str, zone: ZoneInfo) -> str:
    value = fields[name]
    if value is None:
        return "-"
    if name.endswith("_at"):
        return written_instant(datetime.fromisoformat(value), zone)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
