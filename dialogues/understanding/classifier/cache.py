"""Keeps a trained model in a file: numbers and JSON, no code."""

import hashlib
import json
import tempfile
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogues.understanding.classifier.confidence import Confidence
from dialogues.understanding.classifier.encoder import Encoder
from dialogues.understanding.classifier.model import Model, Preparation, Weights
from dialogues.understanding.classifier.parts import Weighing
from dialogues.understanding.intents import Thresholds
from dialogues.understanding.language import Language

KEPT = 2  # files; one may be that of the content before the last change
_CODE = sorted({*Path(__file__).parent.glob("*.py"), Path(__file__).parents[1] / "text.py"})
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


def save(model: Model, path: Path) -> None:
    """Whole or not at all; older ones are deleted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    weights = {name: getattr(model.weights, name) for name in _ARRAYS}
    weights["examples"] = weights["examples"].astype(np.float16)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as out:
        np.savez(out, **weights, rarity=model.weighing.rarity, about=_packed(_about(model)))
    Path(out.name).replace(path)
    by_age = sorted(path.parent.glob("model-*.npz"), key=lambda it: it.stat().st_mtime)
    for old in by_age[:-KEPT]:
        old.unlink(missing_ok=True)


def load(path: Path, encoder: Encoder, preparation: Preparation) -> Model:
    """Raises FileNotFoundError, and UnusableError."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            about = json.loads(kept["about"].tobytes())
            return _model(
                about, {it: kept[it] for it in (*_ARRAYS, "rarity")}, encoder, preparation
            )
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
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
        },
        "thresholds": asdict(confidence.thresholds),
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
    )


def _packed(about: dict[str, Any]) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(about).encode(), np.uint8)
