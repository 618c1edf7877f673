"""Another incubator has its own offers, boroughs and words; no Python is touched for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.exports import leads_for_export
from bot.clock import ManualClock
from bot.core import Core, open_core, read_checked
from bot.settings import Settings
from dialogues.testcases import Case, read_cases, run_case
from storage.crypto import new_secret
from tests.conversations.resident import Resident, somebody_new
from tests.world import MONDAY, ROOT

ELSEWHERE = ROOT / "tests" / "elsewhere"
CASES = read_cases(Path(__file__).with_name("another_programme.yml"))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("elsewhere"),
        dialogues=ELSEWHERE,
        secret_key=new_secret(),
        _env_file=None,
    )
    with open_core(settings, clock=ManualClock(MONDAY), read=read_checked) as opened:
        yield opened


@pytest.mark.parametrize("case", CASES, ids=str)
def test_its_conversations_go_as_written(core: Core, case: Case) -> None:
    with somebody_new(core) as resident:
        failures = run_case(case, resident)
        assert not failures, "\n".join(failures)


def test_its_leads_are_its_own(core: Core) -> None:
    by_tools = CASES[1]
    with core.database.transaction() as session:
        resident = Resident(core, session, "ada")
        assert not run_case(by_tools, resident)
        [lead] = leads_for_export(session)
        session.rollback()
    assert (lead["kind"], lead["borough"]) == ("quayside", "ferry_town")
    assert lead["idea"]["answers"] == {"offer_tools": "metal and fire"}
    assert lead["reference"].startswith("HUM-")
