"""What somebody of a group sees of its contact, and of what was sent when they do not speak for
it."""

from tests.groups.gathered import NAME, all_leads, gather, labels, speaks_for, tell_idea
from tests.world import World

PHONE = "07700 900123"


async def sent_by_ann(world: World) -> int:
    with world.core.database.transaction() as session:
        world.core.load_samples(session)
        group_id = gather(session, world).group_id
    speaks_for(world, "ann", group_id)
    await tell_idea(world, "ann")
    for words in ("Send it to the team", "yes", "Ann Example", "ring me", PHONE, "yes"):
        await world.says("ann", words)
    return group_id


async def sees_again(world: World, who: str) -> None:
    await world.says(who, "/status")
    await world.presses(who, next(it for it in labels(world, who) if it.startswith("Show")))


async def test_a_number_is_for_the_team_and_for_whose_it_is(world: World) -> None:
    group_id = await sent_by_ann(world)
    (lead,) = all_leads(world)
    assert lead.contact == "+447700900123"
    speaks_for(world, "ben", group_id)
    await sees_again(world, "ben")
    for words in ("send it to the team", "growing old", "yes"):
        await world.says("ben", words)
    assert world.last("ben").text == "Shall I send it?"
    assert "900123" not in "\n".join(world.heard("ben"))
    assert "ring Ann Example" in "\n".join(world.heard("ben"))
    assert "900123" in "\n".join(world.heard("ann"))


async def test_who_speaks_for_themselves_can_switch_to_change_it(world: World) -> None:
    await sent_by_ann(world)
    speaks_for(world, "ann", None)
    await sees_again(world, "ann")
    label = f"Speak for {NAME}, to change it"
    assert label in labels(world, "ann")
    await world.presses("ann", label)
    assert "From now on this is for" in world.last("ann").text
