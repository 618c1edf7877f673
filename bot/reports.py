"""What the command line prints of leads, as tables and files."""

import json
from collections.abc import Iterable, Sequence

from actions.leads.exports import as_csv, leads_for_export
from actions.times.instants import plain_words
from bot.core import Core
from storage import leads
from storage.audit import note_command
from storage.models import Lead


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
    return as_table(("reference", "sent", "kind", "status", "borough", "assignee"), rows)


def leads_export(core: Core, form: str, *, by: str, history: bool = False) -> str:
    """Every lead in full, as `csv` or `json`; with `history` also each version that was sent. That
    somebody took them along stands in the audit trail."""
    with core.database.transaction() as session:
        exported = leads_for_export(session, history=history)
        note_command(session, "leads export", by=by, now=core.clock.now(), leads=len(exported))
    if form == "csv":
        return as_csv(exported)
    return json.dumps(exported, ensure_ascii=False, indent=2) + "\n"


def _place(lead: Lead, core: Core) -> str:
    return core.programme.boroughs.get(lead.borough or "", lead.borough or "")


def as_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns under their heads, as wide as what is in them."""
    lines = [tuple(head), *map(tuple, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
