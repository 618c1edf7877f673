"""Groups on the preview's page: who writes there, and links that lead there."""

from tests.preview.room import Room


async def test_several_people_share_a_groups_page(room: Room) -> None:
    page = await room.page(**{"as": "ann", "in": "our-garden"})
    assert "You write as <strong>Ann</strong>" in page
    assert 'data-here="group:our-garden" data-as="ann"' in page
    assert 'data-say="/start new"' in page
    assert "it reads replies and commands" in page


async def test_a_link_into_a_group_opens_the_one_at_hand_as_oneself(room: Room) -> None:
    page = await room.page(**{"startgroup": "call-garden", "as": "ann"})
    assert 'data-here="group:our-group" data-as="ann"' in page
    assert 'data-say="/start call-garden"' in page
