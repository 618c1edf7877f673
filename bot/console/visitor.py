"""Who is signed in, as the pages know them."""

from dataclasses import dataclass

from storage.staff import Role


@dataclass(frozen=True, slots=True)
class Visitor:
    """A staff member in a browser. `form_token` is what every form of theirs carries."""

    staff_id: int
    name: str
    role: Role
    session_id: int
    form_token: str
