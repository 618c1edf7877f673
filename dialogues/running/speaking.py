"""Says responses, and puts the engine's own choices under them as buttons."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dialogues.exchange import Button, Reply
from dialogues.marks import Kind
from dialogues.responses import options_in_words, speak
from dialogues.running.turn import Turn
from dialogues.state import Frame

Option = Sequence[str]  # label and payload


def say(
    turn: Turn,
    name: str,
    frame: Frame,
    values: Mapping[str, Any] | None = None,
    options: Sequence[Option] = (),
) -> Reply | None:
    """Says a response, and returns its last message; None when there is none of the name, or none
    of its variations fits.

    `options` become buttons before the response's own; without them, those that the engine has
    made for the pattern in `frame` and not shown yet.
    """
    response = turn.content.responses.get(name)
    if response is None:
        return None
    made = options or _pending_options(turn, frame)
    if made:
        values = {**(values or {}), "options": _in_words(turn, made)}
    spoken = speak(response, turn.scope(frame.context, values or {}))
    if spoken is None or not (spoken.text or spoken.image or spoken.document):
        return None
    buttons = (*(Button(label, payload) for label, payload in made), *spoken.buttons)
    reply = Reply(spoken.text, buttons, spoken.image, spoken.document, response=name)
    turn.replies += _messages(reply, spoken.messages)
    turn.mark(Kind.SAID, frame, name)
    return turn.replies[-1]


def _messages(reply: Reply, texts: Sequence[str]) -> list[Reply]:
    """A response as the messages it is meant to be: a document that comes with a picture, then the
    texts; the first has the picture, the last the buttons."""
    said = [reply]
    if texts:
        said = [Reply(text, response=reply.response) for text in texts]
        said[0] = replace(said[0], image=reply.image, document=reply.document)
        said[-1] = replace(said[-1], buttons=reply.buttons)
    if reply.image and reply.document:
        said[0] = replace(said[0], document=None)
        said.insert(0, Reply("", document=reply.document, response=reply.response))
    return said


def words(turn: Turn, name: str) -> str | None:
    """A response's text as a fragment, not said; None when the content has none."""
    response = turn.content.responses.get(name)
    spoken = speak(response, turn.scope({}, {})) if response else None
    return spoken.text if spoken else None


def name_of(turn: Turn, slot: str) -> str:
    """A question in a few words: the response `label_<slot>`, else the slot's name."""
    return words(turn, f"label_{slot}") or slot.replace("_", " ")


def _pending_options(turn: Turn, frame: Frame) -> Sequence[Option]:
    """A pattern's choices are shown once, and the turn then waits for one of them."""
    options: Sequence[Option] = frame.context.get("options") or ()
    if options:
        frame.context = {**frame.context, "options": None}
        turn.held = True
    return options


def _in_words(turn: Turn, options: Sequence[Option]) -> str:
    return options_in_words([label for label, _ in options], words(turn, "label_or") or "/")
