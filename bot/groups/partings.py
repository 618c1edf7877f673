"""Leaving a group and coming back: we were removed or silenced, or the topic is gone. The draft
stays, and the contact is told in private."""

from datetime import datetime

from sqlalchemy.orm import Session

from actions.boards import queue_board
from actions.times.quiet_hours import allowed_from
from bot.clock import Clock
from bot.groups.moment import Moment
from bot.groups.offers import Offers
from bot.groups.posts import queue_post
from bot.groups.voice import Voice
from bot.groups.votes import Votes
from bot.pipeline.arrival import Arrival, Happened
from bot.pipeline.composing import Draft, DroppedError, PostponedError, Writer
from bot.pipeline.residents import close_chat
from storage import accepting, chats, groups, members, messages, outbox
from storage.accepting import Accepted
from storage.chats import ChatKey
from storage.models import Chat, Group
from storage.outbox import Claimed, Lane

KIND = "group_gone"


class Partings:
    """Closes a group, and opens it again."""

    def __init__(self, *, voice: Voice, offers: Offers, votes: Votes, clock: Clock) -> None:
        self._voice = voice
        self._offers = offers
        self._votes = votes
        self._clock = clock

    @property
    def writers(self) -> dict[str, Writer]:
        """The outbox kinds that are written here."""
        return {KIND: self._write}

    def leave(self, session: Session, chat: Chat, *, now: datetime) -> None:
        """Nothing more is said there, nor in its topics."""
        close_chat(session, chat.id, now=now, reason="removed from the group")
        group = groups.find_group(session, chat_id=chat.id)
        if group is not None and groups.close(session, group, now=now):
            self._tell_contact(session, group, now)
        _tell_topics(session, chat, Happened.BLOCKED, now)

    def come_back(self, moment: Moment) -> bool:
        """We may write here: if we had been away, whatever is shown shows what is true now.
        Whether we had."""
        session, chat, group = moment.session, moment.chat, moment.group
        if chat.blocked_at is None and group.closed_at is None:
            return False
        chats.mark_reachable(session, chat.id)
        groups.reopen(session, group)
        group.board_due_at = None
        self.show_all(moment)
        self._votes.resume(moment)
        return True

    def show_all(self, moment: Moment) -> None:
        """The board, offers and votes are edited, or sent anew where they are lost."""
        idea = moment.idea()
        if moment.group.board_id is not None:
            queue_board(moment.session, moment.group, now=moment.now)
        if idea is not None:
            self._offers.show_all(moment, idea)
        self._votes.show_all(moment)

    def move(self, moment: Moment) -> None:
        """The group has another id, and nothing there to edit or to reply to: all that counts is
        sent anew."""
        group, now = moment.group, moment.now
        asked = messages.get_message(moment.session, group.question_id or 0)
        if asked is not None and asked.external_id is None:
            queue_post(
                moment.session, chat_id=moment.chat.id, kind="message", message_id=asked.id, now=now
            )
        self.show_all(moment)

    def tell_topics(self, moment: Moment) -> None:
        """We were added again: that counts for the topics as well."""
        _tell_topics(moment.session, moment.chat, Happened.ADDED, moment.now)

    def _tell_contact(self, session: Session, group: Group, now: datetime) -> None:
        """Once a day at most, however often we are let in and sent away."""
        contact = members.with_role(session, group_id=group.id, role=members.CONTACT)
        if contact is not None and contact.chat_id is not None:
            outbox.queue(
                session,
                chat_id=contact.chat_id,
                kind=KIND,
                lane=Lane.HANDOFF,
                now=now,
                payload={"group_id": group.id},
                dedupe_key=f"{KIND}:{group.id}:{now:%Y-%m-%d}",
            )

    def _write(self, session: Session, claimed: Claimed) -> Draft:
        group = groups.get_group(session, claimed.payload["group_id"])
        if group is None or group.closed_at is None:
            raise DroppedError("we are back")
        now, zone = self._clock.now(), self._voice.programme.zone
        allowed = allowed_from(now, zone=zone, quiet=self._voice.programme.quiet_hours)
        if allowed > now:
            raise PostponedError(allowed, "quiet hours")
        name = chats.get_chat(session, group.chat_id).name
        private = self._voice.private_button("carry_on", session, group)
        return Draft(self._voice.reply("room_gone", {"group": name}, [private]))


def _tell_topics(session: Session, chat: Chat, happened: Happened, now: datetime) -> None:
    """Each sees to itself in a turn of its own."""
    for topic in chats.topics_of(session, chat):
        accepting.accept(
            session,
            Accepted(
                dedupe_key=f"{happened}:{topic.id}:{now.timestamp()}",
                chat=ChatKey(topic.channel, topic.external_id, topic.kind),
                payload=Arrival(happened).to_json(),
                kind="internal",
            ),
            now=now,
        )
