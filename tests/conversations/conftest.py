"""The assistant as it is shipped, on a Monday noon in June, with the sample calls."""

from collections.abc import Iterator

import pytest

from bot.clock import ManualClock
from bot.core import Core, open_core
from bot.settings import Settings
from storage import staff
from storage.chats import ChatKey
from storage.crypto import new_secret
from tests.world import MONDAY, ROOT


@pytest.fixture(scope="session")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    folder = tmp_path_factory.mktemp("conversations")
    settings = Settings(
        data_dir=folder, dialogues=ROOT / "dialogues", secret_key=new_secret(), _env_file=None
    )
    with open_core(settings, clock=ManualClock(MONDAY)) as opened:
        with opened.database.transaction() as session:
            opened.load_samples(session)
            desk = ChatKey("preview", "staff", "group")
            staff.seed_staff_chat(session, desk, now=MONDAY)
        yield opened
