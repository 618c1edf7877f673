"""The conversations once more, with the model that is trained from the content: what it takes a
message for must not lead away from what was asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core import Core
from dialogues.book import Book
from dialogues.testcases import Case, read_cases, run_case
from dialogues.understanding.classifier.model import Model
from tests.conversations.resident import CASES, somebody_new
from tests.conversations.shipped import shipped

BY_LIKENESS = "by_likeness"  # the folder of those that only go so before there is a model
HELD = [
    *(it for it in CASES if Path(it.where.file).parent.name != BY_LIKENESS),
    *read_cases(Path(__file__).with_name("conversations.yml")),
]


@pytest.fixture(scope="module")
def core(book: Book, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    assert book.content.language.intents.learner.model is model
    with shipped(tmp_path_factory.mktemp("conversations"), lambda _: book) as opened:
        yield opened


@pytest.mark.parametrize("case", HELD, ids=str)
def test_conversation_goes_as_written(case: Case, core: Core) -> None:
    with somebody_new(core) as resident:
        failures = run_case(case, resident)
    assert not failures, "\n".join(failures)
