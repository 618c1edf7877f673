"""The assistant as it is shipped, before its model is trained."""

from collections.abc import Iterator

import pytest

from bot.core import Core
from tests.conversations.shipped import shipped
from tests.reading import read_once


@pytest.fixture(scope="session")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    with shipped(tmp_path_factory.mktemp("conversations"), read_once) as opened:
        yield opened
