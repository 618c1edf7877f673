"""An earlier version that is put back stays theirs who told it."""

from types import SimpleNamespace
from typing import Any

import pytest

from storage.contributions import _parts_of
from tests.groups.joined import GROUP, answers, begun, joins, said_by
from tests.world import World

FIRST = "There is nowhere to sit in the whole of our long street"
AGAIN = "Nobody mends anything here, it is all thrown away"


async def writes_again(world: World, who: str, *presses: str) -> None:
    for words in ("cancel", "change my idea"):
        await world.says(who, words)
    for label in presses:
        await world.presses(who, label)


async def test_it_goes_with_who_told_it(world: World) -> None:
    group = begun(world)
    await joins(world, "ann", group)
    await joins(world, "bob", group)
    await world.presses("ann", "Answer a question")
    await world.says("ann", FIRST)
    await writes_again(world, "bob", "✓ What's wrong", "Write it again")
    await world.says("bob", AGAIN)
    assert answers(world, GROUP)["idea_problem"] == AGAIN
    await writes_again(world, "bob", "✓ What's wrong", "See earlier versions")
    await world.presses("bob", next(it for it in labels(world, "bob") if "nowhere" in it))
    assert answers(world, GROUP)["idea_problem"] == FIRST
    assert said_by(world, group) == {"ann": 1}
    await world.says("ann", "cancel")
    await world.says("ann", "leave the group")
    await world.presses("ann", "Take it out")
    assert "nowhere" not in str(answers(world, GROUP))


def labels(world: World, who: str) -> list[str]:
    return [key.button.label for key in world.last(who).keys]


@pytest.mark.parametrize(
    ("text", "made_of"),
    [
        ("a", [0]),
        ("a\nb", [0, 1]),
        ("a\nb\nc", [0, 1, 3]),
        ("b\nb", []),
        ("b", [1]),
        ("b\na", []),
        ("d", []),
    ],
)
def test_what_a_text_is_made_of(text: str, made_of: list[int]) -> None:
    said: list[Any] = [SimpleNamespace(text=it) for it in ("a", "b", "a\nx", "c")]
    assert _parts_of(text, said) == [said[it] for it in made_of]
