"""What is clearly no answer to the open question: a question in return, or another wish."""

from dialogues.commands import CancelFlow, Command, HumanHandoff
from dialogues.understanding import answers
from dialogues.understanding.hearing import Heard, command_for
from dialogues.understanding.intending import clear_intent, intended
from dialogues.understanding.text import strip_fillers

SHORT_WORDS = 4  # free text below may be a command
_MOST_WORDS = 12  # of free text that may be a question or a wish; more are an answer
_SURE = 0.85  # how sure it must be where no question mark says so
_PERSON = "talk_to_human"


def asked_back(heard: Heard) -> list[Command] | None:
    """A question in return is no answer, if it is clear what is asked. Nor is a wish to stop, or
    for a person."""
    slot = heard.slot
    if slot is None or not slot.takes_text:
        return None
    is_marked = heard.text.rstrip().endswith("?")
    if not is_marked and not SHORT_WORDS <= len(heard.said.split()) <= _MOST_WORDS:
        return None
    ranked = heard.content.language.intents.classify(heard.text)
    intent = clear_intent(heard, ranked)
    if intent is None or is_about_the_choice(heard, intent):
        return None
    if is_marked or (ranked[0][1] >= _SURE and _breaks_out(heard, intent)):
        return intended(heard, intent)
    return None


def _breaks_out(heard: Heard, intent: str) -> bool:
    """Without a question mark: a wish to stop or for a person; or words that begin as questions do,
    about something else than what is under way."""
    if intent == _PERSON or isinstance(command_for(heard, intent), CancelFlow | HumanHandoff):
        return True
    language, flow = heard.content.language, heard.content.flow_for(intent)
    first, _, _ = strip_fillers(heard.said, language.lexicon.fillers).partition(" ")
    first = language.spellings.get(first, first)
    is_here = flow is not None and any(it.flow == flow.name for it in heard.state.stack)
    return first in language.lexicon.question and not is_here


def something_else(heard: Heard) -> list[Command] | None:
    """Where one of a few things is to be named, words that name none of them may be a wish for
    something else, if it is clear for what."""
    question = heard.question
    if question is None or len(heard.said.split()) < SHORT_WORDS - 1:
        return None
    if not answers.is_choice(question) or answers.names_one(question, heard.said):
        return None
    intent = clear_intent(heard, heard.content.language.intents.classify(heard.text))
    if intent is None or is_about_the_choice(heard, intent):
        return None
    return intended(heard, intent)


def is_about_the_choice(heard: Heard, intent: str) -> bool:
    """Whether one of a few things is to be named, for the very flow that this intent begins: then
    what is said has more for it."""
    flow, question = heard.content.flow_for(intent), heard.question
    is_here = flow is not None and any(it.flow == flow.name for it in heard.state.stack)
    return is_here and question is not None and answers.is_choice(question)
