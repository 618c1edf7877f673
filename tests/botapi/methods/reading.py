"""Methods that look things up, and leaving."""

from typing import Any

from tests.botapi.chats import IN_CHAT, member_json
from tests.botapi.errors import bad_request
from tests.botapi.methods.registry import method
from tests.botapi.methods.targets import known_chat, open_chat
from tests.botapi.request import Request
from tests.botapi.world import World


@method("getFile")
def get_file(world: World, request: Request) -> Any:
    return world.files.to_download(request.text("file_id"))


@method("getChat")
def get_chat(world: World, request: Request) -> Any:
    chat = known_chat(world, request)
    if not chat.is_private:
        open_chat(world, request)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    return chat.to_json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), False),
    }


@method("getChatMember")
def get_chat_member(world: World, request: Request) -> Any:
    chat = open_chat(world, request)
    user = world.users.get(request.integer("user_id"))
    if user is None:
        raise bad_request("invalid user_id specified")
    if user is world.bot:
        return member_json(user, chat.bot_status)
    if chat.is_private:
        return member_json(user, "member")
    return member_json(user, chat.members.get(user.id, "left"))


@method("getChatMemberCount")
def get_chat_member_count(world: World, request: Request) -> Any:
    chat = open_chat(world, request)
    return sum(status in IN_CHAT for status in chat.members.values()) + 1


@method("leaveChat")
def leave_chat(world: World, request: Request) -> Any:
    chat = open_chat(world, request)
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    world.set_bot_status(chat, "left", by=world.bot)
    return True
