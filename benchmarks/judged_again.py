"""What it costs to judge one resident again when a thousand calls ask for something else.

The whole way: staff import the calls anew, the herald takes up the news of each, and the words are
written when they are claimed. CPU time, never wall time; on SQLite, in one thread.
"""

import copy
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actions.calls.call_changes import keep_call
from actions.calls.call_files import load_samples
from actions.criteria.news import tidings
from actions.criteria.verdicts import judge_call
from bot.clock import ManualClock
from bot.pipeline.herald import Herald
from bot.pipeline.signals import Signals
from dialogues.programme import Programme
from storage import applicants, calls, chats, news, told_verdicts
from storage.calls import CallDetails
from storage.chats import ChatKey
from storage.crypto import new_secret
from storage.database import Database, open_database
from storage.models import CallNews, OutboxRow
from storage.schema import migrate

NO_LONGER = {
    "fact": "borough",
    "one_of": ["halton"],
    "unmet": "no",
    "met": "It happens there.",
    "unmet_text": "It has to happen there.",
    "fix": "Ask your council.",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of CPU for all calls: to import the change, to find who is to be told, and to
    judge once more when the words are written; and how many messages wait at the end."""

    importing: float
    telling: float
    wording: float
    messages: int


def judged_again(
    samples: Path,
    programme: Programme,
    answers: Mapping[str, Any],
    clock: ManualClock,
    *,
    many: int,
) -> Cost:
    """One resident who was told a verdict of each of so many calls, which all change at once."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        database = open_database(f"sqlite:///{folder}/bot.db", secret=new_secret())
        stack.callback(database.close)
        migrate(database.engine)
        details = _many_calls(database, samples, programme, clock, many)
        _tell_verdicts(database, details, answers, clock)
        clock.move_on(timedelta(minutes=1))
        changed = [replace(it, criteria=[NO_LONGER, *it.criteria]) for it in details]
        importing = _cpu_ms(lambda: _keep(database, changed, programme, clock))
        herald = Herald(
            database=database, clock=clock, programme=programme, signals=Signals(), owner="bench"
        )
        telling = _cpu_ms(lambda: _tell(database, herald))
        wording = _cpu_ms(lambda: _judge_again(database, programme, clock))
        with database.transaction() as session:
            waiting = session.scalar(select(func.count()).select_from(OutboxRow)) or 0
    return Cost(importing, telling, wording, waiting)


def _many_calls(
    database: Database, samples: Path, programme: Programme, clock: ManualClock, many: int
) -> list[CallDetails]:
    """With the criteria of the samples in turn."""
    with database.transaction() as session:
        saved = load_samples(session, samples, programme=programme, now=clock.now())
        criteria = [copy.deepcopy(it.call.criteria) for it in saved]
    return [_details(number, criteria[number % len(criteria)], clock) for number in range(many)]


def _tell_verdicts(
    database: Database, details: list[CallDetails], answers: Mapping[str, Any], clock: ManualClock
) -> None:
    """All calls are open, and the resident knows how they stand with each."""
    now = clock.now()
    with database.transaction() as session:
        found = [calls.save_call(session, it, now=now).call for it in details]
        chat_id = chats.chat_id_for(session, ChatKey("preview", "sam"), now=now)
        applicant = applicants.applicant_of(session, chat_id=chat_id, now=now)
        applicants.save_facts(session, applicant, facts=dict(answers), kind="group", now=now)
        told = {call.id: judge_call(call, answers).verdict.kind for call in found}
        told_verdicts.note_told(session, chat_id=chat_id, verdicts=told, now=now)
        news.note_openings(session, now=now)
        for item in session.scalars(select(CallNews)):
            news.finish(session, item, now=now)


def _details(number: int, criteria: list[Any], clock: ManualClock) -> CallDetails:
    return CallDetails(
        code=f"call_{number}",
        title=f"Call {number}",
        theme="ageing",
        summary="One of many.",
        opens_at=clock.now() - timedelta(days=1),
        closes_at=clock.now() + timedelta(days=30),
        criteria=criteria,
    )


def _keep(
    database: Database, changed: list[CallDetails], programme: Programme, clock: ManualClock
) -> None:
    with database.transaction() as session:
        for details in changed:
            keep_call(session, details, by="bench", programme=programme, now=clock.now())


def _tell(database: Database, herald: Herald) -> None:
    done = 1
    while done:
        with database.transaction() as session:
            done = herald.work(session)


def _judge_again(database: Database, programme: Programme, clock: ManualClock) -> None:
    """Each in a transaction of its own, as it is claimed."""
    with database.transaction() as session:
        queued = [row.payload["news_id"] for row in session.scalars(select(OutboxRow))]
        [chat_id] = set(session.scalars(select(OutboxRow.chat_id)))
    for news_id in queued:
        with database.transaction() as session:
            _judge_one(session, news_id, chat_id, programme, clock)


def _judge_one(
    session: Session, news_id: int, chat_id: int, programme: Programme, clock: ManualClock
) -> None:
    item = news.find_news(session, news_id)
    assert item is not None
    call = calls.get_call(session, item.call_id)
    tidings(session, item, call, [chat_id], programme=programme, now=clock.now())


def _cpu_ms(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1_000
