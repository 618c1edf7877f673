"""The command `python -m bot train`."""

import sys
from pathlib import Path
from typing import Annotated

import typer
import yaml

from bot.call_commands import By
from bot.core import Core
from bot.failures import with_core
from bot.settings import SettingError
from bot.training.lesson_plan import LessonPlan, plan
from dialogues.understanding.evaluation import Texts, read_texts
from dialogues.understanding.lessons import by_intent
from storage import trainings
from storage.audit import note_command

REFUSED, NOT_ASKED = 1, 4

Against = Annotated[
    Path | None, typer.Option("--against", help="Messages that are held out: intents with texts.")
]
ExamplesOut = Annotated[
    Path | None, typer.Option(help="Write what staff have taught there, as nlu YAML; that is all.")
]


def train(  # noqa: PLR0917 - they are options
    by: By,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report, and replace nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Replace without asking.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Also where danger would be seen less often.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Go back to the model before.")] = False,
    against: Against = None,
    examples_out: ExamplesOut = None,
) -> None:
    """Learn what staff have taught: train a candidate, say what gets better and what worse, and
    put it in the place of the model.

    Exit codes: 0 replaced, gone back, reported, or nothing to learn; 1 refused: danger would be
    seen less often, or there are too few examples; 2 usage or setting; 4 not replaced: the answer
    was no, nobody could be asked, or somebody else has trained meanwhile.
    """
    if examples_out is not None:
        typer.echo(with_core(lambda core: _write_examples(core, examples_out)))
    elif undo:
        typer.echo(with_core(lambda core: _undo(core, by)))
    else:
        asked = Wish(by, dry_run=dry_run, yes=yes, force=force, against=against)
        raise typer.Exit(with_core(asked.train))


class Wish:
    """What was asked for."""

    def __init__(
        self, by: str, *, dry_run: bool, yes: bool, force: bool, against: Path | None
    ) -> None:
        self._by = by
        self._dry_run = dry_run
        self._yes = yes
        self._force = force
        self._against = against

    def train(self, core: Core) -> int:
        """The exit code."""
        from bot.training import candidate as candidates  # noqa: PLC0415 - slow imports
        from bot.training.report import as_lines  # noqa: PLC0415

        held_out = self._held_out(self._against or candidates.held_out_file(core.settings))
        with core.database.transaction() as session:
            found = plan(session, core)
        if found.is_empty:
            typer.echo("nothing new: staff have given no message a meaning since the last training")
            return 0
        try:
            candidate = candidates.train(found, core.settings, held_out)
        except candidates.TooFewError:
            typer.echo("error: EXAMPLES: there are too few to train with", err=True)
            return REFUSED
        for line in as_lines(found, candidate):
            typer.echo(line)
        refusal = self.refusal(candidate.sees_less_danger)
        if refusal is not None:
            return refusal
        candidates.keep(candidate, found, core.settings)
        return _replace(core, found, candidate.as_data(found), by=self._by)

    def refusal(self, dangers: list[str]) -> int | None:
        """The exit code if nothing is to be replaced."""
        if dangers and not self._force:
            typer.echo(
                "not replaced: danger must not be seen less often (--force replaces)", err=True
            )
            return REFUSED
        if self._dry_run:
            typer.echo("nothing was replaced: it was a dry run")
            return 0
        if self._yes or (sys.stdin.isatty() and typer.confirm("Replace the model?")):
            return None
        typer.echo("not replaced: --yes replaces without asking", err=True)
        return NOT_ASKED

    def _held_out(self, file: Path | None) -> Texts | None:
        try:
            return read_texts(file) if file else None
        except (OSError, ValueError) as error:
            raise SettingError("AGAINST", f"{file}: {error}") from error


def _replace(core: Core, found: LessonPlan, report: dict[str, object], *, by: str) -> int:
    now = core.clock.now()
    try:
        with core.database.transaction() as session:
            training = trainings.replace(
                session,
                instead_of=found.in_force,
                examples=[it.id for it in found.examples],
                count=len(found.candidate.intents.exact),
                report=report,
                by=by,
                now=now,
            )
            note_command(session, "train", by=by, now=now, training=training.id)
    except trainings.StaleError:
        typer.echo("not replaced: somebody else has trained meanwhile; run it again", err=True)
        return NOT_ASKED
    typer.echo("replaced: it counts within seconds, also where the assistant is running")
    return 0


def _undo(core: Core, by: str) -> str:
    now = core.clock.now()
    with core.database.transaction() as session:
        undone = trainings.undo(session, now=now)
        if undone is None:
            return "nothing to undo: the model knows the content's examples alone"
        ended, former = undone
        note_command(session, "train undo", by=by, now=now, training=ended.id)
    examples = "what staff taught before" if former else "the content's examples alone"
    return f"undone: the model knows {examples} again, within seconds"


def _write_examples(core: Core, file: Path) -> str:
    """For an author who wants them in the content."""
    with core.database.transaction() as session:
        lessons = plan(session, core).lessons
    entries = [
        {"intent": intent, "examples": _Block("".join(f"- {it}\n" for it in texts))}
        for intent, texts in by_intent(lessons).items()
    ]
    written = yaml.dump(
        {"version": "3.1", "nlu": entries},
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=10_000,
    )
    file.write_text(written, encoding="utf-8")
    return f"{len(lessons)} examples written to {file}"


class _Block(str):
    """Written as a block, as nlu files are."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Knows blocks."""


_Dumper.add_representer(
    _Block, lambda dumper, it: dumper.represent_scalar("tag:yaml.org,2002:str", it, style="|")
)
