"""Every conversation under this folder, held with the shipped content, the real actions and a real
database: a new resident each, the sample calls, a Monday noon in June."""

from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.app import Core, open_core
from bot.clock import ManualClock
from bot.pipeline.performing import Performer
from bot.settings import Settings
from dialogues.exchange import Incoming
from dialogues.runner import Outcome, Runner
from dialogues.state import State
from dialogues.testcases import Case, read_cases, run_case
from storage import chats, staff
from storage.chats import ChatKey
from storage.crypto import new_secret
from tests.world import MONDAY, ROOT

HERE = Path(__file__).parent
CASES = [case for path in sorted(HERE.rglob("*.yml")) for case in read_cases(path)]


class Resident:
    """Somebody new who writes; what the assistant does is thrown away afterwards."""

    def __init__(self, core: Core, session: Session, name: str) -> None:
        self._core = core
        self._session = session
        self._runner = Runner(core.content)
        self._saved: dict[str, Any] = {}
        now = core.clock.now()
        self._chat = chats.get_chat(
            session, chats.chat_id_for(session, ChatKey("preview", name, name="Sam"), now=now)
        )
        self._performer = Performer(
            content=core.content, wording=core.wording, programme=core.programme, clock=core.clock
        )

    def begin(self, slots: Mapping[str, Any]) -> None:
        """A fresh conversation in which these slots are known."""
        state = State.new(self._core.content)
        state.slots |= slots
        self._saved = state.to_json()

    def take(self, incoming: Incoming) -> Outcome:
        """One turn, through the state as it is stored."""
        state = State.from_json(self._saved, self._core.content)
        run_action = self._performer.bind(self._session, chat=self._chat)
        outcome = self._runner.take(
            state, incoming, run_action=run_action, now=self._core.clock.now()
        )
        self._saved = outcome.state.to_json()
        return outcome


@pytest.fixture(scope="module")
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


numbers = count(1)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_conversation_goes_as_written(case: Case, core: Core) -> None:
    with core.database.transaction() as session:
        failures = run_case(case, Resident(core, session, f"r{next(numbers)}"))
        session.rollback()
    assert not failures, "\n".join(failures)
