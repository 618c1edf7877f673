"""What the command line prints and takes: calls and leads, as tables and files."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from actions import call_files
from actions.call_files import CallFileError
from actions.exports import as_csv, leads_for_export
from actions.instants import plain_words
from bot.core import Core
from storage import calls, leads
from storage.calls import Saved
from storage.locks import queue_up
from storage.models import Call, Lead
from storage.waking import wake


@dataclass(frozen=True, slots=True)
class Report:
    """What was done, in words, and whether it failed."""

    text: str
    failed: bool = False


def import_calls(core: Core, file: Path) -> Report:
    """Import a file of calls, all or nothing; reminders of moved deadlines are planned anew."""
    try:
        text = file.read_text(encoding="utf-8")
        with core.database.transaction() as session:
            queue_up(session, "calls")
            wake(session, "reminders")
            saved = call_files.import_calls(
                session,
                text=text,
                filename=str(file),
                programme=core.programme,
                now=core.clock.now(),
            )
            lines = [_saved_line(each) for each in saved]
    except CallFileError as error:
        return Report("\n".join([*error.errors, "nothing was imported"]), failed=True)
    except UnicodeDecodeError:
        return Report(f"{file}:1: -: the file is not UTF-8\nnothing was imported", failed=True)
    return Report("\n".join(lines) or "the file has no calls")


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
    return _table(("code", "state", "closes", "title"), rows)


def leads_table(core: Core) -> str:
    """Every lead: reference, time, kind, status, who works it. No names of residents."""
    now = core.clock.now()
    with core.database.reading() as session:
        rows = [
            (
                lead.reference,
                plain_words(lead.created_at, now, core.programme.zone),
                lead.kind,
                lead.status,
                _place(lead, core),
                member.name if member else "nobody yet",
            )
            for lead, member in leads.all_leads(session)
        ]
    return _table(("reference", "sent", "kind", "status", "borough", "assignee"), rows)


def leads_export(core: Core, form: str) -> str:
    """Every lead in full, as `csv` or `json`."""
    with core.database.reading() as session:
        exported = leads_for_export(session)
    if form == "csv":
        return as_csv(exported)
    return json.dumps(exported, ensure_ascii=False, indent=2) + "\n"


def _saved_line(saved: Saved) -> str:
    what = "new" if saved.created else "changed" if saved.changed else "as it was"
    return f"{saved.call.code}: {what}" + ("; its reminders moved" if saved.moved else "")


def _state(call: Call, core: Core) -> str:
    now = core.clock.now()
    if call.withdrawn_at is not None:
        return "withdrawn"
    if calls.ends_at(call) <= now:
        return "closed"
    return "open" if call.opens_at <= now else "opens later"


def _place(lead: Lead, core: Core) -> str:
    return core.programme.boroughs.get(lead.borough or "", lead.borough or "")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [tuple(head), *map(tuple, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
