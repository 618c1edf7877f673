"""Staff write to a group: to its contact, and to everybody once the group agrees."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import groups, lead_events, leads
from tests.groups.gathered import (
    GROUP,
    Gathered,
    all_leads,
    gather,
    speaks_for,
    tell_idea,
    up_to_yes,
)
from tests.world import STAFF, World, open_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, quiet_hours="off") as opened:
        with opened.core.database.transaction() as session:
            opened.core.load_samples(session)
        yield opened


@pytest.fixture
async def gathered(world: World) -> Gathered:
    with world.core.database.transaction() as session:
        made = gather(session, world)
    speaks_for(world, "ann", made.group_id)
    await tell_idea(world, "ann")
    await up_to_yes(world, "ann")
    await world.says("ann", "yes")
    return made


def card(world: World) -> int:
    """The channel's number of the lead's card."""
    reference = all_leads(world)[-1].reference
    posts = (parcel for _at, parcel in world.sender.sent)
    sent = [(it.external_chat_id, it.text) for it in posts]
    return 1000 + next(
        number for number, (chat, text) in enumerate(sent) if chat == STAFF and reference in text
    )


async def to_group(world: World, words: str) -> str:
    await world.says("alex", words, chat=STAFF, reply_to=card(world))
    return world.last(STAFF).text


async def test_the_contact_is_asked_once_and_allows_it(world: World, gathered: Gathered) -> None:
    asked = [text for text in world.heard("ann") if "write in the group's own chat" in text]
    assert len(asked) == 1
    assert "hasn't agreed" in await to_group(world, "/togroup Thursday at ten?")
    assert not any("Thursday" in text for text in (*world.heard(GROUP), *world.heard("ann")))
    await world.presses("ann", "Yes, they may")
    assert "are in the chat of" in await to_group(world, "/togroup Thursday at ten?")
    told = world.last(GROUP).text
    assert "Alex from Capacity" in told
    assert "Thursday at ten?" in told
    with world.core.database.reading() as session:
        [lead] = leads.leads_of_group(session, group_id=gathered.group_id)
        said = lead_events.events_of(session, lead)[-1]
        assert (said.kind, said.words) == ("staff_said", "Thursday at ten?")
    await world.says("ann", "the team in our group")
    await world.presses("ann", "No, just to me")
    assert "hasn't agreed" in await to_group(world, "/togroup And on Friday?")


async def test_it_says_how_and_where_it_cannot(world: World, gathered: Gathered) -> None:
    assert "reply to its card with" in await to_group(world, "/togroup")
    await world.says("alex", "/togroup hello", chat=STAFF)
    assert "reply to its card with" in world.last(STAFF).text
    with world.core.database.transaction() as session:
        group = groups.get_group(session, gathered.group_id)
        assert group is not None
        group.staff_may_write = True
        groups.close(session, group, now=world.clock.now())
    assert "can't write in the chat" in await to_group(world, "/togroup hello")


async def test_a_lead_of_a_person_has_no_group(world: World, gathered: Gathered) -> None:
    assert gathered
    await tell_idea(world, "eve")
    for words in ("Send it to the team", "no", "yes", "Eve", "here on telegram", "yes"):
        await world.says("eve", words)
    assert "wasn't sent by a group" in await to_group(world, "/togroup hello")
