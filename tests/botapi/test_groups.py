"""Groups: privacy mode, membership, upgrades."""

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import ChatMigrated, Forbidden

from tests.botapi import BotApi, Group, Person
from tests.botapi.conftest import refused


@pytest.fixture
def desk(api: BotApi, ann: Person) -> Group:
    return api.group("Desk", members=[ann])


async def seen(bot: Bot) -> list[str]:
    updates = await bot.get_updates()
    return [u.effective_message.text or "" for u in updates if u.effective_chat.id < 0]


async def last(bot: Bot) -> Update:
    return (await bot.get_updates())[-1]


async def test_privacy_hides_talk_and_mentions(bot: Bot, desk: Group, ann: Person) -> None:
    await desk.send("between us", by=ann)
    await desk.send(f"@{bot.username} are you there?", by=ann)
    await desk.send("/done@another_bot X", by=ann)
    await desk.send("/done X", by=ann)
    assert await seen(bot) == []


async def test_addressed_commands_are_seen(bot: Bot, desk: Group, ann: Person) -> None:
    await desk.send(f"/done@{bot.username} LCR-1 visited", by=ann)
    assert await seen(bot) == [f"/done@{bot.username} LCR-1 visited"]


async def test_a_bare_command_is_for_the_bot_that_spoke_last(
    bot: Bot, desk: Group, ann: Person
) -> None:
    await bot.send_message(desk.id, "New lead")
    await desk.send("/done 1", by=ann)
    await desk.other_bot_speaks("Weather: rain")
    await desk.send("/done 2", by=ann)
    assert await seen(bot) == ["/done 1"]


async def test_replies_to_the_bot_are_seen(bot: Bot, desk: Group, ann: Person) -> None:
    await bot.send_message(desk.id, "New lead")
    answer = await desk.send("Please ring us", by=ann, reply_to=desk.latest)
    await desk.send("nice one", by=ann, reply_to=answer)
    assert await seen(bot) == ["Please ring us"]
    assert (await last(bot)).effective_message.reply_to_message.text == "New lead"


async def test_presses_are_seen(bot: Bot, desk: Group, ann: Person) -> None:
    claim = InlineKeyboardMarkup([[InlineKeyboardButton("Claim", callback_data="c")]])
    await bot.send_message(desk.id, "New lead", reply_markup=claim)
    await desk.press("Claim", by=ann)
    assert (await last(bot)).callback_query.from_user.full_name == "Ann Example"


async def test_service_messages_are_seen(api: BotApi, bot: Bot, desk: Group, ann: Person) -> None:
    bob = api.person("Bob")
    await desk.add(bob, by=ann)
    assert (await last(bot)).effective_message.new_chat_members[0].id == bob.id
    await desk.remove(bob, by=ann)
    assert (await last(bot)).effective_message.left_chat_member.id == bob.id


async def test_an_admin_bot_sees_all(bot: Bot, desk: Group, ann: Person) -> None:
    await desk.promote_bot(by=ann)
    await desk.send("between us", by=ann)
    assert (await last(bot)).effective_message.text == "between us"


async def test_without_privacy_mode_all_is_seen(api: BotApi, bot: Bot, ann: Person) -> None:
    group = api.group("Open", members=[ann], privacy=False)
    await group.send("hello", by=ann)
    assert await seen(bot) == ["hello"]


async def test_edits_follow_the_same_rules(bot: Bot, desk: Group, ann: Person) -> None:
    hidden = await desk.send("between us", by=ann)
    await bot.send_message(desk.id, "New lead")
    shown = await desk.send("ring", by=ann, reply_to=desk.latest)
    await desk.edit(hidden, "still between us")
    await desk.edit(shown, "ring at 5")
    updates = await bot.get_updates()
    assert [u.edited_message.text for u in updates if u.edited_message] == ["ring at 5"]


async def test_a_removed_bot_neither_hears_nor_speaks(bot: Bot, desk: Group, ann: Person) -> None:
    await desk.remove_bot(by=ann)
    assert (await last(bot)).my_chat_member.new_chat_member.status == "kicked"
    with refused("bot was kicked from the group chat", Forbidden):
        await bot.send_message(desk.id, "x")
    unseen = await desk.send(f"/done@{bot.username}", by=ann)
    assert unseen.update_id is None

    await desk.add_bot(by=ann, start="late-1")
    await bot.send_message(desk.id, "back")
    assert (await last(bot)).effective_message.text == f"/start@{bot.username} late-1"


async def test_what_members_do_besides_talking(bot: Bot, desk: Group, ann: Person) -> None:
    await desk.rename("New desk", by=ann)
    assert (await last(bot)).effective_message.new_chat_title == "New desk"
    await bot.send_message(desk.id, "New lead")
    await desk.delete(desk.latest)
    assert "New lead" not in desk.transcript
    await desk.send("hi", by=ann)
    assert await bot.get_chat_member_count(desk.id) == 2


async def test_leaving(api: BotApi, bot: Bot, ann: Person) -> None:
    group = api.group("Other", members=[ann], supergroup=True)
    await bot.leave_chat(group.id)
    with refused("bot is not a member of the supergroup chat", Forbidden):
        await bot.send_message(group.id, "x")


async def test_an_upgraded_group_has_a_new_id(bot: Bot, desk: Group, ann: Person) -> None:
    await bot.send_message(desk.id, "New lead")
    old, new = desk.id, await desk.upgrade()

    away, here = (await bot.get_updates())[-2:]
    with pytest.raises(ChatMigrated) as refusal:
        await bot.send_message(old, "x")
    await bot.send_message(new, "moved")

    assert away.effective_message.migrate_to_chat_id == new
    assert here.effective_message.migrate_from_chat_id == old
    assert refusal.value.new_chat_id == desk.id == new
    assert "New lead" in desk.transcript
    assert "moved" in desk.transcript


async def test_who_is_in_the_group(api: BotApi, bot: Bot, desk: Group, ann: Person) -> None:
    bob = api.person("Bob")
    await desk.promote_bot(by=ann)
    assert (await bot.get_chat(desk.id)).title == "Desk"
    assert (await bot.get_chat(ann.id)).first_name == "Ann"
    assert (await bot.get_chat_member(desk.id, ann.id)).status == "creator"
    assert (await bot.get_chat_member(desk.id, bob.id)).status == "left"
    assert (await bot.get_chat_member(desk.id, bot.id)).status == "administrator"
    with refused("Invalid user_id"):
        await bot.get_chat_member(desk.id, 5)


async def test_a_silenced_bot_hears_and_may_not_speak(bot: Bot, desk: Group, ann: Person) -> None:
    await desk.silence_bot(by=ann)
    us = (await last(bot)).my_chat_member.new_chat_member
    assert (us.status, us.can_send_messages, us.is_member) == ("restricted", False, True)
    with refused("not enough rights to send text messages"):
        await bot.send_message(desk.id, "x")
    await desk.send(f"/start@{bot.username}", by=ann)
    assert (await last(bot)).message.text == f"/start@{bot.username}"
    await desk.let_bot_speak(by=ann)
    await bot.send_message(desk.id, "back")


async def test_an_admin_may_hide_behind_the_group(bot: Bot, desk: Group, ann: Person) -> None:
    await bot.send_message(desk.id, "New lead")
    await desk.reply(desk.latest, "ours", by=ann, anonymous=True)
    message = (await last(bot)).message
    assert (message.sender_chat.id, message.from_user.username) == (desk.id, "GroupAnonymousBot")


async def test_the_channel_of_a_group_posts_there(api: BotApi, bot: Bot, ann: Person) -> None:
    group = api.group("Open", members=[ann], privacy=False)
    await group.channel_posts("news")
    message = (await last(bot)).message
    assert (message.sender_chat.type, message.is_automatic_forward) == ("channel", True)


async def test_somebody_elses_message_passed_on(bot: Bot, desk: Group, ann: Person) -> None:
    await bot.send_message(desk.id, "New lead")
    await desk.reply(desk.latest, "theirs", by=ann, forwarded=True)
    assert (await last(bot)).message.forward_origin.sender_user_name == "Else"


async def test_pinning_is_seen_and_needs_leave(bot: Bot, desk: Group, ann: Person) -> None:
    board = await bot.send_message(desk.id, "Board")
    with refused("not enough rights to manage pinned messages"):
        await bot.pin_chat_message(desk.id, board.message_id)
    desk.chat.members_pin = True
    await bot.pin_chat_message(desk.id, board.message_id)
    assert desk.chat.pinned == [board.message_id]
    assert "pinned_message" in str(desk.transcript)
    await bot.unpin_chat_message(desk.id)
    with refused("message to unpin not found"):
        await bot.unpin_chat_message(desk.id, board.message_id)


async def test_numbers_begin_anew_after_an_upgrade(bot: Bot, desk: Group, ann: Person) -> None:
    for words in ("one", "two"):
        await bot.send_message(desk.id, words)
    new = await desk.upgrade()
    with refused("message to edit not found"):
        await bot.edit_message_text("x", new, 20)
    assert (await bot.send_message(new, "three")).message_id == 2
