"""Questions to staff. What they write as a reply, or in private next, is the answer. A question
carries what was said before it, so that nothing else has to remember that."""

from dataclasses import replace

from bot.desk.buttons import payload, values_in
from bot.pipeline import speech
from dialogues import payloads
from dialogues.exchange import Button, Reply
from storage.models import Message


def asking(reply: Reply, verb: str, **said: str | None) -> Reply:
    """The reply as a question whose answer is this verb's. The mark that makes it one is the first
    of its buttons, which nobody sees."""
    mark = Button("", payload=payload(verb, **{"asks": "words", **said}))
    return replace(reply, buttons=(mark, *reply.buttons))


def verb_of(post: Message) -> str | None:
    """Whose answer a reply to this post is; None if it asks nothing."""
    mark = _mark(post)
    return mark.name if mark else None


def said_before(post: Message | None) -> dict[str, str]:
    """What this question carries."""
    mark = _mark(post) if post is not None else None
    told = values_in(mark.argument) if mark else {}
    return {name: value for name, value in told.items() if name != "asks"}


def _mark(post: Message) -> payloads.Payload | None:
    first = next(iter(speech.buttons_of(post)), None)
    if post.direction != "out" or first is None or first.label or not first.payload:
        return None
    return payloads.parse(first.payload)
