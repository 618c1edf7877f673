"""The contact and the second contact send at the same moment, each in their own chat: one lead."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actions.context import Context
from actions.counting import Moment
from actions.groups.applying import for_group
from actions.groups.posts import SENT
from actions.leads.sending import Outcome, send
from actions.speaking import speaking_of
from dialogues.exchange import Did, Incoming
from storage.leads import NewLead
from storage.models import Lead, OutboxRow, Submission
from tests.groups.gathered import Gathered, gather
from tests.world import MONDAY, World, open_world

DRAFT = NewLead(
    reference="LCR-7KX2M",
    dedupe_key="idea:1:0",
    kind="incubator",
    chat_id=0,
    applicant_kind="individual",
    applicant_name="Ann Example",
    contact="telegram",
    reasons=[],
    facts={},
    idea={"title": None, "answers": {"idea_problem": "Rust"}},
)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path) as opened:
        yield opened


def sent_by(world: World, gathered: Gathered, who: str, came: list[Outcome]) -> None:
    """As the turn in their chat does it."""
    with world.core.database.transaction() as session:
        context = context_of(session, world, gathered, who)
        assert context.speaking is not None
        own = replace(DRAFT, reference=f"LCR-7KX2{who[0].upper()}")
        came.append(send(context, for_group(context, context.speaking, own)))


def context_of(session: Session, world: World, gathered: Gathered, who: str) -> Context:
    chat_id = gathered.chat_ids[who]
    return Context(
        session,
        MONDAY,
        chat_id,
        world.core.programme,
        world.core.wording.say,
        Incoming(Did.INTERNAL),
        None,
        "preview",
        moment=Moment(MONDAY),
        speaking=speaking_of(session, group_id=gathered.group_id, chat_id=chat_id, now=MONDAY),
    )


def test_both_send_at_once_and_it_is_one_submission(world: World) -> None:
    with world.core.database.transaction() as session:
        gathered = gather(session, world)
    came: list[Outcome] = []
    threads = [
        threading.Thread(target=sent_by, args=(world, gathered, who, came))
        for who in ("ann", "ben", "ann", "ben")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(it.what for it in came) == ["new", "same", "same", "same"]
    with world.core.database.reading() as session:
        lead = session.scalars(select(Lead)).one()
        assert lead.chat_id == gathered.chat_ids["ann"]
        assert session.scalar(select(func.count()).select_from(Submission)) == 1
        told = select(func.count()).where(OutboxRow.kind == SENT)
        assert session.scalar(told) == 1
