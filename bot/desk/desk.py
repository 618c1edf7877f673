"""A turn in the staff chat: claiming a lead, writing to a resident, asking them to change
something, closing a lead, bringing two residents together."""

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.desk.cards import queue_card_edit
from bot.desk.changes import Changes
from bot.desk.group_words import GroupWords
from bot.desk.introductions import introduce
from bot.desk.moment import Moment
from bot.pipeline import speech
from bot.pipeline.arrival import Arrival, Happened
from bot.pipeline.turn import Answer, NotYetError, Turn
from bot.pipeline.wording import Wording
from dialogues.exchange import Reply
from dialogues.programme import Programme
from storage import accepting, chats, handoffs, leads, messages, outbox
from storage.accepting import Accepted
from storage.chats import ChatKey
from storage.models import Chat, Lead, Message
from storage.outbox import Lane


class Desk:
    """What staff do in their chat; see `turn.Handler`."""

    def __init__(
        self, *, wording: Wording, programme: Programme, clock: Clock, changes: Changes
    ) -> None:
        self._wording = wording
        self._programme = programme
        self._clock = clock
        self._changes = changes
        self._group_words = GroupWords(wording=wording, programme=programme)

    def take(self, session: Session, turn: Turn) -> Answer:
        """Do what staff ask for; their talk among themselves is left alone."""
        arrival = turn.arrivals[0]
        self._welcome_back(session, turn.chat)
        if arrival.sender is None:
            return Answer()
        moment = Moment(session, turn.chat, arrival, arrival.sender, self._clock.now())
        if arrival.happened is Happened.PRESSED:
            return Answer(notice=self._pressed(moment))
        if arrival.happened is Happened.SAID and arrival.text.startswith("/"):
            self._command(moment)
        elif arrival.happened is Happened.SAID and arrival.reply_to is not None:
            self._replied(moment, arrival.reply_to)
        return Answer()

    def _welcome_back(self, session: Session, chat: Chat) -> None:
        """Somebody in the chat is heard: what waited because it could not be posted goes now."""
        chats.mark_reachable(session, chat.id)
        if chat.paused_until is not None:
            chats.unpause(session, chat.id)
            outbox.hurry(session, chat_id=chat.id, now=self._clock.now())

    def apologise(self, session: Session, turn: Turn) -> Answer:
        """See `turn.Handler`."""
        self._post(session, turn.chat, "staff_apology")
        return Answer()

    def _pressed(self, moment: Moment) -> str:
        """A card has one button, and a press of it may come after the card has lost it."""
        card = speech.pressed_on(
            moment.session, chat_id=moment.chat.id, token=moment.arrival.token or ""
        )
        if card is None or card.lead_id is None:
            return self._plain("staff_old_button")
        return self._claim(moment, card.lead_id)

    def _claim(self, moment: Moment, lead_id: int) -> str:
        outcome = leads.claim(
            moment.session, lead_id=lead_id, staff_member=moment.member, now=moment.now
        )
        if outcome is None:
            return self._plain("staff_old_button")
        if isinstance(outcome, leads.AlreadyClaimed):
            return self._plain("staff_claimed_already", who=outcome.by or "")
        queue_card_edit(moment.session, outcome.lead, chat_id=moment.chat.id, now=moment.now)
        return self._plain("staff_claimed", who=moment.sender.name)

    def _command(self, moment: Moment) -> None:
        name, *rest = moment.arrival.text.split(None, 1)
        if name == "/done":
            self._done(moment, "".join(rest))
        elif name == "/changes":
            self._say(moment.session, moment.chat, self._changes.ask(moment, "".join(rest)))
        elif name == "/togroup":
            self._to_group(moment, "".join(rest))
        elif name == "/introduce":
            self._introduce(moment, "".join(rest))
        elif name in {"/help", "/start"}:
            self._post(moment.session, moment.chat, "staff_help")

    def _done(self, moment: Moment, words: str) -> None:
        reference, *outcome = words.split(None, 1) or [""]
        if not outcome:
            self._post(moment.session, moment.chat, "staff_done_how")
            return
        closed = leads.close(
            moment.session,
            reference=reference,
            outcome=outcome[0].strip(),
            who=moment.sender.name,
            now=moment.now,
        )
        if closed is None:
            self._post(moment.session, moment.chat, "staff_unknown_reference", reference=reference)
            return
        if closed.changed:
            self._tell_outcome(moment, closed.lead)
        self._post(
            moment.session,
            moment.chat,
            "staff_done",
            reference=closed.lead.reference,
            who=moment.sender.name,
        )

    def _to_group(self, moment: Moment, words: str) -> None:
        external_id = moment.arrival.reply_to
        post = _post(moment, external_id) if external_id is not None else None
        if post is not None:
            _keep_reply(moment, post)
        self._say(moment.session, moment.chat, self._group_words.tell(moment, post, words))

    def _introduce(self, moment: Moment, words: str) -> None:
        reply = introduce(
            moment.session,
            words,
            by=moment.member.name,
            wording=self._wording,
            programme=self._programme,
            now=moment.now,
        )
        self._say(moment.session, moment.chat, reply)

    def _tell_outcome(self, moment: Moment, lead: Lead) -> None:
        queue_card_edit(moment.session, lead, chat_id=moment.chat.id, now=moment.now)
        if lead.chat_id is None:
            return
        speech.queue_replies(
            moment.session,
            chat_id=lead.chat_id,
            replies=[
                self._wording.reply(
                    "utter_lead_done", {"reference": lead.reference, "outcome": lead.outcome}
                )
            ],
            now=moment.now,
            lead_id=lead.id,
        )

    def _replied(self, moment: Moment, external_id: int) -> None:
        """A reply to a post about a resident goes to that resident."""
        post = _post(moment, external_id)
        if post is None:
            return
        if post.peer_chat_id is None:
            if post.edited_at is not None:  # it was about somebody who is forgotten
                self._post(moment.session, moment.chat, "staff_resident_gone")
            return
        _keep_reply(moment, post)
        resident = chats.get_chat(moment.session, post.peer_chat_id)
        if resident.blocked_at is not None:
            self._post(moment.session, moment.chat, "staff_resident_gone")
        elif not moment.arrival.text:
            self._post(moment.session, moment.chat, "staff_words_only")
        else:
            self._relay(moment, post, resident)

    def _relay(self, moment: Moment, post: Message, resident: Chat) -> None:
        lead = leads.get_lead(moment.session, post.lead_id) if post.lead_id else None
        if lead is not None:
            leads.record_event(
                moment.session,
                lead,
                kind="staff_said",
                who=moment.member.name,
                words=moment.arrival.text,
                now=moment.now,
            )
        handoffs.mark_answered(moment.session, chat_id=resident.id, now=moment.now)
        said = Arrival(
            Happened.INTERNAL,
            intent="staff_message",
            values={"staff_name": moment.sender.name, "staff_words": moment.arrival.text},
        )
        accepting.accept(
            moment.session,
            Accepted(
                dedupe_key=f"staff:{moment.chat.id}:{moment.arrival.message_id}",
                chat=ChatKey(resident.channel, resident.external_id, resident.kind),
                payload=said.to_json(),
                kind="internal",
            ),
            now=moment.now,
        )

    def _post(self, session: Session, chat: Chat, response: str, **values: str) -> None:
        self._say(session, chat, self._wording.reply(response, values))

    def _say(self, session: Session, chat: Chat, reply: Reply) -> None:
        speech.queue_replies(
            session,
            chat_id=chat.id,
            replies=[reply],
            now=self._clock.now(),
            lane=Lane.LEADS,
        )

    def _plain(self, response: str, **values: str) -> str:
        """Words for a notice, which takes no markup; Telegram allows 200 characters."""
        return Markup(self._wording.reply(response, values).text).striptags()[:200]  # noqa: S704


def _post(moment: Moment, external_id: int) -> Message | None:
    """Our post with this number of the channel's."""
    session, chat_id = moment.session, moment.chat.id
    post = messages.find_by_external_id(session, chat_id=chat_id, external_id=external_id)
    if post is None and outbox.is_sending_to(session, chat_id=chat_id):
        raise NotYetError("a post is on its way, and they may reply to it already")
    return post if post is not None and post.direction == "out" else None


def _keep_reply(moment: Moment, post: Message) -> None:
    """What staff said about a post stands in their chat's history, beside whom it is about."""
    messages.add_message(
        moment.session,
        chat_id=moment.chat.id,
        direction="in",
        now=moment.now,
        text=moment.arrival.text,
        external_id=moment.arrival.message_id,
        author=moment.sender.name,
        lead_id=post.lead_id,
        peer_chat_id=post.peer_chat_id,
        reply_to_id=post.id,
    )
