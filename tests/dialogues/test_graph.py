"""Pictures of flows: what is on them, that nothing covers anything, and that they can be read."""

import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dialogues.__main__ import HERE, app
from dialogues.drawing import as_mermaid, as_svg, chart_of
from dialogues.drawing.chart import Chart, Kind
from dialogues.drawing.layout import Links, plan
from dialogues.drawing.measuring import width_of, wrapped
from dialogues.drawing.nodes import Node
from dialogues.model import Content
from tests.dialogues.talk import CONTENT_FOLDER
from tests.reading import read_once

cli = CliRunner()
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def shipped() -> Content:
    return read_once(HERE).content


def chart(content: Content, flow: str) -> Chart:
    return chart_of(content, content.flows[flow])


def words(svg: str) -> str:
    root = ElementTree.fromstring(svg)
    return " ".join("".join(it.itertext()) for it in root.iter(f"{SVG}text"))


def labels(made: Chart) -> set[tuple[str, ...]]:
    return {it.chosen or (it.reason,) for it in made.arrows if not it.is_plain}


# --- what is on them ---------------------------------------------------------------------------


def test_a_question_shows_its_text_and_buttons(content: Content) -> None:
    shown = words(as_svg(chart(content, "join_garden")))
    for text in ("Asks", "Just me", "utter_join_intro", "Says", "Does", "action_book"):
        assert text in shown


def test_buttons_are_on_the_arrows(shipped: Content) -> None:
    found = labels(chart(shipped, "check_eligibility"))
    assert {("Tell us your idea",), ("A public body (council, NHS)",), ("Menu",)} <= found


def test_conditions_are_in_words(shipped: Content) -> None:
    found = labels(chart(shipped, "check_eligibility"))
    assert ("if ‹Verdict› is known",) in found
    assert ("otherwise",) in found
    [long] = [it[0] for it in found if "charity" in it[0]]
    assert long.endswith("is “A charity”, “A CIC or social enterprise” or “A business”")


def notes(made: Chart) -> list[str]:
    return [note for card in made.cards for row in card.rows for note in row.notes]


def test_refusals_are_in_words(shipped: Content) -> None:
    long = "Not taken if the answer is longer than 80 letters: “"
    assert any(it.startswith(long) for it in notes(chart(shipped, "send_lead")))
    bare = "the answer is only “yes”, “yeah” or “yep” …"
    assert any(bare in it for it in notes(chart(shipped, "shape_idea")))


def test_other_flows_and_actions_are_marked(shipped: Content) -> None:
    rows = [row for card in chart(shipped, "shape_idea").cards for row in card.rows]
    found = {(row.kind, row.text) for row in rows}
    assert (Kind.CALL, "Who this is") in found
    assert (Kind.LINK, "Send it to the team") in found
    assert (Kind.DO, "Open idea") in found
    assert (Kind.NOTE, "About: “Incubator”; It was shown: “no”") in found


def test_a_circle_is_shown_as_a_way_back(content: Content) -> None:
    made = chart(content, "go_round")
    assert [row.kind for card in made.cards for row in card.rows][-1] is Kind.BACK


def test_every_step_is_on_the_picture(shipped: Content) -> None:
    for flow in shipped.flows.values():
        rows = [row for card in chart_of(shipped, flow).cards for row in card.rows]
        shown = {row.where for row in rows if row.where}
        silent = {it.where for it in flow.steps.values() if type(it).__name__ == "Noop"}
        assert {it.where for it in flow.steps.values()} - silent <= shown


def test_how_it_starts(shipped: Content) -> None:
    assert chart(shipped, "check_eligibility").starts.startswith("Starts with /eligibility, “")
    assert chart(shipped, "introduce").starts == "Started by other flows."


def test_a_guard_is_told(content: Content) -> None:
    assert chart(content, "order_seeds").starts.endswith("Only if ‹Banned› is not “yes”.")


# --- that they can be read ---------------------------------------------------------------------


def test_every_picture_is_accessible(shipped: Content) -> None:
    for flow in shipped.flows.values():
        root = ElementTree.fromstring(as_svg(chart_of(shipped, flow)))
        assert root.get("aria-labelledby") == "title desc"
        assert root.findtext(f"{SVG}title") == flow.title
        told = root.findtext(f"{SVG}desc") or ""
        assert flow.description in told
        assert "1. " in told


def test_nothing_stands_outside_the_picture(shipped: Content) -> None:
    for flow in shipped.flows.values():
        root = ElementTree.fromstring(as_svg(chart_of(shipped, flow)))
        wide = float(root.get("width", "0"))
        [drawing] = [it for it in root.iter(f"{SVG}g") if "translate" in it.get("transform", "")]
        dx = float(re.findall(r"[-\d.]+", drawing.get("transform", ""))[0])
        for it in drawing.iter(f"{SVG}rect"):
            left = dx + float(it.get("x", "0"))
            assert left >= 0
            assert left + float(it.get("width", "0")) <= wide


def test_links_lead_only_to_pictures_that_are_there(shipped: Content) -> None:
    made = chart(shipped, "check_eligibility")
    assert "<a " not in as_svg(made)
    assert as_svg(made, ["shape_idea"]).count('<a href="flow-shape_idea.svg">') == 1


def test_words_are_broken_into_lines_that_fit() -> None:
    text = "Which of these is nearest to what you would like to do about it?"
    lines = wrapped(text, 14, 150)
    assert " ".join(lines) == text
    assert all(width_of(it, 14) <= 150 for it in lines)
    assert wrapped(text, 14, 150, lines=2)[1].endswith(" …")


# --- places ------------------------------------------------------------------------------------


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, tuple[float, float]], Links]:
    """Boxes of any size, each led to from one or more before it."""
    count = draw(st.integers(1, 14))
    size = st.tuples(st.integers(20, 320), st.integers(20, 300))
    boxes = {str(i): draw(size) for i in range(count)}
    links = []
    for i in range(1, count):
        for source in draw(st.sets(st.integers(0, i - 1), min_size=1, max_size=3)):
            label = draw(st.none() | st.tuples(st.integers(20, 190), st.integers(20, 60)))
            links.append((str(source), str(i), label))
    return boxes, links


def overlap(one: Node, other: Node) -> bool:
    across = abs(one.x - other.x) < (one.width + other.width) / 2 - 0.01
    return across and one.y < other.y + other.height and other.y < one.y + one.height


@given(graphs())
def test_nothing_covers_anything_and_all_lines_lead_down(
    graph: tuple[dict[str, tuple[float, float]], Links],
) -> None:
    made = plan(*graph)
    things = [*made.boxes.values(), *(it.label for it in made.lines if it.label)]
    assert not [pair for pair in combinations(things, 2) if overlap(*pair)]
    for line in made.lines:
        assert line.source.y + line.source.height < line.target.y
    for it in things:
        assert it.x - it.width / 2 > -0.01
        assert it.x + it.width / 2 < made.width + 0.01


# --- the command -------------------------------------------------------------------------------


def run(out: Path, *arguments: str) -> tuple[int, str, str]:
    result = cli.invoke(app, ["graph", str(CONTENT_FOLDER), "--out", str(out), *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_all_flows_are_drawn(tmp_path: Path, content: Content) -> None:
    code, said, _ = run(tmp_path)
    assert code == 0
    assert len(said.splitlines()) == len(content.flows)
    assert {it.name for it in tmp_path.iterdir()} == {f"flow-{it}.svg" for it in content.flows}


def test_one_flow_as_mermaid(tmp_path: Path, content: Content) -> None:
    run(tmp_path, "--flow", "join_garden", "--format", "mermaid")
    [path] = tmp_path.iterdir()
    assert path.name == "flow-join_garden.mmd"
    text = path.read_text()
    assert text == as_mermaid(chart(content, "join_garden"))
    assert "flowchart TD" in text
    assert '-->|"' in text


def test_no_such_flow(tmp_path: Path) -> None:
    code, _, said = run(tmp_path, "--flow", "join_gardn")
    assert code == 2
    assert said == "error: FLOW: there is no flow join_gardn; did you mean join_garden?\n"
