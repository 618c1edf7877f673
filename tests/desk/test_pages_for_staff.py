"""The idea on one page, under the card of its lead, where the resident had it made."""

from tests.desk.leads_sent import CODE, load_samples, reference_in
from tests.world import STAFF, World


async def tell_idea(world: World) -> None:
    load_samples(world)
    for words in (f"/start call-{CODE}", "Tell us your idea", "Rust", "skip", "Kids", "cancel"):
        await world.says("sam", words)


async def send_in(world: World) -> str:
    for words in ("send my idea", "no", "yes", "Sam", "here on telegram", "yes"):
        await world.says("sam", words)
    return reference_in(world, "sam")


async def test_it_comes_with_the_card(world: World) -> None:
    await tell_idea(world)
    await world.says("sam", "my idea on one page")
    assert any(it.file for _at, it in world.sender.sent if it.external_chat_id == "sam")
    reference = await send_in(world)
    posts = [it for _at, it in world.sender.sent if it.external_chat_id == STAFF]
    [page] = [it for it in posts if it.file]
    assert page.file is not None
    assert page.file.content.startswith(b"%PDF")
    assert page.text == "📄 The idea on one page"
    assert page.reply_to is not None
    assert reference in posts[0].text


async def test_where_none_was_made_none_comes(world: World) -> None:
    await tell_idea(world)
    await send_in(world)
    assert not [it for _at, it in world.sender.sent if it.external_chat_id == STAFF and it.file]
