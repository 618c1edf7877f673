"""Too many for their moment: begun early enough, and no earlier than may be."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.pipeline.spreading import EARLIEST, SHORT, Burst, early_starts

FIVE = datetime(2026, 6, 1, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)

bursts = st.builds(
    Burst,
    st.integers(0, 55).map(lambda minutes: FIVE + timedelta(minutes=minutes)),
    st.integers(1, 60_000),
    st.none() | st.integers(0, 300).map(lambda minutes: FIVE - timedelta(minutes=minutes)),
)


def starts(*bursts: Burst, rate: float = 30) -> list[datetime]:
    return early_starts(bursts, rate=rate)


def test_a_few_go_at_their_moment() -> None:
    assert starts(Burst(FIVE, 9000)) == [FIVE]


def test_many_begin_early_enough_to_end_at_their_moment() -> None:
    assert starts(Burst(FIVE, 54_000)) == [FIVE - timedelta(minutes=30)]


def test_no_more_than_an_hour_early() -> None:
    assert starts(Burst(FIVE, 1_000_000)) == [FIVE - HOUR]


def test_two_crowds_share_the_time_before() -> None:
    five_past = FIVE + timedelta(minutes=5)
    found = starts(Burst(FIVE, 18_000), Burst(five_past, 36_000))
    assert found == [FIVE - timedelta(minutes=25), five_past - timedelta(minutes=20)]


def test_not_before_the_reminder_before() -> None:
    ten_to = FIVE - timedelta(minutes=10)
    assert starts(Burst(FIVE, 54_000, not_before=ten_to)) == [ten_to]


@given(st.lists(bursts, max_size=6), st.floats(1, 200))
def test_begun_so_all_is_out_in_time_or_began_as_early_as_may_be(
    crowds: list[Burst], rate: float
) -> None:
    found = list(zip(early_starts(crowds, rate=rate), crowds, strict=True))
    clock = FIVE - 2 * HOUR
    for begins, crowd in sorted(found, key=lambda pair: (pair[1].due_at, pair[0])):
        lower = max(crowd.due_at - EARLIEST, crowd.not_before or crowd.due_at - EARLIEST)
        assert min(lower, crowd.due_at) <= begins <= crowd.due_at
        clock = max(clock, begins) + timedelta(seconds=crowd.count / rate)
        late = clock - crowd.due_at - timedelta(milliseconds=1)  # moments are rounded
        may_be_late = any(at <= max(it.due_at - EARLIEST, it.not_before or at) for at, it in found)
        assert late <= SHORT * len(crowds) or may_be_late
