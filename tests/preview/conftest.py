"""The preview, ready to be asked."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import yaml

from dialogues.model import Content
from dialogues.programme import Programme
from storage.crypto import new_secret
from storage.database import Database, open_database
from tests.preview.room import Room, open_room

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def content() -> Content:
    """The programme as it is shipped, which is all that the preview takes from the content."""
    told = yaml.safe_load((ROOT / "dialogues" / "programme.yml").read_text())
    programme = Programme.model_validate(told)
    return cast("Content", SimpleNamespace(programme=programme))


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    """An embedded database: enough for what does not depend on its kind."""
    opened = open_database(sqlite_url, secret=new_secret())
    yield opened
    opened.close()


@pytest.fixture
async def room(sqlite: Database, content: Content, tmp_path: Path) -> AsyncIterator[Room]:
    """A preview that echoes."""
    async with open_room(sqlite, content, tmp_path / "files") as opened:
        yield opened


@pytest.fixture
async def any_room(database: Database, content: Content, tmp_path: Path) -> AsyncIterator[Room]:
    """The same on each kind of database."""
    async with open_room(database, content, tmp_path / "files") as opened:
        yield opened
