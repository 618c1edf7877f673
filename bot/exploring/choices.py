"""What a resident may do next: every kind of answer, and every kind of detour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.exploring.moves import PHONE, Kind, Move, presses, sends, shares_contact, types
from bot.exploring.phrasebook import interruptions, short_word, starts, vague_words
from dialogues import payloads
from dialogues.exchange import Asked, Button, Did, Incoming, Medium, Reply
from dialogues.model import Collect, Content, Slot, SlotType
from dialogues.payloads import Payload
from dialogues.state import Frame, State

_OWN_WORDS = "Tea and toast for our street"
_NONSENSE = "qwxz vrpt"
_LONG = "and then some more of it " * 6
_EMAIL = "sam@example.org"
_NUMBERS = ("12", "1", "-1", "99999")
_SHORT_WORDS = ("cancel", "skip", "back", "change", "repeat")


@dataclass(frozen=True, slots=True)
class Situation:
    """Where the resident is: the state, the messages of the last turn, those of all turns with the
    newest first, and what the resident did last."""

    state: State
    shown: Sequence[Reply]
    earlier: Sequence[Reply]
    last: Move | None


class Choices:
    """The moves that one content leaves open."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._words = {name: short_word(content, name) for name in _SHORT_WORDS}
        self._asides = [presses(Button("a person", f"/{payloads.PERSON}"), None, Kind.DETOUR)]
        self._asides += vague_words(content)
        self.starts = starts(content)
        self._interruptions = interruptions(content)

    def of(self, situation: Situation) -> Iterator[Move]:
        """All of them, the likeliest first."""
        question = self.question(situation.state)
        yield from self._buttons(situation)
        if question is None:
            yield from (replace(start, kind=Kind.START) for start in self.starts.values())
        else:
            yield from self._typed(situation, question)
            yield from self._interrupting(situation.state)
        yield from self._words_for_detours()
        yield from self._corrections(situation)
        yield from _late_presses(situation)
        yield sends(Medium.PHOTO)

    def question(self, state: State) -> tuple[Frame, Collect] | None:
        """The frame and the step whose question is open."""
        if state.question is None:
            return None
        step = self._content.flows[state.question.flow].steps[state.question.step]
        return (state.stack[-1], step) if isinstance(step, Collect) else None

    # --- going on ------------------------------------------------------------------------------

    def _buttons(self, situation: Situation) -> Iterator[Move]:
        """Each choice on the screen."""
        seen: set[tuple[str, str | None]] = set()
        is_open = situation.state.question is not None
        for reply in situation.shown:
            for button in reply.buttons:
                if (button.label, button.payload) in seen:
                    continue
                seen.add((button.label, button.payload))
                if button.request_contact:
                    yield shares_contact(button)
                elif button.payload:
                    kind = _kind_of(button.payload, is_open=is_open)
                    yield presses(button, reply.asked, kind)

    def _typed(self, situation: Situation, question: tuple[Frame, Collect]) -> Iterator[Move]:
        """Answers in words: good ones, odd ones, and one that is none."""
        slot = self._content.slots[question[1].slot]
        texts = [*self._texts(slot), *_labels(situation.shown, slot), _NONSENSE]
        for text in dict.fromkeys(texts):
            yield types(text, Kind.ANSWER)
        yield replace(self._words["skip"], kind=Kind.ANSWER)

    def _texts(self, slot: Slot) -> Iterator[str]:
        if slot.entities & {"phone"}:
            yield PHONE
        elif slot.entities & {"email"}:
            yield _EMAIL
        elif slot.type is SlotType.FLOAT or slot.entities & {"number"}:
            yield from _NUMBERS
        elif slot.takes_text:
            yield _OWN_WORDS
        if slot.type is SlotType.BOOL:
            yield from filter(None, self._content.language.lexicon.words_for.values())
        if slot.takes_text:
            yield from (self._content.language.lexicon.words_for[True] or "ok", _LONG)
        yield from (value.replace("_", " ") for value in slot.values[:1])

    # --- detours -------------------------------------------------------------------------------

    def _interrupting(self, state: State) -> Iterator[Move]:
        """Something else, in the middle of a question."""
        under_way = {frame.flow for frame in state.stack}
        for flow in self._interruptions(under_way):
            yield self.starts[flow]

    def _words_for_detours(self) -> Iterator[Move]:
        for name, move in self._words.items():
            if name != "skip":
                yield move
        yield from self._asides
        yield types(_NONSENSE, Kind.DETOUR)

    def _corrections(self, situation: Situation) -> Iterator[Move]:
        """Other answers to the first and to the last question that the flow has asked, and to the
        question of a flow that was interrupted."""
        for frame in situation.state.stack[-1:]:
            for step in dict.fromkeys((*frame.answered[:1], *frame.answered[-1:])):
                yield from self._otherwise(situation, Asked(frame.flow, step))
        for frame in situation.state.stack[-2:-1]:
            yield from self._otherwise(situation, Asked(frame.flow, frame.step))

    def _otherwise(self, situation: Situation, asked: Asked) -> Iterator[Move]:
        """Another button of an earlier question; or an edit of what was typed."""
        step = self._content.flows[asked.flow].steps.get(asked.step)
        if not isinstance(step, Collect):
            return
        known = situation.state.slots[step.slot]
        for reply in situation.earlier:
            if reply.asked == asked:
                button = _other_button(reply, self._content.slots[step.slot], known)
                if button is not None:
                    move = presses(button, asked, Kind.DETOUR)
                    yield replace(move, line=f"{move.line} (under an earlier question)")
                    return
        if self._content.slots[step.slot].takes_text:
            edit = Incoming(Did.EDIT, f"{_OWN_WORDS}, and cake", asked=asked)
            yield Move(f"edits the answer to {asked.step}: {edit.text}", edit, Kind.DETOUR)


def _late_presses(situation: Situation) -> Iterator[Move]:
    """The last button once more, and one whose question is gone."""
    last = situation.last
    if last is not None and _sets_slots(last.incoming.payload):
        yield Move(f"{last.line} (once more)", last.incoming, Kind.DETOUR)
    under_way = {frame.flow for frame in situation.state.stack}
    for reply in situation.earlier:
        gone = [it for it in reply.buttons if _sets_slots(it.payload)]
        if gone and reply.asked is not None and reply.asked.flow not in under_way:
            move = presses(gone[0], reply.asked, Kind.DETOUR)
            yield replace(move, line=f"{move.line} (under a question that is gone)")
            return
    yield Move("presses: a button of a message long gone", Incoming(Did.PRESS), Kind.DETOUR)


def _kind_of(payload: str, *, is_open: bool) -> Kind:
    parsed = _parsed(payload)
    if parsed.name in {None, payloads.SET_SLOTS, payloads.SKIP}:
        return Kind.ANSWER if is_open else Kind.START
    if parsed.name == payloads.CHANGE and parsed.argument:
        return Kind.START  # one of the answers that were offered for changing
    return Kind.DETOUR if is_open or parsed.name in payloads.ENGINE_WORDS else Kind.START


def _other_button(reply: Reply, slot: Slot, known: object) -> Button | None:
    """A button that gives the question an answer which it does not have yet."""
    for button in reply.buttons:
        settings = _parsed(button.payload or "").slots
        if slot.name in settings and slot.coerce(settings[slot.name]) not in {None, known}:
            return button
    return None


def _labels(shown: Sequence[Reply], slot: Slot) -> list[str]:
    """The first button's label, typed, where a button answers the question."""
    buttons = [it for reply in shown for it in reply.buttons]
    return [it.label for it in buttons if slot.name in _parsed(it.payload or "").slots][:1]


def _sets_slots(payload: str | None) -> bool:
    return _parsed(payload or "").name == payloads.SET_SLOTS


def _parsed(payload: str) -> Payload:
    try:
        return payloads.parse(payload)
    except ValueError:
        return Payload(None, payload)
