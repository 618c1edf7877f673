"""What web hooks say: what happened is known since it did; what it is about is written down when it
is sent first, and stays the same in every repeat."""

from typing import Any

import orjson
from sqlalchemy.orm import Session

from actions.leads.qualification import score_of
from storage import calls, leads
from storage.happenings import in_utc
from storage.models import HookDelivery, Lead, WebHook

VERSION = 1


def body_of(
    session: Session, hook: WebHook, delivery: HookDelivery, *, address: str
) -> dict[str, Any]:
    """The whole body; `address` is where the console and the public pages are served."""
    body = delivery.body
    if "version" in body:
        return dict(body)
    data = dict(body["data"])
    lead = leads.get_lead(session, delivery.lead_id) if delivery.lead_id else None
    if lead is not None:
        data |= _of_lead(session, lead, address)
        if hook.is_personal and (lead.applicant_name or lead.contact):
            data["person"] = {"name": lead.applicant_name, "contact": lead.contact}
    elif data.get("call"):
        data |= _of_call(session, data["call"], address)
    return {
        "version": VERSION,
        "id": delivery.event,
        "type": body["type"],
        "timestamp": body["timestamp"],
        "data": data,
    }


def as_bytes(body: dict[str, Any]) -> bytes:
    """As it is sent, and signed."""
    return orjson.dumps(body)


def _of_lead(session: Session, lead: Lead, address: str) -> dict[str, Any]:
    call = calls.get_call(session, lead.call_id) if lead.call_id else None
    return {
        "reference": lead.reference,
        "offer": lead.kind,
        "theme": lead.theme,
        "borough": lead.borough,
        "call": call.code if call else None,
        "score": score_of(lead),
        "link": f"{address}/staff/leads/{lead.reference}",
    }


def _of_call(session: Session, code: str, address: str) -> dict[str, Any]:
    call = calls.find_call(session, code=code)
    if call is None:
        return {}
    return {
        "title": call.title,
        "theme": call.theme,
        "opens_at": in_utc(call.opens_at),
        "closes_at": in_utc(call.closes_at),
        "link": f"{address}/calls/{call.code}",
    }
