"""Users, chats and forum topics, and how the Bot API writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.botapi.messages import Heard, Message

_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
)
_NOT_GIVEN = {"can_be_edited", "is_anonymous", "can_promote_members"}
_LIMITED = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
SILENCED = "restricted"  # in the chat, and not allowed to write
IN_CHAT = {"creator", "administrator", "member", SILENCED}


@dataclass(eq=False)
class User:
    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    phone: str = ""
    deactivated: bool = False

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name

    def to_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
        }
        return {key: value for key, value in shown.items() if value is not None}


@dataclass(eq=False)
class Topic:
    """One topic of a forum; its id is the id of the message that opened it."""

    id: int
    name: str
    icon_color: int
    icon_custom_emoji_id: str | None = None
    closed: bool = False
    made_by: int | None = None  # whose it is, who may change it without being an admin

    def to_json(self) -> dict[str, Any]:
        shown = {
            "message_thread_id": self.id,
            "name": self.name,
            "icon_color": self.icon_color,
        }
        if self.icon_custom_emoji_id:
            shown["icon_custom_emoji_id"] = self.icon_custom_emoji_id
        return shown


@dataclass(eq=False)
class Chat:
    """A private chat (`person` set), a basic group or a supergroup."""

    id: int
    type: str
    title: str | None = None
    person: User | None = None
    is_forum: bool = False
    privacy: bool = True
    bot_status: str = "member"
    members_pin: bool = False  # whether members may pin who are no admins
    started: bool = False
    blocked: bool = False
    migrated_to: int | None = None
    members: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    topics: dict[int, Topic] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)
    pinned: list[int] = field(default_factory=list)
    keyboard: dict[str, Any] | None = None
    last_bot: User | None = None
    last_id: int = 0
    predecessor: Chat | None = None

    @property
    def is_private(self) -> bool:
        return self.type == "private"

    def history(self) -> list[Message]:
        """Every message, those from before an upgrade to a supergroup first."""
        before = self.predecessor.history() if self.predecessor is not None else []
        return [*before, *self.messages.values()]

    def keyboard_rows(self) -> list[list[dict[str, Any]]]:
        """The reply keyboard shown now."""
        return list((self.keyboard or {}).get("keyboard", []))

    def to_json(self) -> dict[str, Any]:
        if self.person is not None:
            person = self.person.to_json()
            names = {key: person.get(key) for key in ("first_name", "last_name", "username")}
            return {"id": self.id, "type": "private", **{k: v for k, v in names.items() if v}}
        shown: dict[str, Any] = {"id": self.id, "type": self.type, "title": self.title}
        if self.type == "group":
            shown["all_members_are_administrators"] = False
        if self.is_forum:
            shown["is_forum"] = True
        return shown


def member_json(user: User, status: str) -> dict[str, Any]:
    """A ChatMember of the given status, with the fields that status carries."""
    shown: dict[str, Any] = {"user": user.to_json(), "status": status}
    if status == "administrator":
        shown |= {right: right not in _NOT_GIVEN for right in _RIGHTS}
    elif status == "creator":
        shown["is_anonymous"] = False
    elif status == SILENCED:
        shown |= {"is_member": True, "until_date": 0} | dict.fromkeys(_LIMITED, False)
    elif status == "kicked":
        shown["until_date"] = 0
    return shown
