"""Trains a candidate beside the model in force, and holds the two against each other."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.settings import SettingError, Settings
from bot.training.lesson_plan import LessonPlan
from dialogues.understanding.classifier import learning
from dialogues.understanding.classifier.model import Model
from dialogues.understanding.classifier.paired import train_beside
from dialogues.understanding.comparison import Comparison, found_in
from dialogues.understanding.evaluation import Texts

HELD_OUT = ("held-out.yml", "held-out.json")  # in DATA_DIR/understanding


class TooFewError(Exception):
    """There are too few examples to train with."""


ON_THE_EDGE = 1000  # messages of danger, of which one may be seen no more


@dataclass(frozen=True, slots=True)
class Candidate:
    """What was trained, and how it does. The last comparison is the one to go by."""

    model: Model
    former: Model
    comparisons: tuple[Comparison, ...]

    @property
    def sees_less_danger(self) -> list[str]:
        """Why it must not come into force by itself; empty if it may. Where thousands of messages
        are held against each other, one or two on the edge change sides with any lesson."""
        return [
            f"{it.unseen_danger} fewer messages of people in danger are seen, of {it.name}"
            for it in self.comparisons
            if it.unseen_danger > it.danger // ON_THE_EDGE
        ]

    def as_data(self, plan: LessonPlan) -> dict[str, Any]:
        """To be kept with the training: figures, no texts."""
        return {
            "learnt": len(plan.examples),
            "new": len(plan.new),
            "gone": plan.gone,
            "thresholds": {"act": self.model.thresholds.act, "ask": self.model.thresholds.ask},
            "comparisons": {it.name: it.as_data() for it in self.comparisons},
            "sentence": self.comparisons[-1].sentence(),
        }


def train(plan: LessonPlan, settings: Settings, held_out: Texts | None) -> Candidate:
    """Nothing of it is kept, and nothing comes into force. It takes some minutes of one core.
    Raises SettingError, and TooFewError."""
    if len(plan.candidate.intents.exact) < learning.FEWEST:
        raise TooFewError
    encoder = _encoder(settings)
    folder = settings.data_dir / learning.FOLDER
    former = learning.kept(plan.former, encoder, folder)
    former = former or learning.trained(plan.former, encoder, None)
    model, comparison = train_beside(plan.former, plan.candidate, encoder)
    comparisons = [comparison]
    if held_out is not None:
        plan.former.intents.learner.model = former
        plan.candidate.intents.learner.model = model
        sides = (found_in(plan.former, held_out), found_in(plan.candidate, held_out))
        comparisons.append(Comparison("the messages that are held out", *sides))
    return Candidate(model, former, tuple(comparisons))


def keep(candidate: Candidate, plan: LessonPlan, settings: Settings) -> None:
    """Put its file where processes look for it once it is in force."""
    learning.keep(candidate.model, plan.candidate, settings.data_dir / learning.FOLDER)


def held_out_file(settings: Settings) -> Path | None:
    """The messages that are kept for this in the data folder, if there are any."""
    folder = settings.data_dir / learning.FOLDER
    return next((it for name in HELD_OUT if (it := folder / name).is_file()), None)


def _encoder(settings: Settings) -> learning.Encoder:
    if settings.encoder_path == "off":
        raise SettingError("ENCODER_PATH", "is off, so there is no model to train")
    try:
        return learning.encoder_for(settings.data_dir / learning.FOLDER, settings.encoder_path)
    except learning.EncoderError as error:
        raise SettingError("ENCODER_PATH", str(error)) from error
