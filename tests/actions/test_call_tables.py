"""Calls as tables: what spreadsheets write is read, each error with the line of the file."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from actions.calls.call_files import CallFileError, import_calls, read_calls
from storage import calls
from storage.calls import CallDetails
from tests.actions.conftest import NOW, programme

HEAD = (
    "code,title,theme,summary,offering,link,may_close_early,draft,reminders,criteria,"
    "opens_at,closes_at"
)
CRITERIA = (
    '"[{""fact"": ""adult"", ""is"": true, ""unmet"": ""not_yet"", ""met"": ""You are."",'
    ' ""unmet_text"": ""You are not."", ""fix"": ""Ask somebody.""}]"'
)
FULL = (
    'ageing_1,"Ageing, well",ageing,Company.,"£500\nand time",https://example.org/a,'
    f"650 applications,yes,14d 2h,{CRITERIA},2026-03-01 09:00,2026-04-17 17:00"
)
SHORT = "plain,Plain,ageing,Just so.,,,,,,,2026-03-01 09:00,2026-04-17 17:00"
GOOD = f"{HEAD}\n{FULL}\n{SHORT}\n"


def read(text: str) -> list[CallDetails]:
    return read_calls(text, "calls.csv", programme=programme())


def errors_of(text: str) -> list[str]:
    with pytest.raises(CallFileError) as refused:
        read(text)
    return refused.value.errors


def test_a_row_is_a_call() -> None:
    full, plain = read(GOOD)
    assert (full.code, full.title, full.offering) == ("ageing_1", "Ageing, well", "£500\nand time")
    assert (full.link, full.may_close_early) == ("https://example.org/a", "650 applications")
    assert (full.is_draft, plain.is_draft) == (True, False)
    assert full.closes_at == datetime(2026, 4, 17, 16, tzinfo=UTC)
    assert (full.reminders, plain.reminders) == (["14d", "2h"], None)
    assert full.criteria[0]["is"] is True
    assert (plain.offering, plain.link, plain.criteria) == (None, None, [])


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(GOOD.replace("\n", "\r\n"), id="line ends of Windows"),
        pytest.param(GOOD.replace("Ageing, well", "Ageing; well"), id="commas"),
        pytest.param(HEAD.replace(",", ";") + "\n", id="no rows"),
        pytest.param(GOOD + ",,,,,,,,,,,\r\n\r\n", id="empty rows at the end"),
        pytest.param(GOOD.replace("code,title", " Code ,Title"), id="heads as they are typed"),
        pytest.param(GOOD.replace("09:00", "09:00:00"), id="seconds"),
        pytest.param(GOOD.replace("yes", "TRUE"), id="a flag as a spreadsheet writes it"),
        pytest.param(GOOD.replace("closes_at\n", "closes_at,,\n"), id="columns without a name"),
    ],
)
def test_ways_in_which_spreadsheets_write_it(written: str) -> None:
    expected = [] if "ageing_1" not in written else ["ageing_1", "plain"]
    assert [call.code for call in read(written)] == expected


def test_semicolons_separate_as_well() -> None:
    rows = (HEAD, SHORT)
    [call] = read("\r\n".join(row.replace(",", ";") for row in rows))
    assert (call.code, call.closes_at.hour) == ("plain", 16)


def test_what_was_made_safe_for_a_spreadsheet_is_as_it_was() -> None:
    [call] = read(f"{HEAD}\n" + SHORT.replace("Just so.", "'=1+1"))
    assert call.summary == "=1+1"


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        # the row begins in line 2, its second line is 3, the other row stands in line 4
        ("ageing_1", "Ageing-1", "calls.csv:2: Ageing-1: code must be 1 to 24"),
        (",Just so.", ",", "calls.csv:4: plain: summary is missing"),
        ("650 applications,yes", "650,maybe", "calls.csv:3: ageing_1: draft must be yes or no"),
        ("https:", "http:", "calls.csv:3: ageing_1: link must begin with https://"),
        ("14d 2h", "14x", "calls.csv:3: ageing_1: reminders: '14x' is no offset"),
        ('""adult""', '""income""', "calls.csv:3: ageing_1: unknown fact income"),
        ('"[{', '"[[{', "calls.csv:3: ageing_1: no YAML: "),
        (",2026-03-01", ",01/03/2026", "calls.csv:3: ageing_1: opens_at: '01/03/2026 09:00' must"),
        ("plain,", "ageing_1,", "calls.csv:4: ageing_1: this code is used twice"),
        ("plain,", ",", "calls.csv:4: -: code is missing"),
        ("17:00\n", "17:00,more\n", "calls.csv:3: ageing_1: there are more cells than columns"),
        ("offering,", "ofering,", "calls.csv:1: -: unknown column ofering; known: code, "),
        ("offering,", "link,", "calls.csv:1: -: column link is given twice"),
        ("summary,", "offering,", "calls.csv:1: -: column summary is missing"),
        (",link,", ",,", "calls.csv:3: ageing_1: 'https://example.org/a' stands in a nameless"),
        ('"Ageing,', 'x"Ageing,', "calls.csv:2: ageing_1: "),
        ("Plain,", '"Plain,', "calls.csv:4: -: no CSV: "),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, error: str) -> None:
    assert old in GOOD
    found = errors_of(GOOD.replace(old, new, 1))
    assert any(line.startswith(error) for line in found), found


def test_an_error_deep_in_a_cell_has_the_line_it_stands_in() -> None:
    criteria = '"- fact: adult\n  is: true\n  unmet: perhaps\n  met: a\n  unmet_text: b\n  fix: c"'
    [error] = errors_of(GOOD.replace(CRITERIA, criteria))
    assert error == "calls.csv:5: ageing_1: unmet must be not_yet or no"


def test_every_bad_row_is_named_and_nothing_is_kept(session: Session) -> None:
    text = GOOD.replace("ageing,Company", "aging,Company").replace("Plain,ageing", "Plain,aging")
    with pytest.raises(CallFileError) as refused:
        import_calls(session, text=text, filename="a.csv", programme=programme(), now=NOW)
    assert [error[:14] for error in refused.value.errors] == ["a.csv:2: agein", "a.csv:4: plain"]
    assert calls.all_calls(session) == []


@pytest.mark.parametrize("text", ["", "\n\n", ",,\n"])
def test_an_empty_file_has_no_columns(text: str) -> None:
    assert errors_of(text) == ["calls.csv:1: -: the file has no columns"]
