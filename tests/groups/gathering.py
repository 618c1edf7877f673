"""A group of people with the assistant among them, as they have it before them."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.pipeline.parcel import Parcel
from dialogues.exchange import Attachment
from storage import chats, groups, ideas, invites, members
from storage.models import Applicant, Chat, Contribution, Group, Vote
from tests.world import CHANNEL, World

PLACE = "group one"
ADMIN = Sender("group one", "Group one", is_anonymous=True)


def person(name: str) -> Sender:
    return Sender(name, f"{name.capitalize()} Example")


class Gathering:
    """One group's chat. People are called by their first names."""

    def __init__(self, world: World, place: str = PLACE) -> None:
        self.world = world
        self.place = place
        self._numbers = count(100_000)

    # What people do

    async def does(self, happened: Happened, who: str | Sender = "sam", **more: Any) -> int:
        """Something happens; the message's number."""
        number = more.pop("message_id", None) or next(self._numbers)
        sender = person(who) if isinstance(who, str) else who
        arrival = Arrival(
            happened, sender=sender, message_id=number, sent_at=self.world.clock.now(), **more
        )
        await self.world.arrives(arrival, chat=self.place)
        return int(number)

    async def adds_us(self) -> None:
        await self.does(Happened.ADDED)

    async def says(self, text: str, who: str = "sam") -> int:
        return await self.does(Happened.SAID, who, text=text)

    async def replies(
        self, who: str | Sender, text: str, to: int | None = None, **more: Any
    ) -> int:
        """A reply to this message of ours, or to the newest question."""
        target = to if to is not None else self.asked()
        return await self.does(
            Happened.SAID, who, text=text, reply_to=target, replies_to_us=True, **more
        )

    async def sends(self, who: str, attachment: Attachment, caption: str = "") -> int:
        return await self.replies(who, caption, attachments=(attachment,))

    async def presses(self, label: str, who: str = "sam", on: int | None = None) -> list[str]:
        """A press on the newest message that has the button, or on this one; the notice."""
        before = len(self.world.sender.notices)
        shown = self.screen()
        places = [on] if on is not None else list(reversed(shown))
        key = next(
            key for place in places for key in shown[place].keys if key.button.label == label
        )
        await self.taps(key.token, who)
        return self.world.sender.notices[before:]

    async def taps(self, token: str, who: str = "sam") -> None:
        callback = f"press-{next(self._numbers)}"
        await self.does(Happened.PRESSED, who, token=token, callback_id=callback)

    async def begin(self) -> None:
        """We are added, and the first question is asked."""
        await self.adds_us()
        await self.presses("Shape an idea together")

    async def lets(self, seconds: float) -> None:
        """So much time passes."""
        self.world.clock.move_on(timedelta(seconds=seconds))
        for _ in range(3):  # what falls due may bring something about
            await self.world.settle()

    # What stands there

    def screen(self) -> dict[int, Parcel]:
        """Our messages as they stand, by their numbers, in order."""
        shown: dict[int, Parcel] = {}
        numbers = count(1000)
        for _at, parcel in self.world.sender.sent:
            number = parcel.edits or next(numbers)
            if parcel.external_chat_id != self.place:
                continue
            if parcel.deletes:
                shown.pop(number, None)
            else:
                shown[number] = replace(parcel, edits=None)
        return shown

    def texts(self) -> list[str]:
        return [parcel.text for parcel in self.screen().values()]

    def find(self, words: str) -> int:
        """The number of our newest message that says this."""
        found = [number for number, it in self.screen().items() if words in it.text]
        assert found, f"nothing says {words!r} in\n" + "\n---\n".join(self.texts())
        return found[-1]

    def asked(self) -> int:
        return self.find("Reply to this message to answer")

    def board(self) -> str:
        return self.screen()[self.find("📋")].text

    def labels(self, words: str) -> list[str]:
        return [key.button.label for key in self.screen()[self.find(words)].keys]

    def url(self, words: str, label: str) -> str:
        keys = self.screen()[self.find(words)].keys
        return next(key.button.url or "" for key in keys if key.button.label == label)

    def new_messages(self) -> int:
        """How many messages were sent here, edits not counted."""
        sent = [it for _at, it in self.world.sender.sent if it.external_chat_id == self.place]
        return sum(1 for it in sent if it.edits is None)

    def calls(self) -> int:
        """How often the channel was asked to send or edit something here."""
        return sum(1 for _at, it in self.world.sender.sent if it.external_chat_id == self.place)

    # What is kept

    def answers(self) -> dict[str, str | None]:
        with self.world.core.database.reading() as session:
            chat = self._chat(session)
            applicant = session.scalars(select(Applicant).where(Applicant.chat_id == chat.id)).one()
            idea = ideas.idea_at_hand(session, applicant_id=applicant.id)
            versions = ideas.newest_versions(session, idea_id=idea.id) if idea else {}
            return {name: it.text for name, it in versions.items()}

    def said(self, *states: str) -> list[tuple[str, str | None, str]]:
        """Who said what, and what became of it."""
        with self.world.core.database.reading() as session:
            chat = self._chat(session)
            statement = (
                select(Contribution)
                .join(Group, Group.id == Contribution.group_id)
                .where(Group.chat_id == chat.id)
                .order_by(Contribution.id)
            )
            found = [(it.text, it.name, it.state) for it in session.scalars(statement)]
            return [it for it in found if not states or it[2] in states]

    def votes(self) -> list[Vote]:
        with self.world.core.database.reading() as session:
            return list(session.scalars(select(Vote).order_by(Vote.id)))

    def joins(self, who: str, role: str = members.MEMBER) -> None:
        """Somebody has joined by the link, in private."""
        now = self.world.clock.now()
        with self.world.core.database.transaction() as session:
            group = groups.find_group(session, chat_id=self._chat(session).id)
            assert group is not None
            invites.running_invite(session, group, now=now)
            key = chats.ChatKey(CHANNEL, who, "private", who.capitalize())
            members.join(
                session,
                group,
                external_id=who,
                chat_id=chats.chat_id_for(session, key, now=now),
                name=f"{who.capitalize()} Example",
                role=role,
                now=now,
            )

    def _chat(self, session: Any) -> Chat:
        return session.scalars(select(Chat).where(Chat.external_id == self.place)).one()  # type: ignore[no-any-return]
