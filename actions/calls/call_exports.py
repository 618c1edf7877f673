"""Calls written as import files, so that importing what was exported changes nothing."""

import csv
import io
import json
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from actions.calls.call_fields import FIELDS
from actions.calls.cells import guarded
from actions.times.local_times import written_instant
from storage.models import Call

_UTF8_MARK = "\ufeff"  # else spreadsheets take the file for another encoding


def calls_as_yaml(calls: Iterable[Call], zone: ZoneInfo) -> str:
    """An import file in YAML; what a call does not have is left out."""
    listed = [_fields(call, zone) for call in calls]
    written: str = yaml.dump(
        {"calls": listed}, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=100
    )
    return written


def calls_as_csv(calls: Iterable[Call], zone: ZoneInfo) -> str:
    """An import file for spreadsheets; no cell is taken for a formula."""
    written = io.StringIO()
    written.write(_UTF8_MARK)
    writer = csv.DictWriter(written, fieldnames=FIELDS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for call in calls:
        fields = _fields(call, zone)
        writer.writerow({name: guarded(_cell(value)) for name, value in fields.items()})
    return written.getvalue()


class _Plain(yaml.SafeDumper):
    """Writes what stands twice twice, instead of pointing to it."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _fields(call: Call, zone: ZoneInfo) -> dict[str, Any]:
    values = {
        "code": call.code,
        "title": call.title,
        "theme": call.theme,
        "summary": call.summary,
        "offering": call.offering,
        "link": call.link,
        "may_close_early": call.may_close_early,
        "sign_off": call.sign_off or None,
        "draft": call.is_draft or None,
        "reminders": call.reminders,
        "criteria": call.criteria or None,
        "opens_at": written_instant(call.opens_at, zone),
        "closes_at": written_instant(call.closes_at, zone),
        "closed_early_at": call.closed_early_at and written_instant(call.closed_early_at, zone),
        "withdrawn_at": call.withdrawn_at and written_instant(call.withdrawn_at, zone),
        "illustrative": call.illustrative or None,
    }
    return {name: values[name] for name in FIELDS if values[name] is not None}


def _cell(value: Any) -> str:
    if value is True:
        return "yes"
    if isinstance(value, str):
        return value
    if all(isinstance(item, str) for item in value) and value:
        return " ".join(value)
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
