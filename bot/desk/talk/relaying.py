"""Words of the staff for a resident: what they write in a topic, or as a reply to a post about
somebody, goes to them. What begins with `//` stays among staff."""

from dataclasses import asdict

from bot.desk.moment import NOTHING, Deeds, Moment, Outcome
from bot.desk.naming import lead_meant, not_meant
from bot.desk.talk import copying
from bot.desk.talk.elsewhere import Elsewhere
from bot.desk.talk.posts import LINE, TalkPosts
from bot.desk.talk.turns import STAFF_ENDED, STAFF_SAID
from bot.pipeline.arrival import Happened
from bot.pipeline.beginnings import begin
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage import (
    chats,
    handoffs,
    lead_events,
    lead_senders,
    leads,
    messages,
    outbox,
    talk_lines,
    threads,
)
from storage.models import Chat, Lead, Message
from storage.outbox import Lane

INTERNAL = "//"


class Relaying:
    """Words in topics, replies to posts, and the end of a talk."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self._wording = wording
        self._posts = TalkPosts(wording=wording)
        self._elsewhere = Elsewhere(wording=wording, programme=programme)

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"reply": self._pass_on, "tell": self._tell_named, "end": self._end}

    def _pass_on(self, moment: Moment, _words: str) -> Outcome:
        arrival = moment.arrival
        if arrival.happened is Happened.EDITED:
            self._pass_edit_on(moment)
            return NOTHING
        resident_id = _resident_of(moment)
        if resident_id is None:
            return self._nobody_there(moment)
        resident, lead = chats.get_chat(moment.session, resident_id), _lead_of(moment)
        said_id = _keep(moment, lead, resident_id, arrival.text, message_id=arrival.message_id)
        if resident.blocked_at is not None:
            return self._post("staff_resident_gone")
        key = f"{moment.chat.id}:{arrival.message_id or arrival.callback_id}"
        _tell(moment, resident, lead, said_id, arrival.text, key=key)
        return NOTHING

    def _tell_named(self, moment: Moment, words: str) -> Outcome:
        """The words after a lead's reference go to its resident, from wherever they are said."""
        lead, said = lead_meant(moment, words)
        if lead is None or not said or said.startswith(INTERNAL) or lead_senders.is_anonymous(lead):
            return not_meant(self._wording, words if lead is None else "", "staff_tell_how")
        if lead.chat_id is None and lead.entered_by is not None:
            return Outcome((self._elsewhere.reply(lead),), lead_id=lead.id)
        resident = chats.get_chat(moment.session, lead.chat_id) if lead.chat_id else None
        if resident is None or resident.blocked_at is not None:
            return Outcome((self._wording.reply("staff_resident_gone", {}),), lead_id=lead.id)
        arrival = moment.arrival
        key = f"{moment.chat.id}:{arrival.message_id or arrival.callback_id}"
        pass_words(moment, resident, lead, said, key=key)
        values = {"who": lead.applicant_name, "words": said, "reference": lead.reference}
        return Outcome((self._wording.reply("staff_say_sent", values),), lead_id=lead.id)

    def _nobody_there(self, moment: Moment) -> Outcome:
        """It is about nobody who is reached here: they came in or rang, or were forgotten; or it
        replies to what we know nothing of any more."""
        post, lead = moment.post, _lead_of(moment)
        if lead is not None and lead.entered_by is not None and not lead_senders.is_anonymous(lead):
            return Outcome((self._elsewhere.reply(lead),), lead_id=lead.id)
        if lead is not None and moment.is_private and not lead_senders.is_anonymous(lead):
            values = {"reference": lead.reference}
            return Outcome((self._wording.reply("staff_reply_to_card", values),), lead_id=lead.id)
        is_topic = threads.thread_of(moment.session, moment.chat.id) is not None
        is_forgotten = post is not None and post.edited_at is not None and not post.buttons
        if is_topic or is_forgotten:
            return self._post("staff_resident_gone")
        return self._post("staff_talk_where") if post is None else NOTHING

    def _pass_edit_on(self, moment: Moment) -> None:
        """What was passed on is changed there as well, if it is known."""
        session, arrival, now = moment.session, moment.arrival, moment.now
        if arrival.message_id is None or arrival.text.startswith(INTERNAL):
            return
        said = messages.find_by_external_id(
            session, chat_id=moment.chat.id, external_id=arrival.message_id
        )
        if said is None or said.direction != "in" or said.text == (arrival.text or None):
            return
        messages.rewrite(session, said.id, text=arrival.text, now=now)
        session.refresh(said)
        copies = talk_lines.copies_of(session, said.id)
        if copying.rewrite(session, copies, self._posts.said(session, said), now=now):
            outbox.queue(
                session,
                chat_id=copies[0].chat_id,
                kind=LINE,
                lane=Lane.REPLIES,
                now=now,
                payload={"message_id": said.id},
            )

    def _end(self, moment: Moment, _words: str) -> Outcome:
        session, now = moment.session, moment.now
        resident_id = _resident_of(moment)
        is_open = resident_id and handoffs.open_of(session, chat_id=resident_id, now=now)
        if not resident_id or not is_open:
            return self._post("staff_talk_nobody")
        values = {"member_id": str(moment.member.id)}
        key = f"end:{moment.chat.id}:{moment.arrival.message_id or moment.arrival.callback_id}"
        begin(session, resident_id, STAFF_ENDED, values, key=key, now=now)
        return NOTHING

    def _post(self, response: str) -> Outcome:
        return Outcome((self._wording.reply(response, {}),))


def pass_words(moment: Moment, resident: Chat, lead: Lead | None, words: str, *, key: str) -> None:
    """The resident reads these words of the staff's, about this lead if it is about one. Of those
    with the same `key` only the first."""
    said_id = _keep(moment, lead, resident.id, words, message_id=None)
    _tell(moment, resident, lead, said_id, words, key=key)


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


def _keep(
    moment: Moment, lead: Lead | None, resident_id: int, words: str, *, message_id: int | None
) -> int:
    """What a resident is to read stands in the history of where it was said; its number there."""
    attached = moment.arrival.attachments if message_id is not None else ()
    return messages.add_message(
        moment.session,
        chat_id=moment.chat.id,
        direction="in",
        now=moment.now,
        text=words or None,
        external_id=message_id,
        author=moment.member.name,
        media=[asdict(it) for it in attached] or None,
        lead_id=lead.id if lead is not None else None,
        peer_chat_id=resident_id,
        reply_to_id=moment.post.id if moment.post is not None else None,
    )


def _tell(
    moment: Moment, resident: Chat, lead: Lead | None, said_id: int, words: str, *, key: str
) -> None:
    name, session, now = moment.member.name, moment.session, moment.now
    if lead is not None:
        leads.hold_leads(session, [lead.id])  # it may be taken back in the same moment
        lead_events.record_event(session, lead, kind="staff_said", who=name, words=words, now=now)
    values = {
        "staff_name": name,
        "staff_words": words,
        "said_id": str(said_id),
        "member_id": str(moment.member.id),
    }
    said = messages.get_message(session, said_id)
    attached = moment.arrival.attachments if said is not None and said.media else ()
    begin(
        session,
        resident.id,
        STAFF_SAID,
        values,
        key=f"staff:{key}",
        now=now,
        attachments=attached,
    )


def _resident_of(moment: Moment) -> int | None:
    """To whom words in this place go: whom the post is about, else the topic."""
    if moment.post is not None and moment.post.peer_chat_id is not None:
        return moment.post.peer_chat_id
    thread = threads.thread_of(moment.session, moment.chat.id)
    return threads.resident_of(moment.session, thread) if thread is not None else None


def _lead_of(moment: Moment) -> Lead | None:
    """The lead that the post is about, else the topic."""
    post = moment.post
    if post is not None and post.lead_id is not None:
        return leads.get_lead(moment.session, post.lead_id)
    return threads.lead_of(moment.session, moment.chat.id)
