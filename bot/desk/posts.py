"""Posts that change where they stand: a list whose page is turned, a question that was answered."""

from collections.abc import Collection

from bot.desk.moment import Moment, Outcome
from bot.pipeline import speech
from bot.pipeline.arrival import Happened
from dialogues.exchange import Reply
from storage import messages, outbox
from storage.models import Lead, Message
from storage.outbox import Lane


def change_post(
    moment: Moment, post: Message, reply: Reply, *, mentions: Collection[int] = ()
) -> None:
    """The post says this from now on, and names these leads among others."""
    session = moment.session
    messages.rewrite(
        session,
        post.id,
        text=reply.text,
        now=moment.now,
        buttons=speech.to_json(reply.buttons),
    )
    messages.name_leads(session, post.id, mentions)
    outbox.queue(
        session,
        chat_id=post.chat_id,
        kind="message",
        lane=Lane.LEADS,
        now=moment.now,
        message_id=post.id,
    )


def answer_in_place(moment: Moment, lead: Lead, reply: Reply) -> Outcome:
    """What was chosen from a post of choices stands in its place; what was asked for otherwise is
    answered below; and a card stays a card."""
    post = moment.post
    is_pressed = moment.arrival.happened is Happened.PRESSED
    if post is not None and is_pressed and not messages.is_card(moment.session, post.id):
        change_post(moment, post, reply)
        return Outcome(lead_id=lead.id)
    return Outcome((reply,), lead_id=lead.id)
