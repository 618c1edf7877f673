"""Several processes that start at once make the same things, and make them once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select

from bot.clock import SystemClock
from bot.core import open_core
from bot.settings import SettingError, Settings
from storage import staff
from storage.chats import ChatKey
from storage.crypto import new_secret
from storage.models import Call, Keystone, StaffChat
from tests.world import ROOT

pytestmark = pytest.mark.empty_database

STARTS = 4
DESK = ChatKey("telegram", "-100200", "group", "Staff")


def settings_for(database_url: str, folder: Path, secret: str) -> Settings:
    return Settings(
        database_url=database_url,
        data_dir=folder,
        dialogues=ROOT / "dialogues",
        secret_key=secret,
        _env_file=None,
    )


def test_all_find_one_key_one_staff_chat_and_each_sample_once(
    database_url: str, tmp_path: Path
) -> None:
    settings = settings_for(database_url, tmp_path, new_secret())
    together = Barrier(STARTS, timeout=60)

    def start(_number: int) -> tuple[int, int, int]:
        together.wait()
        with open_core(settings, clock=SystemClock()) as core:
            together.wait()
            with core.database.transaction() as session:
                core.load_samples(session)
            together.wait()
            with core.database.transaction() as session:
                staff.seed_staff_chat(session, DESK, now=core.clock.now())
            together.wait()
            with core.database.reading() as session:
                keys, desks, calls = (
                    session.execute(select(func.count()).select_from(table)).scalar_one()
                    for table in (Keystone, StaffChat, Call)
                )
                return keys, desks, calls

    with ThreadPoolExecutor(STARTS) as threads:
        found = set(threads.map(start, range(STARTS)))
    ((keys, desks, calls),) = found
    assert (keys, desks) == (1, 1)
    assert calls > 1


def test_of_two_keys_the_first_counts(database_url: str, tmp_path: Path) -> None:
    with open_core(settings_for(database_url, tmp_path, new_secret()), clock=SystemClock()):
        other = settings_for(database_url, tmp_path, new_secret())
        with pytest.raises(SettingError, match="SECRET_KEY"), open_core(other, clock=SystemClock()):
            raise AssertionError("it was opened")
