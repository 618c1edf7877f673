"""The conversations together reach every step of the shipped content.

One test holds them all again, so that it knows what they reach however the tests are shared out.
It leaves build/dialogue-trace.json behind, which `python -m dialogues coverage` reads.
"""

from bot.core import Core
from dialogues.coverage import measure, write_trace
from dialogues.marks import Mark
from dialogues.testcases import run_case
from tests.conversations.resident import CASES, somebody_new
from tests.world import ROOT

LEAST_BRANCHES = 95.0  # per cent


def test_every_step_is_reached(core: Core) -> None:
    seen: set[Mark] = set()
    for case in CASES:
        with somebody_new(core) as resident:
            run_case(case, resident)
            seen.update(resident.marks)
    write_trace(ROOT / "build" / "dialogue-trace.json", core.content, seen)
    whole = measure(core.content, seen).whole
    missed = "\n".join(map(str, whole.missed))
    assert whole.steps.reached == whole.steps.all, missed
    assert whole.branches.percent >= LEAST_BRANCHES, missed
