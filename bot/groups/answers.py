"""What people answer in a group, by replying to a question: who said it is kept with it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from markupsafe import Markup

from actions.boards import queue_board
from actions.context import media_of
from actions.groups.personal import masked
from actions.ideas.attachments import MEDIA, want_copies
from actions.labels import lines
from bot.groups.moment import Moment
from bot.groups.offers import Offers
from bot.groups.questions import Questions
from bot.groups.voice import FLOW, Voice
from bot.groups.votes import Votes
from dialogues.exchange import Asked, Button
from storage import contributions, ideas, messages
from storage.contributions import KEPT, OFFERED
from storage.models import Contribution, Idea

_KINDS = frozenset({*MEDIA, "location"})  # of attachments that can be an answer
_FORWARDED = "group_forwarded"  # the flow of what is said once in a while
_TOGETHER = timedelta(seconds=5)


class Answers:
    """Keeps what is said to a question, or offers it beside what was said before."""

    def __init__(self, *, voice: Voice, questions: Questions, offers: Offers, votes: Votes) -> None:
        self._voice = voice
        self._questions = questions
        self._offers = offers
        self._votes = votes

    def take(self, moment: Moment, question: str) -> None:
        """Somebody replied to this question."""
        arrival = moment.arrival
        media = [it for it in media_of(arrival) if it["medium"] in _KINDS]
        if arrival.forwarded:
            self._want_own_words(moment, question)
        elif arrival.text.strip() or media:
            self._keep(moment, question, media)

    def said_in(self, moment: Moment) -> Contribution | None:
        """What this group was told in the message that something is done to."""
        message = messages.find_by_external_id(
            moment.session, chat_id=moment.chat.id, external_id=moment.arrival.message_id or 0
        )
        said = contributions.said_in(moment.session, message_id=message.id) if message else None
        return said if said is not None and said.group_id == moment.group.id else None

    def edited(self, moment: Moment, said: Contribution) -> None:
        """Somebody changed the words of what they said."""
        text = moment.arrival.text.strip() or self._label(said.media)
        contributions.reword(moment.session, said, text)
        self.changed(moment, said)

    def changed(self, moment: Moment, said: Contribution) -> None:
        """What somebody said is another now: all that shows it follows."""
        session, now, idea = moment.session, moment.now, session_idea(moment, said)
        if idea is None:
            return
        if said.state == KEPT:
            contributions.compose(session, idea, question=said.question, now=now)
        elif said.state == OFFERED:
            self._offers.show(moment, said.question)
        self._votes.show(moment, idea, said.question)
        queue_board(session, moment.group, now=now)

    def blank(self, moment: Moment, contribution_id: int) -> str:
        """Take what is nobody's business out of what was said."""
        said = moment.session.get(Contribution, contribution_id)
        if said is None or said.group_id != moment.group.id:
            return self._voice.notice("old_button")
        country = self._voice.programme.country
        contributions.reword(moment.session, said, masked(said.text, country=country))
        self.changed(moment, said)
        return self._voice.notice("blanked")

    def _keep(self, moment: Moment, question: str, media: list[dict[str, Any]]) -> None:
        idea = moment.idea_begun()
        before = self._just_sent(moment, idea, question)
        if media and not moment.arrival.text and before is not None:
            contributions.attach(moment.session, before, media)
            want_copies(moment.session, idea, media, chat_id=moment.chat.id, now=moment.now)
            self.changed(moment, before)
            return
        is_first = not contributions.standing(
            moment.session, moment.group, idea, question=question, now=moment.now
        )
        said = self._write(moment, idea, question, media, KEPT if is_first else OFFERED)
        want_copies(moment.session, idea, media, chat_id=moment.chat.id, now=moment.now)
        if is_first:
            contributions.compose(moment.session, idea, question=question, now=moment.now)
            self._thank(moment, said)
        else:
            self._offers.collect(moment, said)
            self._votes.show(moment, idea, question)

    def _just_sent(self, moment: Moment, idea: Idea, question: str) -> Contribution | None:
        """What the same person attached a moment ago: pictures that are sent together come one by
        one."""
        said = contributions.said_to(
            moment.session, idea_id=idea.id, question=question, states=(KEPT, OFFERED)
        )
        theirs = [it for it in said if it.external_id == moment.sender.external_id and it.media]
        is_fresh = theirs and moment.now - theirs[-1].created_at < _TOGETHER
        return theirs[-1] if is_fresh else None

    def _write(
        self, moment: Moment, idea: Idea, question: str, media: list[dict[str, Any]], state: str
    ) -> Contribution:
        return contributions.contribute(
            moment.session,
            moment.group,
            idea,
            question=question,
            external_id=moment.sender.external_id,
            name=self._name(moment),
            text=moment.arrival.text.strip() or self._label(media),
            media=media or None,
            state=state,
            message_id=self._remember(moment, question),
            now=moment.now,
        )

    def _name(self, moment: Moment) -> str:
        if moment.sender.is_anonymous:
            return str(self._voice.say("room_anonymous", {}).unescape())
        return moment.sender.name

    def _remember(self, moment: Moment, question: str) -> int:
        """That something was said there, so that an edit finds it; the words stand elsewhere."""
        return messages.add_message(
            moment.session,
            chat_id=moment.chat.id,
            direction="in",
            now=moment.now,
            text=None,
            external_id=moment.arrival.message_id,
            flow=FLOW,
            step=question,
        )

    def _label(self, media: list[dict[str, Any]] | None) -> str:
        medium = media[0]["medium"] if media else "document"
        return str(self._voice.say(f"label_attachment_{medium}", {}).unescape())

    def _thank(self, moment: Moment, said: Contribution) -> None:
        """In the same message the next question is asked; an answer to an older one needs none."""
        before = [self._voice.say("room_kept", {"who": self._voice.name(said.name)})]
        more: tuple[Button, ...] = ()
        if masked(said.text, country=self._voice.programme.country) != said.text:
            before.append(self._voice.say("room_personal", {}))
            more = (self._voice.button("blank", f"/blank {said.id}"),)
        if moment.group.question in (None, said.question):
            self._questions.ask_next(moment, lines(before), more=more)
        else:
            self._say_kept(moment, lines(before), more)

    def _say_kept(self, moment: Moment, words: Markup, more: tuple[Button, ...]) -> None:
        self._voice.send(moment, self._voice.reply("room_words", {"words": words}, more))
        queue_board(moment.session, moment.group, now=moment.now)

    def _want_own_words(self, moment: Moment, question: str) -> None:
        """Somebody else's words are not theirs to give. Said once about each question."""
        session, chat_id = moment.session, moment.chat.id
        if messages.last_asked(session, chat_id, flow=_FORWARDED, step=question) is None:
            reply = self._voice.reply("room_forwarded", {})
            self._voice.send(moment, replace(reply, asked=Asked(_FORWARDED, question)))


def session_idea(moment: Moment, said: Contribution) -> Idea | None:
    """The idea that this was said about, if it is the group's."""
    return ideas.find_idea(moment.session, said.idea_id, applicant_id=moment.applicant.id)
