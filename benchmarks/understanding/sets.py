"""Reads intents with their texts, in the formats in which public sets are handed out."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dialogues.understanding.evaluation import read_texts
from dialogues.understanding.intents import OUT_OF_SCOPE

Texts = dict[str, list[str]]

_TEXT = ("text", "utterance", "sentence", "query")
_INTENT = ("category", "intent", "label")
_FOLDER = ("seq.in", "label")
_OUTSIDE = {"oos", "ood", "out_of_scope"}


def read_set(path: Path, part: str) -> Texts:
    """`part` is train or test, for a file that holds both, as CLINC150's `data_full.json` does. CSV
    has a header with the text and its intent, as BANKING77 and HWU64 have. A folder has a text in
    each line of `seq.in`, its intent in that of `label`. Else: see `read_texts`.
    """
    if path.is_dir():
        texts, intents = ((path / it).read_text(encoding="utf-8").splitlines() for it in _FOLDER)
        return _gathered(zip(intents, texts, strict=True))
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return _gathered(_row(row) for row in csv.DictReader(file))
    if path.suffix == ".json":
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(data, dict) and part in data:
            outside = data.get(f"oos_{part}", [])
            return _gathered((intent, text) for text, intent in [*data[part], *outside])
    return {intent: list(texts) for intent, texts in read_texts(path).items()}


def _row(row: Mapping[str, str]) -> tuple[str, str]:
    return _first(row, _INTENT), _first(row, _TEXT)


def _first(row: Mapping[str, str], names: Iterable[str]) -> str:
    found = next((row[name] for name in names if name in row), None)
    if found is None:
        raise SystemExit(f"a column must be called one of {', '.join(names)}")
    return found


def _gathered(pairs: Iterable[tuple[str, str]]) -> Texts:
    texts: dict[str, list[str]] = defaultdict(list)
    for intent, text in pairs:
        texts[OUT_OF_SCOPE if intent in _OUTSIDE else intent].append(text)
    return dict(texts)
