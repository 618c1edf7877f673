"""Calls that lead residents nowhere are found by having the conversations."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.exploring.dead_ends import explore_call
from bot.exploring.rehearsals import Rehearsal
from bot.exploring.scratch import Scratch, open_scratch
from bot.settings import Settings
from storage import calls
from storage.calls import CallDetails
from storage.crypto import new_secret
from tests.content import SHIPPED, EditableContent

OPEN = CallDetails(
    code="garden",
    title="Gardens together",
    theme="community_assets",
    summary="For green spaces.",
    opens_at=datetime(2027, 1, 11, 9, tzinfo=UTC),
    closes_at=datetime(2027, 3, 26, 17, tzinfo=UTC),
    criteria=[],
)


def criterion(fact: str, *, unmet: str = "no", **compared: Any) -> dict[str, Any]:
    words = {"met": "It fits.", "unmet_text": "It does not fit.", "fix": "Look again."}
    return {"fact": fact, **compared, "unmet": unmet, **words}


def settings(folder: Path, dialogues: Path = SHIPPED) -> Settings:
    return Settings(data_dir=folder, dialogues=dialogues, secret_key=new_secret(), _env_file=None)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    with open_scratch(settings(tmp_path_factory.mktemp("scratch"))) as opened:
        yield opened


SEFTON = criterion("borough", one_of=["sefton"])
GROWN_UP = criterion("adult", unmet="not_yet", **{"is": True})
GOOD: dict[str, list[dict[str, Any]]] = {
    "nothing": [],
    "one": [SEFTON],
    "all kinds": [
        SEFTON,
        GROWN_UP,
        criterion("people", at_least=3.0),
        criterion("stage", one_of=["running"]),
        criterion("conflict_of_interest", **{"is": False}),
    ],
    "ways": [
        {"any_of": [SEFTON, {"all_of": [GROWN_UP, criterion("bank_account", **{"is": True})]}]}
    ],
    "what follows from an answer": [criterion("governing_document", **{"is": True})],
}


@pytest.mark.parametrize("name", GOOD)
def test_a_call_that_somebody_can_apply_to_is_fine(scratch: Scratch, name: str) -> None:
    explored = explore_call(scratch, replace(OPEN, criteria=GOOD[name]))
    assert explored.found is None
    assert explored.is_all
    assert explored.talks >= 1


BAD = {
    "one fact, two answers": (
        [SEFTON, criterion("borough", one_of=["halton"])],
        "conflict",
        "borough",
    ),
    "an answer that rules out another": (
        [
            criterion("applicant_who", **{"is": "individual"}),
            criterion("bank_account", **{"is": True}),
        ],
        "conflict",
        "bank_account",
    ),
    "for those who are led elsewhere": (
        [criterion("applicant_who", **{"is": "public_body"})],
        "elsewhere",
        None,
    ),
    "a fact that nobody knows": ([SEFTON, criterion("pets", one_of=["cat"])], "unasked", "pets"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_call_that_nobody_can_apply_to_is_shown_in_talk(scratch: Scratch, name: str) -> None:
    criteria, why, fact = BAD[name]
    found = explore_call(scratch, replace(OPEN, criteria=criteria)).found
    assert found is not None
    assert (found.why, found.fact) == (why, fact)
    assert [it.by for it in found.talk.said[:2]] == ["resident", "assistant"]
    assert found.talk.verdict != "eligible"


def test_a_question_that_no_flow_asks_is_found(tmp_path: Path) -> None:
    content = EditableContent.copied_to(tmp_path / "dialogues")
    content.edit(
        "flows/eligibility.yml",
        '          - if: slots.next_fact = "safeguarding_policy"\n            then: safeguarding\n',
        "",
    )
    content.edit(
        "flows/eligibility.yml", "      - id: safeguarding\n        collect", "      - collect"
    )
    with open_scratch(settings(tmp_path, content.folder)) as scratch:
        asked = [SEFTON, criterion("safeguarding_policy", **{"is": True})]
        found = explore_call(scratch, replace(OPEN, criteria=asked)).found
        assert found is not None
        assert (found.why, found.fact) == ("unasked", "safeguarding_policy")
        assert "It may fit" in found.talk.said[-2].text
        assert explore_call(scratch, replace(OPEN, criteria=[SEFTON])).found is None


def test_an_answer_after_which_nothing_comes_is_found(tmp_path: Path) -> None:
    content = EditableContent.copied_to(tmp_path / "dialogues")
    content.edit(
        "flows/eligibility.yml",
        "      - set_slots:\n          - asked_fact: bank_account\n        next: ask\n",
        "      - set_slots:\n          - asked_fact: bank_account\n        next:\n"
        "          - if: slots.bank_account = false\n            then: END\n"
        "          - else: ask\n",
    )
    with open_scratch(settings(tmp_path, content.folder)) as scratch:
        asked = [criterion("bank_account", **{"is": True})]
        found = explore_call(scratch, replace(OPEN, criteria=asked)).found
        assert found is not None
        assert found.why == "dropped"
        assert [it.text for it in found.talk.said if it.by == "resident"][-1] == "No"
        assert explore_call(scratch, replace(OPEN, criteria=[SEFTON])).found is None


def test_it_ends_in_time(scratch: Scratch) -> None:
    ticks = iter(range(1000))
    criteria = GOOD["all kinds"]
    explored = explore_call(
        scratch, replace(OPEN, criteria=criteria), seconds=3, monotonic=lambda: next(ticks)
    )
    assert not explored.is_all
    assert explored.found is None  # the first conversation has shown that somebody can
    assert explored.talks < 10


def test_a_rehearsal_leaves_nothing_behind(scratch: Scratch) -> None:
    with scratch.core.database.reading() as session:
        before = calls.kept_codes(session)
    talk = Rehearsal(scratch, OPEN).talk({})
    assert talk.verdict == "eligible"
    with scratch.core.database.reading() as session:
        assert calls.kept_codes(session) == before
