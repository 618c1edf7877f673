"""What is wrong with other words for a response, before they count."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from dialogues.book import Book
from dialogues.checks.uses import said_by_flows
from dialogues.findings import Finding, did_you_mean
from dialogues.grade import grade_of, longest_sentence
from dialogues.model import Content, Response, Variation
from dialogues.rewording import Rewording, Words, with_rewordings, words_of
from dialogues.templates import Template, TemplateError, split, split_messages

GRADE = 6.0  # beyond it a text is worth another look
# What nobody can find out otherwise, or is what the message is for.
NEEDED = frozenset(
    {
        "code",
        "crisis_lines",
        "deadline",
        "lines",
        "link",
        "phone",
        "question",
        "references",
        "words",
    }
)
_TO_RESIDENTS = "utter_"
_OF_FLOWS = {"options"}


class Weight(StrEnum):
    """How much it counts."""

    FAULT = "fault"  # it cannot be published
    ASK = "ask"  # only if it is meant
    HINT = "hint"  # worth another look


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing about the words of a variation, counted from 0; None is all of them."""

    weight: Weight
    variation: int | None
    message: str
    hint: str = ""


def remarks_on(
    book: Book,
    content: Content,
    rewording: Rewording,
    *,
    actions: Collection[str] | None = None,
    responses: Collection[str] = (),
) -> list[Remark]:
    """All there is to say of these words. `content` is what counts now, in which they would stand;
    of what is wrong with that already, nothing is said."""
    found = list(_by_variation(book, rewording))
    if any(it.weight is Weight.FAULT for it in found):
        return found
    changed, misfits = with_rewordings(content, [rewording])
    if misfits:
        return [*found, Remark(Weight.FAULT, None, misfits[rewording.id])]
    told = {"actions": actions, "responses": responses}
    before = set(book.findings(content, **told))  # type: ignore[arg-type]
    after = book.findings(changed, **told)  # type: ignore[arg-type]
    response = changed.responses[rewording.response]
    return [*found, *(_remark(it, response) for it in after if it not in before)]


def _by_variation(book: Book, rewording: Rewording) -> Iterator[Remark]:
    content = book.content
    response = content.responses.get(rewording.response)
    if response is None or len(response.variations) != len(rewording.words):
        yield Remark(Weight.FAULT, None, "the response has more or fewer variations now")
        return
    known = known_names(content, response)
    was = words_of(content, response.name, rewording.language)
    is_first = rewording.language == content.programme.languages[0]
    for i, (words, before) in enumerate(zip(rewording.words, was, strict=True)):
        variation = response.variations[i]
        yield from _names(i, words, variation, known, content.constants)
        if before.text and not words.text:
            yield Remark(Weight.FAULT, i, "there is nothing to say", "write something")
        if is_first or rewording.language == "en":
            yield from _reading(i, words, before)


def known_names(content: Content, response: Response) -> dict[str, bool]:
    """The names that this response may have filled in; whether its files make use of them."""
    used = {name for it in response.variations for name in _names_of(it)}
    may = {*content.constants, *used}
    if response.name.startswith(_TO_RESIDENTS) or response.name in said_by_flows(content):
        may |= {*content.slots, *_OF_FLOWS}
    return {name: name in used for name in sorted(may)}


def _names_of(variation: Variation) -> Iterator[str]:
    yield from variation.text.names
    for translated in variation.translation.values():
        yield from translated.names
    for choice in variation.choices:
        for template in (choice.title, choice.payload, choice.url, choice.copy_text):
            yield from template.names if template else ()


def _names(
    i: int,
    words: Words,
    variation: Variation,
    known: Collection[str],
    constants: Collection[str],
) -> Iterator[Remark]:
    try:
        text, titles = split_messages(words.text), [split(it) for it in words.buttons]
    except TemplateError as error:
        yield Remark(Weight.FAULT, i, str(error))
        return
    for name in dict.fromkeys(name for it in (text, *titles) for name in it.names):
        if name not in known:
            message = f"nothing fills {{{name}}} here"
            yield Remark(Weight.FAULT, i, message, did_you_mean(name, known))
    yield from _left_out(i, text, variation, constants)


def _left_out(
    i: int, text: Template, variation: Variation, constants: Collection[str]
) -> Iterator[Remark]:
    """What stays the same for everybody is missed less than what is theirs."""
    for name in dict.fromkeys(variation.text.names):
        if name in NEEDED and name not in text.names:
            yield Remark(Weight.FAULT, i, f"{{{name}}} is what people need here", "put it back in")
        elif name not in text.names:
            weight = Weight.HINT if name in constants else Weight.ASK
            yield Remark(weight, i, f"{{{name}}} is left out", "people will not read it here")


def _reading(i: int, words: Words, before: Words) -> Iterator[Remark]:
    grade = grade_of(words.text)
    if grade is None or grade <= max(GRADE, grade_of(before.text) or 0):
        return
    message = f"it reads like school grade {grade:.0f}; {GRADE:.0f} is easy for nearly everybody"
    yield Remark(Weight.HINT, i, message, f"make this shorter: “{longest_sentence(words.text)}”")


def _remark(finding: Finding, response: Response) -> Remark:
    """Said without the file, which its readers do not see."""
    subject, _, message = finding.message.partition(": ")
    place = None
    if subject == f"response {response.name}":
        above = [i for i, it in enumerate(response.variations) if it.where.line <= finding.line]
        place = max(above, default=None)
    else:
        message = finding.message
    return Remark(Weight.FAULT, place, message, finding.hint)
