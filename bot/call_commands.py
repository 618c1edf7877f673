"""The commands of `python -m bot calls`."""

import getpass
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot import call_reports, late_links
from bot.failures import with_core


class Format(StrEnum):
    """How calls are written."""

    YAML = "yaml"
    CSV = "csv"


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as somebody whom it has no name for
        return "somebody at the command line"


Code = Annotated[str, typer.Argument(help="The call's code, as `calls list` shows it.")]
By = Annotated[
    str, typer.Option("--by", help="Who did it, for the history.", default_factory=_login)
]

calls_app = typer.Typer(
    no_args_is_help=True,
    help="Calls: list, import and export them, publish, close or withdraw one, let one in late, "
    "see its history.",
)


@calls_app.command("list")
def list_calls() -> None:
    """Print every call with its state and deadline."""
    typer.echo(with_core(call_reports.calls_table))


@calls_app.command("import")
def import_calls(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)], by: By
) -> None:
    """Import calls from a YAML or CSV file: all of them, or none if there is a mistake."""
    report = with_core(lambda core: call_reports.import_file(core, file, by=by))
    typer.echo(report.text, err=report.failed)
    raise typer.Exit(1 if report.failed else 0)


@calls_app.command("export")
def export_calls(
    form: Annotated[Format, typer.Option("--format", help="yaml or csv")] = Format.YAML,
) -> None:
    """Write every call to standard output, as a file that `calls import` takes."""
    sys.stdout.write(with_core(lambda core: call_reports.calls_export(core, form)))


@calls_app.command()
def publish(code: Code, by: By) -> None:
    """Let residents see a draft."""
    _do("publish", code, by)


@calls_app.command()
def close(code: Code, by: By) -> None:
    """Close a call before its deadline: nobody can apply, and nobody is reminded any more."""
    _do("close", code, by)


@calls_app.command()
def withdraw(code: Code, by: By) -> None:
    """Take a call back: residents see no more of it, and nobody is reminded."""
    _do("withdraw", code, by)


@calls_app.command()
def reopen(code: Code, by: By) -> None:
    """Take back that a call was closed early or withdrawn."""
    _do("reopen", code, by)


@calls_app.command()
def late(
    code: Code,
    by: By,
    days: Annotated[
        int, typer.Option(min=1, max=60, help="How long it can be opened, and applied by it.")
    ] = 3,
) -> None:
    """Print a link by which one person may still apply to a call that has closed."""
    typer.echo(with_core(lambda core: late_links.late_link(core, code, by=by, days=days)))


@calls_app.command()
def history(
    code: Code,
    as_json: Annotated[bool, typer.Option("--json", help="In full, for programs.")] = False,
) -> None:
    """Print who changed a call, when, and what it was before."""
    show = call_reports.history_as_json if as_json else call_reports.history
    typer.echo(with_core(lambda core: show(core, code)))


def _do(act: str, code: str, by: str) -> None:
    typer.echo(with_core(lambda core: call_reports.do_to_call(core, act, code, by=by)))
