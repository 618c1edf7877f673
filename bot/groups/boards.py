"""The board of a group: one message, edited in place, that shows where the idea stands, who said
what, and what is next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.boards import APART, KIND
from actions.labels import blocks, lines
from actions.programme import CanvasQuestion
from actions.times.instants import in_words
from bot.clock import Clock
from bot.groups.moment import Moment
from bot.groups.posts import new_post
from bot.groups.voice import MOST_NAMES, Voice
from bot.pipeline import speech
from bot.pipeline.composing import Draft, DroppedError, Writer
from dialogues.exchange import Button, Reply
from storage import (
    applicants,
    assignments,
    calls,
    contributions,
    groups,
    ideas,
    members,
    messages,
    outbox,
    votes,
)
from storage.contributions import OFFERED
from storage.ideas import Version
from storage.models import Contribution, Group, Idea, Member
from storage.outbox import Claimed, Lane

FLOW = "group_board"
_DELETABLE_FOR = timedelta(hours=47)  # Telegram takes away what is younger than two days
_LONGEST_TITLE = 80  # characters
_LONGEST = (140, 60, 20)  # of what was said, by how much there is; the first that fits


@dataclass(frozen=True, slots=True)
class _Told:
    """What the group has told of an idea."""

    versions: Mapping[str, Version]
    kept: Mapping[str, Sequence[Contribution]]


class Boards:
    """Puts the board where people see it, and words it when it is sent."""

    def __init__(self, *, voice: Voice, clock: Clock) -> None:
        self._voice = voice
        self._clock = clock

    @property
    def writers(self) -> dict[str, Writer]:
        """The outbox kinds that are written here."""
        return {KIND: self._write}

    def renew(self, moment: Moment) -> None:
        """A new board at the bottom; the old one goes."""
        session, group, now = moment.session, moment.group, moment.now
        self._take_away(moment)
        group.board_id = new_post(session, chat_id=group.chat_id, flow=FLOW, step=None, now=now)
        group.board_due_at = now + APART
        session.flush()
        payload = {"group_id": group.id}
        outbox.queue(
            session, chat_id=group.chat_id, kind=KIND, lane=Lane.REPLIES, now=now, payload=payload
        )

    def _take_away(self, moment: Moment) -> None:
        session, old = (
            moment.session,
            messages.get_message(moment.session, moment.group.board_id or 0),
        )
        if old is None:
            return
        kind = "deletion"
        if moment.now - old.created_at > _DELETABLE_FOR:
            kind, text = "message", str(self._voice.say("room_board_moved", {}))
            messages.rewrite(session, old.id, text=text, now=moment.now)
        outbox.queue(
            session,
            chat_id=moment.chat.id,
            kind=kind,
            lane=Lane.HANDOFF,
            now=moment.now,
            message_id=old.id,
        )

    def _write(self, session: Session, claimed: Claimed) -> Draft:
        group = groups.get_group(session, claimed.payload.get("group_id", 0))
        if group is None or group.closed_at is not None or group.board_id is None:
            raise DroppedError("there is no board")
        if messages.get_message(session, group.board_id) is None:
            raise DroppedError("the board is too old")
        return Draft(self._board(session, group), rewrites=group.board_id, pins=True)

    def _board(self, session: Session, group: Group) -> Reply:
        applicant = applicants.find_applicant(session, chat_id=group.chat_id)
        idea = ideas.idea_at_hand(session, applicant_id=applicant.id) if applicant else None
        for longest in _LONGEST:
            reply = self._reply(session, group, idea, longest)
            if speech.visible_length(reply.text) <= speech.LONGEST_TEXT:
                break
        return reply

    def _reply(self, session: Session, group: Group, idea: Idea | None, longest: int) -> Reply:
        told = _Told(
            ideas.newest_versions(session, idea_id=idea.id) if idea else {},
            contributions.all_kept(session, idea_id=idea.id) if idea else {},
        )
        canvas = self._voice.programme.canvas
        answered = self._answered(told)
        shown = [
            self._line(group, name, question, told, longest)
            for name, question in canvas.questions.items()
        ]
        values = {
            "title": self._title(told),
            "answered": len(answered & canvas.questions.keys()),
            "questions": len(canvas.questions),
            "lines": blocks([lines(shown), lines(self._beneath(session, group, idea, told))]),
        }
        return self._voice.reply("room_board", values, self._buttons(session, group, idea))

    def _title(self, told: _Told) -> str | Markup:
        version = told.versions.get(self._voice.programme.canvas.title or "")
        if version is None or not version.text:
            return self._voice.say("room_untitled", {})
        return self._voice.brief(version.text, _LONGEST_TITLE)

    def _line(
        self, group: Group, name: str, question: CanvasQuestion, told: _Told, longest: int
    ) -> Markup:
        slots = (name, *(it.ask for it in question.follow_ups))
        version = told.versions.get(name)
        texts = [told.versions[it].text or "" for it in slots if it in told.versions]
        said = [it for slot in slots for it in told.kept.get(slot, ())]
        values = {
            "question": self._voice.question(name),
            "said": self._voice.brief(" / ".join(filter(None, texts)), longest),
            "who": self._voice.who(said) if said else self._voice.name(None),
        }
        if version is not None and version.text:
            return self._voice.say("room_line_said", values)
        state = "now" if name == group.question else "open" if version is None else "later"
        return self._voice.say(f"room_line_{state}", values)

    def _answered(self, told: _Told) -> set[str]:
        return {name for name, version in told.versions.items() if version.text}

    def _beneath(
        self, session: Session, group: Group, idea: Idea | None, told: _Told
    ) -> Iterator[Markup]:
        """What is next, what waits, who the contact is, and until when there is time."""
        is_open = group.question not in {None, *self._answered(told)}
        if is_open and group.question is not None:
            asked = {"question": self._voice.question(group.question)}
            yield self._voice.say("room_next_answer", asked)
        else:
            yield self._voice.say("room_next_press", {})
        if idea is not None:
            yield from self._waiting(session, idea)
        yield from self._asked(session, group)
        yield from self._people(session, group)
        if idea is not None and idea.call_code:
            yield self._deadline(session, idea.call_code)

    def _waiting(self, session: Session, idea: Idea) -> Iterator[Markup]:
        for slot in self._voice.programme.canvas.slots:
            values = {"question": self._voice.question(slot)}
            vote = votes.running_vote(session, idea_id=idea.id, question=slot)
            if vote is not None:
                zone, now = self._voice.programme.zone, self._clock.now()
                yield self._voice.say(
                    "room_vote_runs", {**values, "until": in_words(vote.closes_at, now, zone)}
                )
                continue
            found = contributions.said_to(
                session, idea_id=idea.id, question=slot, states=(OFFERED,)
            )
            if found:
                yield self._voice.say("room_offers_wait", {**values, "count": len(found)})

    def _asked(self, session: Session, group: Group) -> Iterator[Markup]:
        """Who was asked to answer something for the group; not what it is where it is personal."""
        names: dict[str, list[Markup]] = {}
        for assignment in assignments.open_of(session, group_id=group.id):
            member = session.get_one(Member, assignment.member_id)
            names.setdefault(assignment.question, []).append(self._voice.name(member.name))
        for question in self._voice.programme.canvas.slots:
            if question in names:
                values = {
                    "question": self._voice.question(question),
                    "names": Markup(", ").join(names[question][:MOST_NAMES]),
                }
                yield self._voice.say("room_asked", values)

    def _people(self, session: Session, group: Group) -> Iterator[Markup]:
        joined = members.members_of(session, group_id=group.id)
        contact = next((it for it in joined if it.role == members.CONTACT), None)
        if contact is None:
            yield self._voice.say("room_no_contact", {})
        else:
            values = {"name": self._voice.name(contact.name), "count": len(joined)}
            yield self._voice.say("room_contact", values)

    def _deadline(self, session: Session, code: str) -> Markup:
        call = calls.find_call(session, code=code)
        if call is None:
            return Markup("")
        until = in_words(calls.ends_at(call), self._clock.now(), self._voice.programme.zone)
        return self._voice.say("room_deadline", {"call_title": call.title, "deadline": until})

    def _buttons(
        self, session: Session, group: Group, idea: Idea | None
    ) -> Iterator[Button | None]:
        yield self._voice.button("next" if idea else "begin", "/next" if idea else "/begin")
        yield self._voice.join_button(session, group)
        if idea is not None:
            yield self._voice.private_button("private", session, group)
