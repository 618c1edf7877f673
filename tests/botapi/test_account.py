"""What the bot says about itself."""

import pytest
from telegram import Bot, BotCommandScopeChat

from tests.botapi import BotApi
from tests.botapi.conftest import refused


async def test_it_knows_itself(api: BotApi, bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.is_bot) == (api.bot.id, api.bot.username, True)


async def test_commands(api: BotApi, bot: Bot) -> None:
    desk = BotCommandScopeChat(-1)
    await bot.set_my_commands([("help", "What I can do")])
    await bot.set_my_commands([("done", "Close a lead")], scope=desk)
    assert api.commands == [{"command": "help", "description": "What I can do"}]
    assert [each.command for each in await bot.get_my_commands(scope=desk)] == ["done"]


@pytest.mark.parametrize(
    ("commands", "complaint"),
    [
        ([("My Data", "x")], "BOT_COMMAND_INVALID"),
        ([("x" * 33, "x")], "BOT_COMMAND_INVALID"),
        ([("help", "")], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([("help", "x")] * 101, "BOT_COMMANDS_TOO_MUCH"),
    ],
)
async def test_commands_refused(bot: Bot, commands: list[tuple[str, str]], complaint: str) -> None:
    with refused(complaint):
        await bot.set_my_commands(commands)


async def test_descriptions(bot: Bot) -> None:
    await bot.set_my_description("Guides residents")
    await bot.set_my_short_description("Guide")
    assert (await bot.get_my_description()).description == "Guides residents"
    assert (await bot.get_my_short_description()).short_description == "Guide"
    with refused("too long"):
        await bot.set_my_short_description("x" * 121)
