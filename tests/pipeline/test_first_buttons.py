"""Somebody who says yes to everything, gives a name when asked and else takes the first button
gets a receipt."""

import re
from pathlib import Path

import pytest

from bot.pipeline.parcel import Parcel
from tests.world import World, open_world

WITHIN = 25


def asks_yes_or_no(parcel: Parcel) -> bool:
    labels = [key.button.label.lower() for key in parcel.keys]
    return len(labels) >= 2 and labels[0].startswith("yes") and labels[1].startswith("no")


async def answer(world: World, who: str) -> None:
    """One turn of such a resident."""
    newest = world.last(who)
    if asks_yes_or_no(newest):
        await world.says(who, "yes")
    elif re.search(r"name\?|\bname</b>\?|first name", newest.text) and not newest.keys:
        await world.says(who, "Sam Example")
    else:
        await world.presses(who, newest.keys[0].button.label)


@pytest.mark.parametrize("start", ["/start", "hiya"])
async def test_the_first_button_leads_to_a_receipt(
    database_url: str, tmp_path: Path, start: str
) -> None:
    with open_world(database_url, tmp_path) as world:
        await world.core.database.write(world.core.load_samples)
        await world.says("sam", start)
        turns = 1
        while not any("LCR-" in text for text in world.heard("sam")):
            assert turns < WITHIN, "\n\n".join(world.heard("sam"))
            await answer(world, "sam")
            turns += 1
        assert "Sam Example" in world.last("staff").text
