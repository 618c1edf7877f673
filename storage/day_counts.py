"""What happened between two instants, one row for each thing that is counted.

Nothing is read but what was made then: by the ids where they rise with time, else by an index.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Executable, Table, select
from sqlalchemy.orm import Session

from storage.bulk import among
from storage.id_ranges import ids_between
from storage.models import (
    Applicant,
    Chat,
    Handoff,
    Idea,
    Lead,
    LeadEvent,
    Message,
    Submission,
    ToldVerdict,
)
from storage.residents import is_residents

_MANY = 2000  # chats in one question


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that is counted, and which of each kind it is; empty where nobody said."""

    borough: str = ""
    theme: str = ""
    source: str = ""  # where the link they came by stood
    offer: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asked for a person: when, and when one answered and was to answer."""

    at: datetime
    answered_at: datetime | None
    promised_at: datetime | None


class Span:
    """What happened from `begin` to before `end`."""

    def __init__(self, session: Session, begin: datetime, end: datetime) -> None:
        self._session = session
        self._begin = begin
        self._end = end

    def people(self) -> list[Seen]:
        """Who was first seen then, in a private chat."""
        table = Chat.table()
        return self._seen(self._ids(table, "created_at", table.c.id, table.c.kind == "private"))

    def wrote(self) -> list[Seen]:
        """Chats that wrote then, each once."""
        table = Message.table()
        return self._seen(
            self._ids(table, "created_at", table.c.chat_id, table.c.direction == "in")
        )

    def asked_in(self, flows: Collection[str]) -> list[Seen]:
        """Chats that were asked something then by one of these flows, each once."""
        table = Message.table()
        asked = table.c.direction == "out", table.c.flow.in_(sorted(flows))
        return self._seen(self._ids(table, "created_at", table.c.chat_id, *asked))

    def verdicts(self) -> list[tuple[Seen, set[str]]]:
        """Chats that were told verdicts then, with the kinds of them."""
        table = ToldVerdict.table()
        told = table.c.told_at >= self._begin, table.c.told_at < self._end
        kinds: dict[int, set[str]] = {}
        for chat_id, kind in self._session.execute(
            select(table.c.chat_id, table.c.kind).where(*told)
        ):
            kinds.setdefault(chat_id, set()).add(kind)
        known = self._residents(kinds)
        return [(known[chat_id], its) for chat_id, its in kinds.items() if chat_id in known]

    def ideas(self) -> list[Seen]:
        """Ideas that were begun then."""
        table, applicants = Idea.table(), Applicant.table()
        statement = (
            select(applicants.c.chat_id)
            .join(applicants, applicants.c.id == table.c.applicant_id)
            .where(table.c.state != "offer", *self._within(table, "created_at"))
        )
        return self._seen(self._session.scalars(statement.select_from(table)).all())

    def ideas_sent(self) -> list[Seen]:
        """Ideas that were sent for the first time then."""
        table = Submission.table()
        first = table.c.version == 1, table.c.idea.is_not(None)
        return self._of_leads(
            _LEADS.join(table, table.c.lead_id == Lead.id).where(
                *first, *self._within(table, "stored_at")
            )
        )

    def leads(self) -> list[Seen]:
        """Leads that were made then."""
        return self._of_leads(_LEADS.where(*self._within(Lead.table(), "created_at")))

    def leads_that(self, kind: str) -> list[Seen]:
        """Leads to which this happened then; see `storage.lead_statuses`."""
        table = LeadEvent.table()
        happened = select(table.c.lead_id).where(table.c.kind == kind, *self._within(table, "at"))
        return self._of_leads(_LEADS.where(Lead.id.in_(happened)))

    def handoffs(self) -> list[Seen]:
        """How often somebody asked for a person then."""
        table = Handoff.table()
        statement = select(table.c.chat_id).where(*self._within(table, "created_at"))
        return self._seen(self._session.scalars(statement).all())

    def asked(self) -> list[Asked]:
        """Who asked for a person then, and how long it took."""
        table = Handoff.table()
        statement = select(table.c.created_at, table.c.answered_at, table.c.promised_at)
        found = self._session.execute(statement.where(*self._within(table, "created_at")))
        return [Asked(*row) for row in found]

    def _within(self, table: Table, made_at: str) -> tuple[ColumnElement[bool], ...]:
        first, after = ids_between(self._session, table, made_at, self._begin, self._end)
        made = table.c[made_at]
        return table.c.id >= first, table.c.id < after, made >= self._begin, made < self._end

    def _ids(
        self, table: Table, made_at: str, wanted: ColumnElement[int], *where: ColumnElement[bool]
    ) -> list[int]:
        statement = select(wanted).where(*self._within(table, made_at), *where).distinct()
        return list(self._session.scalars(statement))

    def _seen(self, chat_ids: Iterable[int]) -> list[Seen]:
        """One for each of these chats, as often as it is named; only of residents."""
        named = list(chat_ids)
        known = self._residents(named)
        return [known[chat_id] for chat_id in named if chat_id in known]

    def _residents(self, chat_ids: Iterable[int]) -> dict[int, Seen]:
        wanted, known = sorted(set(chat_ids)), dict[int, Seen]()
        for start in range(0, len(wanted), _MANY):
            found = self._session.execute(_RESIDENTS, {"ids": wanted[start : start + _MANY]})
            known |= {row.id: _of_chat(row) for row in found}
        return known

    def _of_leads(self, statement: Executable) -> list[Seen]:
        return [
            Seen(row.borough or "", row.theme or "", row.source or "", row.kind)
            for row in self._session.execute(statement)
        ]


def oldest_chat(session: Session) -> datetime | None:
    """When the first chat was made."""
    return session.scalars(select(Chat.created_at).order_by(Chat.id).limit(1)).first()


def _of_chat(row: Any) -> Seen:
    facts = row.facts or {}
    return Seen(str(facts.get("borough") or ""), str(facts.get("theme") or ""), row.source or "")


_applicants = Applicant.table()
_RESIDENTS = (
    select(Chat.id, Chat.source, _applicants.c.facts)
    .outerjoin(_applicants, _applicants.c.chat_id == Chat.id)
    .where(among(Chat.table().c.id, "ids"), *is_residents())
)
_LEADS = select(Lead.id, Lead.borough, Lead.theme, Lead.source, Lead.kind)
