"""Where the model comes from: a file, if it was trained before from the same; else training."""

import logging
from pathlib import Path

from dialogues.understanding.classifier import cache
from dialogues.understanding.classifier.cache import forget
from dialogues.understanding.classifier.encoder import (
    Encoder,
    EncoderError,
    find_encoder,
    open_encoder,
    unpack,
    unpacked,
)
from dialogues.understanding.classifier.model import Model, Preparation
from dialogues.understanding.classifier.spelling import spelling
from dialogues.understanding.language import Language

__all__ = [
    "FOLDER",
    "Encoder",
    "EncoderError",
    "at_hand",
    "encoder_for",
    "forget",
    "is_at_hand",
    "keep",
    "kept",
    "learn",
    "trained",
]

log = logging.getLogger(__name__)

FOLDER = "understanding"  # in the folder for data
FEWEST = 200  # examples, below which a model knows less than the nearest example tells


def learn(
    language: Language, folder: Path, encoder_path: Path | None, *, again: bool = False
) -> Model | None:
    """The kept model, or one that is trained now and kept; None if there are too few examples. With
    `again` it is trained in any case. Raises EncoderError."""
    if len(language.intents.exact) < FEWEST:
        return None
    encoder = encoder_for(folder, encoder_path)
    model = None if again else kept(language, encoder, folder)
    return model or trained(language, encoder, folder)


def encoder_for(folder: Path, encoder_path: Path | None) -> Encoder:
    """The encoder, unpacked into the folder. Raises EncoderError."""
    source = find_encoder(encoder_path)
    try:
        unpack(source, folder)
    except OSError as error:
        log.warning("the encoder cannot be unpacked: %s", error)
    return open_encoder(source, folder)


def is_at_hand(language: Language, folder: Path, encoder_path: Path | None) -> bool:
    """Whether what `learn` keeps is there, or nothing is to be learnt. Raises EncoderError."""
    if len(language.intents.exact) < FEWEST:
        return True
    source = find_encoder(encoder_path)
    model = cache.place(folder, language, source.digest)
    return model.exists() and unpacked(source, folder) is not None


def at_hand(language: Language, folder: Path, encoder_path: Path | None) -> Model | None:
    """The model as `learn` has kept it, if it has. Raises EncoderError."""
    source = find_encoder(encoder_path)
    if not cache.place(folder, language, source.digest).exists():
        return None
    return kept(language, open_encoder(source, folder), folder)


def kept(language: Language, encoder: Encoder, folder: Path) -> Model | None:
    """The model as it was trained before from the same, if it was. A damaged file is deleted."""
    path = cache.place(folder, language, encoder.digest)
    try:
        return cache.load(path, encoder, _preparation(language, encoder))
    except FileNotFoundError:
        return None
    except cache.UnusableError as error:
        log.warning("a kept model cannot be used, and is trained anew: %s", error)
        path.unlink(missing_ok=True)
        return None


def trained(language: Language, encoder: Encoder, folder: Path | None) -> Model:
    """Trained anew; kept in the folder, if there is one. It takes some seconds, and several hundred
    megabytes while it lasts. There must be `FEWEST` examples."""
    from dialogues.understanding.classifier import training  # noqa: PLC0415 - heavy, seldom needed

    examples = sorted((intent, said) for said, intent in language.intents.exact.items() if said)
    model = training.train(examples, encoder, language.spellings)
    if folder is not None:
        keep(model, language, folder)
    return model


def keep(model: Model, language: Language, folder: Path) -> None:
    """Keep what was trained from this language, so that `kept` finds it."""
    path = cache.place(folder, language, model.encoder.digest)
    try:
        cache.save(model, path, language.intents.lessons)
    except OSError as error:
        log.warning("the model cannot be kept: %s", error)


def _preparation(language: Language, encoder: Encoder) -> Preparation:
    said = sorted(language.intents.exact)
    return Preparation(spelling(said, encoder.words, language.spellings), language.spellings)
