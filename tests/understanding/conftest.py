"""The shipped content with the model that is trained from it: trained once, then kept in build/."""

import fcntl
from pathlib import Path

import pytest

from dialogues.book import Book
from dialogues.loader import open_book
from dialogues.model import Content
from dialogues.understanding.classifier import learning
from dialogues.understanding.classifier.encoder import Encoder, open_encoder
from dialogues.understanding.classifier.model import Model

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "build" / learning.FOLDER
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whichever comes first may have to train, or to wait for another process that does."""
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return open_encoder()


@pytest.fixture(scope="session")
def book() -> Book:
    """Its own, as the model changes it."""
    return open_book(ROOT / "dialogues")


@pytest.fixture(scope="session")
def content(book: Book) -> Content:
    return book.content


@pytest.fixture(scope="session")
def model(content: Content, encoder: Encoder) -> Model:
    language = content.language
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one process trains, the others wait
        trained = learning.kept(language, encoder, KEPT) or learning.trained(
            language, encoder, KEPT
        )
    language.intents.learn(trained)
    return trained
