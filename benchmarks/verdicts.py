"""What it costs to judge a thousand calls, to choose the next question among them, and to judge
somebody again when they change.

    python -m benchmarks.verdicts

CPU time, never wall time; the median over all rounds. The calls have the criteria of the shipped
samples, as kept, and are judged for somebody who has answered ever more questions. Exit code 1 when
the bar is not met.
"""

import copy
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from actions.calls.call_files import load_samples
from actions.criteria.facts import declared
from actions.criteria.questions import next_question
from actions.criteria.verdicts import Judged, criteria_of, judge_call
from actions.programme import Programme
from benchmarks.judged_again import judged_again
from bot.clock import ManualClock
from dialogues.loader import load
from storage.crypto import new_secret
from storage.database import open_database
from storage.models import Call
from storage.schema import migrate

CALLS, ROUNDS, LIMIT_MS = 1_000, 15, 20.0
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SHIPPED = Path(__file__).parent.parent / "dialogues"
ANSWERS: Mapping[str, Any] = {
    "applicant_who": "group",
    "theme": "complex_needs",
    "applicant_form": "informal_group",
    "borough": "sefton",
    "stage": "tried",
    "people": 4.0,
    "bank_account": False,
    "adult": True,
}


def main() -> int:
    """Measure, print, and say whether the bar is met."""
    programme = load(SHIPPED).programme
    facts, calls = programme.facts, thousand_calls(programme)
    residents = [
        declared(facts, dict(islice(ANSWERS.items(), count))) for count in range(len(ANSWERS) + 1)
    ]
    judging = [cpu_ms(partial(judge_all, calls, one)) for one in residents]
    reasons = cpu_ms(lambda: [judge_call(it, residents[-1]).verdict.reasons for it in calls])
    criteria = [criteria_of(call) for call in calls]
    choosing = [cpu_ms(partial(next_question, criteria, one, facts), 3) for one in residents]
    print(
        f"judging {CALLS:,} calls: {statistics.median(judging):.1f} ms of CPU, at worst "
        f"{max(judging):.1f} ms; must be at most {LIMIT_MS:g} ms"
    )
    print(f"the same with every reason told: {reasons:.1f} ms")
    print(f"choosing the next question among {CALLS:,} calls: at worst {max(choosing):.0f} ms")
    again = judged_again(
        SHIPPED / "samples.yml", programme, residents[-1], ManualClock(NOW), many=CALLS
    )
    print(
        f"one resident again, when {CALLS:,} calls ask for something else: {again.telling:.0f} ms "
        f"to find what makes a difference, {again.wording:.0f} ms to judge once more for the "
        f"{again.messages:,} messages, beside {again.importing:.0f} ms to import the calls"
    )
    return int(max(judging) > LIMIT_MS)


def judge_all(calls: list[Call], answers: Mapping[str, Any]) -> list[Judged]:
    return [judge_call(call, answers) for call in calls]


def thousand_calls(programme: Programme) -> list[Call]:
    """Calls as they are read from the database, each with criteria of its own."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/bot.db", secret=new_secret())
        migrate(database.engine)
        with database.transaction() as session:
            saved = load_samples(session, SHIPPED / "samples.yml", programme=programme, now=NOW)
            criteria = [it.call.criteria for it in saved]
        database.close()
    kept = islice(cycle(criteria), CALLS)
    return [Call(id=number, criteria=copy.deepcopy(it)) for number, it in enumerate(kept)]


def cpu_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """What it costs once it has been done before."""
    work()
    spent = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        spent.append((time.process_time() - begun) * 1_000)
    return statistics.median(spent)


if __name__ == "__main__":
    sys.exit(main())
