"""The commands of `python -m bot`.

Exit codes: 0 done, 1 findings or bad rows, 2 usage or setting,
3 database in use; `train` says what its others are."""

import asyncio
import sys
from enum import StrEnum
from typing import Annotated

import typer

from bot import app as application
from bot import reports
from bot.call_commands import By, calls_app
from bot.clock import SystemClock
from bot.exploring import Bounds
from bot.exploring import explore as explore_content
from bot.failures import failures_in_one_line, with_core
from bot.idea_commands import ideas_app
from bot.logs import set_up_logs
from bot.roles import Role, Roles, roles_of
from bot.settings import Settings, read_settings
from bot.staff_commands import staff_app
from bot.stopping import when_asked
from bot.talk import talk as talk_in_terminal
from bot.training.command import train

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="An assistant that guides residents into a community incubator.",
)
leads_app = typer.Typer(no_args_is_help=True, help="Leads: list them, export them.")
app.add_typer(calls_app, name="calls")
app.add_typer(ideas_app, name="ideas")
app.add_typer(leads_app, name="leads")
app.add_typer(staff_app, name="staff")


class Format(StrEnum):
    """How an export is written."""

    CSV = "csv"
    JSON = "json"


@app.command()
def run(
    role: Annotated[
        list[Role] | None,
        typer.Option("--role", help="What this process does (may repeat); only on PostgreSQL."),
    ] = None,
    samples: Annotated[
        bool, typer.Option("--samples", help="Load the illustrative sample calls.")
    ] = False,
    dev: Annotated[
        bool, typer.Option("--dev", help="Edited content counts from the next message on.")
    ] = False,
) -> None:
    """Serve: Telegram if TELEGRAM_TOKEN is set, else the local preview in the browser."""
    with failures_in_one_line():
        settings = read_settings()
        roles = roles_of(role or [Role.ALL], settings)
        set_up_logs(settings)
        if settings.token is None:
            sys.stderr.write("TELEGRAM_TOKEN is not set: serving the local preview only\n")
        asyncio.run(_serve(settings, roles=roles, samples=samples, dev=dev))


@app.command()
def talk(
    trace: Annotated[
        bool, typer.Option("--trace", help="Show what each turn understood and did.")
    ] = False,
) -> None:
    """Hold the same conversation in the terminal; nothing said there is kept."""
    with failures_in_one_line():
        talk_in_terminal(read_settings(), trace=trace)


@app.command()
def explore(
    depth: Annotated[int, typer.Option(min=1, help="Turns in one conversation.")] = Bounds.depth,
    detours: Annotated[
        int, typer.Option(min=0, help="Detours from the straight way in one conversation.")
    ] = Bounds.detours,
    seconds: Annotated[float, typer.Option(min=0.1, help="Stop after this time.")] = Bounds.seconds,
    flow: Annotated[
        str | None, typer.Option(help="Only conversations that begin with this flow.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Walk the flows with every kind of answer: find dead ends, circles and the like."""
    with failures_in_one_line():
        bounds = Bounds(depth=depth, detours=detours, seconds=seconds, flow=flow)
        report = explore_content(read_settings(), bounds)
    typer.echo(report.as_json() if as_json else report.as_text())
    raise typer.Exit(1 if report.faults else 0)


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema (`run` does this by itself)."""
    with_core(lambda _core: None)
    typer.echo("the schema is up to date")


app.command()(train)


@leads_app.command("list")
def list_leads() -> None:
    """Print every lead, the newest last."""
    typer.echo(with_core(reports.leads_table))


@leads_app.command("export")
def export_leads(
    by: By,
    form: Annotated[Format, typer.Option("--format", help="csv or json")] = Format.JSON,
    history: Annotated[
        bool, typer.Option("--history", help="With each version that was sent.")
    ] = False,
) -> None:
    """Write every lead to standard output."""
    sys.stdout.write(
        with_core(lambda core: reports.leads_export(core, form, history=history, by=by))
    )


async def _serve(settings: Settings, *, roles: Roles, samples: bool, dev: bool) -> None:
    stop = asyncio.Event()
    when_asked(stop)
    await application.run(
        settings, clock=SystemClock(), roles=roles, samples=samples, stop=stop, dev=dev
    )
