"""The fields of a call as files have them, each held against its rules."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import yaml

from actions.criteria.criteria_files import read_criteria
from actions.criteria.entries import Entry
from actions.times.deadlines import parse_offset
from actions.times.local_times import LocalTimeError, local_instant
from storage.calls import CallDetails

Times = Callable[[Entry], tuple[datetime | None, datetime | None]]

TEXTS = ("code", "title", "theme", "summary")
TIMES = ("opens_at", "closes_at")
STRUCTURED = ("reminders", "criteria")
COMMON = (*TEXTS, "offering", "link", "may_close_early", "sign_off", "draft", *STRUCTURED)
ENDS = ("closed_early_at", "withdrawn_at")
FIELDS = (*COMMON, *TIMES, *ENDS, "illustrative")
REQUIRED = (*TEXTS, *TIMES)

CODE = re.compile(r"[a-z0-9_]{1,24}")
LINK = re.compile(r"https://[^\s/]+\S*")


def read_call(entry: Entry, times: Times) -> CallDetails | None:
    """The call; None where it cannot be made. What is wrong is reported to the entry's rules."""
    if not isinstance(entry.node, yaml.MappingNode):
        entry.refuse(entry.node, "a call must be a mapping of fields")
        return None
    texts = {name: entry.text(name) or "" for name in TEXTS}
    _check_names(entry, texts["code"], texts["theme"])
    opens_at, closes_at = times(entry)
    options = _options(entry)
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
        **options,
    )


def read_times(entry: Entry) -> tuple[datetime | None, datetime | None]:
    """When it opens and closes; None for what is refused."""
    opens_at, closes_at = (_instant(entry, name, entry.text(name)) for name in TIMES)
    return opens_at, closes_at


def _options(entry: Entry) -> dict[str, Any]:
    """What may be left out."""
    ends = {name: _instant(entry, name, entry.optional_text(name)) for name in ENDS}
    return {
        "offering": entry.optional_text("offering"),
        "link": _link(entry),
        "may_close_early": entry.optional_text("may_close_early"),
        "sign_off": entry.flag("sign_off"),
        "is_draft": _draft(entry),
        **ends,
        "reminders": _reminders(entry),
        "criteria": [condition.as_data() for condition in read_criteria(entry)],
        "illustrative": entry.flag("illustrative"),
    }


def _instant(entry: Entry, name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return local_instant(text, entry.rules.zone)
    except LocalTimeError as error:
        entry.refuse(entry.fields[name], f"{name}: {error}")
        return None


def _check_names(entry: Entry, code: str, theme: str) -> None:
    if code and not CODE.fullmatch(code):
        entry.refuse(entry.fields["code"], "code must be 1 to 24 of a-z, 0-9 and _")
    if theme and theme not in entry.rules.themes:
        known = ", ".join(sorted(entry.rules.themes))
        entry.refuse(entry.fields["theme"], f"unknown theme {theme}; known: {known}")


def _link(entry: Entry) -> str | None:
    link = entry.optional_text("link")
    if link is not None and not LINK.fullmatch(link):
        entry.refuse(entry.fields["link"], "link must begin with https:// and have no spaces")
    return link


def _draft(entry: Entry) -> bool:
    """Residents may know what was published, so it is no draft any more."""
    is_draft = entry.flag("draft")
    if is_draft and entry.code in entry.rules.published:
        entry.refuse(
            entry.fields["draft"], "draft: it is published already; take this out, or withdraw it"
        )
    return is_draft


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
