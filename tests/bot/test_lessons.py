"""What is learnt counts in every process from the next look on, and goes the same way; and what
`python -m bot train` makes of it, short of training."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from bot.commands import app
from bot.core import open_core
from bot.settings import Settings
from bot.training.candidate import Candidate
from bot.training.command import NOT_ASKED, REFUSED, Wish
from bot.training.lesson_plan import plan
from bot.training.report import as_lines
from dialogues.loader import load
from dialogues.understanding.comparison import Comparison, Found
from dialogues.understanding.intents import BY_LIKENESS, CRISIS
from dialogues.understanding.lessons import taught
from storage import training_examples, trainings
from storage.models import Misunderstood
from storage.trainings import StaleError
from tests.actions.test_learning import puzzle, teach
from tests.content import EditableContent
from tests.reading import read_once
from tests.world import World, open_world

SAID, NEARLY = "wibble flumph quux narf", "wibble flumph qux narf"
UNDERSTOOD = "No call is open just now"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, quiet_hours="off") as opened:
        yield opened


def train(world: World, *, instead_of: int | None = None) -> int:
    """As the command does once it has trained; the training's id."""
    with world.core.database.transaction() as session:
        found = plan(session, world.core)
        return trainings.replace(
            session,
            instead_of=instead_of,
            examples=[it.id for it in found.examples],
            count=1,
            report={},
            by="Robin",
            now=world.clock.now(),
        ).id


async def look(world: World) -> None:
    assert world.core.lessons is not None
    await world.core.lessons.look_now()


async def understood(world: World, who: str = "ann") -> bool:
    await world.says(who, NEARLY)
    return any(UNDERSTOOD in it for it in world.heard(who)[-2:])


async def test_named_trained_understood_undone(world: World) -> None:
    await world.says("ann", "/start")
    assert not await understood(world)
    assert teach(world, puzzle(world, SAID), "list_calls") == 1
    await look(world)
    assert not await understood(world)
    train(world)
    await look(world)
    assert await understood(world)
    with world.core.database.transaction() as session:
        assert trainings.undo(session, now=world.clock.now()) is not None
    await look(world)
    assert not await understood(world)
    with world.core.database.transaction() as session:
        assert trainings.undo(session, now=world.clock.now()) is None


async def test_another_process_knows_it_from_its_start_on(world: World) -> None:
    teach(world, puzzle(world, SAID), "list_calls")
    train(world)
    with open_core(world.core.settings, clock=world.clock, read=read_once) as other:
        assert other.content.language.intents.whole(NEARLY) == ("list_calls", 0.95)
        assert other.content.language.intents.lessons == (("list_calls", SAID),)


async def test_what_is_deleted_is_known_no_more_and_the_rest_is(world: World) -> None:
    for who, words in (("sam", SAID), ("ann", "zork plugh dnork fizz")):
        await world.says(who, "/start")
        await world.says(who, words)
    with world.core.database.reading() as session:
        ids = [it.id for it in session.query(Misunderstood)]
    teach(world, ids, "list_calls")
    train(world)
    await look(world)
    assert await understood(world)
    await world.says("sam", "/forget")
    await world.says("sam", "yes")
    await look(world)
    assert not await understood(world)
    await world.says("ann", "zork plugh dnork fizz")
    assert any(UNDERSTOOD in it for it in world.heard("ann")[-2:])


async def test_other_words_for_a_response_leave_the_language_as_it_is(world: World) -> None:
    """Or the model would be read anew for them."""
    teach(world, puzzle(world, SAID), "list_calls")
    train(world)
    await look(world)
    live = world.core.live
    assert live is not None
    language = live.current().language
    live.reword([])
    assert live.current().language is language


def test_of_two_who_train_at_once_one_replaces(world: World) -> None:
    teach(world, puzzle(world, SAID), "list_calls")
    first = train(world)
    with pytest.raises(StaleError):
        train(world)
    assert train(world, instead_of=first) > first


def test_the_plan_knows_what_is_new_and_what_is_gone(world: World) -> None:
    ids = puzzle(world, SAID, "zork plugh dnork")
    teach(world, ids, "list_calls")
    former = train(world)
    with world.core.database.transaction() as session:
        assert plan(session, world.core).is_empty
    teach(world, ids[:1], "thank")
    with world.core.database.transaction() as session:
        found = plan(session, world.core)
        assert (found.in_force, found.gone, len(found.new), len(found.examples)) == (
            former,
            1,
            1,
            2,
        )
        assert found.former.intents.exact[SAID] == "list_calls"
        assert found.candidate.intents.exact[SAID] == "thank"


@pytest.fixture
def command(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`python -m bot train` on the world's database: what it does not train."""
    settings: Settings = world.core.settings
    assert settings.secret_key is not None
    given = {
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database,
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "DIALOGUES": str(settings.dialogues),
        "ENCODER_PATH": "off",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return lambda *words: CliRunner().invoke(app, ["train", *words])


def test_there_is_nothing_to_learn_or_no_model_to_train(world: World, command: Any) -> None:
    assert (command().exit_code, "nothing new" in command().output) == (0, True)
    teach(world, puzzle(world, SAID), "list_calls")
    done = command("--yes")
    assert (done.exit_code, "error: ENCODER_PATH: is off" in done.output) == (2, True)
    done = command("--against", "no/such/file.yml")
    assert (done.exit_code, "error: AGAINST: no/such/file.yml" in done.output) == (2, True)


def test_examples_are_written_as_an_author_writes_them(
    world: World, command: Any, tmp_path: Path
) -> None:
    """They check, and are read, as a file of the content."""
    teach(world, puzzle(world, SAID, "sharon: zork plugh"), "list_calls")
    teach(world, puzzle(world, "fizz bang wallop"), "thank")
    content = EditableContent.copied_to(tmp_path / "dialogues")
    file = content.folder / "nlu" / "taught.yml"
    done = command("--examples-out", str(file))
    assert (done.exit_code, "3 examples written" in done.output) == (0, True)
    written = yaml.safe_load(file.read_text())
    assert written["nlu"][0] == {"intent": "list_calls", "examples": f"- : zork plugh\n- {SAID}\n"}
    intents = load(content.folder).language.intents
    assert intents.exact[SAID] == "list_calls"
    assert intents.exact["fizz bang wallop"] == "thank"


def test_the_report_says_all_of_it(world: World) -> None:
    teach(world, puzzle(world, SAID), "list_calls")
    with world.core.database.transaction() as session:
        found = plan(session, world.core)
    danger = [
        Found("words", "crisis_or_distress", "x", among_three=False, sure=0.5, in_danger=it)
        for it in (True, False)
    ]
    better = Found("a" * 80, "thank", "thank", among_three=True, sure=0.9, in_danger=False)
    worse = Found("a" * 80, "thank", "help", among_three=True, sure=0.4, in_danger=False)
    comparison = Comparison("some messages", [danger[0], worse], [danger[1], better])
    model = SimpleNamespace(thresholds=BY_LIKENESS)
    candidate = SimpleNamespace(
        comparisons=[comparison],
        former=model,
        model=model,
        sees_less_danger=["1 fewer"],
    )
    lines = list(as_lines(found, candidate))  # type: ignore[arg-type]
    assert "new from staff          1" in lines
    assert "  right at first             0.0%    50.0%" in lines
    assert "  danger seen              100.0%     0.0%" in lines
    assert any(it.endswith("…: help -> thank") for it in lines)
    assert "\nDANGER: 1 fewer" in lines
    assert lines[-1] == "\n1 more right, 0 fewer; no intent is worse"


@pytest.mark.parametrize(
    ("messages", "lost", "refused"),
    [(999, 1, True), (1000, 1, False), (1000, 2, True), (92, 0, False)],
)
def test_of_a_thousand_messages_of_danger_one_may_change_sides(
    messages: int, lost: int, refused: bool
) -> None:
    def found(seen: int) -> list[Found]:
        return [
            Found("x", CRISIS, CRISIS, among_three=True, sure=0.9, in_danger=it < seen)
            for it in range(messages)
        ]

    comparison = Comparison("some messages", found(messages), found(messages - lost))
    model: Any = SimpleNamespace()
    assert bool(Candidate(model, model, (comparison,)).sees_less_danger) is refused


def test_lessons_of_the_shipped_content_are_not_its_own(world: World) -> None:
    """Another world in this process shares what was read, and must not share what was learnt."""
    teach(world, puzzle(world, SAID), "list_calls")
    train(world)
    content = world.core.content
    assert taught(content.language, [("list_calls", SAID)]) is not content.language
    assert content.language.intents.lessons == ()
    with world.core.database.reading() as session:
        assert len(training_examples.wanted(session)) == 1


@pytest.mark.parametrize(
    ("dangers", "wish", "code"),
    [
        ([], {"yes": True}, None),
        ([], {}, NOT_ASKED),
        ([], {"dry_run": True, "yes": True}, 0),
        (["1 fewer"], {"yes": True}, REFUSED),
        (["1 fewer"], {"dry_run": True}, REFUSED),
        (["1 fewer"], {"yes": True, "force": True}, None),
    ],
)
def test_it_replaces_when_told_and_never_sees_less_danger_by_itself(
    dangers: list[str], wish: dict[str, bool], code: int | None
) -> None:
    """None: it goes on and replaces. Nobody is at a terminal here."""
    given = {"dry_run": False, "yes": False, "force": False, **wish}
    assert Wish("Robin", against=None, **given).refusal(dangers) == code
