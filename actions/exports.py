"""Leads for other programmes to read, as plain values and as a table."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from actions.cells import guarded
from storage import calls, leads
from storage.models import Lead, StaffMember

_PHONE = re.compile(r"\+\d+")


def leads_for_export(session: Session) -> list[dict[str, Any]]:
    """Every lead, oldest first, in the fields and order that others rely on."""
    codes = {call.id: call.code for call in calls.all_calls(session)}
    return [_lead(lead, assignee, codes) for lead, assignee in leads.all_leads(session)]


def as_csv(exported: Iterable[Mapping[str, Any]]) -> str:
    """The same as a table with one row a lead; no cell is taken for a formula."""
    written = io.StringIO()
    writer = csv.DictWriter(written, fieldnames=_COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for lead in exported:
        writer.writerow({name: _safe(value) for name, value in _flat(lead).items()})
    return written.getvalue()


_COLUMNS = (
    "reference",
    "created_at",
    "kind",
    "status",
    "applicant_kind",
    "applicant_name",
    "applicant_contact",
    "borough",
    "theme",
    "call",
    "verdict",
    "reasons",
    "idea_title",
    "idea_answers",
    "consent_at",
    "assignee",
)


def _lead(lead: Lead, assignee: StaffMember | None, codes: Mapping[int, str]) -> dict[str, Any]:
    idea = lead.idea or {"title": None, "answers": {}}
    return {
        "reference": lead.reference,
        "created_at": _utc(lead.created_at),
        "kind": lead.kind,
        "status": lead.status,
        "applicant": {
            "kind": lead.applicant_kind,
            "name": lead.applicant_name,
            "contact": lead.contact,
        },
        "borough": lead.borough,
        "theme": lead.theme,
        "call": codes.get(lead.call_id) if lead.call_id is not None else None,
        "verdict": lead.verdict,
        "reasons": list(lead.reasons),
        "idea": {"title": idea["title"], "answers": idea["answers"]},
        "consent_at": _utc(lead.consent_at),
        "assignee": assignee.name if assignee else None,
    }


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _flat(lead: Mapping[str, Any]) -> dict[str, Any]:
    flat = {name: value for name, value in lead.items() if name in _COLUMNS}
    return {
        **flat,
        **{f"applicant_{name}": value for name, value in lead["applicant"].items()},
        "reasons": "\n".join(lead["reasons"]),
        "idea_title": lead["idea"]["title"],
        "idea_answers": _pairs(lead["idea"]["answers"]),
    }


def _pairs(values: Mapping[str, Any]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in values.items())


def _safe(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if _PHONE.fullmatch(text) else guarded(text)
