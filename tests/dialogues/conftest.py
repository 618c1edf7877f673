from pathlib import Path

import pytest

from dialogues.loader import load
from dialogues.model import Content
from tests.dialogues.talk import CONTENT_FOLDER, Talk


@pytest.fixture(scope="session")
def content() -> Content:
    return load(CONTENT_FOLDER)


@pytest.fixture
def talk(content: Content) -> Talk:
    return Talk(content)


@pytest.fixture
def cases_folder() -> Path:
    return Path(__file__).parent / "cases"
