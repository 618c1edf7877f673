"""Addresses that open the chat and say what for: `?start=call-CODE-SOURCE` and the like."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChatLinks:
    """Links into the chat that stands at `address`. A parameter has at most 64 characters of
    A-Z, a-z, 0-9, _ and -."""

    address: str

    @classmethod
    def of_bot(cls, username: str) -> "ChatLinks":
        """On Telegram."""
        return cls(f"https://t.me/{username}")

    @classmethod
    def of_preview(cls, address: str) -> "ChatLinks":
        """In the local preview that is served there."""
        return cls(f"{address.rstrip('/')}/")

    def start(self, parameter: str) -> str:
        """Pressing Start there sends this parameter."""
        return f"{self.address}?start={parameter}"

    def start_group(self, parameter: str) -> str:
        """Telegram asks there which group to bring the assistant into, and says this in it."""
        return f"{self.address}?startgroup={parameter}"

    def call(self, code: str, source: str) -> str:
        """Opens a call; `source` says where the link stood."""
        return self.start(f"call-{code}-{source}")


def person_link(channel: str, external_id: str) -> str | None:
    """Where somebody writes to the person of this private chat; only Telegram has that. It opens
    for those who share a bot with that person, as residents do, and tells no number."""
    return f"tg://user?id={external_id}" if channel == "telegram" else None
