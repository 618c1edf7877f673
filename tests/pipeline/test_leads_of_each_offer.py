"""Each offer ends in a lead of its own kind, with the same consent, receipt and card for staff."""

from pathlib import Path
from typing import Any

import pytest

from actions.leads.exports import leads_for_export
from tests.pipeline.test_first_buttons import answer
from tests.world import World, open_world

ASKED_FOR_LEAVE = "Is this OK with"
WAYS = {
    "incubator": ("I have an idea",),
    "accelerator": ("We run something already", "A charity", "It's up and running"),
    "joint_prime": ("We're too small to bid alone", "A charity", "It's up and running"),
    "service_design": ("We're a public body",),
    "partner": ("I'm a funder or partner",),
}
NAMES = {
    "incubator": "Incubator",
    "accelerator": "Accelerator",
    "joint_prime": "Joint bids",
    "service_design": "Service design programme",
    "partner": "Funders and partners",
}


@pytest.mark.parametrize("kind", WAYS)
async def test_an_offer_ends_in_a_lead_of_its_kind(
    database_url: str, tmp_path: Path, kind: str
) -> None:
    with open_world(database_url, tmp_path) as world:
        await world.core.database.write(world.core.load_samples)
        await world.says("sam", "/offers")
        for label in WAYS[kind]:
            await world.presses("sam", label)
        await to_the_receipt(world, "sam")
        lead = only_lead(world)
        assert (lead["kind"], lead["status"]) == (kind, "new")
        assert lead["consent_at"]
        assert lead["reference"] in world.last("sam").text
        assert sum(ASKED_FOR_LEAVE in text for text in world.heard("sam")) == 1
        card = world.last("staff").text
        assert lead["reference"] in card
        assert NAMES[kind] in card


async def to_the_receipt(world: World, who: str) -> None:
    """Yes to each yes or no, a name, else the first button."""
    for _turn in range(25):
        if "Your reference is" in world.last(who).text:
            return
        await answer(world, who)
    raise AssertionError("\n\n".join(world.heard(who)))


def only_lead(world: World) -> dict[str, Any]:
    with world.core.database.reading() as session:
        [lead] = leads_for_export(session)
    return lead
