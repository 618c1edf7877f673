"""Words of the staff for a resident: a reply to a post about somebody goes to them."""

from bot.desk.moment import NOTHING, Deeds, Moment, Outcome
from bot.pipeline.arrival import Arrival, Happened
from bot.pipeline.wording import Wording
from storage import accepting, chats, handoffs, lead_events, leads, messages
from storage.accepting import Accepted
from storage.chats import ChatKey
from storage.models import Chat, Message


class Relaying:
    """Replies to posts."""

    def __init__(self, *, wording: Wording) -> None:
        self._wording = wording

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"reply": self._pass_on}

    def _pass_on(self, moment: Moment, _words: str) -> Outcome:
        post = moment.post
        if post is None:
            return NOTHING
        if post.peer_chat_id is None:
            is_forgotten = post.edited_at is not None  # it was about somebody who is
            return self._post("staff_resident_gone") if is_forgotten else NOTHING
        keep_reply(moment, post)
        resident = chats.get_chat(moment.session, post.peer_chat_id)
        if resident.blocked_at is not None:
            return self._post("staff_resident_gone")
        if not moment.arrival.text:
            return self._post("staff_words_only")
        self._relay(moment, post, resident)
        return NOTHING

    def _relay(self, moment: Moment, post: Message, resident: Chat) -> None:
        name, words = moment.member.name, moment.arrival.text
        lead = leads.get_lead(moment.session, post.lead_id) if post.lead_id else None
        if lead is not None:
            lead_events.record_event(
                moment.session, lead, kind="staff_said", who=name, words=words, now=moment.now
            )
        handoffs.mark_answered(moment.session, chat_id=resident.id, now=moment.now)
        said = Arrival(
            Happened.INTERNAL,
            intent="staff_message",
            values={"staff_name": name, "staff_words": words},
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

    def _post(self, response: str) -> Outcome:
        return Outcome((self._wording.reply(response, {}),))


def keep_reply(moment: Moment, post: Message) -> None:
    """What staff said about a post stands in their chat's history, beside whom it is about."""
    messages.add_message(
        moment.session,
        chat_id=moment.chat.id,
        direction="in",
        now=moment.now,
        text=moment.arrival.text,
        external_id=moment.arrival.message_id,
        author=moment.member.name,
        lead_id=post.lead_id,
        peer_chat_id=post.peer_chat_id,
        reply_to_id=post.id,
    )
