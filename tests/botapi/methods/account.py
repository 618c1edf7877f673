"""What the bot says about itself: commands and descriptions."""

import re
from typing import Any

from tests.botapi.errors import bad_request
from tests.botapi.methods.registry import method
from tests.botapi.request import Request
from tests.botapi.world import World

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")


@method("getMe")
def get_me(world: World, _: Request) -> Any:
    return world.bot.to_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _place(request: Request) -> tuple[str, str]:
    scope = request.json("scope", "bot command scope") or {"type": "default"}
    parts = [str(scope[key]) for key in ("type", "chat_id", "user_id") if key in scope]
    return ":".join(parts), request.text("language_code")


@method("setMyCommands")
def set_my_commands(world: World, request: Request) -> Any:
    commands = request.json("commands", "commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: expected an Array of BotCommand")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.account.commands[_place(request)] = [_command(each) for each in commands]
    return True


def _command(given: dict[str, str]) -> dict[str, str]:
    name = str(given.get("command", "")).removeprefix("/")
    description = str(given.get("description", ""))
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


@method("getMyCommands")
def get_my_commands(world: World, request: Request) -> Any:
    return world.account.commands.get(_place(request), [])


@method("deleteMyCommands")
def delete_my_commands(world: World, request: Request) -> Any:
    world.account.commands.pop(_place(request), None)
    return True


@method("setMyDescription")
def set_my_description(world: World, request: Request) -> Any:
    return _describe(world.account.descriptions, request, "description", 512)


@method("setMyShortDescription")
def set_my_short_description(world: World, request: Request) -> Any:
    return _describe(world.account.short_descriptions, request, "short_description", 120)


def _describe(kept: dict[str, str], request: Request, name: str, most: int) -> bool:
    if len(request.text(name)) > most:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    kept[request.text("language_code")] = request.text(name)
    return True


@method("getMyDescription")
def get_my_description(world: World, request: Request) -> Any:
    return {"description": world.account.descriptions.get(request.text("language_code"), "")}


@method("getMyShortDescription")
def get_my_short_description(world: World, request: Request) -> Any:
    kept = world.account.short_descriptions.get(request.text("language_code"), "")
    return {"short_description": kept}
