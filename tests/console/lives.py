"""Residents who have lived a little with the assistant, in the console's database."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from sqlalchemy import select

from storage.models import Chat
from tests.console.conftest import Office
from tests.world import CHANNEL, World

_FIRST = count(1, 10_000)  # numbers of updates: those of one world are not those of the next
PUZZLE = "wibble flumph quux"


@contextmanager
def world_of(office: Office) -> Iterator[World]:
    """The assistant on the same database, with the same clock."""
    yield World(office.core, office.clock, first=next(_FIRST))


def chat_of(office: Office, who: str) -> int:
    """The id of somebody's chat."""
    with office.core.database.reading() as session:
        known = Chat.channel == CHANNEL, Chat.external_id == who
        return session.scalars(select(Chat.id).where(*known)).one()


async def live(world: World, who: str = "ann", name: str = "Ann Example") -> None:
    """They begin an idea, want to be rung, are not understood, and ask for a person."""
    for words in ("/start", "/idea", "The lot at nans sit in all day looking at walls"):
        await world.says(who, words)
    for words in ("just ring me", name, "07700 900123"):
        await world.says(who, words)
    await world.says(who, "cancel")
    await world.says(who, f"{PUZZLE} {who}")
    await world.says(who, "/human")
    await world.says(who, "Where does my idea stand?")
