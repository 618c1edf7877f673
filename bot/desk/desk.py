"""A turn of the staff's: what they ask for is looked up, held against the access table, done,
written into the audit trail and answered."""

from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.desk.access import ACCESS, Way
from bot.desk.moment import Deeds, Moment, Outcome
from bot.pipeline import speech
from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.pipeline.turn import Answer, NotYetError, Turn
from bot.pipeline.wording import Wording
from dialogues import payloads
from dialogues.exchange import Reply
from storage import audit, chats, messages, outbox, staff
from storage.models import Chat, Message
from storage.outbox import Lane

STAFF_LINK = "/start staff-"  # what a one-time link says, with its token behind it


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

    def take(self, session: Session, turn: Turn) -> Answer:
        """Do what staff ask for; their talk among themselves is left alone."""
        arrival = turn.arrivals[0]
        self._welcome_back(session, turn.chat)
        if arrival.sender is None:
            return Answer()
        wish = _wish(session, turn.chat, arrival)
        if wish is None:
            return Answer()
        outcome = self._done(session, turn, arrival.sender, wish)
        self._say(session, turn.chat, outcome)
        return Answer(notice=self._plain(outcome.notice) if outcome.notice else None)

    def _welcome_back(self, session: Session, chat: Chat) -> None:
        """Somebody in the chat is heard: what waited because it could not be posted goes now."""
        chats.mark_reachable(session, chat.id)
        if chat.paused_until is not None:
            chats.unpause(session, chat.id)
            outbox.hurry(session, chat_id=chat.id, now=self._clock.now())

    def apologise(self, session: Session, turn: Turn) -> Answer:
        """See `turn.Handler`."""
        self._say(session, turn.chat, Outcome((self._wording.reply("staff_apology", {}),)))
        return Answer()

    def _done(self, session: Session, turn: Turn, sender: Sender, wish: Wish) -> Outcome:
        """It is done, or refused; both stand in the audit trail."""
        if sender.is_anonymous:
            return self._refused(wish, "staff_anonymous")
        moment = self._moment(session, turn, sender, wish)
        if moment is None:
            return self._refused(wish, "staff_not_on_list")
        needed, now = ACCESS[wish.verb].role, moment.now
        if needed is not None and not moment.role.includes(needed):
            audit.note(session, wish.verb, member=moment.member, done=False, now=now)
            return self._refused(wish, "staff_not_allowed")
        outcome = self._deeds[wish.verb](moment, wish.words)
        audit.note(
            session,
            wish.verb,
            member=moment.member,
            done=True,
            now=now,
            lead_id=outcome.lead_id or (wish.post.lead_id if wish.post else None),
            detail=outcome.detail,
        )
        return outcome

    def _moment(self, session: Session, turn: Turn, sender: Sender, wish: Wish) -> Moment | None:
        """None for those who may do nothing here. Who is in an open chat is known from then on."""
        channel, now = turn.chat.channel, self._clock.now()
        desk = None
        if turn.chat.kind != "private" and turn.staff_chat_id is not None:
            desk = staff.staff_chat(session, turn.staff_chat_id)
        known = staff.find_member(session, channel=channel, external_id=sender.external_id)
        role = staff.role_of(known, desk)
        if role is None:
            return None
        return Moment(
            session,
            turn.chat,
            turn.arrivals[0],
            staff.staff_member(
                session,
                channel=channel,
                external_id=sender.external_id,
                name=sender.name,
                now=now,
            ),
            role,
            now,
            desk_id=turn.staff_chat_id,
            post=wish.post,
        )

    def _refused(self, wish: Wish, response: str) -> Outcome:
        reply = self._wording.reply(response, {})
        return Outcome(notice=reply) if wish.way is Way.BUTTON else Outcome((reply,))

    def _say(self, session: Session, chat: Chat, outcome: Outcome) -> None:
        speech.queue_replies(
            session,
            chat_id=chat.id,
            replies=outcome.posts,
            now=self._clock.now(),
            lane=Lane.LEADS,
            lead_id=outcome.lead_id,
            peer_chat_id=outcome.peer_chat_id,
        )

    def _plain(self, notice: Reply) -> str:
        """Words for a notice, which takes no markup; Telegram allows 200 characters."""
        return Markup(notice.text).striptags()[:200]  # noqa: S704


def is_for_desk(session: Session, turn: Turn) -> bool:
    """Whether what came in somebody's private chat is meant for the desk: a link for staff, and of
    a member also a command or button of the access table. All else is for the dialogue."""
    first = turn.arrivals[0] if turn.arrivals else None
    if first is None or not (turn.is_members or first.text.startswith(STAFF_LINK)):
        return False
    wish = _wish(session, turn.chat, first)
    if wish is None or not ACCESS[wish.verb].private:
        return False
    is_about_somebody = wish.post is not None and wish.post.peer_chat_id is not None
    return wish.way is not Way.WORDS or is_about_somebody


def _wish(session: Session, chat: Chat, arrival: Arrival) -> Wish | None:
    """What is asked for; None if they only talk."""
    if arrival.happened is Happened.PRESSED:
        return _pressed(session, chat, arrival)
    if arrival.happened is not Happened.SAID:
        return None
    post = _post(session, chat, arrival.reply_to) if arrival.reply_to is not None else None
    if not arrival.text.startswith("/"):
        return Wish("reply", Way.WORDS, arrival.text, post) if post is not None else None
    return _commanded(chat, arrival.text, post)


def _commanded(chat: Chat, text: str, post: Message | None) -> Wish | None:
    name, _, words = text[1:].partition(" ")
    verb, way = name.lower(), Way.COMMAND
    if text.startswith(STAFF_LINK):
        verb, way, words = "join", Way.LINK, text.removeprefix(STAFF_LINK)
    elif verb == "start" and chat.kind != "private":
        verb = "help"
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


def _post(session: Session, chat: Chat, external_id: int) -> Message | None:
    """Our post with this number of the channel's."""
    post = messages.find_by_external_id(session, chat_id=chat.id, external_id=external_id)
    if post is None and outbox.is_sending_to(session, chat_id=chat.id):
        raise NotYetError("a post is on its way, and they may reply to it already")
    return post if post is not None and post.direction == "out" else None
