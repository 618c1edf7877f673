"""The stages in which typed words are read: each gives commands, or leaves it to the next."""

from collections.abc import Callable

from dialogues import payloads
from dialogues.commands import (
    Attached,
    CannotHandle,
    Command,
    Crisis,
    Narrow,
    NoteEdit,
    OtherLanguage,
    RepeatLastBotMessages,
    SetSlots,
)
from dialogues.exchange import Attachment, Did, Medium
from dialogues.model import SlotType
from dialogues.responses import Scope, speak
from dialogues.understanding import answers
from dialogues.understanding.answers import Answer, Pressed, Unclear
from dialogues.understanding.breaking_out import (
    SHORT_WORDS,
    asked_back,
    is_about_the_choice,
    something_else,
)
from dialogues.understanding.closed_words import by_payload, closed_word, to_did_you_mean, way_out
from dialogues.understanding.correcting import after_opener, correction, edited, text_correction
from dialogues.understanding.entities.filling import entity_slots, mentioned
from dialogues.understanding.entities.kinds import ATTACHMENT, PHONE
from dialogues.understanding.entities.numbers import number_in
from dialogues.understanding.hearing import Heard
from dialogues.understanding.intending import intended
from dialogues.understanding.pressing import read_slash

SHORT_LENGTH = 25  # free text below this and below SHORT_WORDS may be a command
NOT_AN_ANSWER = {Medium.STICKER, Medium.CONTACT, Medium.OTHER}

Read = Callable[[Heard], list[Command] | None]


def _slash(heard: Heard) -> list[Command] | None:
    command = read_slash(heard) if heard.text.startswith("/") else None
    return [command] if command else None


def _crisis(heard: Heard) -> list[Command] | None:
    return [Crisis()] if heard.content.language.in_danger(heard.text) else None


def _about_another_question(heard: Heard) -> list[Command] | None:
    """An edited answer, or a reply to an earlier question."""
    asked = heard.incoming.asked
    if heard.incoming.did is Did.EDIT and asked is None:
        return [NoteEdit()]
    if asked is None or asked == heard.asked or heard.incoming.did is Did.PRESS:
        return None
    commands = edited(heard, asked)
    return commands or ([NoteEdit()] if heard.incoming.did is Did.EDIT else None)


def _attachment(heard: Heard) -> list[Command] | None:
    """An attachment as the answer; a contact gives its number."""
    if not heard.incoming.attachments:
        return None
    first, slot = heard.incoming.attachments[0], heard.slot
    if slot is not None and first.phone and PHONE in slot.entities:
        return [SetSlots({slot.name: first.phone}, answers=True)]
    if slot is None or ATTACHMENT not in slot.entities or first.medium in NOT_AN_ANSWER:
        return None if heard.said else [Attached(first.medium)]
    words = heard.text.strip() or _label(heard, first)
    return [SetSlots({slot.name: words}, answers=True, medium=first.medium)]


def _label(heard: Heard, attachment: Attachment) -> str:
    response = heard.content.responses.get(f"label_attachment_{attachment.medium.value}")
    spoken = speak(response, Scope(heard.content, heard.state.slots)) if response else None
    return spoken.text if spoken else attachment.medium.value


def _nothing_said(heard: Heard) -> list[Command] | None:
    return None if heard.said else [lost(heard)]


def _forced(heard: Heard) -> list[Command] | None:
    """A step that forces its slot takes what is typed as the answer, all but the ways out."""
    if heard.step is None or not heard.step.force_slot_filling:
        return None
    answer = _exact_answer(heard) or way_out(heard) or _loose_answer(heard)
    return answer or _free_text(heard) or [lost(heard)]


def _exact_answer(heard: Heard) -> list[Command] | None:
    question = heard.question
    found = answers.exact(question, heard.text, heard.said) if question else None
    return _answered(heard, found) if found else _offered(heard)


def _in_other_language(heard: Heard) -> list[Command] | None:
    """Words in another language may answer the open question; they mean no intent in ours."""
    if heard.language is None:
        return None
    question = heard.question
    may_be_any = question is not None and not answers.is_choice(question)
    answer = (_free_text(heard) if may_be_any else None) or _loose_answer(heard)
    return answer or [lost(heard)]


def _foreign_answer(heard: Heard, language: str) -> list[Command] | None:
    """A yes or no that it begins with, or a number in it."""
    slot, foreign = heard.slot, heard.content.language.foreign
    if slot is None:
        return None
    if slot.type is SlotType.BOOL:
        value: object = foreign.yes_or_no(language, heard.said)
    elif slot.type is SlotType.FLOAT:
        value = number_in(heard.text, heard.content.language.lexicon.quantities)
    else:
        value = None
    return None if value is None else [SetSlots({slot.name: value}, answers=True)]


def _offered(heard: Heard) -> list[Command] | None:
    """With no question open: a button last shown, by its label or its number."""
    if heard.step is not None or not heard.state.offered:
        return None
    payload = answers.chosen(heard.content.language.lexicon, heard.state.offered, heard.said)
    return by_payload(heard, payload) if payload else None


def _loose_answer(heard: Heard) -> list[Command] | None:
    if heard.language is not None:
        return _foreign_answer(heard, heard.language)
    question = heard.question
    found = answers.loose(question, heard.text, heard.said) if question else None
    return _answered(heard, found) if found else None


def _answered(heard: Heard, found: Answer) -> list[Command] | None:
    slot = heard.slot
    if isinstance(found, Pressed):
        return by_payload(heard, found.payload)
    if slot is None:
        return None
    if isinstance(found, Unclear):
        return [Narrow(slot.name, found.values)]
    return [SetSlots({slot.name: found.value, **_in_passing(heard)}, answers=True)]


def _in_passing(heard: Heard) -> dict[str, object]:
    """What the answer also says, for other questions of the flow that are not answered yet."""
    if heard.frame is None or " " not in heard.said:
        return {}
    slots = entity_slots(heard.content, heard.content.flows[heard.frame.flow])
    open_ones = [it for it in slots if it is not heard.slot and heard.state.slots[it.name] is None]
    return mentioned(heard.content, open_ones, heard.text, heard.said)[0]


def _nearly_exact_intent(heard: Heard) -> list[Command] | None:
    """An intent said almost word for word. Long free text may only break out of its question."""
    whole = heard.content.language.intents.whole(heard.said)
    if whole is None:
        return None
    intent = whole[0]
    long = len(heard.said.split()) >= SHORT_WORDS or len(heard.said) > SHORT_LENGTH
    takes_text = heard.slot is not None and heard.slot.takes_text
    if takes_text and long and intent not in heard.content.language.lexicon.breakout:
        return None
    return None if is_about_the_choice(heard, intent) else intended(heard, intent)


def _corrected(heard: Heard) -> list[Command] | None:
    rest = after_opener(heard)
    if rest is None:
        return None
    slot = heard.slot
    if slot is not None and slot.takes_text:
        return correction(heard, rest) if len(heard.said.split()) <= SHORT_WORDS else None
    question = heard.question
    is_yes_no = slot is not None and slot.type is SlotType.BOOL
    if question is not None and not is_yes_no:
        found = answers.exact(question, rest, heard.said)
        if found is not None and not isinstance(found, Pressed):
            return _answered(heard, found)
    return correction(heard, rest) or (None if is_yes_no else text_correction(heard, rest))


def _kind(heard: Heard) -> list[Command] | None:
    """Which one is meant, told by what it is about."""
    slot, question = heard.slot, heard.question
    kind = answers.kind_named(question, heard.said) if question else None
    return [SetSlots({slot.name: kind}, answers=True)] if slot and kind else None


def _choice(heard: Heard) -> list[Command] | None:
    """Which answer to change, when that was asked: it is no answer to the question beneath."""
    changes = f"/{payloads.CHANGE}("
    offered = [it for it in heard.state.offered if it[1].startswith(changes)]
    if not offered:
        return None
    if "deny" in heard.content.language.lexicon.meanings(heard.said):
        return [RepeatLastBotMessages()]
    payload = answers.nearest_label(offered, heard.said)
    return by_payload(heard, payload) if payload else [CannotHandle()]


def _free_text(heard: Heard) -> list[Command] | None:
    slot = heard.slot
    if slot is None or not slot.takes_text:
        return None
    return [SetSlots({slot.name: heard.text.strip(), **_in_passing(heard)}, answers=True)]


def _earlier_answer(heard: Heard) -> list[Command] | None:
    """At a closed question, the words for a choice of an earlier one: that answer changes."""
    slot = heard.slot
    if slot is None or slot.takes_text or heard.content.language.lexicon.meanings(heard.said):
        return None
    return correction(heard, heard.text)


def lost(heard: Heard) -> Command:
    if heard.incoming.attachments:
        return Attached(heard.incoming.attachments[0].medium)
    if heard.language is not None:
        return OtherLanguage(heard.language)
    return CannotHandle(heard.step.slot if heard.step else None)


# The stage, and how in particular: the surest first.
STAGES: tuple[tuple[str, str, Read], ...] = (
    ("slash", "command", _slash),
    ("crisis", "danger", _crisis),
    ("answer", "edit", _about_another_question),
    ("answer", "attachment", _attachment),
    ("thresholds", "nothing said", _nothing_said),
    ("answer", "did you mean", to_did_you_mean),
    ("answer", "forced", _forced),
    ("answer", "exactly", _exact_answer),
    ("lexicon", "word", closed_word),
    ("classifier", "example", _nearly_exact_intent),
    ("answer", "choice", _choice),
    ("thresholds", "other language", _in_other_language),
    ("answer", "correction", _corrected),
    ("classifier", "question", asked_back),
    ("classifier", "something else", something_else),
    ("entities", "kind", _kind),
    ("answer", "free text", _free_text),
    ("answer", "loosely", _loose_answer),
    ("entities", "earlier answer", _earlier_answer),
)
