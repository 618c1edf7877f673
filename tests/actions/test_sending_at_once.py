"""The same idea, sent at the same moment by several: one lead, one version, one card."""

import threading
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actions.context import Context
from actions.counting import Moment
from actions.leads.sending import Outcome, send
from storage.chats import ChatKey, chat_id_for
from storage.database import Database
from storage.leads import NewLead
from storage.models import Lead, OutboxRow, Submission
from tests.actions.conftest import DOMAIN, NOW, Did, RecordingSay, programme

AT_ONCE = 4


def draft(number: int, words: str = "Rust") -> NewLead:
    return NewLead(
        reference=f"LCR-7KX2{number}",
        dedupe_key="idea:1:0",
        kind="incubator",
        chat_id=0,
        applicant_kind="individual",
        applicant_name="Sam",
        contact="telegram",
        reasons=[],
        facts={},
        idea={"title": None, "answers": {"idea_problem": words}},
    )


def sent_from(database: Database, number: int, words: str) -> Outcome:
    """Sent from a chat of its own, as a turn does it."""
    with database.transaction() as session:
        context = context_of(session, f"device{number}")
        return send(context, replace(draft(number, words), chat_id=context.chat_id))


def context_of(session: Session, name: str) -> Context:
    chat_id = chat_id_for(session, ChatKey("preview", name), now=NOW)
    staff = chat_id_for(session, ChatKey("preview", "staff", "group"), now=NOW)
    say = RecordingSay(DOMAIN["responses"])
    return Context(
        session, NOW, chat_id, programme(), say, Did(), staff, "preview", moment=Moment(NOW)
    )


def at_once(work: Callable[[int], Outcome]) -> list[str]:
    """What came of it for each of them."""
    ready, came = threading.Barrier(AT_ONCE), {}

    def run(number: int) -> None:
        ready.wait()
        came[number] = work(number).what

    threads = [threading.Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(came.values())


def counts(database: Database) -> list[int]:
    """How many leads, versions and cards there are."""
    counted = func.count()
    statements = (
        select(counted).select_from(Lead),
        select(counted).select_from(Submission),
        select(counted).where(OutboxRow.kind == "lead_card"),
    )
    with database.reading() as session:
        return [session.execute(it).scalar_one() for it in statements]


def test_sent_by_several_at_once_it_is_one_submission(database: Database) -> None:
    for number in range(AT_ONCE):  # the chats are known
        with database.transaction() as session:
            context_of(session, f"device{number}")
    came = at_once(lambda number: sent_from(database, number, "Rust"))
    assert came == ["new", *["same"] * (AT_ONCE - 1)]
    assert counts(database) == [1, 1, 1]


def test_of_several_changes_at_once_each_is_a_version_in_some_order(database: Database) -> None:
    sent_from(database, 0, "Rust")
    came = at_once(lambda number: sent_from(database, number, f"Rust {number}"))
    assert came == ["changed"] * AT_ONCE
    assert counts(database) == [1, 1 + AT_ONCE, 1]
    with database.reading() as session:
        versions = list(session.scalars(select(Submission.version).order_by(Submission.version)))
        last = session.scalars(select(Submission).order_by(Submission.version.desc())).first()
        assert last is not None
        assert session.scalars(select(Lead)).one().idea == last.idea
    assert versions == [1, 2, 3, 4, 5]
