"""What several people say to the same question: one message collects it, and the group decides."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.boards import queue_board
from actions.labels import lines
from actions.members.edited import OFFERS
from bot.groups.moment import Moment
from bot.groups.posts import in_their_places, new_post, queue_post
from bot.groups.voice import Voice
from bot.pipeline.composing import Draft, DroppedError, Writer
from dialogues.exchange import Button
from storage import applicants, contributions, groups, ideas, messages, votes
from storage.contributions import OFFERED
from storage.models import Contribution, Group, Idea, Message
from storage.outbox import Claimed

KIND = FLOW = OFFERS
SHOWN = 7  # offers; more wait until some of these are settled
_USABLE = 4  # for so many there is room for a second button each
_LONGEST = 200  # characters of each


class Offers:
    """Collects offers to a question, and takes them in, or leaves them."""

    def __init__(self, *, voice: Voice) -> None:
        self._voice = voice

    @property
    def writers(self) -> dict[str, Writer]:
        """The outbox kinds that are written here."""
        return {KIND: self._write}

    def collect(self, moment: Moment, said: Contribution) -> None:
        """One more: a new message if no other waits, else the one that is there says it."""
        waiting = contributions.said_to(
            moment.session, idea_id=said.idea_id, question=said.question, states=(OFFERED,)
        )
        if len(waiting) == 1 or self._message(moment, said.question) is None:
            new_post(
                moment.session,
                chat_id=moment.chat.id,
                flow=FLOW,
                step=said.question,
                now=moment.now,
            )
        self.show(moment, said.question)
        queue_board(moment.session, moment.group, now=moment.now)

    def show(self, moment: Moment, question: str) -> None:
        """Let the message say what is offered now."""
        message = self._message(moment, question)
        if message is not None:
            queue_post(
                moment.session,
                chat_id=moment.chat.id,
                kind=KIND,
                message_id=message.id,
                now=moment.now,
                payload={"message_id": message.id, "group_id": moment.group.id},
            )

    def show_all(self, moment: Moment, idea: Idea) -> None:
        """The same for every question to which something is offered."""
        for question in self._voice.programme.canvas.slots:
            if contributions.said_to(
                moment.session, idea_id=idea.id, question=question, states=(OFFERED,)
            ):
                self.show(moment, question)

    def take(self, moment: Moment, contribution_id: int, *, instead: bool) -> str:
        """It becomes part of the answer, or all of it; what the press is told."""
        said = moment.session.get(Contribution, contribution_id)
        idea = moment.idea()
        if said is None or idea is None or said.idea_id != idea.id or said.state != OFFERED:
            return self._voice.notice("settled")
        if votes.running_vote(moment.session, idea_id=idea.id, question=said.question):
            return self._voice.notice("vote_runs")
        contributions.keep(moment.session, said, instead=instead)
        contributions.compose(moment.session, idea, question=said.question, now=moment.now)
        self._settled(moment, said.question)
        return self._voice.notice("used" if instead else "added")

    def leave(self, moment: Moment, message: Message) -> str:
        """The answer stays as it is; what the press is told."""
        idea, question = moment.idea(), message.step or ""
        if idea is None or not self._waiting(moment.session, idea, question):
            return self._voice.notice("settled")
        if votes.running_vote(moment.session, idea_id=idea.id, question=question):
            return self._voice.notice("vote_runs")
        contributions.put_by(moment.session, idea_id=idea.id, question=question)
        self._settled(moment, question)
        return self._voice.notice("left")

    def _settled(self, moment: Moment, question: str) -> None:
        self.show(moment, question)
        queue_board(moment.session, moment.group, now=moment.now)

    def _waiting(self, session: Session, idea: Idea, question: str) -> list[Contribution]:
        return contributions.said_to(session, idea_id=idea.id, question=question, states=(OFFERED,))

    def _message(self, moment: Moment, question: str) -> Message | None:
        return messages.last_asked(moment.session, moment.chat.id, flow=FLOW, step=question)

    def _write(self, session: Session, claimed: Claimed) -> Draft:
        group = groups.get_group(session, claimed.payload["group_id"])
        message = messages.get_message(session, claimed.payload["message_id"])
        applicant = applicants.find_applicant(session, chat_id=claimed.chat_id)
        idea = ideas.idea_at_hand(session, applicant_id=applicant.id) if applicant else None
        if group is None or message is None or idea is None or group.closed_at is not None:
            raise DroppedError("there is nothing to decide")
        return self._draft(session, group, idea, message)

    def _draft(self, session: Session, group: Group, idea: Idea, message: Message) -> Draft:
        question = message.step or ""
        offered = self._waiting(session, idea, question)
        standing = contributions.said_to(session, idea_id=idea.id, question=question)
        is_voted = votes.running_vote(session, idea_id=idea.id, question=question) is not None
        shown = [self._line(place, it) for place, it in enumerate(offered[:SHOWN], 1)]
        more = len(offered) - len(shown)
        if more > 0:
            shown.append(self._voice.say("room_offers_more", {"count": more}))
        values = {
            "question": self._voice.question(question),
            "said": self._voice.brief(contributions.text_of(standing) or "", _LONGEST),
            "who": self._voice.who(standing),
            "lines": lines(shown),
        }
        name = "room_offers_settled" if standing else "room_offers_gone"
        name = "room_offers" if offered else name
        name = "room_offers_voted" if offered and is_voted else name
        buttons = self._buttons(offered) if name == "room_offers" else ()
        placed = in_their_places(session, message.id, buttons)
        return Draft(self._voice.reply(name, values, placed), rewrites=message.id)

    def _line(self, place: int, said: Contribution) -> Markup:
        values = {
            "number": place,
            "said": self._voice.brief(said.text, _LONGEST),
            "who": self._voice.name(said.name),
        }
        return self._voice.say("room_offer", values)

    def _buttons(self, offered: Sequence[Contribution]) -> Iterator[Button]:
        yield self._voice.button("vote", "/vote")
        yield self._voice.button("leave", "/leave")
        if len(offered) == 1:
            yield self._voice.button("add", f"/add {offered[0].id}")
            yield self._voice.button("use", f"/use {offered[0].id}")
        for place, said in enumerate(offered[:SHOWN] if len(offered) > 1 else (), 1):
            yield self._voice.button("add_one", f"/add {said.id}", number=place)
            if len(offered) <= _USABLE:
                yield self._voice.button("use_one", f"/use {said.id}", number=place)
