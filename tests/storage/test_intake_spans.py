"""When updates could be taken in, and when not."""

from datetime import UTC, datetime, timedelta

from storage.database import Database
from storage.intake_spans import note_alive, outage_at

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DEADLINE = NOON + timedelta(minutes=10)


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


def beat(database: Database, *at: float, channel: str = "telegram") -> None:
    for moment in at:
        with database.transaction() as session:
            note_alive(session, channel=channel, now=minutes(moment))


def outage(database: Database, *, seen_at: float) -> tuple[datetime, datetime] | None:
    with database.reading() as session:
        return outage_at(session, channel="telegram", instant=DEADLINE, seen_at=minutes(seen_at))


def test_signs_that_follow_each_other_are_one_span(database: Database) -> None:
    beat(database, *(number / 4 for number in range(80)))
    assert outage(database, seen_at=11) is None


def test_what_lies_between_two_spans_is_an_outage(database: Database) -> None:
    beat(database, 0, 0.5, 9, 9.25, 20, 20.25)
    assert outage(database, seen_at=21) == (minutes(9.25), minutes(20))


def test_what_comes_in_first_ends_the_outage_before_anybody_says_so(database: Database) -> None:
    beat(database, 9, 9.25)
    assert outage(database, seen_at=19) == (minutes(9.25), minutes(19))


def test_a_short_silence_is_none(database: Database) -> None:
    beat(database, 9.9)
    assert outage(database, seen_at=10.2) is None


def test_of_the_time_before_the_first_sign_nothing_is_known(database: Database) -> None:
    beat(database, 20)
    assert outage(database, seen_at=21) is None


def test_other_channels_are_others(database: Database) -> None:
    beat(database, 9)
    beat(database, 9, 9.5, 10, 10.5, channel="preview")
    assert outage(database, seen_at=12) == (minutes(9), minutes(12))


def test_a_clock_set_back_takes_nothing_away(database: Database) -> None:
    beat(database, 12, 11.5)
    assert outage(database, seen_at=13) is None
