"""Leads for other programmes to read, as plain values and as a table."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from actions.calls.cells import guarded
from storage import calls, change_requests, leads, submissions
from storage.models import ChangeRequest, Lead, StaffMember, Submission

_PHONE = re.compile(r"\+\d+")


def leads_for_export(session: Session, *, history: bool = False) -> list[dict[str, Any]]:
    """Every lead, oldest first, in the fields and order that others rely on; with `history` also
    every version of what was sent, and what staff asked to be changed."""
    found = leads.all_leads(session)
    exported = _exported(session, found)
    if not history:
        return exported
    numbers = [lead.id for lead, _assignee in found]
    sent = submissions.submissions_by_lead(session, numbers)
    asked = change_requests.requests_by_lead(session, numbers)
    return [
        {
            **known,
            **_sends(sent[lead.id]),
            **_asked(asked[lead.id]),
            "members": list(lead.members) if lead.members is not None else None,
        }
        for known, (lead, _assignee) in zip(exported, found, strict=True)
    ]


def some_for_export(session: Session, lead_ids: Collection[int]) -> list[dict[str, Any]]:
    """Those of these leads that are there, in the same fields, oldest first."""
    return _exported(session, leads.leads_by_id(session, lead_ids))


def as_csv(exported: Iterable[Mapping[str, Any]]) -> str:
    """The same as a table with one row a lead; no cell is taken for a formula."""
    rows = list(exported)
    columns = (*_COLUMNS, *_HISTORY) if any("versions" in lead for lead in rows) else _COLUMNS
    return csv_head(columns) + csv_rows(rows, columns)


def csv_head(columns: Sequence[str] = ()) -> str:
    """The first line of such a table: what its columns are called."""
    written = io.StringIO()
    _writer(written, columns).writeheader()
    return written.getvalue()


def csv_rows(exported: Iterable[Mapping[str, Any]], columns: Sequence[str] = ()) -> str:
    """The lines of these leads."""
    written = io.StringIO()
    writer = _writer(written, columns)
    for lead in exported:
        writer.writerow({name: _safe(value) for name, value in _flat(lead).items()})
    return written.getvalue()


def _writer(written: io.StringIO, columns: Sequence[str]) -> "csv.DictWriter[str]":
    return csv.DictWriter(written, fieldnames=columns or _COLUMNS, lineterminator="\r\n")


def _exported(
    session: Session, found: Iterable[tuple[Lead, StaffMember | None]]
) -> list[dict[str, Any]]:
    codes = {call.id: call.code for call in calls.all_calls(session)}
    return [_lead(lead, assignee, codes) for lead, assignee in found]


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
_HISTORY = ("sent_at", "standing", "versions")


def _lead(lead: Lead, assignee: StaffMember | None, codes: Mapping[int, str]) -> dict[str, Any]:
    idea = lead.idea or {"title": None, "answers": {}}
    return {
        "reference": lead.reference,
        "created_at": _utc(lead.created_at),
        "kind": lead.kind,
        "status": lead.status,
        "applicant": {
            "kind": lead.applicant_kind,
            "name": _name(lead),
            "contact": lead.contact,
        },
        "borough": lead.borough,
        "theme": lead.theme,
        "call": codes.get(lead.call_id) if lead.call_id is not None else None,
        "verdict": lead.verdict,
        "reasons": list(lead.reasons),
        "idea": {"title": idea["title"], "answers": idea["answers"]},
        "consent_at": _utc(lead.consent_at) if lead.consented else None,
        "assignee": assignee.name if assignee else None,
    }


def _name(lead: Lead) -> str | None:
    if lead.group_id is None:
        return lead.applicant_name
    return f"{lead.on_behalf_of} (contact: {lead.applicant_name})"


def _sends(sent: Sequence[Submission]) -> dict[str, Any]:
    """When it counts as sent, and how, with every version of it."""
    last = sent[-1] if sent else None
    return {
        "sent_at": _utc(last.sent_at) if last else None,
        "standing": last.standing if last else None,
        "versions": [_version(it) for it in sent],
    }


def _version(sent: Submission) -> dict[str, Any]:
    down = (sent.down_from, sent.down_until)
    return {
        "version": sent.version,
        "sent_at": _utc(sent.sent_at),
        "standing": sent.standing,
        "intake_down": [_utc(it) for it in down if it] or None,
        "idea": sent.idea,
    }


def _asked(requests: Sequence[ChangeRequest]) -> dict[str, Any]:
    """What staff asked to be changed."""
    told = [
        {
            "asked_at": _utc(it.asked_at),
            "by": it.who,
            "questions": list(it.questions),
            "words": it.words,
            "until": _utc(it.until),
            "outcome": it.outcome,
        }
        for it in requests
    ]
    return {"changes_asked": told}


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _flat(lead: Mapping[str, Any]) -> dict[str, Any]:
    flat = {name: value for name, value in lead.items() if name in (*_COLUMNS, *_HISTORY)}
    if "versions" in lead:
        flat["versions"] = len(lead["versions"])
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
