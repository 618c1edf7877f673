"""Small numbers are hidden and cannot be reckoned back from what is shown."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.insight.hiding import FEWEST, HIDDEN, Cell, cell, parts, share, total


@pytest.mark.parametrize(
    ("count", "shown"), [(0, 0), (1, None), (4, None), (5, 5), (6, 6), (1000, 1000)]
)
def test_a_small_number_is_hidden(count: int, shown: int | None) -> None:
    assert cell(count).count == shown


def test_a_second_part_is_hidden_where_only_one_is_small() -> None:
    assert parts({"a": 20, "b": 3, "c": 9}) == {"a": HIDDEN, "b": HIDDEN, "c": Cell(9)}


def test_two_small_ones_that_tell_each_other_take_a_third_along() -> None:
    assert parts({"a": 20, "b": 1, "c": 1, "d": 8})["a"] is HIDDEN


def test_a_nought_is_hidden_where_nothing_else_can_be() -> None:
    assert parts({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 0})["f"] is HIDDEN


def test_where_nothing_is_small_all_is_shown() -> None:
    assert parts({"a": 20, "b": 0}) == {"a": Cell(20), "b": Cell(0)}


@pytest.mark.parametrize("size", [2, 3, 4])
def test_what_is_hidden_can_be_made_up_in_more_than_one_way(size: int) -> None:
    """Whoever knows the whole, what is shown and this very rule finds, for each small number,
    others that would look the same. All lists of numbers are tried."""
    alike: dict[object, list[tuple[int, ...]]] = {}
    for counts in product(range(18), repeat=size):
        look = parts(dict(enumerate(counts)))
        shown = tuple(look[place].count for place in range(size))
        if None in shown:
            alike.setdefault((sum(counts), shown), []).append(counts)
    for (whole, shown), guesses in alike.items():
        if (
            whole < FEWEST or max(map(max, guesses)) > 9
        ):  # larger ones may lie outside of what is tried
            continue
        for place in range(size):
            values = {guess[place] for guess in guesses}
            assert shown[place] is not None or len(values) > 1 or min(values) >= FEWEST, guesses


@given(st.lists(st.integers(0, 9), max_size=9), st.lists(st.integers(0, 9), max_size=9))
def test_a_sum_tells_no_more_than_its_parts(one: list[int], other: list[int]) -> None:
    """Of two lists that look the same the sums are the same."""
    if [cell(it) for it in one] == [cell(it) for it in other]:
        assert total(map(cell, one)) == total(map(cell, other))


def test_a_sum_says_whether_it_is_about_right_and_is_hidden_when_small() -> None:
    assert total([Cell(7), Cell(6)]) == Cell(13)
    assert total([Cell(7), HIDDEN, HIDDEN]) == Cell(11, about=True)
    assert total([HIDDEN, Cell(0)]) == HIDDEN
    assert total([]) == Cell(0)


def test_a_share_is_of_what_is_shown() -> None:
    assert share(Cell(5), Cell(20)) == 25
    assert share(HIDDEN, Cell(20)) is None
    assert share(Cell(0), Cell(0)) is None
