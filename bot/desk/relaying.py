"""Words of the staff for a resident: a reply to a post about somebody goes to them."""

from bot.desk.elsewhere import Elsewhere
from bot.desk.moment import NOTHING, Deeds, Moment, Outcome
from bot.pipeline.arrival import Arrival, Happened
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage import accepting, chats, handoffs, lead_events, lead_senders, leads, messages
from storage.accepting import Accepted
from storage.chats import ChatKey
from storage.models import Chat, Lead, Message


class Relaying:
    """Replies to posts."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self._wording = wording
        self._elsewhere = Elsewhere(wording=wording, programme=programme)

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"reply": self._pass_on}

    def _pass_on(self, moment: Moment, _words: str) -> Outcome:
        post = moment.post
        if post is None:
            return NOTHING
        if post.peer_chat_id is None:
            return self._nobody_there(moment, post)
        keep_reply(moment, post)
        resident = chats.get_chat(moment.session, post.peer_chat_id)
        if resident.blocked_at is not None:
            return self._post("staff_resident_gone")
        if not moment.arrival.text:
            return self._post("staff_words_only")
        lead = leads.get_lead(moment.session, post.lead_id) if post.lead_id else None
        key = f"{moment.chat.id}:{moment.arrival.message_id}"
        pass_words(moment, resident, lead, moment.arrival.text, key=key)
        return NOTHING

    def _nobody_there(self, moment: Moment, post: Message) -> Outcome:
        """The post is about nobody who is reached here: they came in or rang, or were forgotten."""
        lead = leads.get_lead(moment.session, post.lead_id) if post.lead_id else None
        if lead is not None and lead.entered_by is not None and not lead_senders.is_anonymous(lead):
            return Outcome((self._elsewhere.reply(lead),), lead_id=lead.id)
        is_forgotten = post.edited_at is not None and not post.buttons
        return self._post("staff_resident_gone") if is_forgotten else NOTHING

    def _post(self, response: str) -> Outcome:
        return Outcome((self._wording.reply(response, {}),))


def pass_words(moment: Moment, resident: Chat, lead: Lead | None, words: str, *, key: str) -> None:
    """The resident reads these words of the staff's, about this lead if it is about one. Of those
    with the same `key` only the first."""
    name, session, now = moment.member.name, moment.session, moment.now
    if lead is not None:
        lead_events.record_event(session, lead, kind="staff_said", who=name, words=words, now=now)
    handoffs.mark_answered(session, chat_id=resident.id, now=now)
    said = Arrival(
        Happened.INTERNAL,
        intent="staff_message",
        values={"staff_name": name, "staff_words": words},
    )
    accepting.accept(
        session,
        Accepted(
            dedupe_key=f"staff:{key}",
            chat=ChatKey(resident.channel, resident.external_id, resident.kind),
            payload=said.to_json(),
            kind="internal",
        ),
        now=now,
    )


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
