"""Every conversation under this folder, held with the shipped content, the real actions and a real
database: a new resident each, the sample calls, a Monday noon in June."""

import pytest

from bot.core import Core
from dialogues.testcases import Case, run_case
from tests.conversations.resident import CASES, somebody_new


@pytest.mark.parametrize("case", CASES, ids=str)
def test_conversation_goes_as_written(case: Case, core: Core) -> None:
    with somebody_new(core) as resident:
        failures = run_case(case, resident)
    assert not failures, "\n".join(failures)
