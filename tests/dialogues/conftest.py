from pathlib import Path

import pytest

from dialogues.model import Content
from tests.dialogues.talk import CONTENT_FOLDER, Talk
from tests.reading import read_once


@pytest.fixture(scope="session")
def content() -> Content:
    return read_once(CONTENT_FOLDER).content


@pytest.fixture
def talk(content: Content) -> Talk:
    return Talk(content)


@pytest.fixture
def cases_folder() -> Path:
    return Path(__file__).parent / "cases"
