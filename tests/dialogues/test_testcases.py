"""The reader and the driver of conversations as tests: what does not come as written is told."""

from pathlib import Path

import pytest

from dialogues.findings import ContentError
from dialogues.testcases import read_cases, run_case
from tests.dialogues.talk import Talk


def failures(tmp_path: Path, talk: Talk, steps: str) -> list[str]:
    path = tmp_path / "cases.yml"
    path.write_text(f"test_cases:\n  - test_case: x\n    steps:\n{steps}")
    [case] = read_cases(path)
    return run_case(case, talk)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("      - utter: utter_news\n", "expected utter utter_news; said: utter_join_intro"),
        ("      - bot: Hello.\n", "expected bot 'Hello.'"),
        ("      - slot_was_set: [who]\n", "slot who was not set; it is None"),
        ("      - slot_was_set: [{ring_count: 3}]\n", "slot ring_count was not set to 3; it is 0"),
        ("      - slot_was_not_set: [ring_count]\n", "slot ring_count was set; it is 0"),
        ("        assertions: [{flow_started: tell_news}]\n", "flow tell_news was not started"),
        (
            "        assertions: [{flow_started: {flow_ids: [a, b], operator: any}}]\n",
            "flow a, b was not started",
        ),
        (
            "        assertions: [{flow_completed: {flow_id: join_garden}}]\n",
            "flow join_garden was not completed",
        ),
        (
            "        assertions: [{flow_cancelled: {flow_id: join_garden}}]\n",
            "flow join_garden was not cancelled",
        ),
        ("        assertions: [{action_executed: action_book}]\n", "was not executed"),
        ("        assertions: [{slot_was_set: [{name: who}]}]\n", "slot who was not set"),
        ("        assertions: [{bot_uttered: {text_matches: beans}}]\n", "did not utter"),
        (
            "        assertions: [{bot_uttered: {buttons: [{title: Just me, payload: /x}]}}]\n",
            "did not utter",
        ),
        (
            "        assertions: [{bot_did_not_utter: {utter_name: utter_ask_who}}]\n",
            "the bot uttered",
        ),
        ("        assertions: [{pattern_clarification_contains: [a]}]\n", "flow a was not offered"),
    ],
)
def test_what_is_not_as_written_is_told(tmp_path: Path, talk: Talk, step: str, words: str) -> None:
    [failure] = failures(tmp_path, talk, f"      - user: /join\n{step}")
    assert words in failure
    assert f"cases.yml:{5 if '- ' in step[:9] else 4}: " in failure


def test_what_is_said_unasked_is_expected_like_an_answer(tmp_path: Path, talk: Talk) -> None:
    steps = """\
      - staff: {close: hall}
      - bot: "After 0:00:00: {'close': 'hall'}"
      - later: {days: 1, hours: 2}
        assertions:
          - bot_uttered: {text_matches: '^After 1 day, 2:00:00', buttons: [{title: Back}]}
          - bot_did_not_utter: {text_matches: close}
          - bot_did_not_utter: {}
      - user: Back
      - utter: utter_join_intro
"""
    [failure] = failures(tmp_path, talk, steps)
    assert "cases.yml:6: the bot uttered {}" in failure


def test_replies_are_expected_in_their_order(tmp_path: Path, talk: Talk) -> None:
    steps = "      - user: /join\n      - utter: utter_ask_who\n      - utter: utter_join_intro\n"
    assert len(failures(tmp_path, talk, steps)) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("test_case: []\n", "unknown key test_case"),
        ("test_cases: []\n", "at least 1 item"),
        ("test_cases: [{test_case: x, steps: [{users: x}]}]\n", "unknown key users"),
        ("test_cases: [{test_case: x, steps: [{user: x, bot: y}]}]\n", "a step is one of"),
        ("test_cases: [{test_case: x, steps: [{user: x, metadata: m}]}]\n", "no metadata m"),
        ("test_cases: [{test_case: x, fixtures: [f], steps: [{user: x}]}]\n", "no fixture f"),
    ],
)
def test_files_of_another_shape_are_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "cases.yml"
    path.write_text(text)
    with pytest.raises(ContentError, match=words):
        read_cases(path)
