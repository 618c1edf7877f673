"""Calls that ask a group for two people's agreement: in files, in words, in the history."""

import pytest

from actions.calls.call_exports import calls_as_csv, calls_as_yaml
from actions.calls.call_files import CallFileError, import_calls, read_calls
from actions.calls.call_words import call_values
from storage import calls
from storage.call_changes import changes_of
from tests.actions.conftest import NOW, ZONE, Stage, programme

FILE = """calls:
  - code: gardens
    title: Gardens
    theme: ageing
    summary: Company.
    opens_at: 2026-03-01 09:00
    closes_at: 2026-04-17 17:00
    sign_off: {}
"""


def take(stage: Stage, answer: str) -> None:
    import_calls(
        stage.session,
        text=FILE.format(answer),
        filename="calls.yml",
        programme=programme(),
        now=NOW,
        by="Kim",
    )


def test_it_is_read_and_written_and_its_change_is_kept(stage: Stage) -> None:
    take(stage, "no")
    call = calls.find_call(stage.session, code="gardens")
    assert call is not None
    assert not call.sign_off
    take(stage, "yes")
    assert call.sign_off
    [_made, change] = changes_of(stage.session, code="gardens")
    assert (change.before, change.after, change.by) == (
        {"sign_off": False},
        {"sign_off": True},
        "Kim",
    )
    assert "sign_off: true" in calls_as_yaml([call], ZONE)
    assert ",sign_off," in calls_as_csv([call], ZONE).splitlines()[0]
    assert "call_sign_off" in call_values(stage.context, call)["more"]


def test_left_out_it_is_no_and_other_words_are_refused() -> None:
    plain = FILE.replace("    sign_off: {}\n", "")
    [read] = read_calls(plain, "calls.yml", programme=programme())
    assert not read.sign_off
    with pytest.raises(CallFileError, match="sign_off must be yes or no"):
        read_calls(FILE.format("perhaps"), "calls.yml", programme=programme())
