"""Reading calls from a file: every error with its line, and nothing kept unless all is right.

The file is YAML with the top key `calls`. Times are the programme's local time; one that the clocks
skip or show twice is refused, because nobody could say which instant was promised.
"""

import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from sqlalchemy.orm import Session

from actions.criteria_files import read_criteria
from actions.deadlines import parse_offset
from actions.entries import Entry, Rules, call_entries
from actions.planning import replan_call
from actions.programme import Programme
from storage.calls import CallDetails, Saved, ends_at, find_call, kept_codes, save_call

Times = Callable[[Entry], tuple[datetime | None, datetime | None]]

_CODE = re.compile(r"[a-z0-9_]{1,24}")
_LOCAL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
_TEXTS = ("code", "title", "theme", "summary")
_FIELDS = (*_TEXTS, "reminders", "criteria")
_TIME_FIELDS = ("opens_at", "closes_at")
_SAMPLE_FIELDS = ("opens_in_days", "opens_at_time", "closes_in_days", "closes_at_time")


class CallFileError(Exception):
    """The file cannot be taken; each of `errors` is `FILE:LINE: CODE: reason`."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


class LocalTimeError(ValueError):
    """A local time that is no single instant; the message says why."""


def import_calls(
    session: Session, *, text: str, filename: str, programme: Programme, now: datetime
) -> list[Saved]:
    """Keep every call of an import file; where a deadline moved, its reminders move too.

    Raises CallFileError with all that is wrong; then nothing is kept.
    """
    return [
        _keep(session, details, programme=programme, now=now)
        for details in read_calls(
            text, filename, programme=programme, kept_codes=kept_codes(session)
        )
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
        path.name,
        programme=programme,
        times=partial(_sample_times, today=now.astimezone(programme.zone)),
        time_fields=_SAMPLE_FIELDS,
        kept_codes=kept_codes(session),
        illustrative=True,
    )
    return [
        _keep(session, details, programme=programme, now=now)
        for details in read
        if _is_due_again(session, details, now)
    ]


def read_calls(
    text: str, filename: str, *, programme: Programme, kept_codes: Collection[str] = ()
) -> list[CallDetails]:
    """The calls of an import file, which may name those that are kept already. Raises
    CallFileError with every error found."""
    return _read(
        text,
        filename,
        programme=programme,
        times=_times,
        time_fields=_TIME_FIELDS,
        kept_codes=kept_codes,
    )


def local_instant(text: str, zone: ZoneInfo) -> datetime:
    """The UTC instant of `YYYY-MM-DD HH:MM` in the zone. Raises LocalTimeError."""
    if not _LOCAL.fullmatch(text):
        raise LocalTimeError(f"{text!r} must be written as YYYY-MM-DD HH:MM")
    try:
        local = datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError as error:
        raise LocalTimeError(f"{text!r} is no date and time: {error}") from error
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise LocalTimeError(f"{text} does not exist: the clocks go forward over it")
    if first != second:
        raise LocalTimeError(f"{text} comes twice: the clocks go back over it; take another time")
    return first


def _keep(session: Session, details: CallDetails, *, programme: Programme, now: datetime) -> Saved:
    saved = save_call(session, details, now=now)
    if saved.moved:
        replan_call(session, saved.call, programme=programme, now=now)
    return saved


def _is_due_again(session: Session, details: CallDetails, now: datetime) -> bool:
    known = find_call(session, code=details.code)
    if known is None:
        return True
    ended_by_clock = known.closes_at <= now and ends_at(known) == known.closes_at
    return known.illustrative and ended_by_clock and now < details.closes_at


def _read(
    text: str,
    filename: str,
    *,
    programme: Programme,
    times: Times,
    time_fields: tuple[str, ...],
    kept_codes: Collection[str],
    illustrative: bool = False,
) -> list[CallDetails]:
    rules = Rules(
        filename,
        programme.zone,
        frozenset(programme.themes),
        programme.facts,
        doors={*programme.offers, *kept_codes},
    )
    entries = call_entries(text, rules)
    rules.doors.update(entry.code for entry in entries)
    found: list[CallDetails] = []
    seen: set[str] = set()
    for entry in entries:
        entry.refuse_other_than((*_FIELDS, *time_fields))
        if entry.code in seen:
            entry.refuse(entry.node, "this code is used twice")
        seen.add(entry.code)
        details = _call(entry, times, illustrative)
        if details is not None:
            found.append(details)
    if rules.errors:
        raise CallFileError([error for _line, error in sorted(rules.errors)])
    return found


def _call(entry: Entry, times: Times, illustrative: bool) -> CallDetails | None:
    """The call, or None where something about it was refused."""
    if not isinstance(entry.node, yaml.MappingNode):
        entry.refuse(entry.node, "a call must be a mapping of fields")
        return None
    texts = {name: entry.text(name) or "" for name in _TEXTS}
    _check_names(entry, texts["code"], texts["theme"])
    opens_at, closes_at = times(entry)
    reminders, criteria = _reminders(entry), read_criteria(entry)
    if opens_at is None or closes_at is None:
        return None
    if opens_at >= closes_at:
        entry.refuse(entry.node, "it must open before it closes")
    return CallDetails(
        code=texts["code"],
        title=texts["title"],
        theme=texts["theme"],
        summary=texts["summary"],
        opens_at=opens_at,
        closes_at=closes_at,
        reminders=reminders,
        criteria=[condition.as_data() for condition in criteria],
        illustrative=illustrative,
    )


def _check_names(entry: Entry, code: str, theme: str) -> None:
    if code and not _CODE.fullmatch(code):
        entry.refuse(entry.fields["code"], "code must be 1 to 24 of a-z, 0-9 and _")
    if theme and theme not in entry.rules.themes:
        known = ", ".join(sorted(entry.rules.themes))
        entry.refuse(entry.fields["theme"], f"unknown theme {theme}; known: {known}")


def _times(entry: Entry) -> tuple[datetime | None, datetime | None]:
    return _time(entry, "opens_at"), _time(entry, "closes_at")


def _time(entry: Entry, name: str) -> datetime | None:
    text = entry.text(name)
    if text is None:
        return None
    try:
        return local_instant(text, entry.rules.zone)
    except LocalTimeError as error:
        entry.refuse(entry.fields[name], f"{name}: {error}")
        return None


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


def _reminders(entry: Entry) -> list[str] | None:
    node = entry.fields.get("reminders")
    if node is None:
        return None
    offsets: list[str] = []
    for item in node.value if isinstance(node, yaml.SequenceNode) else [node]:
        words = item.value if isinstance(item, yaml.ScalarNode) else ""
        written = words.replace(",", " ").split() or [words]
        _check_offsets(entry, item, written)
        offsets += written
    return list(dict.fromkeys(offsets))


def _check_offsets(entry: Entry, node: yaml.Node, offsets: list[str]) -> None:
    for text in offsets:
        try:
            parse_offset(text)
        except ValueError as error:
            entry.refuse(node, f"reminders: {error}")
