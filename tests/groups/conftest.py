"""A world with a group in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.groups.gathering import Gathering
from tests.world import World, open_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def group(world: World) -> Gathering:
    return Gathering(world)
