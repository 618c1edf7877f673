"""Two people answer the same question at the same moment, in two processes: one in the group's
chat, one in private."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from storage.crypto import new_secret
from tests.groups.gathering import Gathering
from tests.groups.test_offers import FIRST, OTHER
from tests.world import open_world


async def test_both_are_there_and_the_answer_is_what_is_kept(
    database_url: str, tmp_path: Path
) -> None:
    secret = new_secret()
    with (
        open_world(database_url, tmp_path, secret=secret) as world,
        open_world(database_url, tmp_path, secret=secret, first=1000) as other,
    ):
        group = Gathering(world)
        await group.begin()
        group.joins("ann", "contact")
        await other.says("ann", "/groups")
        await other.presses("ann", "Group one")
        await other.says("ann", "/idea")
        asked = group.asked()
        doing: list[Callable[[], Any]] = [
            lambda: asyncio.run(group.replies("kim", FIRST, asked)),
            lambda: asyncio.run(other.says("ann", OTHER)),
        ]
        threads = [threading.Thread(target=it) for it in doing]
        for thread in threads:
            thread.start()
        for thread in threads:
            await asyncio.to_thread(thread.join, 30)
        await world.settle()
        said = {text: state for text, _name, state in group.said()}
        assert said.keys() == {FIRST, OTHER}
        kept = [text for text, _name, state in group.said() if state == "kept"]
        assert group.answers()["idea_problem"] == "\n".join(kept)
        assert "kept" in said.values()
        assert "replaced" not in said.values()
