"""The canvas: what an idea is made of, and by which rules an answer is asked about once more.

An adopting team edits its YAML only. Nothing here knows what any question is about.
"""

from typing import Annotated

from pydantic import BaseModel, Field

from dialogues.parts import STRICT, Identifier, Pattern


class _Part(BaseModel):
    model_config = STRICT


class Signal(_Part):
    """Shows that an answer says a certain thing: any of these words, or a match of a pattern.
    Both are looked for in small letters, without apostrophes."""

    words: list[str] = []
    patterns: list[Pattern] = []


class Look(_Part):
    """Holds of an answer in which one of the signals `when` shows (or any answer, without them),
    none of those in `unless`, and fewer words than `fewer_words`."""

    when: list[Identifier] = []
    unless: list[Identifier] = []
    fewer_words: Annotated[int, Field(gt=0)] | None = None


class FollowUp(Look):
    """A question that is asked once more about an answer; `ask` is its slot."""

    ask: Identifier


class Question(_Part):
    """A question of the canvas. The first of `follow_ups` that holds of its answer is asked after
    it, once. A part of a longer message in which a pattern of `told_by` is found is offered as a
    draft of the answer: its group `said`, else all of the part."""

    follow_ups: list[FollowUp] = []
    told_by: list[Pattern] = []


class Hint(Look):
    """Something that would make the idea stronger, said by the response `hint_NAME`: `missing`, the
    answer to `about` is not there; else the look holds of it."""

    name: Identifier
    about: Identifier
    missing: bool = False


class Canvas(_Part):
    """`questions` are in the order in which they are asked, each by the name of its slot; `title`
    is the one whose answer names the idea. `hints` are in the order of their weight; `most_hints`
    are said at once.

    `draft_from_words`: a first message of so many words is looked through for answers. It is cut
    where a sentence ends and before each word of `cut_before`; parts that match `aside` say nothing
    of the idea.
    """

    title: Identifier | None = None
    questions: dict[Identifier, Question]
    signals: dict[Identifier, Signal] = {}
    hints: list[Hint] = []
    most_hints: Annotated[int, Field(gt=0)] = 3
    draft_from_words: Annotated[int, Field(gt=0)] = 10
    cut_before: list[str] = []
    aside: list[Pattern] = []

    @property
    def slots(self) -> tuple[str, ...]:
        """Every slot that holds a part of the idea, follow-ups behind their question."""
        return tuple(
            slot
            for name, question in self.questions.items()
            for slot in (name, *(it.ask for it in question.follow_ups))
        )


NO_CANVAS = Canvas(questions={})
