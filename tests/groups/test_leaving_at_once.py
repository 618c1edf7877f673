"""The contact goes at the moment when somebody else takes over from them, in two processes."""

import asyncio
import threading
from pathlib import Path

import pytest

from storage.crypto import new_secret
from tests.groups.gathered import gather, speaks_for
from tests.groups.joined import roles
from tests.world import World, open_world


def token_of(world: World, who: str, label: str) -> str | None:
    """Of the newest button that is called this."""
    keys = [key for _at, it in world.sender.sent if it.external_chat_id == who for key in it.keys]
    return [key.token for key in keys if key.button.label == label][-1]


def press(world: World, who: str, token: str | None) -> None:
    asyncio.run(world.presses_token(who, token))


@pytest.mark.parametrize("order", [("ann", "ben"), ("ben", "ann")])
async def test_there_is_one_contact_and_they_are_still_there(
    database_url: str, tmp_path: Path, order: tuple[str, str]
) -> None:
    secret = new_secret()
    with (
        open_world(database_url, tmp_path, secret=secret) as world,
        open_world(database_url, tmp_path, secret=secret, first=1000) as other,
    ):
        with world.core.database.transaction() as session:
            group_id = gather(session, world).group_id
        speaks_for(world, "ann", group_id)
        await world.says("ann", "hand over")
        await world.presses("ann", "Ben Example")
        await world.says("ann", "leave the group")
        does = {
            "ann": (world, "ann", token_of(world, "ann", "Take it out")),
            "ben": (other, "ben", token_of(world, "ben", "Yes, I'll do it")),
        }
        threads = [threading.Thread(target=press, args=does[who]) for who in order]
        for thread in threads:
            thread.start()
        for thread in threads:
            await asyncio.to_thread(thread.join, 30)
        await world.settle()
        found = roles(world, group_id)
        assert "ann" not in found
        assert list(found.values()).count("contact") == 1
        assert found["ben"] == "contact"
