"""Where a lead can stand, and what leads from one standing to another."""

from collections.abc import Mapping
from typing import Final

OPEN: Final = ("new", "claimed", "in_contact", "changes_asked", "resubmitted", "qualified")
OVER: Final = ("declined", "duplicate", "withdrawn", "done")
STATUSES: Final = (*OPEN, *OVER)
AS_BEFORE: Final = "as before"  # where it stood before it was merged

_UNDECIDED = tuple(it for it in OPEN if it != "qualified")


def _stay(*statuses: str) -> dict[str, str]:
    return {status: status for status in statuses}


# By what happens, and by the status before it, the status after it. Where a status is not named it
# cannot happen, or changes nothing. What is not in here, such as a note, leaves a lead as it is.
STEPS: Final[Mapping[str, Mapping[str, str]]] = {
    "claimed": {**_stay(*OPEN), "new": "claimed"},
    "assigned": {**_stay(*OPEN), "new": "claimed"},
    "unassigned": {**_stay(*OPEN), "claimed": "new"},
    "released": {**_stay(*OPEN), "claimed": "new"},
    "staff_said": dict.fromkeys(("new", "claimed", "resubmitted"), "in_contact"),
    "changes_asked": dict.fromkeys(OPEN, "changes_asked"),
    "answered": {"changes_asked": "resubmitted"},
    "sent_again": {
        **_stay("new", "claimed", "in_contact"),
        **dict.fromkeys(("changes_asked", "resubmitted", "qualified", *OVER), "resubmitted"),
    },
    "qualified": dict.fromkeys(_UNDECIDED, "qualified"),
    "declined": dict.fromkeys(OPEN, "declined"),
    "done": dict.fromkeys((*OPEN, "declined", "done"), "done"),
    "reopened": dict.fromkeys(("declined", "done"), "claimed"),
    "merged": dict.fromkeys((*OPEN, "declined", "done"), "duplicate"),
    "unmerged": {"duplicate": AS_BEFORE},
    "withdrawn": dict.fromkeys((*OPEN, "declined", "duplicate"), "withdrawn"),
    "forgotten": dict.fromkeys(STATUSES, "withdrawn"),
}


def may(happens: str, status: str) -> bool:
    """Whether this can happen to a lead that stands so."""
    return status in STEPS[happens]
