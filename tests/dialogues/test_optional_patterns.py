"""Patterns that content may have and need not: they run when they are there."""

import shutil
from pathlib import Path

import pytest

from dialogues.exchange import Did, Incoming
from dialogues.loader import load
from tests.dialogues.talk import CONTENT_FOLDER, Talk

FLOWS = """
flows:
  pattern_collect_information:
    description: Before every question.
    steps:
      - action: utter_before
  pattern_validate_slot:
    description: When an answer is refused without a word.
    steps:
      - action: utter_refused
  pattern_chitchat:
    description: Small talk.
    nlu_trigger:
      - intent: chat
    steps:
      - action: utter_chat
"""
DOMAIN = """
intents: [chat]
responses:
  utter_before: [{text: "Now: {context.question}"}]
  utter_refused: [{text: "{context.question} will not do."}]
  utter_chat: [{text: Lovely weather.}]
"""


@pytest.fixture
def chatty(tmp_path: Path) -> Talk:
    folder = Path(shutil.copytree(CONTENT_FOLDER, tmp_path / "content"))
    (folder / "flows" / "optional.yml").write_text(FLOWS)
    (folder / "domain" / "optional.yml").write_text(DOMAIN)
    path = folder / "domain" / "responses.yml"
    path.write_text(path.read_text().replace("  utter_invalid_phone:", "  unused_words:"))
    return Talk(load(folder))


def test_a_pattern_before_every_question(chatty: Talk) -> None:
    assert chatty.say("/join") == ["utter_join_intro", "utter_before", "utter_ask_who"]
    assert "Now: Who you are" in chatty.text
    assert chatty.say("Just me") == ["utter_before", "utter_ask_borough"]


def test_it_runs_once_a_question(chatty: Talk) -> None:
    chatty.say("/join")
    assert chatty.say("what is the news") == ["utter_news", "utter_where_were_we", "utter_ask_who"]


def test_a_refusal_without_words(chatty: Talk) -> None:
    assert chatty.say("ring me", "12345") == ["utter_refused", "utter_ask_phone"]
    assert "phone will not do" in chatty.text


def test_small_talk(chatty: Talk) -> None:
    chatty.say("/join", "/chat")
    assert chatty.names == ["utter_invalid_who"]  # no examples: it cannot be typed
    reading = chatty.runner.take(
        chatty.state,
        incoming=_press("/chat"),
        run_action=lambda _call: pytest.fail("no action"),
        now=chatty.now,
    )
    assert [reply.response for reply in reading.replies] == ["utter_chat", "utter_ask_who"]


def _press(payload: str) -> Incoming:
    return Incoming(Did.PRESS, payload=payload)
