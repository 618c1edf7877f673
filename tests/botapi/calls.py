"""What the bot asked of the server, and what it got."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Call:
    """One call as it came in. `status` is 0 until answered; `at` is seconds since the epoch.

    `answered_at` is 0 until the answer is on its way; `troubled` if trouble was made about it.
    """

    method: str
    params: dict[str, Any]
    at: float
    status: int = 0
    result: Any = None
    description: str = ""
    answered_at: float = 0.0
    troubled: bool = False

    @property
    def ok(self) -> bool:
        return self.status == 200

    @property
    def chat_id(self) -> int | None:
        try:
            return int(self.params["chat_id"])
        except (KeyError, ValueError):
            return None


@dataclass(frozen=True)
class Violation:
    """Something a careful bot would not have done, and what Telegram said to it."""

    method: str
    code: int
    description: str
    params: dict[str, Any] = field(compare=False)

    def __str__(self) -> str:
        return f"{self.method}: {self.code} {self.description} ({self.params})"
