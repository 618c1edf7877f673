"""The assistant as it is shipped, on a Monday noon in June, with the sample calls."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bot.clock import ManualClock
from bot.core import Core, open_core
from bot.settings import Settings
from dialogues.book import Book
from storage import calls, staff
from storage.calls import CallDetails
from storage.chats import ChatKey
from storage.crypto import new_secret
from tests.world import MONDAY, ROOT

CALLED_OFF = CallDetails(
    code="sheds_called_off",
    title="Sheds for everybody",
    theme="community_assets",
    summary="For people who mend things together.",
    opens_at=MONDAY - timedelta(days=30),
    closes_at=MONDAY + timedelta(days=30),
    criteria=[],
    withdrawn_at=MONDAY - timedelta(days=2),
)


@contextmanager
def shipped(data_dir: Path, read: Callable[[Path], Book]) -> Iterator[Core]:
    settings = Settings(
        data_dir=data_dir, dialogues=ROOT / "dialogues", secret_key=new_secret(), _env_file=None
    )
    with open_core(settings, clock=ManualClock(MONDAY), read=read) as opened:
        with opened.database.transaction() as session:
            opened.load_samples(session)
            calls.save_call(session, CALLED_OFF, now=MONDAY)
            desk = ChatKey("preview", "staff", "group")
            staff.seed_staff_chat(session, desk, now=MONDAY)
        yield opened
