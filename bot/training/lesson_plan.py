"""What would be learnt: the examples that staff have given, beside what is learnt already."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from actions.learning.learning import Eraser, gather
from bot.core import Core
from dialogues.model import Content
from dialogues.understanding.intents import CRISIS
from dialogues.understanding.language import Language
from dialogues.understanding.lessons import Lesson, taught
from dialogues.understanding.text import normalise
from storage import training_examples, trainings
from storage.models import TrainingExample


@dataclass(frozen=True, slots=True)
class LessonPlan:
    """`in_force` is the id of the training that the candidate would replace, if there is one."""

    former: Language
    candidate: Language
    in_force: int | None
    examples: tuple[TrainingExample, ...]
    new: tuple[TrainingExample, ...]
    gone: int  # learnt, and no more to be learnt

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to learn, and nothing to unlearn."""
        return not self.new and not self.gone

    @property
    def lessons(self) -> list[Lesson]:
        """What staff have taught, old and new."""
        return [(it.intent, it.text) for it in self.examples]

    @property
    def still_alarming(self) -> list[str]:
        """What is no danger, staff say, and the rules take for danger all the same."""
        hit = self.former.crisis.hit
        return [it.text for it in self.new if it.intent != CRISIS and hit(normalise(it.text))]


def plan(session: Session, core: Core) -> LessonPlan:
    """Make examples of all that was named, and see what is new among them."""
    gather(session, eraser=eraser_for(core.content), now=core.clock.now())
    content = core.live.book.content if core.live else core.content
    training = trainings.in_force(session)
    learnt = training_examples.get_many(session, training.examples if training else ())
    wanted = training_examples.wanted(session)
    known = {it.id for it in learnt}
    return LessonPlan(
        former=taught(content.language, [(it.intent, it.text) for it in learnt]),
        candidate=taught(content.language, [(it.intent, it.text) for it in wanted]),
        in_force=training.id if training else None,
        examples=tuple(wanted),
        new=tuple(it for it in wanted if it.id not in known),
        gone=len(known - {it.id for it in wanted}),
    )


def eraser_for(content: Content) -> Eraser:
    """Takes out what is personal; the content's own words and places are not."""
    return Eraser(content.programme.country, usual_words(content))


def usual_words(content: Content) -> Collection[str]:
    """The words of its examples and places, in lower case."""
    said = (
        *content.language.intents.exact,
        *content.places.names.names,
        *content.places.asked_names.names,
    )
    return frozenset(word for text in said for word in text.split())
