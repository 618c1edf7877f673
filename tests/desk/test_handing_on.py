"""Somebody of the staff cannot answer any more: whoever talks with them is not left with nobody."""

import pytest

from storage import releasing, staff
from storage.staff import Role
from tests.desk.talking import (
    handoff_of,
    is_live,
    make_forum,
    passes,
    posts,
    talk,
    topic_of,
)
from tests.desk.team import enrol, member, open_chat
from tests.world import STAFF, World


@pytest.fixture(params=["forum", "group"])
def place(request: pytest.FixtureRequest, world: World) -> World:
    """A staff group of each kind, with a manager and a caseworker on the list."""
    if request.param == "forum":
        make_forum(world)
    enrol(world, "mo", Role.MANAGER)
    enrol(world, "alex", Role.CASEWORKER)
    open_chat(world, None)
    return world


async def loses(world: World, how: str) -> None:
    """Alex is taken off the list, or may only look from now on."""
    alex = member(world, "alex")
    assert alex is not None
    await world.says("mo", f"/staff {how} {alex.id}" + (" viewer" if how == "role" else ""))
    if how == "remove":
        await world.presses("mo", "Yes, take Alex off")


@pytest.mark.parametrize("how", ["remove", "role"])
async def test_they_hear_that_somebody_else_answers_and_the_next_one_does(
    place: World, how: str
) -> None:
    where = await talk(place, "ann")
    await place.says("ann", "so what about the hut?")
    await loses(place, how)
    assert not is_live(place, "ann")
    assert "asked the team for somebody else" in place.last("ann").text
    assert "2pm on Monday 1 June" in place.last("ann").text
    line, over, card = posts(place, where)[-3:]
    assert "so what about the hut?" in line
    assert "somebody else answers" in over
    assert "needs somebody else" in card
    assert "so what about the hut?" in card
    sent = [parcel for _at, parcel in place.sender.sent if "needs somebody else" in parcel.text]
    assert len(sent) == 1


async def test_the_promise_counts_anew(place: World) -> None:
    where = await talk(place, "ann")
    await loses(place, "remove")
    await passes(place, minutes=61)
    assert "Mo, please take this one" in posts(place, where)[-1]
    assert "Nobody has got to you yet" in place.last("ann").text


async def test_the_next_one_goes_on_where_it_was(place: World) -> None:
    where = await talk(place, "ann")
    await loses(place, "remove")
    if where == STAFF:
        numbers = [
            1000 + at
            for at, (_t, parcel) in enumerate(place.sender.sent)
            if "needs somebody else" in parcel.text
        ]
        await place.says("mo", "I'm Mo", chat=where, reply_to=numbers[-1])
    else:
        assert topic_of(place, "Ann") == where
        await place.says("mo", "I'm Mo", chat=where)
    assert is_live(place, "ann")
    assert place.last("ann").text == "<b>Mo:</b> I'm Mo"
    assert handoff_of(place, "ann").ended_at is None


async def test_who_talks_with_somebody_else_hears_nothing(place: World) -> None:
    await talk(place, "ann")
    enrol(place, "bo", Role.CASEWORKER)
    before = len(place.heard("ann"))
    bo = member(place, "bo")
    with place.core.database.transaction() as session:
        known = staff.get_member(session, bo.id if bo else 0)
        assert known is not None
        assert releasing.talks_of(session, known) == []
    await place.says("mo", f"/staff remove {bo.id if bo else 0}")
    await place.presses("mo", "Yes, take Bo off")
    assert len(place.heard("ann")) == before
