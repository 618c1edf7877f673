"""A group's idea and those of others: matched when its contact agrees, met through the contact."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import applicants, chats, groups
from storage.chats import ChatKey
from tests.groups.gathered import (
    GROUP,
    Gathered,
    all_leads,
    gather,
    speaks_for,
)
from tests.neighbourhood import GARDEN, Sender, has_idea, has_sent
from tests.world import CHANNEL, STAFF, World, open_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, quiet_hours="off") as opened:
        with opened.core.database.transaction() as session:
            opened.core.load_samples(session)
        yield opened


@pytest.fixture
async def gathered(world: World) -> Gathered:
    """A group that has sent its garden, and somebody else with one."""
    programme, now = world.core.programme, world.clock.now()
    with world.core.database.transaction() as session:
        made = gather(session, world)
        group = groups.get_group(session, made.group_id)
        assert group is not None
        has_idea(session, group.chat_id, Sender("Ann", agrees=False), programme=programme, now=now)
        kim = chats.chat_id_for(session, ChatKey(CHANNEL, "kim", name="Kim"), now=now)
        other = Sender("Kim Sample", says=GARDEN)
        idea = has_idea(session, kim, other, programme=programme, now=now)
        has_sent(session, idea, other, chat_id=kim, now=now)
    speaks_for(world, "ann", made.group_id)
    await world.says("ann", "send it to the team")
    await world.says("ann", "just the team")
    for words in ("yes", "Ann Example", "here on telegram", "yes"):
        await world.says("ann", words)
    return made


async def test_the_contact_agrees_for_the_group_and_meets_for_it(
    world: World, gathered: Gathered
) -> None:
    kims, groups_own = all_leads(world)
    assert groups_own.group_id == gathered.group_id
    introduce = f"/introduce {groups_own.reference} {kims.reference} You both grow things."
    await world.says("alex", introduce, chat=STAFF)
    assert not any("put in touch" in text for text in world.heard("ann"))
    await world.says("ann", "is anyone else doing this")
    await world.presses("ann", "Yes, match my idea")
    assert any("a few people" in text for text in world.heard("ann"))
    with world.core.database.reading() as session:
        own = applicants.find_applicant(session, chat_id=gathered.chat_ids["ann"])
        assert own is None or own.matching_at is None
    speaks_for(world, "ann", None)
    await world.says("alex", introduce, chat=STAFF)
    asked = next(text for text in world.heard("ann") if "You're both in Sefton" in text)
    assert "Kim" not in asked
    await world.presses("ann", "Yes")
    await world.presses("ann", "Yes, you may")
    await world.presses("kim", "Yes")
    await world.presses("kim", "Yes, you may")
    assert any("Meet <b>Kim" in text for text in world.heard("ann"))
    assert any("Meet <b>Ann" in text for text in world.heard("kim"))
    assert not any("Kim" in text for text in world.heard(GROUP))
