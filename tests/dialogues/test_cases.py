"""The points of the language, as conversations: each file is one behaviour."""

from pathlib import Path

import pytest

from dialogues.model import Content
from dialogues.testcases import Case, read_cases, run_case
from tests.dialogues.talk import Talk

CASES = [
    case
    for path in sorted((Path(__file__).parent / "cases").glob("*.yml"))
    for case in read_cases(path)
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_conversation_goes_as_written(case: Case, content: Content) -> None:
    failures = run_case(case, Talk(content))
    assert not failures, "\n".join(failures)
