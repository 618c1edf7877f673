"""docs/console/web-hooks.md says what the code does."""

import re
from pathlib import Path

from bot.ways_out import calling, hooks
from storage.happenings import _LEADS, KINDS

GUIDE = (Path(__file__).parents[2] / "docs/console/web-hooks.md").read_text()


def test_every_kind_of_event_is_described_and_no_other() -> None:
    described = re.findall(r"^\| `([a-z.]+)` \|", GUIDE, re.MULTILINE)
    assert described == [*KINDS, "test"]


def test_every_event_of_a_lead_is_named_in_its_row() -> None:
    for kind, events in _LEADS.items():
        row = next(it for it in GUIDE.splitlines() if it.startswith(f"| `{kind}` |"))
        assert [it for it in events if f"`{it}`" not in row] == []


def test_it_says_how_often_it_is_tried_and_what_is_given_up() -> None:
    assert hooks.TRIED_AGAIN_AFTER == (5, 60, 300, 900, 1800, 3600, 7200, 14_400)
    assert "5 seconds, 1, 5, 15 and 30 minutes, 1, 2 and then every 4 hours" in " ".join(
        GUIDE.split()
    )
    given_up = ", ".join(str(it) for it in sorted(hooks._NEVER_TAKEN))
    assert f"**{given_up}**" in GUIDE
    assert calling.MOST_REDIRECTS == 3
    assert calling.ANSWER_WITHIN == 10.0
