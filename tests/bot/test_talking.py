"""The conversation in the terminal, and what `--trace` tells of each turn."""

from typer.testing import CliRunner

from bot.__main__ import app
from bot.tracing import Tracer
from dialogues.runner import Outcome
from dialogues.state import Frame, State

TALK = "/eligibility\n1\nno, a group\n"


def talk(*options: str) -> str:
    result = CliRunner().invoke(app, ["talk", *options], input=TALK, env={"ENCODER_PATH": "off"})
    assert result.exit_code == 0, result.output
    return result.output


def test_the_trace_shows_commands_steps_slots_and_the_stack() -> None:
    said = talk("--trace")
    assert "    heard  press: SetSlots applicant_who\n" in said
    assert "    steps  check_eligibility.who_told · check_eligibility.ask · run action_n" in said
    assert "    slot   applicant_who: null -> individual\n" in said
    assert "    stack  check_eligibility.what ?\n" in said
    assert said.index("What is it closest to?") < said.index("    heard  press: SetSlots")
    assert "    heard  correction: CorrectSlots applicant_who\n" in said


def test_without_it_there_is_only_the_conversation() -> None:
    said = talk()
    assert "What is it closest to?" in said
    assert "heard" not in said


def test_long_values_are_cut_and_a_turn_is_told_once() -> None:
    before, after = State({"idea": None}), State({"idea": "a\n" * 40}, [Frame("shape", "plan")])
    tracer = Tracer(colour=True)
    tracer(before, Outcome([], after, ["free text", "SetSlots idea"]))
    lines = list(tracer.tell())
    assert lines[1] == f"\x1b[2m    slot   idea: null -> {'a ' * 20}…\x1b[0m"
    assert lines[2] == "\x1b[2m    stack  shape.plan\x1b[0m"
    assert not list(tracer.tell())
