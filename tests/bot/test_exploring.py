"""The model checker: each kind of fault, planted in small content, is found by the shortest way;
and the shipped content has none of them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.exploring import Bounds, Report, explore
from bot.exploring.scratch import Writes, open_scratch
from bot.settings import Settings
from dialogues.exchange import Did, Incoming
from dialogues.runner import Outcome, Runner
from dialogues.state import State
from storage.crypto import new_secret
from tests.bot.planted import plant
from tests.world import ROOT

SHALLOW = Bounds(depth=5, detours=1, seconds=30)


def found(report: Report) -> list[tuple[str, list[str]]]:
    return [(fault.rule, fault.conversation) for fault in report.faults]


def flow(steps: str, domain: str = "") -> str:
    return f"""
flows:
  planted:
    name: the planted flow
    description: Has a fault.
    run_pattern_completed: false
    nlu_trigger: [{{intent: planted}}]
    steps:
{steps}
---
slots:
  kind: {{type: categorical, values: [red, green]}}
  sure: {{type: bool}}
responses:
  utter_ask_kind:
    - text: Which kind?
      buttons:
        - {{title: Red, payload: /SetSlots(kind=red)}}
        - {{title: Green, payload: /SetSlots(kind=green)}}
  utter_ask_sure: [{{text: Are you sure?}}]
  utter_bye: [{{text: Bye., buttons: [{{title: Again, payload: /planted}}]}}]
{domain}
"""


SOUND = flow("""
      - collect: kind
      - collect: sure
      - action: utter_bye
""")

DEAD_END = flow(
    """
      - collect: kind
        next:
          - if: slots.kind = "green"
            then:
              - action: utter_the_end
                next: END
          - else:
              - action: utter_bye
                next: END
""",
    "  utter_the_end: [{text: The end., buttons: [{title: More, url: 'https://example.org'}]}]",
)

CIRCLE = flow("""
      - collect: kind
        next:
          - if: slots.kind = "green"
            then: round
          - else:
              - action: utter_bye
                next: END
      - id: round
        collect: sure
        ask_before_filling: true
      - id: and_round
        set_slots: [{kind: green}]
        next: once_more
      - id: once_more
        action: utter_once_more
        next: round
""", "  utter_once_more: [{text: Once more.}]")  # fmt: skip

CIRCLE_IN_A_TURN = flow("""
      - collect: kind
      - id: here
        noop: true
        next:
          - if: slots.kind = "green"
            then: here
          - else: bye
      - id: bye
        action: utter_bye
""")

REPEATED = flow("""
      - id: kinds
        collect: kind
        ask_before_filling: true
        next:
          - if: slots.kind = "green"
            then: kinds
          - else: bye
      - id: bye
        action: utter_bye
""")

NEVER_TAKEN = flow("""
      - collect: sure
        rejections:
          - if: slots.sure = true or slots.sure = false
            utter: utter_no
      - action: utter_bye
""", "  utter_no: [{text: That will not do.}]")  # fmt: skip

MUTE = flow("""
      - collect: kind
      - action: action_flag_crisis
""").replace("slots:\n", "actions: [action_flag_crisis]\nslots:\n")

RAISING = flow("""
      - collect: kind
        next:
          - if: slots.kind = "green"
            then:
              - action: action_judge_calls
                next: END
          - else: bye
      - id: bye
        action: utter_bye
""").replace("slots:\n", "actions: [action_judge_calls]\nslots:\n")


def test_sound_content_has_no_findings(tmp_path: Path) -> None:
    report = explore(plant(tmp_path, SOUND), SHALLOW)
    assert not report.faults, report.as_text()


@pytest.mark.parametrize(
    ("content", "rule", "conversation"),
    [
        (DEAD_END, "dead-end", ["types: open it", "presses: Green"]),
        (CIRCLE, "loop", ["types: open it", "presses: Green", "types: yes"]),
        (CIRCLE_IN_A_TURN, "loop", ["types: open it", "presses: Green"]),
        (REPEATED, "asked-twice", ["types: open it", "presses: Green"]),
        (NEVER_TAKEN, "never-ends", ["types: open it"]),
        (RAISING, "raised", ["types: open it", "presses: Green"]),
    ],
)
def test_a_planted_fault_is_found_by_the_shortest_way(
    tmp_path: Path, content: str, rule: str, conversation: list[str]
) -> None:
    report = explore(plant(tmp_path, content), SHALLOW)
    assert found(report) == [(rule, conversation)], report.as_text()
    assert report.faults[0].where.file.endswith("flows/planted.yml")


def test_a_turn_without_a_reply_is_found(tmp_path: Path) -> None:
    settings = plant(tmp_path, MUTE)
    patterns = tmp_path / "flows" / "patterns.yml"
    for says in ("utter_anything_else", "utter_not_understood"):
        patterns.write_text(patterns.read_text().replace(says, "action_flag_crisis"))
    report = explore(settings, SHALLOW)
    assert ("no-reply", ["types: open it", "presses: Red"]) in found(report), report.as_text()


def test_branches_do_not_see_what_others_have_written() -> None:
    """A reminder set in one branch is there for those that go on from it, and for no other."""
    with open_scratch(shipped()) as scratch:
        content = scratch.core.content
        runner, now = Runner(content), scratch.core.clock.now()

        def say(text: str, state: State, past: Writes) -> tuple[Outcome, Writes]:
            incoming = Incoming(Did.TEXT, text)
            return scratch.turn(
                past, lambda run: runner.take(state, incoming, run_action=run, now=now)
            )

        asked, before = say("/remind", State.new(content), ())
        call = asked.replies[-1].buttons[0].label
        first, after = say(call, asked.state, before)
        beside, _ = say(call, asked.state, before)
        again, _ = say("/remind", first.state, after)
        twice, _ = say(call, again.state, after)
    said = [outcome.replies[0].response for outcome in (first, beside, twice)]
    assert said == ["utter_subscribed", "utter_subscribed", "utter_subscribed_already"]
    assert {write.table for write in after} >= {"subscriptions"}


def test_the_shipped_content_has_no_findings() -> None:
    report = explore(shipped(), Bounds(depth=4, detours=1, seconds=60))
    assert not report.faults, report.as_text()
    assert report.turns > 2000


def test_what_was_not_explored_is_said(tmp_path: Path) -> None:
    settings = plant(tmp_path, SOUND)
    report = explore(settings, Bounds(depth=1, detours=0))
    assert any("--depth" in line for line in report.not_explored)
    assert any("--detours" in line for line in report.not_explored)
    clock = iter(range(1000))
    hurried = explore(settings, Bounds(seconds=2), monotonic=lambda: next(clock))
    assert any("seconds were over" in line for line in hurried.not_explored)


def test_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, DEAD_END)
    monkeypatch.setenv("DIALOGUES", str(tmp_path))
    command = ["explore", "--depth", "3", "--detours", "0"]
    text = CliRunner().invoke(app, command)
    assert text.exit_code == 1
    assert "   2. presses: Green\n      is answered with: utter_the_end" in text.stdout
    data = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)
    assert data["findings"][0]["rule"] == "dead-end"
    assert data["explored"]["depth"] == 3
    assert CliRunner().invoke(app, ["explore", "--flow", "nope"]).exit_code == 2
    assert CliRunner().invoke(app, ["explore", "--depth", "0"]).exit_code == 2


def shipped() -> Settings:
    return Settings(dialogues=ROOT / "dialogues", secret_key=new_secret(), _env_file=None)
