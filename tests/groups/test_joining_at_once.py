"""Several people open the link and join at the same moment: one of them is the contact."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.context import Context
from actions.counting import Moment
from actions.groups.joining import JoinGroup
from dialogues.exchange import Did, Incoming
from storage import chats
from storage.chats import ChatKey
from tests.groups.joined import begun, link_of, roles
from tests.world import CHANNEL, MONDAY, World, open_world

PEOPLE = ("ann", "ben", "cat", "dan")


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path) as opened:
        yield opened


def joins(world: World, who: str, token: str) -> None:
    """As the turn in their chat does it, after they said yes."""
    slots = {"join_token": token, "join_as": "join", "join_named": False}
    with world.core.database.transaction() as session:
        key = ChatKey(CHANNEL, who, name=who.capitalize())
        context = Context(
            session,
            MONDAY,
            chats.chat_id_for(session, key, now=MONDAY),
            world.core.programme,
            world.core.wording.say,
            Incoming(Did.INTERNAL),
            None,
            CHANNEL,
            moment=Moment(MONDAY),
        )
        tracker = Tracker.from_dict({"sender_id": who, "slots": slots})
        JoinGroup(context).run(CollectingDispatcher(), tracker, {})


def test_of_those_who_join_at_once_one_is_the_contact(world: World) -> None:
    group = begun(world)
    token = link_of(world, group).removeprefix("join-")
    threads = [threading.Thread(target=joins, args=(world, it, token)) for it in (*PEOPLE, "ann")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    found = roles(world, group)
    assert set(found) == set(PEOPLE)
    assert sorted(found.values()) == ["contact", "member", "member", "member"]
