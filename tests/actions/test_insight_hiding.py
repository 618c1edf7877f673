"""Small numbers are hidden and cannot be reckoned back from what is shown."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.insight.hiding import (
    BESIDE,
    FEWEST,
    HIDDEN,
    SMALL,
    Cell,
    Kind,
    cell,
    parts,
    share,
    total,
)


@pytest.mark.parametrize(
    ("count", "shown"), [(0, 0), (1, None), (4, None), (5, 5), (6, 6), (1000, 1000)]
)
def test_a_small_number_is_hidden(count: int, shown: int | None) -> None:
    assert cell(count).count == shown


def test_a_second_part_is_hidden_where_only_one_is_small() -> None:
    assert parts({"a": 20, "b": 3, "c": 9}) == {"a": BESIDE, "b": SMALL, "c": Cell(9)}


def test_two_small_ones_that_tell_each_other_take_a_third_along() -> None:
    assert parts({"a": 20, "b": 1, "c": 1, "d": 8})["a"] is BESIDE


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
        shown = tuple(look[place] for place in range(size))
        if any(it.is_hidden for it in shown):
            alike.setdefault((cell(sum(counts)), shown), []).append(counts)
    for (_whole, shown), guesses in alike.items():
        is_at_the_rim = max(map(max, guesses)) > 8  # others may lie outside of what is tried
        if is_at_the_rim or all(0 < it < FEWEST for it in guesses[0]):
            continue  # where each is small, there is nothing else to be hidden
        for place in range(size):
            values = {guess[place] for guess in guesses}
            assert not shown[place].is_hidden or len(values) > 1 or min(values) >= FEWEST, guesses


@given(st.lists(st.integers(0, 9), max_size=9), st.lists(st.integers(0, 9), max_size=9))
def test_a_sum_tells_no_more_than_its_parts(one: list[int], other: list[int]) -> None:
    """Of two lists that look the same the sums are the same."""
    if [cell(it) for it in one] == [cell(it) for it in other]:
        assert total(map(cell, one)) == total(map(cell, other))


def test_a_sum_says_whether_it_is_about_right_and_is_hidden_when_small() -> None:
    assert total([Cell(7), Cell(6)]) == Cell(13)
    assert total([Cell(7), SMALL, SMALL]) == Cell(11, Kind.ABOUT)
    assert total([SMALL, Cell(0)]) == SMALL
    assert total([Cell(7), SMALL, BESIDE]) == Cell(13, Kind.AT_LEAST)
    assert total([HIDDEN, Cell(9)]) == Cell(9, Kind.AT_LEAST)
    assert total([HIDDEN, HIDDEN]) == HIDDEN
    assert total([]) == Cell(0)


def test_a_share_is_of_what_is_shown() -> None:
    assert share(Cell(5), Cell(20)) == 25
    assert share(SMALL, Cell(20)) is None
    assert share(Cell(0), Cell(0)) is None
