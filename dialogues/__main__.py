"""Tools for authors: hold the content against its rules, and see how a message is understood.

Exit codes: 0 done; 1 findings, or a bar that is not met; 2 wrong use.
"""

import json
import logging
from collections.abc import Collection
from dataclasses import asdict
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from dialogues import schemas
from dialogues.coverage import measure, read_trace
from dialogues.coverage_report import as_data, as_lines
from dialogues.drawing import as_mermaid, as_svg, chart_of
from dialogues.exchange import Did, Incoming
from dialogues.findings import ContentError, Finding, did_you_mean
from dialogues.loader import check as findings_in
from dialogues.loader import load
from dialogues.marks import Mark
from dialogues.model import Content
from dialogues.runner import Runner
from dialogues.state import State
from dialogues.understanding import evaluation, evaluation_report
from dialogues.understanding.lessons import with_lessons
from dialogues.understanding.showing import stages_of

HERE = Path(__file__).parent
TRACE = Path("build/dialogue-trace.json")
PICTURES = Path("build/flows")

app = typer.Typer(
    help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
Folder = Annotated[Path, typer.Argument(help="The folder with the content.")]
DataDir = Annotated[Path, typer.Option(envvar="DATA_DIR", help="Where the trained model is kept.")]
EncoderPath = Annotated[
    Path | None, typer.Option(envvar="ENCODER_PATH", help="Another ONNX encoder.")
]


class Format(StrEnum):
    SVG = "svg"
    MERMAID = "mermaid"


@app.command()
def check(
    folder: Folder = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="For editors and scripts.")] = False,
    actions: Annotated[
        str, typer.Option(help="Where the registered actions are, as MODULE:NAME; empty: unknown.")
    ] = "actions.registry:ACTIONS",
    responses: Annotated[
        str, typer.Option(help="Which responses are said unasked, as MODULE:NAME; with actions.")
    ] = "actions.registry:RESPONSES",
) -> None:
    """Say everything that is wrong with the content, each with its file and line."""
    registered = _registered("ACTIONS", actions)
    spoken = _registered("RESPONSES", responses) if registered is not None else None
    findings = findings_in(_existing(folder), registered, spoken or ())
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        _print(findings)
        typer.echo(_summary(findings), err=bool(findings))
    raise typer.Exit(1 if findings else 0)


@app.command()
def understand(
    text: Annotated[str, typer.Argument(help="A message, as a resident might type it.")],
    folder: Annotated[Path, typer.Option(help="The folder with the content.")] = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    data_dir: DataDir = Path("data"),
    encoder: EncoderPath = None,
) -> None:
    """Show what a message with no open question is taken for, and why."""
    content = _loaded(folder)
    _learn(content, data_dir, encoder)
    reading = Runner(content).understand(State.new(content), Incoming(Did.TEXT, text))
    if as_json:
        typer.echo(json.dumps(stages_of(content, text, reading), indent=1, default=str))
        return
    for name, value in stages_of(content, text, reading).items():
        typer.echo(f"{name:12} {value}")


@app.command()
def train(
    folder: Folder = HERE,
    data_dir: DataDir = Path("data"),
    encoder: EncoderPath = None,
    again: Annotated[bool, typer.Option(help="Even if it was trained from the same.")] = False,
    more: Annotated[
        typer.FileText | None,
        typer.Option(help="Examples besides, as JSON: intents, each with its texts; -: stdin."),
    ] = None,
) -> None:
    """Train the model of the intents and keep it; show from where on it is trusted."""
    content = with_lessons(_loaded(folder), _lessons(more))
    if not _learn(content, data_dir, encoder, again=again):
        typer.echo("error: EXAMPLES: there are too few to train with", err=True)
        raise typer.Exit(1)
    thresholds = content.language.intents.thresholds
    typer.echo(f"acted on from a confidence of {thresholds.act:.2f}")
    typer.echo(f"asked about from {thresholds.ask:.2f}")


@app.command()
def evaluate(  # noqa: PLR0917 - they are options
    file: Annotated[Path, typer.Argument(help="JSON or YAML: intents, each with its texts.")],
    folder: Annotated[Path, typer.Option(help="The folder with the content.")] = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    min_accuracy: Annotated[float, typer.Option(help="The bar, from 0 to 1.")] = 0.0,
    data_dir: DataDir = Path("data"),
    encoder: EncoderPath = None,
) -> None:
    """Say how well messages are understood, with no question open."""
    try:
        texts = evaluation.read_texts(file)
    except (OSError, ValueError) as error:
        typer.echo(f"error: FILE: {file}: {error}", err=True)
        raise typer.Exit(2) from error
    content = _loaded(folder)
    _learn(content, data_dir, encoder)
    report = evaluation.evaluate(content.language, texts)
    if as_json:
        typer.echo(json.dumps(report.as_data(), indent=1))
    else:
        for line in evaluation_report.as_lines(report):
            typer.echo(line)
    is_met = report.accuracy is None or report.accuracy >= min_accuracy
    raise typer.Exit(0 if is_met else 1)


@app.command()
def coverage(
    traces: Annotated[
        list[Path], typer.Argument(help="What the conversation tests have left behind.")
    ] = [TRACE],  # noqa: B006 - typer only reads it
    folder: Annotated[Path, typer.Option(help="The folder with the content.")] = HERE,
    fail_under: Annotated[
        float, typer.Option(help="The bar: per cent of steps and branches together.")
    ] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Say which steps and branches the conversation tests reach, and which they do not."""
    content = _loaded(folder)
    report = measure(content, _seen(content, traces))
    if as_json:
        typer.echo(json.dumps(as_data(report), indent=1))
    else:
        for line in as_lines(report):
            typer.echo(line)
    raise typer.Exit(1 if report.whole.total.percent < fail_under else 0)


@app.command()
def graph(
    folder: Folder = HERE,
    flow: Annotated[list[str] | None, typer.Option(help="Only this flow; may repeat.")] = None,
    out: Annotated[Path, typer.Option(help="The folder for the pictures.")] = PICTURES,
    form: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.SVG,
) -> None:
    """Draw each flow, with the wording on it."""
    content = _loaded(folder)
    names = flow or list(content.flows)
    for name in names:
        _known_flow(content, name)
    out.mkdir(parents=True, exist_ok=True)
    for name in names:
        chart = chart_of(content, content.flows[name])
        svg = form is Format.SVG
        path = out / f"flow-{name}.{'svg' if svg else 'mmd'}"
        path.write_text(as_svg(chart, names) if svg else as_mermaid(chart), encoding="utf-8")
        typer.echo(path)


@app.command()
def schema(
    into: Annotated[Path, typer.Argument(help="The folder to write the JSON Schemas to.")],
) -> None:
    """Write a JSON Schema for each kind of file, so that editors complete and underline."""
    for path in schemas.write(into):
        typer.echo(path)


def _learn(content: Content, data_dir: Path, encoder: Path | None, *, again: bool = False) -> bool:
    """Whether there is a model now, kept or trained."""
    from dialogues.understanding.classifier import learning  # noqa: PLC0415 - a slow import

    try:
        model = learning.learn(content.language, data_dir / learning.FOLDER, encoder, again=again)
    except learning.EncoderError as error:
        typer.echo(f"error: ENCODER_PATH: {error}", err=True)
        raise typer.Exit(2) from error
    if model is not None:
        content.language.intents.learn(model)
    return model is not None


def _lessons(file: typer.FileText | None) -> list[tuple[str, str]]:
    try:
        given = json.load(file) if file else {}
        return [(str(intent), str(text)) for intent, texts in given.items() for text in texts]
    except (ValueError, TypeError, AttributeError) as error:
        typer.echo(f"error: MORE: no intents with their texts: {error}", err=True)
        raise typer.Exit(2) from error


def _seen(content: Content, traces: list[Path]) -> set[Mark]:
    seen: set[Mark] = set()
    for path in traces:
        try:
            digest, marks = read_trace(path)
        except (OSError, ValueError) as error:
            typer.echo(f"error: TRACE: {path}: {error}", err=True)
            raise typer.Exit(2) from error
        if digest != content.digest:
            typer.echo(f"{path}: the content has changed since; run the tests again", err=True)
        seen |= marks
    return seen


def _known_flow(content: Content, name: str) -> None:
    if name not in content.flows:
        hint = did_you_mean(name, content.flows)
        typer.echo(f"error: FLOW: there is no flow {name}{'; ' if hint else ''}{hint}", err=True)
        raise typer.Exit(2)


def _loaded(folder: Path) -> Content:
    try:
        return load(_existing(folder))
    except ContentError as error:
        _print(error.findings)
        raise typer.Exit(1) from error


def _registered(option: str, place: str) -> Collection[str] | None:
    """The names there. The engine knows no actions: whoever calls says where they are."""
    if not place:
        return None
    module, _, name = place.partition(":")
    try:
        return frozenset(getattr(import_module(module), name))
    except (ImportError, AttributeError) as error:
        message = f"there are no {option.lower()} in {place}: {error}"
        typer.echo(f"error: {option}: {message}", err=True)
        raise typer.Exit(2) from error


def _existing(folder: Path) -> Path:
    if not folder.is_dir():
        typer.echo(f"error: FOLDER: there is no folder {folder}", err=True)
        raise typer.Exit(2)
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


def _print(findings: list[Finding]) -> None:
    for finding in findings:
        typer.echo(finding)


def _summary(findings: list[Finding]) -> str:
    return f"{len(findings)} findings" if findings else "nothing found"


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    app()
