"""Keeps a trained model in a file: numbers and JSON, no code."""

import hashlib
import json
import os
import tempfile
import time
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogues.understanding.classifier.confidence import Confidence
from dialogues.understanding.classifier.encoder import Encoder
from dialogues.understanding.classifier.model import Counts, Model, Preparation, Weights
from dialogues.understanding.classifier.parts import Weighing
from dialogues.understanding.intents import Thresholds
from dialogues.understanding.language import Language
from dialogues.understanding.text import normalise

KEPT = 2  # files, those that were used last: one may be that from before the last change
_CODE = sorted({*Path(__file__).parent.glob("*.py"), Path(__file__).parents[1] / "text.py"})
_DAMAGED = (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)
_DRAFT = "draft-"
_ABANDONED = 3600.0  # seconds; writing takes one
_ARRAYS = ("of_parts", "of_meaning", "offset", "examples", "of_likeness", "is_outside")


class UnusableError(Exception):
    """The file is damaged, or is no model."""


def place(folder: Path, language: Language, encoder_digest: str) -> Path:
    """Where the model is kept that is trained from these examples, by this code and encoder."""
    digest = hashlib.sha256(encoder_digest.encode())
    matter = [sorted(language.intents.exact.items()), sorted(language.spellings.items())]
    digest.update(json.dumps(matter).encode())
    for path in _CODE:
        digest.update(path.read_bytes())
    return folder / f"model-{digest.hexdigest()[:20]}.npz"


def save(model: Model, path: Path, lessons: Iterable[tuple[str, str]] = ()) -> None:
    """Whole or not at all; older ones are deleted. `lessons` are the examples among its own that
    must not outlive their people: see `forget`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    marks = sorted(map(_mark, lessons))
    about = {**_about(model), "lessons": marks, "made_at": time.time()}
    weights = {name: getattr(model.weights, name) for name in _ARRAYS}
    weights["examples"] = weights["examples"].astype(np.float16)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=_DRAFT, delete=False) as out:
        np.savez(out, **weights, rarity=model.weighing.rarity, about=_packed(about))
    Path(out.name).replace(path)
    by_age = sorted(path.parent.glob("model-*.npz"), key=lambda it: it.stat().st_mtime)
    for old in by_age[:-KEPT]:
        old.unlink(missing_ok=True)


def forget(folder: Path, kept: Iterable[tuple[str, str]]) -> int:
    """Delete each model that has learnt another lesson than those that are `kept`, and what a
    process that was killed has left half written long ago; how many models there were."""
    marks, count = set(map(_mark, kept)), 0
    for path in folder.glob("model-*.npz"):
        if not _lessons_of(path) <= marks:
            path.unlink(missing_ok=True)
            count += 1
    for draft in folder.glob(f"{_DRAFT}*"):
        with suppress(FileNotFoundError):  # it was just finished
            if time.time() - draft.stat().st_mtime > _ABANDONED:
                draft.unlink()
    return count


def _lessons_of(path: Path) -> set[str]:
    """Of a file that cannot be read, nobody could say."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return set(json.loads(kept["about"].tobytes())["lessons"])
    except (OSError, *_DAMAGED):
        return {"unreadable"}


def _mark(lesson: tuple[str, str]) -> str:
    intent, text = lesson
    return hashlib.sha256(f"{intent} {normalise(text)}".encode()).hexdigest()[:24]


def load(path: Path, encoder: Encoder, preparation: Preparation) -> Model:
    """Raises FileNotFoundError, and UnusableError."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            about = json.loads(kept["about"].tobytes())
            with suppress(OSError):  # a folder to read alone
                os.utime(path)  # of those that are used, the latest are kept
            return _model(
                about, {it: kept[it] for it in (*_ARRAYS, "rarity")}, encoder, preparation
            )
    except _DAMAGED as error:
        raise UnusableError(f"{path.name}: {type(error).__name__}") from error


def _about(model: Model) -> dict[str, Any]:
    confidence = model.confidence
    return {
        "intents": list(model.weights.intents),
        "parts": list(model.weighing.index),
        "confidence": {
            "scale": confidence.scale,
            "weights": [float(it) for it in confidence.weights],
            "offset": confidence.offset,
            "outside_from": confidence.outside_from,
            "danger_from": confidence.danger_from,
            "calm_below": confidence.calm_below,
        },
        "thresholds": asdict(confidence.thresholds),
        "figures": {it: list(counts) for it, counts in model.figures.items()},
    }


def _model(
    about: dict[str, Any],
    arrays: dict[str, NDArray[np.float32]],
    encoder: Encoder,
    preparation: Preparation,
) -> Model:
    rarity = arrays.pop("rarity")
    arrays["examples"] = arrays["examples"].astype(np.float32)
    parts, confidence = about["parts"], dict(about["confidence"])
    weights = np.array(confidence.pop("weights"), np.float32)
    return Model(
        encoder=encoder,
        preparation=preparation,
        weighing=Weighing({part: number for number, part in enumerate(parts)}, rarity),
        weights=Weights(intents=about["intents"], **arrays),
        confidence=Confidence(
            weights=weights, thresholds=Thresholds(**about["thresholds"]), **confidence
        ),
        made_at=about["made_at"],
        figures={it: Counts(*counts) for it, counts in about["figures"].items()},
    )


def _packed(about: dict[str, Any]) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(about).encode(), np.uint8)
