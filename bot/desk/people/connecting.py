"""Making a group the staff's chat: by a code that an admin gets in private and types there."""

from datetime import datetime

from sqlalchemy.orm import Session

from actions.context import GroupLink
from actions.times.instants import in_words
from bot.desk.leads.cards import queue_missing_cards, queue_open_handoffs
from bot.desk.moment import Deeds, Moment, Outcome
from bot.desk.people.roster import Roster
from bot.pipeline import speech
from dialogues.exchange import Reply
from dialogues.programme import Programme
from storage import (
    applicants,
    chats,
    groups,
    ideas,
    interests,
    leads,
    staff,
    staff_chats,
    staff_links,
    subscriptions,
)
from storage.chats import ChatKey
from storage.models import Chat, Group
from storage.outbox import Lane
from storage.staff import Role
from storage.staff_links import Purpose, Standing


class Connecting:
    """The commands `/connect`, `/staff open` and `/staff closed`, and the link that brings us into
    a group with a code."""

    def __init__(self, *, roster: Roster, programme: Programme, group_link: GroupLink) -> None:
        self._roster = roster
        self._programme = programme
        self._group_link = group_link

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {
            "connect": self._connect,
            "staff_open": lambda moment, _words: self._let_in(moment, Role.CASEWORKER),
            "staff_closed": lambda moment, _words: self._let_in(moment, None),
        }

    def _connect(self, moment: Moment, words: str) -> Outcome:
        if moment.is_private:
            return self._give_code(moment)
        group = _group_of(moment)
        if group.id == moment.desk_id:
            return self._refused("staff_connect_already")
        if not words:
            return self._refused("staff_connect_how")
        if _has_draft(moment.session, group):
            return self._refused("staff_connect_residents")
        standing, link = staff_links.find_link(
            moment.session, words.lower(), Purpose.CONNECT, now=moment.now
        )
        is_good = link is not None and standing is Standing.GOOD
        if (
            link is None
            or not is_good
            or not staff_links.use_link(moment.session, link, now=moment.now)
        ):
            return self._refused("staff_connect_wrong")
        link.used_by = moment.member.id
        return self._connected(moment, group)

    def _give_code(self, moment: Moment) -> Outcome:
        link, code = staff_links.make_link(
            moment.session, Purpose.CONNECT, by=moment.member, now=moment.now
        )
        until = in_words(link.expires_at, moment.now, self._programme.zone)
        address = self._group_link(moment.member.channel, f"connect-{code}")
        choose = (self._roster.link("choose_group", address),) if address else ()
        reply = self._roster.reply("staff_connect_code", choose, code=code, until=until)
        return Outcome((reply,), detail={"link": link.id})

    def _connected(self, moment: Moment, group: Chat) -> Outcome:
        """What stands open comes here; what waited for the former chat too, which is told."""
        session, now = moment.session, moment.now
        _leave_residents(session, group, now)
        former = staff_chats.connect(
            session, group, is_forum=bool(moment.arrival.is_forum), now=now
        )
        if former is not None:
            staff_chats.move_waiting(session, former, to_chat_id=group.id, now=now)
            self._say(session, former, [self._roster.reply("staff_connect_moved")], now)
        self._say(session, moment.chat, self._greeting(moment, group), now)
        queue_missing_cards(session, channel=group.channel, now=now, is_anew=True)
        queue_open_handoffs(session, chat_id=group.id, now=now)
        return Outcome(detail={"chat": group.id, "former": former.id if former else None})

    def _greeting(self, moment: Moment, group: Chat) -> list[Reply]:
        """What stands there before the cards come."""
        count = len(leads.open_leads(moment.session, channel=group.channel))
        name = "staff_connect_done" if count else "staff_connect_done_none"
        done = self._roster.reply(name, count=count)
        if moment.arrival.is_forum:
            return [done]
        return [done, self._roster.reply("staff_connect_topics")]

    def _say(self, session: Session, chat: Chat, replies: list[Reply], now: datetime) -> None:
        speech.queue_replies(session, chat_id=chat.id, replies=replies, now=now, lane=Lane.HANDOFF)

    def _let_in(self, moment: Moment, role: Role | None) -> Outcome:
        """Whether whoever is in the chat may work there, who is not on the list."""
        desk = staff.staff_chat(moment.session, moment.desk_id) if moment.desk_id else None
        if desk is None:
            return self._refused("staff_desk_none")
        before, desk.open_role = desk.open_role, role
        moment.session.flush()
        name = "staff_desk_opened" if role else "staff_desk_shut"
        return Outcome((self._roster.reply(name),), detail={"before": before, "after": role})

    def _refused(self, response: str) -> Outcome:
        reply: Reply = self._roster.reply(response)
        return Outcome((reply,), is_refused=True)


def _group_of(moment: Moment) -> Chat:
    """The group itself, of which this may be a topic."""
    chat = moment.chat
    if chat.topic_of is None:
        return chat
    key = ChatKey(chat.channel, chat.topic_of, "group", chat.name)
    return chats.get_chat(moment.session, chats.chat_id_for(moment.session, key, now=moment.now))


def _has_draft(session: Session, chat: Chat) -> bool:
    """Whether residents shape something in this group or its topics, or have sent it from there."""
    return any(_is_at_work(session, group) for group in _residents_in(session, chat))


def _is_at_work(session: Session, group: Group) -> bool:
    applicant = applicants.find_applicant(session, chat_id=group.chat_id)
    found = ideas.ideas_of(session, applicant_id=applicant.id) if applicant is not None else []
    has_answers = any(ideas.newest_answers(session, idea_id=idea.id) for idea in found)
    return has_answers or bool(leads.leads_of_group(session, group_id=group.id))


def _residents_in(session: Session, chat: Chat) -> list[Group]:
    places = [chat, *chats.topics_of(session, chat)]
    found = (groups.find_group(session, chat_id=place.id) for place in places)
    return [group for group in found if group is not None]


def _leave_residents(session: Session, chat: Chat, now: datetime) -> None:
    """It was met as a group of residents, who had begun nothing: that is over."""
    for group in _residents_in(session, chat):
        groups.close(session, group, now=now)
        subscriptions.stop_all(session, chat_id=group.chat_id, now=now)
        interests.stop_interests(session, chat_id=group.chat_id, now=now)
