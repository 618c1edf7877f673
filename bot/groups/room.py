"""A turn in a group: who replies, presses or calls us is heard; all other talk is their own."""

import logging
from collections.abc import Callable

from sqlalchemy.orm import Session

from actions.matching.neighbours import keep_up
from bot.clock import Clock
from bot.groups.answers import Answers
from bot.groups.boards import FLOW as BOARD
from bot.groups.boards import Boards
from bot.groups.care import Care
from bot.groups.introductions import Introductions
from bot.groups.moment import Moment
from bot.groups.offers import FLOW as OFFERS
from bot.groups.offers import Offers
from bot.groups.onlookers import Onlookers
from bot.groups.partings import Partings
from bot.groups.questions import Questions
from bot.groups.voice import FLOW, Voice
from bot.groups.votes import FLOW as VOTE
from bot.groups.votes import OVER, Votes
from bot.pipeline import speech
from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.pipeline.composing import Writer
from bot.pipeline.turn import Answer, NotYetError, Turn
from dialogues.model import Content
from storage import groups, ideas, messages, outbox, staff_links
from storage.models import Chat, Message

log = logging.getLogger(__name__)

_CALLING = {Happened.ADDED, Happened.SAID}  # what makes a chat a group that we know
_COMMANDS = frozenset({"/start", "/idea", "/next", "/people", "/help"})
_OURSELVES = Sender("", "")  # who did what no person did


class Room:
    """Shapes an idea with everybody in a chat; see `turn.Handler`."""

    def __init__(self, *, voice: Voice, content: Content, clock: Clock) -> None:
        self._voice = voice
        self._clock = clock
        self._boards = Boards(voice=voice, clock=clock)
        self._questions = Questions(voice=voice, boards=self._boards)
        self._offers = Offers(voice=voice)
        self._votes = Votes(voice=voice, offers=self._offers, clock=clock)
        self._partings = Partings(voice=voice, offers=self._offers, votes=self._votes, clock=clock)
        self._introductions = Introductions(voice=voice, boards=self._boards)
        self._answers = Answers(
            voice=voice, questions=self._questions, offers=self._offers, votes=self._votes
        )
        self._care = Care(voice=voice, content=content)
        self._onlookers = Onlookers(voice=voice)

    @property
    def writers(self) -> dict[str, Writer]:
        """The outbox kinds that are written here."""
        parts = (self._boards, self._offers, self._votes, self._partings)
        return {kind: writer for part in parts for kind, writer in part.writers.items()}

    def take(self, session: Session, turn: Turn) -> Answer:
        """Do what people ask for; their talk among themselves is left alone."""
        chat, arrival, now = turn.chat, turn.arrivals[0], self._clock.now()
        if arrival.happened is Happened.BLOCKED:
            self._partings.leave(session, chat, now=now)
            return Answer()
        if chat.kind != "group" or not self._concerns_us(session, chat, arrival):
            return Answer()
        moment = self._moment(session, turn, arrival)
        notice = self._do(moment)
        self._follow_ideas(moment)
        return Answer(notice=notice)

    def apologise(self, _session: Session, turn: Turn) -> Answer:
        """Say that something was not done; see `turn.Handler`."""
        if turn.chat.blocked_at is not None:
            return Answer()
        return Answer([self._voice.reply("room_apology", {})])

    def _concerns_us(self, session: Session, chat: Chat, arrival: Arrival) -> bool:
        """Whether anything follows from it. A group that we do not know has to call us first."""
        if arrival.happened is Happened.NOTHING:
            return False
        if arrival.happened is Happened.SAID and not _is_command(arrival):
            return arrival.reply_to is not None and arrival.replies_to_us is not False
        if arrival.happened is Happened.SAID and not arrival.is_addressed:
            return arrival.text.split()[0] in _COMMANDS  # any other may be meant for another bot
        is_known = groups.find_group(session, chat_id=chat.id) is not None
        return is_known or arrival.happened in _CALLING

    def _moment(self, session: Session, turn: Turn, arrival: Arrival) -> Moment:
        chat, now, sender = turn.chat, self._clock.now(), arrival.sender or _OURSELVES
        group = groups.group_of(
            session, chat_id=chat.id, added_by=sender.external_id or None, now=now
        )
        acting = groups.act_for(session, group, now=now)
        return Moment(
            session,
            chat,
            acting.group,
            acting.applicant,
            arrival,
            sender,
            now,
            staff_chat_id=turn.staff_chat_id,
        )

    def _do(self, moment: Moment) -> str | None:
        """What a press is told; None for anything else."""
        match moment.arrival.happened:
            case Happened.ADDED:
                self._added(moment)
            case Happened.RENAMED:
                self._introductions.rename(moment)
            case Happened.MOVED:
                self._partings.move(moment)
            case Happened.INTERNAL if moment.arrival.intent == OVER:
                self._votes.over(moment)
            case Happened.SAID | Happened.EDITED | Happened.PRESSED:
                self._partings.come_back(moment)
                return self._hear(moment)
        return None

    def _introduce(self, moment: Moment) -> None:
        """Not where who added us has a code in hand that makes the group the staff's."""
        if not staff_links.is_connecting(
            moment.session,
            channel=moment.chat.channel,
            external_id=moment.sender.external_id,
            now=moment.now,
        ):
            self._introductions.introduce(moment)

    def _added(self, moment: Moment) -> None:
        """To the group, or allowed to write there again; of a topic its group tells it."""
        was_away = self._partings.come_back(moment)
        if moment.arrival.sender is not None:
            log.info("in a group that is no staff chat; its id is %s", moment.chat.external_id)
            self._introduce(moment)
        if was_away and moment.group.board_id is not None:
            self._boards.renew(moment)
        self._partings.tell_topics(moment)

    def _hear(self, moment: Moment) -> str | None:
        if moment.arrival.happened is Happened.PRESSED:
            return self._pressed(moment)
        if moment.arrival.happened is Happened.EDITED:
            self._edited(moment)
        elif _is_command(moment.arrival):
            self._command(moment)
        else:
            self._replied(moment)
        return None

    def _edited(self, moment: Moment) -> None:
        """The words of an answer are others now."""
        said = self._answers.said_in(moment)
        if said is None:
            return
        if self._care.is_needed(moment.arrival.text):
            self._care.give(moment)
        elif self._onlookers.is_one(moment):
            self._onlookers.tell(moment)
        else:
            self._answers.edited(moment, said)

    def _command(self, moment: Moment) -> None:
        name, *rest = moment.arrival.text.split()
        known: dict[str, Callable[[], object]] = {
            "/start": lambda: self._introductions.start(moment, rest[0] if rest else ""),
            "/idea": lambda: self._show_board(moment),
            "/next": lambda: self._questions.next(moment),
            "/people": lambda: self._introductions.people(moment),
            "/help": lambda: self._voice.post(moment, "room_help"),
        }
        if name in known:
            if name != "/start":
                self._introductions.introduce(moment)
            known[name]()
        elif moment.arrival.is_addressed:
            self._voice.post(moment, "room_help_short")

    def _show_board(self, moment: Moment) -> None:
        moment.idea_begun()
        self._boards.renew(moment)

    def _replied(self, moment: Moment) -> None:
        """A reply to the board answers what is asked now, one to a question that question."""
        message = messages.find_by_external_id(
            moment.session, chat_id=moment.chat.id, external_id=moment.arrival.reply_to or 0
        )
        if message is None and outbox.is_sending_to(moment.session, chat_id=moment.chat.id):
            raise NotYetError("a post is on its way, and they may reply to it already")
        if message is None and moment.arrival.replies_to_us is None:
            return  # nobody knows whose message that was
        question = self._question_of(moment, message)
        is_to_us = message is None or message.direction == "out"
        if is_to_us and self._care.is_needed(moment.arrival.text):
            self._care.give(moment)
        elif question is not None and self._onlookers.is_one(moment):
            self._onlookers.tell(moment)
        elif question is not None:
            self._answers.take(moment, question)
        elif is_to_us:
            self._voice.post(moment, "room_reply_where")

    def _question_of(self, moment: Moment, message: Message | None) -> str | None:
        if message is None or message.direction == "in":
            return None
        if message.flow == BOARD:
            return moment.group.question
        return message.step if message.flow in {FLOW, OFFERS, VOTE} else None

    def _pressed(self, moment: Moment) -> str | None:
        found = speech.pressed(
            moment.session, chat_id=moment.chat.id, token=moment.arrival.token or ""
        )
        name, *numbers = ((found[1].payload or "").split() if found else []) or [""]
        do = self._presses().get(name)
        if found is None or do is None:
            return self._voice.notice("old_button")
        looks_on = self._onlookers.pressed(moment, name)
        if looks_on is not None:
            return looks_on
        return do(moment, found[0], [int(it) for it in numbers])

    def _presses(self) -> dict[str, Callable[[Moment, Message, list[int]], str | None]]:
        """What each button does, and what whoever pressed it is told."""
        offers, votes, questions = self._offers, self._votes, self._questions
        return {
            "/begin": lambda moment, _message, _numbers: questions.begin(moment),
            "/next": lambda moment, _message, _numbers: questions.next(moment),
            "/skip": lambda moment, message, _numbers: questions.skip(moment, message),
            "/another_way": lambda moment, message, _n: questions.another_way(moment, message),
            "/add": lambda moment, _message, it: offers.take(moment, it[0], instead=False),
            "/use": lambda moment, _message, it: offers.take(moment, it[0], instead=True),
            "/leave": lambda moment, message, _numbers: offers.leave(moment, message),
            "/vote": lambda moment, message, _numbers: votes.open(moment, message),
            "/ballot": lambda moment, _message, it: votes.cast(moment, it[0], it[1]),
            "/close_vote": lambda moment, _message, it: votes.close(moment, it[0]),
            "/blank": lambda moment, _message, it: self._answers.blank(moment, it[0]),
        }

    def _follow_ideas(self, moment: Moment) -> None:
        """The group's idea is found by its new words, if the group agreed to that."""
        changed = ideas.take_changed(moment.session)
        for idea in changed if moment.applicant.matching_at is not None else ():
            if idea.applicant_id == moment.applicant.id:
                keep_up(moment.session, idea, programme=self._voice.programme)


def _is_command(arrival: Arrival) -> bool:
    """One for us: our own address is taken off before, and other bots are left theirs."""
    command = arrival.text.partition(" ")[0]
    return command.startswith("/") and "@" not in command
