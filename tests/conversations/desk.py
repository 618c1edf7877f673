"""What staff do at their desk about what the resident has sent."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.clock import ManualClock
from storage import calls, change_requests, late_links, lead_events, lead_steps, leads, staff
from storage.models import Lead

STAFF = "Alex"
DECIDED = ("qualified", "declined", "reopened")
ACTS = ("changes", "done", "let_in_late", *DECIDED)


class Desk:
    """It is about the newest of what this chat has sent."""

    def __init__(self, session: Session, clock: ManualClock, *, chat_id: int) -> None:
        self._session = session
        self._clock = clock
        self._chat_id = chat_id

    def do(self, act: str, value: Any) -> None:
        """`changes` with `questions` and `words`, and `days` if they are not seven; `done` with the
        outcome; `let_in_late` with the code of a call that has closed; `declined` with the reason,
        and `qualified` and `reopened`."""
        if act == "let_in_late":
            self._let_in_late(value)
        elif act == "done":
            reference = self._lead().reference
            now = self._clock.now()
            lead_steps.close(self._session, reference=reference, outcome=value, who=STAFF, now=now)
        elif act in DECIDED:
            self._decide(act, value if act == "declined" else None)
        else:
            self._ask(value)

    def _lead(self) -> Lead:
        return leads.leads_of_chat(self._session, chat_id=self._chat_id)[-1]

    def _decide(self, kind: str, reason: str | None) -> None:
        session, now = self._session, self._clock.now()
        by = staff.staff_member(session, channel="preview", external_id=STAFF, name=STAFF, now=now)
        lead = self._lead()
        lead.assignee_id = lead.assignee_id or by.id
        lead_steps.decide(session, lead, kind=kind, reason=reason, words=None, by=by, now=now)

    def _ask(self, wish: Mapping[str, Any]) -> None:
        now, lead, words = self._clock.now(), self._lead(), wish["words"]
        lead_events.record_event(
            self._session, lead, kind="changes_asked", who=STAFF, words=words, now=now
        )
        change_requests.ask_for_changes(
            self._session,
            lead,
            questions=wish["questions"],
            words=words,
            who=STAFF,
            until=now + timedelta(days=wish.get("days", 7)),
            now=now,
        )

    def _let_in_late(self, code: str) -> None:
        now, until = self._clock.now(), self._clock.now() + timedelta(days=3)
        call = calls.find_call(self._session, code=code)
        assert call is not None
        token = late_links.make_late_link(self._session, call, expires_at=until, by=STAFF, now=now)
        late_links.open_late_link(self._session, token, chat_id=self._chat_id, now=now)
