"""Reading calls from a file: every error with its line, and nothing kept unless all is right.

The file is YAML with the top key `calls`, or a table (CSV) with a row for each. Times are the
programme's local time; one that the clocks skip or show twice is refused, because nobody could say
which instant was promised.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from actions.calls.call_changes import keep_call
from actions.calls.call_fields import COMMON, FIELDS, Times, read_call, read_times
from actions.calls.call_tables import table_entries
from actions.criteria.entries import Entry, Rules, call_entries
from actions.programme import Programme
from storage.calls import CallDetails, Saved, ends_at, find_call, kept_codes, published_codes

_SAMPLE_TIMES = ("opens_in_days", "opens_at_time", "closes_in_days", "closes_at_time")


class CallFileError(Exception):
    """The file cannot be taken; each of `errors` is `FILE:LINE: CODE: reason`."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


def import_calls(
    session: Session,
    *,
    text: str,
    filename: str,
    programme: Programme,
    now: datetime,
    by: str | None = None,
) -> list[Saved]:
    """Keep every call of an import file; where a deadline moved, its reminders move too.

    Raises CallFileError with all that is wrong; then nothing is kept.
    """
    rules = _rules(filename, programme, kept_codes(session), published_codes(session))
    return [
        keep_call(session, details, by=by, programme=programme, now=now)
        for details in _read(text, rules, times=read_times, fields=FIELDS)
    ]


def load_samples(
    session: Session, path: Path, *, programme: Programme, now: datetime
) -> list[Saved]:
    """Keep the illustrative calls of a file whose times count from today.

    A sample that is there and still open is left alone, so that a restart moves no deadline; so is
    one that staff closed or withdrew.
    Raises CallFileError.
    """
    read = _read(
        path.read_text(encoding="utf-8"),
        _rules(path.name, programme, kept_codes(session)),
        times=partial(_sample_times, today=now.astimezone(programme.zone)),
        fields=(*COMMON, *_SAMPLE_TIMES),
    )
    return [
        keep_call(
            session, replace(details, illustrative=True), by=None, programme=programme, now=now
        )
        for details in read
        if _is_due_again(session, details, now)
    ]


def read_calls(
    text: str, filename: str, *, programme: Programme, kept_codes: Collection[str] = ()
) -> list[CallDetails]:
    """The calls of an import file, which may name those that are kept already. Raises
    CallFileError with every error found."""
    rules = _rules(filename, programme, kept_codes)
    return _read(text, rules, times=read_times, fields=FIELDS)


def _is_due_again(session: Session, details: CallDetails, now: datetime) -> bool:
    known = find_call(session, code=details.code)
    if known is None:
        return True
    ended_by_clock = known.closes_at <= now and ends_at(known) == known.closes_at
    return known.illustrative and ended_by_clock and now < details.closes_at


def _rules(
    filename: str,
    programme: Programme,
    kept_codes: Collection[str],
    published: Collection[str] = (),
) -> Rules:
    return Rules(
        filename,
        programme.zone,
        frozenset(programme.themes),
        programme.facts,
        doors={*programme.offers, *kept_codes},
        published=frozenset(published),
    )


def _read(text: str, rules: Rules, *, times: Times, fields: tuple[str, ...]) -> list[CallDetails]:
    is_table = rules.filename.casefold().endswith(".csv")
    entries = table_entries(text, rules) if is_table else call_entries(text, rules)
    rules.doors.update(entry.code for entry in entries)
    found: list[CallDetails] = []
    seen: set[str] = set()
    for entry in entries:
        entry.refuse_other_than(fields)
        if entry.code in seen:
            entry.refuse(entry.node, "this code is used twice")
        seen.add(entry.code)
        details = read_call(entry, times)
        if details is not None:
            found.append(details)
    if rules.errors:
        raise CallFileError([error for _line, error in sorted(rules.errors)])
    return found


def _sample_times(entry: Entry, today: datetime) -> tuple[datetime | None, datetime | None]:
    return _sample_time(entry, "opens", today), _sample_time(entry, "closes", today)


def _sample_time(entry: Entry, name: str, today: datetime) -> datetime | None:
    days, at = entry.text(f"{name}_in_days"), entry.text(f"{name}_at_time")
    if days is None or at is None:
        return None
    try:
        date = today.date() + timedelta(days=int(days))
        local = datetime.combine(date, time.fromisoformat(at), entry.rules.zone)
    except (ValueError, OverflowError) as error:
        entry.refuse(entry.node, f"when it {name}: {error}")
        return None
    return local.astimezone(UTC)
