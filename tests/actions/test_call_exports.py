"""What was exported is imported to the same, in either form and from one to the other."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from actions.calls.call_exports import calls_as_csv, calls_as_yaml
from actions.calls.call_files import import_calls
from storage import calls
from storage.call_changes import changes_of
from storage.calls import CallDetails
from storage.models import Call
from tests.actions.calls_made import criterion, make_call
from tests.actions.conftest import NOW, ZONE, programme

WRITERS = {"calls.yml": calls_as_yaml, "calls.csv": calls_as_csv}
FIELDS = tuple(CallDetails.__dataclass_fields__)

# anything that a file can hold, in words that stand alone: spaces around them are not kept
_letters = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\ufeff")
_words = st.one_of(
    st.text(_letters, min_size=1, max_size=20).map(str.strip).filter(bool),
    st.sampled_from(["no", "1e5", "=1+1", "'=x", "- a", "a\nb", 'say "so"', "a;b,c", "~", "null"]),
)
_instants = st.integers(
    1_767_000_000, 1_830_000_000
).map(  # 2026 and 2027, with their clock changes
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
_criteria = st.lists(
    st.sampled_from(
        [
            criterion("adult", **{"is": True}, unmet="not_yet"),
            criterion("borough", one_of=["sefton", "wirral"]),
            {"any_of": [criterion("people", at_least=3.0), criterion("stage", one_of=["spark"])]},
        ]
    ),
    unique_by=str,
)


@st.composite
def _calls(draw: st.DrawFn) -> list[CallDetails]:
    codes = draw(
        st.lists(st.from_regex(r"[a-z0-9_]{1,24}", fullmatch=True), max_size=3, unique=True)
    )
    return [draw(_details(code)) for code in codes]


def _details(code: str) -> st.SearchStrategy[CallDetails]:
    maybe = st.none() | _instants
    return st.builds(
        CallDetails,
        code=st.just(code),
        title=_words,
        theme=st.sampled_from(["ageing", "complex_needs"]),
        summary=_words,
        opens_at=_instants,
        closes_at=_instants.map(lambda it: it + timedelta(days=800)),
        criteria=_criteria,
        reminders=st.sampled_from([None, [], ["14d"], ["5wd", "1d12h", "15m"]]),
        illustrative=st.booleans(),
        offering=st.none() | _words,
        link=st.sampled_from([None, "https://example.org/?a=1&b=2"]),
        may_close_early=st.none() | _words,
        sign_off=st.booleans(),
        is_draft=st.booleans(),
        closed_early_at=maybe,
        withdrawn_at=maybe,
    )


@contextmanager
def taken_back(session: Session) -> Iterator[None]:
    point = session.begin_nested()
    yield
    point.rollback()


def take(session: Session, text: str, filename: str) -> list[Any]:
    return import_calls(
        session, text=text.removeprefix("\ufeff"), filename=filename, programme=programme(), now=NOW
    )


def as_values(found: list[Call]) -> list[dict[str, Any]]:
    return [{name: getattr(call, name) for name in FIELDS} for call in found]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(details=_calls(), filename=st.sampled_from([*WRITERS]))
def test_importing_what_was_exported_changes_nothing(
    session: Session, details: list[CallDetails], filename: str
) -> None:
    with taken_back(session):
        for each in details:
            calls.save_call(session, each, now=NOW)
        text = WRITERS[filename](calls.all_calls(session), ZONE)
        assert [saved for saved in take(session, text, filename) if saved.changed] == []


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(details=_calls(), filename=st.sampled_from([*WRITERS]))
def test_an_empty_database_gets_the_same_calls(
    session: Session, details: list[CallDetails], filename: str
) -> None:
    with taken_back(session):
        for each in details:
            calls.save_call(session, each, now=NOW)
        before = as_values(calls.all_calls(session))
        text = WRITERS[filename](calls.all_calls(session), ZONE)
    with taken_back(session):
        take(session, text, filename)
        assert as_values(calls.all_calls(session)) == before


def test_a_call_that_closed_early_stays_closed_in_another_database(session: Session) -> None:
    call = make_call(session)
    calls.close_call_early(session, call, by="Ann", now=NOW + timedelta(microseconds=7))
    text = calls_as_csv([call], ZONE)
    assert not take(session, text, "calls.csv")[0].changed
    assert [it.kind for it in changes_of(session, code="ageing")] == ["created", "closed_early"]


def test_no_cell_is_a_formula(session: Session) -> None:
    call = make_call(session, offering="=HYPERLINK(1)")
    [row] = csv.DictReader(io.StringIO(calls_as_csv([call], ZONE).removeprefix("\ufeff")))
    assert row["offering"] == "'=HYPERLINK(1)"


def test_a_spreadsheet_knows_the_encoding(session: Session) -> None:
    assert calls_as_csv([make_call(session)], ZONE).startswith("\ufeffcode,")


@pytest.mark.parametrize("filename", [*WRITERS])
def test_a_file_without_ends_leaves_them_as_they_are(session: Session, filename: str) -> None:
    call = make_call(session)
    text = WRITERS[filename]([call], ZONE)
    calls.withdraw_call(session, call, by="Ann", now=NOW)
    assert not take(session, text, filename)[0].changed
    assert call.withdrawn_at == NOW
