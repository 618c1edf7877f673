"""A world with a staff chat, on each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.talking import make_forum
from tests.world import World, open_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """Nobody waits for the morning."""
    with open_world(database_url, tmp_path, quiet_hours="off") as opened:
        yield opened


@pytest.fixture
def forum(world: World) -> World:
    """The same, where the staff's group has topics."""
    make_forum(world)
    return world
