"""A call's parameters, read the way the Bot API reads them."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.errors import bad_request


@dataclass(frozen=True)
class Upload:
    name: str
    mime: str
    data: bytes


@dataclass(frozen=True)
class Request:
    """Parameters are strings, whatever the encoding; nested values are JSON inside them."""

    method: str
    values: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, default)

    def flag(self, name: str) -> bool:
        return self.text(name).strip().lower() in {"true", "yes", "1"}

    def integer(self, name: str, default: int = 0) -> int:
        """A number, or the default where it is missing or none: the Bot API is lenient here."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def number(self, name: str) -> float | None:
        try:
            return float(self.text(name))
        except ValueError:
            return None

    def json(self, name: str, what: str) -> Any:
        """A nested value, None when missing. `what` names it in Telegram's complaint."""
        if not self.text(name):
            return None
        try:
            return json.loads(self.text(name))
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None

    def upload(self, reference: str) -> Upload | None:
        """The upload that `attach://name` or a field's own name stands for."""
        return self.uploads.get(reference.removeprefix("attach://"))

    def decoded(self) -> dict[str, Any]:
        """Parameters for people to look at: nested JSON decoded, uploads by file name."""
        shown: dict[str, Any] = {name: _decoded(value) for name, value in self.values.items()}
        return shown | {name: f"<{upload.name}>" for name, upload in self.uploads.items()}


def _decoded(value: str) -> Any:
    if value[:1] not in {"{", "["}:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
