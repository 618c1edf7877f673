"""The commands of `python -m bot staff`."""

from typing import Annotated

import typer

from bot import staff_reports
from bot.call_commands import By
from bot.failures import with_core
from storage.staff import Role

Number = Annotated[int, typer.Argument(help="Their number, as `staff list` shows it.")]

staff_app = typer.Typer(
    no_args_is_help=True,
    help="Staff: a link for the first admin, who is on the list, what they did.",
)


@staff_app.command()
def link(by: By) -> None:
    """Print a one-time link that makes whoever opens it an admin; one made before is over."""
    typer.echo(with_core(lambda core: staff_reports.admin_link(core, by=by)))


@staff_app.command("list")
def list_staff() -> None:
    """Print everybody who is staff, with what they may do."""
    typer.echo(with_core(staff_reports.staff_table))


@staff_app.command()
def role(
    number: Number,
    by: By,
    role: Annotated[Role, typer.Argument(help="What they may do.")],
) -> None:
    """Change what somebody may do."""
    typer.echo(with_core(lambda core: staff_reports.give_role(core, number, role, by=by)))


@staff_app.command()
def remove(number: Number, by: By) -> None:
    """Take somebody off the list: they may do nothing any more, and their open leads are free."""
    typer.echo(with_core(lambda core: staff_reports.remove(core, number, by=by)))


@staff_app.command()
def audit(
    lead: Annotated[str | None, typer.Option("--lead", help="Only of this lead.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many at most.")] = 50,
) -> None:
    """Print what staff did and were refused, the newest first."""
    typer.echo(with_core(lambda core: staff_reports.audit_table(core, lead=lead, limit=limit)))
