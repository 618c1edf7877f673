"""Votes in a group: choices are pressed, counts are shown by edits, and the result stands in the
same message."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.boards import queue_board
from actions.groups.voting import MOST_CHOICES, all_have_voted, count, winner_of
from actions.labels import lines
from actions.members.edited import VOTE
from actions.times.instants import in_words
from bot.clock import Clock
from bot.groups.moment import Moment
from bot.groups.offers import Offers
from bot.groups.posts import in_their_places, new_post, queue_post
from bot.groups.voice import Voice
from bot.pipeline.arrival import Arrival, Happened
from bot.pipeline.composing import Draft, DroppedError, Writer
from dialogues.exchange import Button, Reply
from storage import accepting, chats, contributions, groups, members, outbox, votes
from storage.accepting import Accepted
from storage.chats import ChatKey
from storage.contributions import KEPT, OFFERED
from storage.models import Contribution, Idea, Message, Vote
from storage.outbox import Claimed, Lane

KIND = FLOW = VOTE
END = "group_vote_end"  # the kind of row that falls due when a vote is over
OVER = "vote_over"  # what the group's room is told then
_LONGEST = 200  # characters of each choice
_LONGEST_LABEL = 40


class Votes:
    """Opens votes, takes what is chosen, and ends them."""

    def __init__(self, *, voice: Voice, offers: Offers, clock: Clock) -> None:
        self._voice = voice
        self._offers = offers
        self._clock = clock

    @property
    def writers(self) -> dict[str, Writer]:
        """The outbox kinds that are written here."""
        return {KIND: self._write, END: self._end}

    def open(self, moment: Moment, message: Message) -> str:
        """Put the question of this message to a vote; what the press is told."""
        session, idea, question = moment.session, moment.idea(), message.step or ""
        if idea is None:
            return self._voice.notice("settled")
        if votes.running_vote(session, idea_id=idea.id, question=question):
            return self._voice.notice("vote_runs")
        offered = contributions.said_to(
            session, idea_id=idea.id, question=question, states=(OFFERED,)
        )
        standing = contributions.standing(
            session, moment.group, idea, question=question, now=moment.now
        )
        if not offered:
            return self._voice.notice("settled")
        choices = [it.id for it in (*standing[:1], *offered)][:MOST_CHOICES]
        self._begin(moment, idea, question, choices)
        self._offers.show(moment, question)
        queue_board(session, moment.group, now=moment.now)
        return self._voice.notice("vote_begun")

    def _begin(self, moment: Moment, idea: Idea, question: str, choices: list[int]) -> None:
        session, now = moment.session, moment.now
        number = new_post(session, chat_id=moment.chat.id, flow=FLOW, step=question, now=now)
        vote = votes.open_vote(
            session,
            moment.group,
            idea_id=idea.id,
            question=question,
            choices=choices,
            message_id=number,
            now=now,
            closes_at=now + timedelta(hours=self._voice.programme.groups.vote_hours),
        )
        self._queue(moment, vote)
        self._queue_end(moment, vote)

    def cast(self, moment: Moment, vote_id: int, contribution_id: int) -> str:
        """Somebody chooses, or chooses again; what the press is told."""
        vote = self._running(moment, vote_id)
        if vote is None or contribution_id not in vote.choices:
            return self._voice.notice("vote_over")
        votes.cast(
            moment.session,
            vote,
            external_id=moment.sender.external_id,
            contribution_id=contribution_id,
        )
        joined = members.members_of(moment.session, group_id=moment.group.id)
        voting = [it.external_id for it in joined if it.role != members.VIEWER]
        if all_have_voted(voting, votes.ballots_of(moment.session, vote)):
            self.end(moment, vote)
            return self._voice.notice("vote_over_all")
        self._queue(moment, vote)
        return self._voice.notice("voted")

    def close(self, moment: Moment, vote_id: int) -> str:
        """The contact or the second contact ends it; what the press is told."""
        vote = self._running(moment, vote_id)
        if vote is None:
            return self._voice.notice("vote_over")
        member = members.find_member(
            moment.session, group_id=moment.group.id, external_id=moment.sender.external_id
        )
        if member is None or member.role not in members.LEADING:
            return self._voice.notice("not_leading")
        self.end(moment, vote)
        return self._voice.notice("vote_closed")

    def end(self, moment: Moment, vote: Vote) -> None:
        """The vote is over: what won is the answer, and nothing else of it waits any more."""
        session, now = moment.session, moment.now
        found = [it for it in votes.choices_of(session, vote) if it is not None]
        winner = winner_of([it.id for it in found], votes.ballots_of(session, vote))
        votes.close_vote(session, vote, winner_id=winner, now=now)
        won = next((it for it in found if it.id == winner), None)
        if won is not None and won.state != KEPT:  # offered, or told anew while they voted
            contributions.keep(session, won, instead=True)
        if winner is not None:
            rest = [it.id for it in found if it.state == OFFERED]
            contributions.put_by(session, idea_id=vote.idea_id, question=vote.question, only=rest)
        contributions.compose(
            session, session.get_one(Idea, vote.idea_id), question=vote.question, now=now
        )
        self._queue(moment, vote)
        self._offers.show(moment, vote.question)
        queue_board(session, moment.group, now=now)

    def over(self, moment: Moment) -> None:
        """The time of a vote has come, if it still runs."""
        number = (moment.arrival.values or {}).get("vote_id", 0)
        vote = self._running(moment, int(number))
        if vote is not None and vote.closes_at <= moment.now:
            self.end(moment, vote)

    def show(self, moment: Moment, idea: Idea, question: str) -> None:
        """What is chosen from has changed."""
        vote = votes.running_vote(moment.session, idea_id=idea.id, question=question)
        if vote is not None:
            self._queue(moment, vote)

    def show_all(self, moment: Moment) -> None:
        """Let every vote that runs say what is true now."""
        for vote in votes.running_votes(moment.session, group_id=moment.group.id):
            self._queue(moment, vote)

    def resume(self, moment: Moment) -> None:
        """We were away, and what waited for their end with us: votes end in time again."""
        for vote in votes.running_votes(moment.session, group_id=moment.group.id):
            self._queue_end(moment, vote)

    def _running(self, moment: Moment, vote_id: int) -> Vote | None:
        vote = votes.get_vote(moment.session, vote_id)
        is_ours = vote is not None and vote.group_id == moment.group.id
        return vote if is_ours and vote is not None and vote.closed_at is None else None

    def _queue(self, moment: Moment, vote: Vote) -> None:
        queue_post(
            moment.session,
            chat_id=moment.chat.id,
            kind=KIND,
            message_id=vote.message_id or 0,
            now=moment.now,
            payload={"vote_id": vote.id},
        )

    def _queue_end(self, moment: Moment, vote: Vote) -> None:
        outbox.queue(
            moment.session,
            chat_id=moment.chat.id,
            kind=END,
            lane=Lane.HANDOFF,
            now=moment.now,
            due_at=max(vote.closes_at, moment.now),
            payload={"vote_id": vote.id},
        )

    def _end(self, session: Session, claimed: Claimed) -> Draft:
        """The group's room ends it, which holds the group; nothing is sent for this row itself."""
        vote = votes.get_vote(session, claimed.payload["vote_id"])
        if vote is not None and vote.closed_at is None:
            chat = chats.get_chat(session, claimed.chat_id)
            told = Arrival(Happened.INTERNAL, intent=OVER, values={"vote_id": vote.id})
            accepting.accept(
                session,
                Accepted(
                    dedupe_key=f"{OVER}:{claimed.id}",
                    chat=ChatKey(chat.channel, chat.external_id, chat.kind),
                    payload=told.to_json(),
                    kind="internal",
                ),
                now=self._clock.now(),
            )
        raise DroppedError("the group's room sees to it")

    def _write(self, session: Session, claimed: Claimed) -> Draft:
        vote = votes.get_vote(session, claimed.payload["vote_id"])
        group = groups.get_group(session, vote.group_id) if vote else None
        if vote is None or group is None or group.closed_at is not None:
            raise DroppedError("there is no vote")
        reply = (
            self._running_words(session, vote)
            if vote.closed_at is None
            else self._result(session, vote)
        )
        return Draft(reply, rewrites=vote.message_id)

    def _running_words(self, session: Session, vote: Vote) -> Reply:
        choices = votes.choices_of(session, vote)
        counts = count(vote.choices, votes.ballots_of(session, vote))
        offered = contributions.said_to(
            session, idea_id=vote.idea_id, question=vote.question, states=(OFFERED,)
        )
        more = [it for it in offered if it.id not in vote.choices]
        shown = list(self._choices(session, choices, vote, counts))
        if more:
            shown.append(self._voice.say("room_vote_more", {"count": len(more)}))
        values = {
            "question": self._voice.question(vote.question),
            "lines": lines(shown),
            "until": in_words(vote.closes_at, self._clock.now(), self._voice.programme.zone),
        }
        buttons = in_their_places(session, vote.message_id or 0, self._buttons(choices, vote))
        return self._voice.reply("room_vote", values, buttons)

    def _choices(
        self,
        session: Session,
        choices: list[Contribution | None],
        vote: Vote,
        counts: Mapping[int, int],
    ) -> Iterator[Markup]:
        for place, (number, said) in enumerate(zip(vote.choices, choices, strict=True), 1):
            if said is not None:
                values = {
                    "number": place,
                    "count": counts[number],
                    **self._said(session, said),
                }
                yield self._voice.say("room_vote_choice", values)

    def _said(self, session: Session, said: Contribution) -> dict[str, Any]:
        """A choice in words; that which stands is the whole answer, whoever had a part in it."""
        whole = [said]
        if said.state == KEPT:
            whole = contributions.said_to(session, idea_id=said.idea_id, question=said.question)
        text = contributions.text_of(whole) or ""
        return {"said": self._voice.brief(text, _LONGEST), "who": self._voice.who(whole)}

    def _buttons(self, choices: list[Contribution | None], vote: Vote) -> Iterator[Button]:
        for place, said in enumerate(choices, 1):
            if said is not None:
                words = self._voice.brief(said.text, _LONGEST_LABEL)
                payload = f"/ballot {vote.id} {said.id}"
                yield self._voice.button("choice", payload, number=place, words=words)
        yield self._voice.button("close_vote", f"/close_vote {vote.id}")

    def _result(self, session: Session, vote: Vote) -> Reply:
        won = session.get(Contribution, vote.winner_id or 0)
        counts = count(vote.choices, votes.ballots_of(session, vote))
        values = {
            "question": self._voice.question(vote.question),
            **(self._said(session, won) if won else {}),
            "count": counts.get(vote.winner_id or 0, 0),
            "all": sum(counts.values()),
        }
        if won is None and vote.winner_id is not None:
            return self._voice.reply("room_vote_taken_back", values)
        return self._voice.reply("room_vote_result" if won else "room_vote_nobody", values)
