"""What the console's speed is measured with: it fills a database, and asks for every page."""

from pathlib import Path

import pytest

from benchmarks.console import measuring, visits
from benchmarks.console.__main__ import measure
from benchmarks.console.databases import Filled, fill, settings_for
from benchmarks.console.measuring import Measured
from benchmarks.console.scale import Scale
from benchmarks.console.visits import UnknownParameterError, Visit
from bot.console.access import ROUTES
from storage.crypto import new_secret

SMALL = Scale().times(0.0005)
NONE = 404


@pytest.fixture
def filled(database_url: str, tmp_path: Path) -> Filled:
    """A database in which little has happened, of each kind of thing something."""
    secret = new_secret()
    fill(settings_for(database_url, secret, tmp_path), SMALL)
    return Filled(database_url, secret)


@pytest.mark.timeout(300)
async def test_every_page_is_asked_for_and_can_be_shown(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "WARM_UPS", 1)
    measured = await measure(filled, SMALL, [], times=1)
    asked = {it.visit.route for it in measured}
    assert asked == {name for name, access in ROUTES.items() if access.method == "GET"}
    assert [it.visit.path for it in measured if not it.is_shown] == []
    missing = [it.visit.path for it in measured if it.status == NONE and it.visit.name != "none"]
    assert missing == []
    assert all(it.p95 >= it.p50 > 0 for it in measured if it.visit.route == "leads")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_parameter_without_an_example_is_said(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "EXAMPLES", {})
    with pytest.raises(UnknownParameterError, match="no example of"):
        await measure(filled, SMALL, [], times=1)


@pytest.mark.parametrize(
    ("cpu", "server", "p95", "expected"),
    [(0.1, 0.04, 0.2, True), (0.1, 0.06, 0.2, False), (0.1, 0.0, 0.31, False)],
)
def test_a_page_may_cost_so_much(cpu: float, server: float, p95: float, expected: bool) -> None:
    it = Measured(Visit("leads", "/staff/leads", ""), 200, 1, cpu, server, 0.1, p95)
    assert it.is_met is expected
