"""What understanding costs and how good it is; the code is that of the assistant.

    python -m benchmarks.understanding                     # the shipped content
    python -m benchmarks.understanding TRAIN TEST [SHOTS]  # other sets, such as
    python -m benchmarks.understanding clinc/data_full.json clinc/data_full.json
    python -m benchmarks.understanding banking77/train.csv banking77/test.csv 10
    python -m benchmarks.understanding HWU64/train_10 HWU64/test

Public sets are not shipped: CLINC150 is at github.com/clinc/oos-eval, BANKING77 at
github.com/PolyAI-LDN/task-specific-datasets, HWU64 at github.com/xliuhw/NLU-Evaluation-Data; all
three, as folders with `seq.in` and `label`, at github.com/jianguoz/Few-Shot-Intent-Detection. SHOTS
are the examples of each intent that are trained with, the first ones; else all. Times are
CPU time. Exit code 1 when a message costs more than 15 ms.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.understanding.sets import Texts, read_set
from dialogues.loader import load
from dialogues.understanding.classifier import learning
from dialogues.understanding.classifier.encoder import open_encoder
from dialogues.understanding.classifier.model import Model
from dialogues.understanding.evaluation import evaluate
from dialogues.understanding.intents import intent_finder
from dialogues.understanding.language import CrisisRules, Language, lexicon

ROOT = Path(__file__).parents[2]
MESSAGES = ROOT / "tests" / "understanding" / "messages.yml"
LIMIT_MS = 15.0
SAMPLE = 300


def main(train: str = "", test: str = "", shots: str = "") -> int:
    language = _language(read_set(Path(train), "train"), int(shots or 0)) if train else _shipped()
    texts = read_set(Path(test), "test") if test else read_set(MESSAGES, "test")
    figures = dict(_figures(language, texts))
    print(json.dumps(figures, indent=1))
    return 0 if figures["ms a message"] <= LIMIT_MS else 1


def _figures(language: Language, texts: Texts) -> Iterator[tuple[str, float]]:
    intents = language.intents
    sample = [text for some in texts.values() for text in some][:: max(1, _count(texts) // SAMPLE)]
    yield "examples", len(intents.exact)
    yield "messages", _count(texts)
    yield (
        "ms a message, by likeness",
        1000 * _cpu(lambda: [intents.judge(it) for it in sample]) / len(sample),
    )
    yield "right, by likeness", evaluate(language, texts).accuracy or 0
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder)
        yield (
            "s to train",
            _cpu(lambda: learning.trained(language, open_encoder(), kept)),
        )
        models: list[Model | None] = []
        yield (
            "s to load",
            _cpu(lambda: models.append(learning.kept(language, open_encoder(), kept))),
        )
    [intents.learner.model] = models
    yield "ms a message", 1000 * _cpu(lambda: [intents.judge(it) for it in sample]) / len(sample)
    report = evaluate(language, texts)
    yield "right", report.accuracy or 0
    yield "among three", report.top3 or 0
    if report.out_of_scope_auroc is not None:
        yield "out of scope, AUROC", report.out_of_scope_auroc


def _shipped() -> Language:
    return load(ROOT / "dialogues").language


def _language(texts: Texts, shots: int) -> Language:
    examples = [(it, text) for it, some in texts.items() for text in some[: shots or None]]
    return Language(lexicon([]), CrisisRules(), intent_finder(examples, {}))


def _count(texts: Texts) -> int:
    return sum(map(len, texts.values()))


def _cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
