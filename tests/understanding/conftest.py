"""The shipped content with the model that is trained from it: trained once, then kept in build/."""

from pathlib import Path

import pytest

from dialogues.loader import load
from dialogues.model import Content
from dialogues.understanding.classifier import learning
from dialogues.understanding.classifier.encoder import Encoder, open_encoder
from dialogues.understanding.classifier.model import Model

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "build" / learning.FOLDER
HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return open_encoder()


@pytest.fixture(scope="session")
def content() -> Content:
    """Its own, as the model changes it."""
    return load(ROOT / "dialogues")


@pytest.fixture(scope="session")
def model(content: Content, encoder: Encoder) -> Model:
    language = content.language
    trained = learning.kept(language, encoder, KEPT) or learning.trained(language, encoder, KEPT)
    language.intents.learn(trained)
    return trained
