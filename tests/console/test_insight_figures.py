"""The figures in pages, pictures and files: small numbers are hidden in all of them."""

import csv
import hashlib
import re
from base64 import b64encode
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from storage import day_figures
from storage.staff import Role
from tests.console.conftest import Browser, Office
from tests.console.figured import TODAY, count_weeks

CHARTS = ("people", "conversations", "verdicts", "ideas", "leads", "outcomes", "handoffs")
SVG = "{http://www.w3.org/2000/svg}"


async def sheet(browser: Browser, path: str) -> list[list[str]]:
    response = await browser.get(f"/staff/insight/{path}")
    assert response.status == 200
    assert response.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in response.headers["Content-Disposition"]
    return list(csv.reader(browser.page.lstrip("\ufeff").splitlines()))


async def test_the_page_shows_each_chart_with_its_numbers(office: Office) -> None:
    count_weeks(office)
    kim = await office.signed_in("Kim", Role.VIEWER)
    assert (await kim.get("/staff/insight")).status == 200
    for name in CHARTS:
        assert f"/insight/figures/{name}.svg" in kim.page
    assert "fewer than 5" in kim.page
    assert "1 Jun 2026, so far" in kim.page
    assert "112" in kim.page  # people of the newest week: 40 and 12 times 6


@pytest.mark.parametrize(
    ("query", "first", "count"),
    [
        ("", "2026-03-16", 12),
        ("span=4", "2026-05-11", 4),
        ("span=52", "2025-06-09", 52),
        ("span=own&from=2026-04-15&to=2026-04-22", "2026-04-13", 2),
        ("span=own&from=2026-04-22&to=2026-04-15", "2026-04-13", 2),
        ("span=own&from=junk&to=2026-04-15", "2026-03-16", 12),
        ("span=own&from=2000-01-01&to=2030-01-01", "2024-06-10", 104),
        ("span=junk&split=junk", "2026-03-16", 12),
    ],
)
async def test_the_span_is_of_whole_weeks(
    small_office: Office, query: str, first: str, count: int
) -> None:
    kim = await small_office.signed_in("Kim", Role.VIEWER)
    count_weeks(small_office)
    rows = await sheet(kim, f"figures/people.csv?{query}")
    assert rows[1][0] == first
    assert len(rows) == count + 2  # the header, and the sum


async def test_weeks_that_were_not_counted_are_told_from_those_with_nobody(
    small_office: Office,
) -> None:
    count_weeks(small_office, weeks=2)
    kim = await small_office.signed_in("Kim", Role.VIEWER)
    rows = await sheet(kim, "figures/outcomes.csv?span=4")
    assert [row[1:] for row in rows[1:3]] == [["–"] * 4] * 2
    assert rows[3] == ["2026-05-25", "5", "fewer than 5", "6", "0"]


async def test_a_hidden_number_is_in_no_sum_picture_or_file(small_office: Office) -> None:
    count_weeks(small_office)
    kim = await small_office.signed_in("Kim", Role.VIEWER)
    rows = await sheet(kim, "figures/outcomes.csv?span=12")
    assert {row[2] for row in rows[1:-1]} == {"fewer than 5"}  # declined: 2 each week
    assert rows[-1][2] == "about 24"  # each counts as two, whatever it is
    await kim.get("/staff/insight/figures/outcomes.svg")
    assert ">Declined<" in kim.page
    assert "2" not in re.findall(r'<desc class="value">([^<]*)</desc>', kim.page)


async def test_a_second_part_is_hidden_beside_one_that_is_small(office: Office) -> None:
    counts = {("leads", ""): 25, ("leads", "borough:sefton"): 22, ("leads", "borough:wirral"): 3}
    with office.core.database.transaction() as session:
        day_figures.write_day(
            session, TODAY, {**counts, ("counted", ""): 1}, figures=["leads", "counted"]
        )
    kim = await office.signed_in("Kim", Role.VIEWER)
    rows = await sheet(kim, "figures/leads.csv?span=4&split=borough")
    newest = dict(zip(rows[0], rows[4], strict=True))
    assert newest["All"] == "25"
    assert (newest["Wirral"], newest["Sefton"]) == ("fewer than 5", "hidden")
    assert rows[-1][rows[0].index("Sefton")] == "at least 5"


@pytest.mark.parametrize(
    ("split", "columns"),
    [
        ("borough", ["Sefton", "Not said", "All"]),
        ("theme", ["Not said", "All"]),
        ("source", ["gp", "library-poster", "By no link", "All"]),
    ],
)
async def test_a_split_shows_its_parts_in_words(
    office: Office, split: str, columns: list[str]
) -> None:
    count_weeks(office)
    kim = await office.signed_in("Kim", Role.VIEWER)
    header = (await sheet(kim, f"figures/people.csv?split={split}"))[0]
    assert [it for it in header if it in columns] == columns


async def test_by_offer_only_what_has_offers_is_shown(small_office: Office) -> None:
    count_weeks(small_office)
    kim = await small_office.signed_in("Kim", Role.VIEWER)
    await kim.get("/staff/insight?split=offer")
    assert "/figures/leads.svg" in kim.page
    assert "/figures/people.svg" not in kim.page
    assert (await kim.get("/staff/insight/figures/people.svg?split=offer")).status == 404


async def test_many_sources_are_put_together(small_office: Office) -> None:
    counts = {("people", f"source:poster-{number:02}"): 10 + number for number in range(30)}
    with small_office.core.database.transaction() as session:
        counts |= {("people", ""): sum(counts.values()), ("counted", ""): 1}
        day_figures.write_day(session, TODAY, counts, figures=["people", "counted"])
    kim = await small_office.signed_in("Kim", Role.VIEWER)
    rows = await sheet(kim, "figures/people.csv?split=source")
    assert len(rows[0]) == 1 + 9 + 3  # the week; the largest; the others, no link, all
    assert int(rows[12][-3]) == sum(range(10, 31))


async def test_a_source_that_would_be_a_formula_is_none(small_office: Office) -> None:
    with small_office.core.database.transaction() as session:
        counts = {("people", "source:-1+1"): 9, ("people", ""): 9, ("counted", ""): 1}
        day_figures.write_day(session, TODAY, counts, figures=["people", "counted"])
    kim = await small_office.signed_in("Kim", Role.VIEWER)
    assert (await sheet(kim, "figures/people.csv?split=source"))[0][1] == "'-1+1"


@pytest.mark.parametrize(
    "path",
    [
        *(f"figures/{name}.svg" for name in CHARTS),
        "figures/people.svg?small",
        "figures/leads.svg?split=borough&span=52",
        "way.svg",
        "answers.svg?span=4",
    ],
)
async def test_a_picture_runs_nothing_and_names_its_style_by_digest(
    small_office: Office, path: str
) -> None:
    count_weeks(small_office)
    kim = await small_office.signed_in("Kim", Role.VIEWER)
    response = await kim.get(f"/staff/insight/{path}")
    assert response.headers["Content-Type"].startswith("image/svg+xml")
    root = ElementTree.fromstring(kim.page)
    assert not [it for it in root.iter() if it.tag.endswith("script") or "style" in it.attrib]
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    styles = [it.text or "" for it in root.iter(f"{SVG}style")]
    assert styles
    for style in styles:
        assert b64encode(hashlib.sha256(style.encode()).digest()).decode() in policy


async def test_before_anything_was_counted_the_page_says_so(small_office: Office) -> None:
    kim = await small_office.signed_in("Kim", Role.VIEWER)
    assert (await kim.get("/staff/insight")).status == 200
    assert "Nothing has been counted yet" in kim.page
    for path in ("figures/people.svg", "way.svg", "answers.svg"):
        assert (await kim.get(f"/staff/insight/{path}")).status == 200
    assert (await kim.get("/staff/insight/figures/nothing.svg")).status == 404


async def test_the_way_shows_each_step_with_its_share(office: Office) -> None:
    count_weeks(office)
    kim = await office.signed_in("Kim", Role.VIEWER)
    await kim.get("/staff/insight/way?span=4")
    rows = await sheet(kim, "way.csv?span=4")
    assert [row[0] for row in rows[1:3]] == ["Came", "Began to check if they can apply"]
    came, checked = 4 * 40 + 6 * (9 + 10 + 11 + 12), 4 * 31 + 5 * (9 + 10 + 11 + 12)
    share = str(round(100 * checked / came))
    assert rows[2][1:] == [str(checked), share, share]
    assert rows[-1][0] == "Done"


async def test_the_time_to_an_answer_is_told_by_week_against_the_promise(office: Office) -> None:
    count_weeks(office)
    kim = await office.signed_in("Kim", Role.VIEWER)
    await kim.get("/staff/insight/answers")
    assert office.core.programme.answer_within in kim.page
    newest = (await sheet(kim, "answers.csv?span=4"))[-1]
    assert newest[1] == "18"  # 9 within 45 minutes, 8 within 8 hours, 1 within two days
    assert newest[2] == "45"  # the ninth of 18
    assert 360 < float(newest[3]) <= 480
    assert newest[6] == "fewer than 5"


async def test_no_time_is_told_where_few_were_answered(small_office: Office) -> None:
    with small_office.core.database.transaction() as session:
        counts = {("answer_minutes", "minutes:45"): 4, ("counted", ""): 1}
        day_figures.write_day(session, TODAY, counts, figures=["answer_minutes", "counted"])
    kim = await small_office.signed_in("Kim", Role.VIEWER)
    newest = (await sheet(kim, "answers.csv?span=4"))[-1]
    assert newest[1:4] == ["fewer than 5", "", ""]


async def test_how_many_were_not_answered_cannot_be_reckoned_from_how_many_asked(
    small_office: Office,
) -> None:
    with small_office.core.database.transaction() as session:
        counts = {
            ("answer_minutes", "minutes:45"): 10,
            ("unanswered", ""): 2,
            ("handoffs", ""): 12,
            ("counted", ""): 1,
        }
        figures = {figure for figure, _part in counts}
        day_figures.write_day(session, TODAY, counts, figures=figures)
    kim = await small_office.signed_in("Kim", Role.VIEWER)
    await kim.get("/staff/insight/answers")
    assert (await sheet(kim, "figures/handoffs.csv?span=4"))[-2][1] == "12"
    newest = (await sheet(kim, "answers.csv?span=4"))[-1]
    assert (newest[1], newest[4]) == ("hidden", "fewer than 5")
    assert newest[2] != ""


async def test_the_pages_read_figures_only(small_office: Office) -> None:
    """However much was said, a page reads what was counted of it."""
    count_weeks(small_office)
    kim = await small_office.signed_in("Kim", Role.VIEWER)
    from tests.pipeline.test_hot_path import statements  # noqa: PLC0415

    class Watched:
        core = small_office.core

    with statements(Watched) as said:  # type: ignore[arg-type]
        for path in ("", "?split=borough", "/way", "/answers", "/figures/leads.svg"):
            await kim.get(f"/staff/insight{path}")
    read = " ".join(said)
    assert "day_figures" in read
    for table in ("messages", "chats", "leads ", "ideas", "handoffs"):
        assert f"FROM {table}" not in read


def test_the_weeks_of_the_tests_are_weeks() -> None:
    assert TODAY.weekday() == 0
    assert (TODAY - timedelta(weeks=11)).isoformat() == "2026-03-16"
