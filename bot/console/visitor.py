"""Who is signed in, as the pages know them."""

from dataclasses import dataclass

from storage.staff import Role
from storage.switches import Off


@dataclass(frozen=True, slots=True)
class Visitor:
    """A staff member in a browser. `form_token` is what every form of theirs carries. What is off
    for everybody is said on each of their pages."""

    staff_id: int
    name: str
    role: Role
    session_id: int
    form_token: str
    reminders_off: Off | None = None
