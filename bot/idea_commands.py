"""The commands of `python -m bot ideas`."""

from typing import Annotated

import typer

from actions.matching.alike import alike_leads
from bot.core import Core
from bot.failures import with_core
from bot.reports import as_table
from bot.settings import SettingError
from storage import leads

ideas_app = typer.Typer(no_args_is_help=True, help="Ideas: which are like one another, and why.")


@ideas_app.callback()
def _several() -> None:
    """Commands may follow, so the first is called by its name as well."""


@ideas_app.command()
def alike(
    reference: Annotated[str, typer.Argument(help="A lead's reference, as its card shows it.")],
) -> None:
    """Print which ideas resemble this one, and why. Both senders agreed to be matched."""
    typer.echo(with_core(lambda core: alike_table(core, reference)))


def alike_table(core: Core, reference: str) -> str:
    """The leads that are like this one: reference, borough, why. Raises SettingError."""
    with core.database.reading() as session:
        lead = leads.find_by_reference(session, reference=reference)
        if lead is None:
            raise SettingError("REF", f"no lead is called {reference}")
        rows = [
            (
                found.lead.reference,
                core.programme.boroughs.get(found.lead.borough or "", ""),
                found.reasons.unescape(),
            )
            for found in alike_leads(session, lead, _Words(core))
        ]
    if not rows:
        return f"nothing is like {lead.reference}, among those who agreed to be matched"
    return as_table(("reference", "borough", "why"), rows)


class _Words:
    """What words the reasons."""

    def __init__(self, core: Core) -> None:
        self.programme = core.programme
        self.say = core.wording.say
