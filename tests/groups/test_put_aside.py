"""What a correction has put aside in private follows what the others of the group tell."""

from pathlib import Path

from bot.pipeline.sides import Sides
from dialogues.state import Frame, State
from storage import chats
from storage.chats import ChatKey
from tests.groups.gathered import gather, speaks_for, tell_idea
from tests.world import CHANNEL, MONDAY, World, open_world


def entered(world: World, who: str, frame: Frame) -> Frame:
    """As their next turn finds it."""
    content = world.core.content
    state = State.new(content)
    state.stack.append(frame)
    with world.core.database.transaction() as session:
        chat = chats.get_chat(
            session, chats.chat_id_for(session, ChatKey(CHANNEL, who), now=MONDAY)
        )
        after, speaking = Sides(content).enter(session, chat, state, now=MONDAY)
        assert speaking is not None
    return after.stack[-1]


async def test_it_is_what_stands_now(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path) as world:
        with world.core.database.transaction() as session:
            group_id = gather(session, world).group_id
        for who in ("ann", "ben"):
            speaks_for(world, who, group_id)
        await tell_idea(world, "ann")
        aside = Frame("shape_idea", "needs", kept={"problem": "Old words", "plan": "Taken back"})
        aside.reasked["people"] = "Nobody"
        found = entered(world, "ben", aside)
        assert found.kept == {"problem": "Rust"}
        assert found.reasked == {"people": "Kids"}
