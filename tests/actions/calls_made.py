"""Calls to judge, subscribe to and list."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from storage.calls import CallDetails, save_call
from storage.models import Call
from tests.actions.conftest import NOW

CLOSES_AT = datetime.fromisoformat("2026-04-17T17:00+01:00")


def criterion(fact: str, *, unmet: str = "no", **condition: Any) -> dict[str, Any]:
    return {
        "fact": fact,
        **condition,
        "unmet": unmet,
        "met": f"{fact} fits",
        "unmet_text": f"{fact} does not fit",
        "fix": f"what to do about {fact}",
    }


def make_call(
    session: Session,
    code: str = "ageing",
    *,
    theme: str = "ageing",
    opens_at: datetime = NOW - timedelta(days=10),
    closes_at: datetime = CLOSES_AT,
    criteria: list[dict[str, Any]] | None = None,
    reminders: list[str] | None = None,
    **more: Any,
) -> Call:
    details = CallDetails(
        code=code,
        title=f"The {code} call",
        theme=theme,
        summary=f"About {code}",
        opens_at=opens_at,
        closes_at=closes_at,
        criteria=criteria or [],
        reminders=reminders,
        **more,
    )
    return save_call(session, details, now=NOW).call
