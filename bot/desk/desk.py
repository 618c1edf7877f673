"""A turn of the staff's: what they ask for is looked up, held against the access table, done,
written into the audit trail and answered."""

from dataclasses import dataclass, replace

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.desk import questions
from bot.desk.access import ACCESS, Way
from bot.desk.moment import Deeds, Moment, Outcome, Word
from bot.desk.people.health import Health, desk_of
from bot.desk.talk.relaying import INTERNAL
from bot.pipeline import speech
from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.pipeline.turn import Answer, NotYetError, Turn
from bot.pipeline.wording import Wording
from dialogues import payloads
from dialogues.exchange import Reply
from storage import audit, chats, messages, outbox, staff, threads
from storage.models import Chat, Message, StaffMember
from storage.outbox import Lane
from storage.staff import Role

STAFF_LINK = "/start staff-"  # what a one-time link says, with its token behind it
_LINKS = {STAFF_LINK: "join", "/start connect-": "connect"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for: a verb of the access table, how, with which words, and the post of
    ours that they pressed on or replied to."""

    verb: str
    way: Way
    words: str = ""
    post: Message | None = None


class Desk:
    """What staff do in their chat, in its topics, and in private; see `turn.Handler`."""

    def __init__(self, *, wording: Wording, clock: Clock, deeds: Deeds) -> None:
        self._wording = wording
        self._clock = clock
        self._deeds = deeds
        self._health = Health(clock=clock)

    def take(self, session: Session, turn: Turn) -> Answer:
        """Do what staff ask for; their talk among themselves is left alone."""
        arrival = turn.arrivals[0]
        if turn.chat.kind != "private":
            self._health.look_after(session, turn)
        wish = _wish(session, turn.chat, arrival)
        if arrival.sender is None or wish is None:
            return Answer()
        moment = self._moment(session, turn, arrival.sender, wish)
        outcome = self._done(moment, wish)
        if _is_a_strangers(moment, wish) and _is_elsewhere(session, turn):
            return Answer()
        self._say(session, turn.chat, outcome)
        return Answer(notice=self._plain(outcome.notice) if outcome.notice else None)

    def act(
        self,
        session: Session,
        chat: Chat,
        member: StaffMember,
        arrival: Arrival,
        *,
        payload: str | None = None,
        gathered: list[Word] | None = None,
    ) -> bool:
        """Do what a member asks for elsewhere than in the channel where they are staff: a command
        or a press in `chat`, which is theirs alone, and where it is answered. With `payload` they
        pressed a button that stands in no post. What other members are to be told of it is told, or
        `gathered`. Whether it was done: not if they may not, or if it
        asks for nothing that there is."""
        wish = _wish(session, chat, arrival) if payload is None else _chosen(payload)
        if wish is None:
            return False
        moment = Moment(
            session,
            chat,
            arrival,
            member,
            staff.role_of(member, None),
            self._clock.now(),
            desk_id=staff.staff_chat_id(session, channel=member.channel),
            post=wish.post,
            gathered=gathered,
        )
        outcome = self._done(moment, wish)
        notices = (outcome.notice,) if outcome.notice else ()
        self._say(session, chat, replace(outcome, posts=(*notices, *outcome.posts)))
        return not outcome.is_refused

    def apologise(self, session: Session, turn: Turn) -> Answer:
        """See `turn.Handler`."""
        self._say(session, turn.chat, Outcome((self._wording.reply("staff_apology", {}),)))
        return Answer()

    def _done(self, moment: Moment, wish: Wish) -> Outcome:
        """It is done, or refused; both stand in the audit trail."""
        refusal = _refusal(moment, ACCESS[wish.verb].role)
        if refusal is not None:
            outcome = self._refused(wish, refusal)
        else:
            outcome = self._deeds[wish.verb](moment, wish.words)
        known = staff.find_member(
            moment.session, channel=moment.member.channel, external_id=moment.member.external_id
        )
        audit.note(
            moment.session,
            wish.verb,
            member=known,
            done=not outcome.is_refused,
            now=moment.now,
            lead_id=outcome.lead_id or (wish.post.lead_id if wish.post else None),
            detail=outcome.detail or (None if known else {"stranger": True}),
        )
        return outcome

    def _moment(self, session: Session, turn: Turn, sender: Sender, wish: Wish) -> Moment:
        """Who is in an open chat is known from then on; a stranger is not written down."""
        channel, now = turn.chat.channel, self._clock.now()
        named = {"channel": channel, "external_id": sender.external_id}
        known = staff.find_member(session, **named)
        role = None if sender.is_anonymous else staff.role_of(known, desk_of(session, turn))
        if role is not None:
            member = staff.staff_member(session, **named, name=sender.name, now=now)
            role = staff.role_of(member, desk_of(session, turn))  # they may have left just now
        else:
            member = known or StaffMember(**named, name=sender.name)
        return Moment(
            session,
            turn.chat,
            turn.arrivals[0],
            member,
            role,
            now,
            desk_id=turn.staff_chat_id,
            post=wish.post,
        )

    def _refused(self, wish: Wish, response: str) -> Outcome:
        reply = self._wording.reply(response, {})
        if wish.way is Way.BUTTON:
            return Outcome(notice=reply, is_refused=True)
        return Outcome((reply,), is_refused=True)

    def _say(self, session: Session, chat: Chat, outcome: Outcome) -> None:
        posts = speech.queue_replies(
            session,
            chat_id=chat.id,
            replies=outcome.posts,
            now=self._clock.now(),
            lane=Lane.LEADS,
            lead_id=outcome.lead_id,
            peer_chat_id=outcome.peer_chat_id,
        )
        for post in posts if outcome.mentions else ():
            messages.name_leads(session, post, outcome.mentions)

    def _plain(self, notice: Reply) -> str:
        """Words for a notice, which takes no markup; Telegram allows 200 characters."""
        return Markup(notice.text).striptags()[:200]  # noqa: S704


def _refusal(moment: Moment, needed: Role | None) -> str | None:
    """The response that says why it is refused; None if it is not."""
    sender, role = moment.arrival.sender, moment.granted
    if sender is not None and sender.is_anonymous:
        return "staff_anonymous"
    if needed is None or (role is not None and role.includes(needed)):
        return None
    return "staff_not_on_list" if role is None else "staff_not_allowed"


def _is_a_strangers(moment: Moment, wish: Wish) -> bool:
    return _refusal(moment, ACCESS[wish.verb].role) == "staff_not_on_list"


def _is_elsewhere(session: Session, turn: Turn) -> bool:
    """Whether it is a group that is not the staff's, where many commands are meant for others."""
    return turn.chat.kind != "private" and desk_of(session, turn) is None


def is_for_desk(session: Session, turn: Turn) -> bool:
    """Whether what came from elsewhere than the staff chat is meant for the desk: a link for staff,
    and of a member in private also a command or button of the access table; in a group what the
    table lets in anywhere. All else is for the dialogue, or for the group."""
    first = turn.arrivals[0] if turn.arrivals else None
    if first is None:
        return False
    if turn.chat.kind != "private":
        return _is_for_anywhere(turn.chat, first)
    if not (turn.is_members or first.text.startswith(STAFF_LINK)):
        return False
    wish = _wish(session, turn.chat, first)
    if wish is None or not ACCESS[wish.verb].private:
        return False
    post = wish.post
    is_about_somebody = post is not None and (post.peer_chat_id or post.lead_id) is not None
    return wish.way is not Way.WORDS or wish.verb != "reply" or is_about_somebody


def _is_for_anywhere(chat: Chat, arrival: Arrival) -> bool:
    if arrival.happened is not Happened.SAID or not arrival.text.startswith("/"):
        return False
    wish = _commanded(chat, arrival.text, None)
    return wish is not None and ACCESS[wish.verb].anywhere


def _wish(session: Session, chat: Chat, arrival: Arrival) -> Wish | None:
    """What is asked for; None if they only talk."""
    if arrival.happened is Happened.PRESSED:
        return _pressed(session, chat, arrival)
    if arrival.happened is Happened.EDITED:
        return _edited(session, chat, arrival)
    if arrival.happened is not Happened.SAID or arrival.text.startswith(INTERNAL):
        return None
    if arrival.forwarded and arrival.text.startswith("/"):
        return None  # somebody else's command is no wish of theirs
    post = _post(session, chat, arrival.reply_to) if arrival.reply_to is not None else None
    if arrival.text.startswith("/"):
        return _commanded(chat, arrival.text, post)
    return _said(session, chat, arrival, post)


def _edited(session: Session, chat: Chat, arrival: Arrival) -> Wish | None:
    """What was passed on to somebody is to be changed there; all other talk is no wish."""
    number = arrival.message_id or 0
    said = messages.find_by_external_id(session, chat_id=chat.id, external_id=number)
    if said is None or said.direction != "in" or said.peer_chat_id is None:
        return None
    return Wish("reply", Way.WORDS, arrival.text, said)


def _is_topic(session: Session, chat: Chat) -> bool:
    """Whether words here go to somebody without being a reply."""
    if threads.thread_of(session, chat.id) is not None:
        return True
    group = chats.find_chat_id(session, channel=chat.channel, external_id=chat.topic_of or "")
    if group is not None and threads.is_opening(session, group):
        raise NotYetError("a topic is being made, and they may write in it already")
    return False


def _said(session: Session, chat: Chat, arrival: Arrival, post: Message | None) -> Wish | None:
    """Words that answer a question of ours belong to what it asks for; all others go on to whom the
    post is about."""
    if post is None and chat.kind == "private" and arrival.reply_to is None:
        newest = messages.newest_in(session, chat.id)
        post = newest if newest is not None and questions.verb_of(newest) else None
    if post is None and not arrival.replies_to_us and not _is_topic(session, chat):
        return None
    verb = questions.verb_of(post) if post is not None else None
    asks = verb is not None and verb in ACCESS and Way.WORDS in ACCESS[verb].ways
    return Wish(verb if asks and verb else "reply", Way.WORDS, arrival.text, post)


def _commanded(chat: Chat, text: str, post: Message | None) -> Wish | None:
    name, words = [*text[1:].split(None, 1), "", ""][:2]
    verb, way = name.lower(), Way.COMMAND
    link = next((it for it in _LINKS if text.startswith(it)), None)
    if link is not None:
        verb, way, words = _LINKS[link], Way.LINK, text.removeprefix(link)
    elif verb == "start" and chat.kind != "private":
        verb = "help"
    first, _, rest = words.partition(" ")
    if f"{verb}_{first.lower()}" in ACCESS:
        verb, words = f"{verb}_{first.lower()}", rest
    if verb not in ACCESS or way not in ACCESS[verb].ways:
        return None
    return Wish(verb, way, words.strip(), post)


def _pressed(session: Session, chat: Chat, arrival: Arrival) -> Wish:
    """A press may come after the post has lost that button, or all of them."""
    found = speech.pressed(session, chat_id=chat.id, token=arrival.token or "")
    payload = payloads.parse(found[1].payload or "") if found else None
    verb = payload.name if payload else None
    if (
        found is None
        or payload is None
        or verb not in ACCESS
        or Way.BUTTON not in ACCESS[verb].ways
    ):
        post = speech.pressed_on(session, chat_id=chat.id, token=arrival.token or "")
        return Wish("old_button", Way.BUTTON, post=post)
    return Wish(verb or "", Way.BUTTON, payload.argument, found[0])


def _chosen(payload: str) -> Wish | None:
    parsed = payloads.parse(payload)
    access = ACCESS.get(parsed.name or "")
    if access is None or Way.BUTTON not in access.ways:
        return None
    return Wish(parsed.name or "", Way.BUTTON, parsed.argument)


def _post(session: Session, chat: Chat, external_id: int) -> Message | None:
    """Our post with this number of the channel's."""
    post = messages.find_by_external_id(session, chat_id=chat.id, external_id=external_id)
    if post is None and outbox.is_sending_to(session, chat_id=chat.id):
        raise NotYetError("a post is on its way, and they may reply to it already")
    return post if post is not None and post.direction == "out" else None
