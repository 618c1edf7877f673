"""Import files: each error with its line, and nothing kept unless all is right."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from actions.calls.call_files import CallFileError, import_calls, load_samples, read_calls
from storage import calls, subscriptions
from tests.actions.conftest import NOW, Stage, programme

GOOD = """\
calls:
  - code: ageing_1
    title: Ageing well
    theme: ageing
    summary: Company and staying steady.
    opens_at: 2026-03-01 09:00
    closes_at: 2026-04-17 17:00
    reminders: [14d, 2h 15m]
    criteria:
      - fact: borough
        one_of: [sefton, wirral]
        unmet: no
        met: You're in our area.
        unmet_text: It isn't in our area.
        fix: Ask your own council.
      - fact: adult
        is: yes
        unmet: not_yet
        met: You're old enough.
        unmet_text: You need somebody over 18.
        fix: Ask a grown-up to apply with you.
      - fact: stage
        at_least: tried
        unmet: not_yet
        met: You've tried it.
        unmet_text: It hasn't been tried.
        fix: Try it once.
"""


def errors_of(text: str) -> list[str]:
    with pytest.raises(CallFileError) as refused:
        read_calls(text, "calls.yml", programme=programme())
    return refused.value.errors


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_a_call_is_read_in_programme_time() -> None:
    [call] = read_calls(GOOD, "calls.yml", programme=programme())
    assert call.code == "ageing_1"
    assert call.opens_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert call.closes_at == datetime(2026, 4, 17, 16, tzinfo=UTC)
    assert call.reminders == ["14d", "2h", "15m"]
    assert [list(criterion)[1] for criterion in call.criteria] == ["one_of", "is", "one_of"]
    assert call.criteria[0]["unmet"] == "no"
    assert call.criteria[1]["is"] is True
    assert call.criteria[2]["one_of"] == ["tried", "running", "contracts"]


def test_reminders_and_criteria_may_be_left_out() -> None:
    short = GOOD[: GOOD.index("    reminders")]
    [call] = read_calls(short, "calls.yml", programme=programme())
    assert (call.reminders, call.criteria) == (None, [])


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("ageing_1", "Ageing-1", "2: Ageing-1: code must be 1 to 24 of a-z, 0-9 and _"),
        ("    title: Ageing well\n", "", "2: ageing_1: title is missing"),
        ("Ageing well", "", "3: ageing_1: title must be text"),
        ("theme: ageing", "theme: aging", "4: ageing_1: unknown theme aging; known: "),
        ("summary:", "sumary:", "2: ageing_1: summary is missing"),
        ("summary:", "sumary:", "5: ageing_1: unknown field sumary"),
        ("2026-03-01 09:00", "2026-03-01", "6: ageing_1: opens_at: '2026-03-01' must be written"),
        ("2026-03-01 09:00", "2026-02-30 09:00", "6: ageing_1: opens_at: '2026-02-30 09:00' is no"),
        (
            "2026-03-01 09:00",
            "2026-03-29 01:30",
            "6: ageing_1: opens_at: 2026-03-29 01:30 does not",
        ),
        ("2026-04-17 17:00", "2026-10-25 01:30", "7: ageing_1: closes_at: 2026-10-25 01:30 comes"),
        ("2026-04-17 17:00", "2026-02-01 17:00", "2: ageing_1: it must open before it closes"),
        ("14d, 2h", "14x, 2h", "8: ageing_1: reminders: '14x' is no offset"),
        ("[14d, 2h 15m]", "{a: 1}", "8: ageing_1: reminders: '' is no offset"),
        ("fact: borough", "fact: income", "10: ageing_1: unknown fact income; known: adult"),
        ("[sefton, wirral]", "[sefton, leeds]", "11: ageing_1: leeds is no answer to borough"),
        ("[sefton, wirral]", "[]", "11: ageing_1: one_of must be a list with something in it"),
        ("unmet: no", "unmet: never", "12: ageing_1: unmet must be not_yet or no"),
        (
            "        one_of: [sefton, wirral]\n",
            "",
            "10: ageing_1: give one of one_of, is, at_least",
        ),
        ("is: yes", "is: maybe", "17: ageing_1: maybe is no answer to adult"),
        ("        fix: Try it once.\n", "", "22: ageing_1: fix is missing"),
        ("at_least: tried", "at_least: done", "23: ageing_1: at_least done makes no sense"),
        ("criteria:", "criteria: none\n    x:", "9: ageing_1: criteria must be a list"),
        ("calls:", "call:", "1: -: the file must have the one top key `calls`, a list"),
        ("  - code: ageing_1\n", "  - just words\n  - code: ageing_1\n", "2: -: a call must be a"),
        ("Ageing well", "'Ageing", "no YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, error: str) -> None:
    found = errors_of(changed(old, new))
    assert any(error in line for line in found), found
    assert all(line.startswith("calls.yml:") for line in found)


def test_all_errors_are_told_at_once_in_the_order_of_the_file() -> None:
    text = changed("ageing_1", "A").replace("theme: ageing", "theme: x").replace("14d", "x")
    lines = [int(error.split(":")[1]) for error in errors_of(text)]
    assert lines == sorted(lines)
    assert len(lines) == 3


def test_a_code_twice_is_refused() -> None:
    text = GOOD + GOOD.removeprefix("calls:\n")
    assert errors_of(text) == ["calls.yml:28: ageing_1: this code is used twice"]


def test_criteria_that_nobody_can_meet_are_refused() -> None:
    second = """\
      - fact: borough
        is: st_helens
        unmet: no
        met: a
        unmet_text: b
        fix: c
"""
    [error] = errors_of(GOOD + second)
    assert error.endswith("no answer to borough meets all criteria about it")


@given(st.text(alphabet=st.sampled_from("calls:\n -[]{}'\"&*!|>#codeabc\t0"), max_size=80))
def test_any_text_is_refused_and_never_crashes(text: str) -> None:
    with suppress(CallFileError):
        assert read_calls(text, "calls.yml", programme=programme()) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[sefton, wirral]", "&a [*a]"),
        ("is: yes", "is: {a: b}"),
        ("summary:", "[a, b]: c\n    summary:"),
        ("summary: Company and staying steady.", "summary: [Company]"),
        ("  - code: ageing_1", "  - code: [ageing_1]"),
    ],
)
def test_odd_shapes_are_refused(old: str, new: str) -> None:
    assert errors_of(changed(old, new))


def keep(session: Session, text: str, now: datetime = NOW) -> list[Any]:
    return import_calls(session, text=text, filename="calls.yml", programme=programme(), now=now)


def test_importing_again_changes_nothing(session: Session) -> None:
    [first] = keep(session, GOOD)
    [again] = keep(session, GOOD)
    assert (first.created, again.created, again.changed, again.moved) == (True, False, False, False)


def test_a_file_with_one_error_keeps_nothing(session: Session) -> None:
    second = GOOD.removeprefix("calls:\n").replace("ageing_1", "other").replace("14d", "x")
    with pytest.raises(CallFileError):
        keep(session, GOOD + second)
    assert calls.all_calls(session) == []


def test_a_moved_deadline_moves_its_reminders(stage: Stage) -> None:
    keep(stage.session, GOOD)
    stage.run("action_subscribe", remind_call="ageing_1")
    [(subscription, _call)] = subscriptions.subscriptions_of_chat(
        stage.session, chat_id=stage.context.chat_id
    )
    assert subscription.next_due_at == datetime(2026, 4, 3, 16, tzinfo=UTC)
    [saved] = keep(stage.session, changed("2026-04-17", "2026-04-20"))
    assert saved.moved
    assert subscription.next_due_at == datetime(2026, 4, 6, 16, tzinfo=UTC)
    assert subscription.closes_at == saved.call.closes_at


SAMPLES = """\
calls:
  - code: sample
    title: A sample
    theme: ageing
    summary: Only to look at.
    opens_in_days: -20
    opens_at_time: 09:00
    closes_in_days: 30
    closes_at_time: 17:00
"""


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    path = tmp_path / "samples.yml"
    path.write_text(SAMPLES)
    return path


def test_samples_count_from_today(session: Session, samples: Path) -> None:
    [saved] = load_samples(session, samples, programme=programme(), now=NOW)
    assert saved.call.illustrative
    assert saved.call.opens_at == datetime(2026, 2, 10, 9, tzinfo=UTC)
    assert saved.call.closes_at == datetime(2026, 4, 1, 16, tzinfo=UTC)


def test_samples_stay_until_they_are_over(session: Session, samples: Path) -> None:
    for days, loaded in ((0, 1), (3, 0), (40, 1)):
        now = NOW + timedelta(days=days)
        found = load_samples(session, samples, programme=programme(), now=now)
        assert len(found) == loaded
    [call] = calls.all_calls(session)
    assert call.closes_at > NOW + timedelta(days=60)


def test_a_wrong_sample_says_so(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "samples.yml"
    path.write_text(SAMPLES.replace("17:00", "soon"))
    with pytest.raises(CallFileError, match=r"samples.yml:2: sample: when it closes"):
        load_samples(session, path, programme=programme(), now=NOW)


EITHER = """\
      - any_of:
          - fact: people
            at_least: 3
            unmet: not_yet
            met: a
            unmet_text: b
            fix: c
            takes: A week.
            instead: accelerator
          - all_of:
              - fact: applicant_form
                one_of: [charity]
                unmet: no
                met: a
                unmet_text: b
                fix: c
              - fact: stage
                at_most: running
                unmet: no
                met: a
                unmet_text: b
                fix: c
"""


def test_ways_bounds_and_doors_are_kept() -> None:
    [call] = read_calls(GOOD + EITHER, "calls.yml", programme=programme())
    people, together = call.criteria[-1]["any_of"]
    assert (people["at_least"], people["takes"], people["instead"]) == (3, "A week.", "accelerator")
    charity, stage = together["all_of"]
    assert charity["one_of"] == ["charity"]
    assert stage["one_of"] == ["spark", "tried", "running"]


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("at_least: 3", "at_least: many", "30: ageing_1: at_least many makes no sense for people"),
        ("at_least: 3", "is: many", "30: ageing_1: many is no answer to people"),
        ("accelerator", "nowhere", "36: ageing_1: instead: no offer or call nowhere; known: acc"),
        ("accelerator", "ageing_1", "36: ageing_1: instead: no offer or call ageing_1"),
        ("- any_of:", "- one_way:", "28: ageing_1: unknown field one_way"),
        ("- all_of:", "- all_of: []\n            more:", "37: ageing_1: all_of must be a list"),
        ("takes: A week.", "takes: []", "35: ageing_1: takes must be text"),
        ("one_of: [charity]", "one_of: [individual]", None),
    ],
)
def test_what_is_wrong_inside_a_group_is_told_with_its_line(
    old: str, new: str, error: str | None
) -> None:
    text = GOOD + EITHER.replace(old, new)
    if error is None:
        assert read_calls(text, "calls.yml", programme=programme())
    else:
        assert any(error in line for line in errors_of(text)), errors_of(text)


def extra(fact: str, condition: str) -> str:
    texts = "".join(f"        {name}: x\n" for name in ("met", "unmet_text", "fix"))
    return f"      - fact: {fact}\n        {condition}\n        unmet: not_yet\n{texts}"


@pytest.mark.parametrize(
    ("more", "line"),
    [
        # what one answer implies of another
        (extra("applicant_form", "is: charity") + extra("governing_document", "is: false"), 34),
        (extra("applicant_who", "is: individual") + extra("applicant_form", "is: charity"), 34),
        (extra("people", "at_least: 3") + extra("people", "at_most: 2"), 34),
        # no way of an any_of is left
        (extra("people", "at_most: 2") + extra("stage", "is: contracts") + EITHER, 40),
    ],
)
def test_what_nobody_can_meet_together_is_refused_where_it_shows(more: str, line: int) -> None:
    [error] = errors_of(GOOD + more)
    assert error.startswith(f"calls.yml:{line}: ageing_1: no"), error


def test_a_way_that_nobody_can_take_is_refused_though_others_are_left() -> None:
    [error] = errors_of(GOOD + extra("people", "at_most: 2") + EITHER)
    assert error == "calls.yml:35: ageing_1: nobody can meet this, given what else is asked"


def test_groups_in_groups_come_to_an_end() -> None:
    endless = GOOD + "      - any_of: &a\n          - any_of: *a\n"
    assert any("groups may be nested" in error for error in errors_of(endless))


def test_a_call_may_point_to_another_of_the_file_and_to_one_that_is_kept(session: Session) -> None:
    def pointing(code: str, to: str) -> str:
        shown = f"unmet: no\n        instead: {to}\n"
        return GOOD.replace("ageing_1", code).replace("unmet: no\n", shown, 1)

    both = pointing("one", "two") + pointing("two", "one").removeprefix("calls:\n")
    assert len(keep(session, both)) == 2
    assert len(keep(session, pointing("three", "one"))) == 1
    with pytest.raises(CallFileError):
        keep(session, pointing("four", "five"))
