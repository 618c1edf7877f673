"""Groups, supergroups and forums."""

from typing import Any

from tests.botapi.chats import SILENCED, Chat, Topic, User
from tests.botapi.conversation import Conversation
from tests.botapi.media import words
from tests.botapi.messages import Message
from tests.botapi.methods.topics import open_topic
from tests.botapi.people import Person
from tests.botapi.world import Press, World


class Group(Conversation):
    """A group with the bot in it. Everything done there names who does it: `by=person`."""

    def __init__(self, world: World, chat: Chat) -> None:
        super().__init__(world, chat)

    @property
    def topics(self) -> dict[int, Topic]:
        """Open and closed topics by message_thread_id."""
        return dict(self.chat.topics)

    def said_in(self, topic: int) -> list[Message]:
        """The messages of one topic."""
        return [m for m in self.transcript.messages if m.thread_id == topic]

    async def press(self, label: str, *, by: Person, on_message: Message | None = None) -> Press:
        """Press an inline button, as in a private chat."""
        press = await self._press(label, by=by, on_message=on_message)
        await by.follow(press)
        return press

    async def add(self, person: Person, *, by: Person) -> None:
        self.chat.members[person.user.id] = "member"
        self._tell(by, {"new_chat_members": [person.user.to_json()]})

    async def remove(self, person: Person, *, by: Person) -> None:
        self.chat.members[person.user.id] = "left" if person is by else "kicked"
        self._tell(by, {"left_chat_member": person.user.to_json()})

    async def add_bot(self, *, by: Person, start: str | None = None) -> None:
        """Add the bot (again); `start` as with a `?startgroup=` link."""
        self.world.set_bot_status(self.chat, "member", by=by.user)
        self._tell(by, {"new_chat_members": [self.world.bot.to_json()]})
        if start is not None:
            await self.send(f"/start@{self.world.bot.username} {start}", by=by)

    async def remove_bot(self, *, by: Person) -> None:
        self.world.set_bot_status(self.chat, "kicked", by=by.user)

    async def promote_bot(self, *, by: Person) -> None:
        self.world.set_bot_status(self.chat, "administrator", by=by.user)

    async def demote_bot(self, *, by: Person) -> None:
        self.world.set_bot_status(self.chat, "member", by=by.user)

    async def silence_bot(self, *, by: Person) -> None:
        """It stays, and may not write."""
        self.world.set_bot_status(self.chat, SILENCED, by=by.user)

    async def let_bot_speak(self, *, by: Person) -> None:
        self.world.set_bot_status(self.chat, "member", by=by.user)

    async def channel_posts(self, text: str) -> Message:
        """What the group's own channel posts comes into the group by itself."""
        channel = {"id": -1_009_000_000_001, "type": "channel", "title": "News"}
        content = {**words(text), "is_automatic_forward": True}
        return self.world.post(self.chat, self.world.forwarder, content, sender_chat=channel)

    async def rename(self, title: str, *, by: Person) -> None:
        self.chat.title = title
        self._tell(by, {"new_chat_title": title})

    async def other_bot_speaks(self, text: str) -> Message:
        """Another bot writes: a bare command is then no longer meant for ours."""
        other = self.world.new_user("Other", username="other_helper_bot", is_bot=True)
        message = self.world.post(self.chat, other, words(text))
        self.chat.last_bot = other
        return message

    async def upgrade(self, *, by: Person | None = None) -> int:
        """Turn the basic group into a supergroup; returns its new id, which `id` now is too."""
        old = self.chat
        assert old.type == "group", "already a supergroup"
        new = self.world.new_group(
            old.title or "",
            kind="supergroup",
            privacy=old.privacy,
            bot_status=old.bot_status,
            members=dict(old.members),
            members_pin=old.members_pin,
            last_bot=old.last_bot,
            predecessor=old,
        )
        author = by.user if by is not None else self._some_member()
        self.world.post(old, author, {"migrate_to_chat_id": new.id})
        old.migrated_to = new.id
        self.chat, self._read = new, 0
        self.world.post(new, author, {"migrate_from_chat_id": old.id})
        return new.id

    async def open_topic(self, name: str, *, by: Person) -> int:
        """Somebody opens a topic by hand; returns its message_thread_id."""
        return open_topic(self.world, self.chat, name, by.user).id

    async def rename_topic(self, topic: int, name: str, *, by: Person) -> None:
        self.topics[topic].name = name
        self._tell(by, {"forum_topic_edited": {"name": name}}, topic)

    async def close_topic(self, topic: int, *, by: Person) -> None:
        """Nobody but admins writes there any more."""
        self.topics[topic].closed = True
        self._tell(by, {"forum_topic_closed": {}}, topic)

    async def delete_topic(self, topic: int) -> None:
        """Delete a topic with all that was said in it. Telegram tells bots nothing."""
        del self.chat.topics[topic]
        for message in self.chat.messages.values():
            message.deleted = message.deleted or message.thread_id == topic

    async def delete(self, message: Message) -> None:
        """An admin deletes a message; bots are not told."""
        message.deleted = True
        self.world.signal.announce()

    def _tell(self, by: Person, content: dict[str, Any], topic: int | None = None) -> None:
        self.world.post(self.chat, by.user, content, thread_id=topic)

    def _some_member(self) -> User:
        return self.world.users[next(iter(self.chat.members))]
