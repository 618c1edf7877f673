"""Fills a migrated database with what happens in two years."""

import itertools
import random
import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from benchmarks.console import call_rows, lead_rows, staff_rows, talk_rows
from benchmarks.console.index_rows import Terms, assert_found_alike
from benchmarks.console.loading import Loader
from benchmarks.console.made_up import MadeUp, as_json
from benchmarks.console.scale import Scale
from benchmarks.pipeline.figures import say
from benchmarks.pipeline.seeding import settle
from storage import models
from storage.crypto import Cipher, cipher_of
from storage.database import Database

SAMPLES = 40  # leads whose place in the index is held against the real code


def seed(database: Database, bulk: Engine, scale: Scale) -> None:
    """Fill the database, which has the sample calls and nothing else. `bulk` is a way into it that
    is only good for filling it."""
    began = time.monotonic()
    cipher = cipher_of(database.engine.dialect)
    loader, made_up = Loader(bulk, cipher), MadeUp()
    with database.reading() as session:
        criteria = [as_json(it) for it in session.scalars(select(models.Call.criteria))]
    leads = lead_rows.Leads(made_up, scale)
    _fill_staff(loader, staff_rows.Work(made_up, scale), scale)
    _fill_talk(loader, talk_rows.Talk(made_up, scale))
    _fill_calls(loader, call_rows.Calls(made_up, scale, criteria))
    _fill_leads(loader, leads)
    say(f"rows are in after {time.monotonic() - began:.0f} s")
    _fill_index(bulk, loader, cipher, leads)
    _rest(bulk)
    with database.transaction() as session:
        _check_index(session, scale)
        session.rollback()
    say(f"filled and checked after {time.monotonic() - began:.0f} s")


def _fill_staff(loader: Loader, work: staff_rows.Work, scale: Scale) -> None:
    first = scale.chats + 1000
    loader.fill(models.StaffMember.table(), staff_rows.STAFF_COLUMNS, work.staff())
    loader.fill(models.AuditEntry.table(), staff_rows.AUDIT_COLUMNS, work.audit())
    loader.fill(models.DayFigure.table(), staff_rows.FIGURE_COLUMNS, work.figures())
    loader.fill(models.Chat.table(), staff_rows.CHAT_COLUMNS, work.hook_chats(first))
    loader.fill(models.WebHook.table(), staff_rows.HOOK_COLUMNS, work.hooks(first))
    loader.fill(models.HookDelivery.table(), staff_rows.DELIVERY_COLUMNS, work.deliveries())
    loader.fill(models.OutboxRow.table(), staff_rows.OUTBOX_COLUMNS, work.outbox())


def _fill_talk(loader: Loader, talk: talk_rows.Talk) -> None:
    loader.fill(models.Chat.table(), talk_rows.CHAT_COLUMNS, talk.chats())
    loader.fill(models.Conversation.table(), talk_rows.CONVERSATION_COLUMNS, talk.conversations())
    loader.fill(models.Applicant.table(), talk_rows.APPLICANT_COLUMNS, talk.applicants())
    loader.fill(models.Message.table(), talk_rows.MESSAGE_COLUMNS, talk.messages())
    loader.fill(models.Misunderstood.table(), talk_rows.MISUNDERSTOOD_COLUMNS, talk.misunderstood())
    loader.fill(models.Handoff.table(), talk_rows.HANDOFF_COLUMNS, talk.handoffs())


def _fill_calls(loader: Loader, calls: call_rows.Calls) -> None:
    first = 1 + len(calls.criteria)
    loader.fill(models.Call.table(), call_rows.CALL_COLUMNS, calls.calls(first))
    loader.fill(models.CallChange.table(), call_rows.CHANGE_COLUMNS, calls.changes(first))
    loader.fill(models.Subscription.table(), call_rows.SUBSCRIPTION_COLUMNS, calls.subscriptions())
    loader.fill(models.Reminder.table(), call_rows.REMINDER_COLUMNS, calls.reminders())
    loader.fill(models.ToldVerdict.table(), call_rows.VERDICT_COLUMNS, calls.verdicts())
    loader.fill(models.Interest.table(), call_rows.INTEREST_COLUMNS, calls.interests())
    loader.fill(models.Broadcast.table(), call_rows.BROADCAST_COLUMNS, calls.broadcasts())
    loader.fill(models.BroadcastRecipient.table(), call_rows.RECIPIENT_COLUMNS, calls.recipients())


def _fill_leads(loader: Loader, leads: lead_rows.Leads) -> None:
    loader.fill(models.Lead.table(), lead_rows.COLUMNS, (it.row for it in leads))
    loader.fill(models.LeadEvent.table(), lead_rows.EVENT_COLUMNS, leads.events())
    loader.fill(models.LeadLabel.table(), staff_rows.LABEL_COLUMNS, _each(leads, "label_rows"))
    loader.fill(models.LeadRead.table(), staff_rows.READ_COLUMNS, _each(leads, "read_rows"))
    versions = (staff_rows.version_row(it) for it in leads)
    loader.fill(models.Submission.table(), staff_rows.VERSION_COLUMNS, versions)


def _each(leads: lead_rows.Leads, name: str) -> Iterator[tuple[Any, ...]]:
    return itertools.chain.from_iterable(map(getattr(staff_rows, name), leads))


def _fill_index(bulk: Engine, loader: Loader, cipher: Cipher, leads: lead_rows.Leads) -> None:
    """On PostgreSQL its own index is made when all rows are there."""
    is_sqlite, terms = bulk.dialect.name == "sqlite", Terms(cipher)
    rows = terms.rows(leads, is_sqlite=is_sqlite)
    with bulk.begin() as connection:
        if is_sqlite:
            loader.fill_plain(connection, "lead_search", ("rowid", "terms"), rows)
            return
        name = "ix_lead_search_terms"
        made = select(text("indexdef")).select_from(text("pg_indexes"))
        found = made.where(text("indexname = :name"))
        making: str = connection.execute(found, {"name": name}).scalar_one()
        connection.execute(text(f"drop index {name}"))
        loader.fill_plain(connection, "lead_search", ("lead_id", "terms"), rows)
        connection.execute(text("set local maintenance_work_mem = '512MB'"))
        connection.execute(text(making))


def _rest(bulk: Engine) -> None:
    """Leave it as it is after a while: PostgreSQL keeps its own house, nobody analyzes SQLite's."""
    if bulk.dialect.name == "postgresql":
        settle(bulk)
        return
    with bulk.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _check_index(session: Session, scale: Scale) -> None:
    chosen = random.Random(30).sample(range(1, scale.leads + 1), min(SAMPLES, scale.leads))
    assert_found_alike(session, chosen)
