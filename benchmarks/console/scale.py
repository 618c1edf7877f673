"""How much has happened in the database that the console is measured on, and when it is now."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)  # a Monday; the console's clock stands still there
SPAN = timedelta(days=730)  # since when people have come, more of them each day


@dataclass(frozen=True, slots=True)
class Scale:
    """So many rows of each."""

    leads: int = 200_000
    messages: int = 2_000_000
    chats: int = 150_000
    calls: int = 40
    subscriptions: int = 200_000
    reminders: int = 300_000
    recipients: int = 50_000
    interests: int = 60_000
    misunderstood: int = 5_000
    handoffs: int = 20_000
    deliveries: int = 20_000
    audit: int = 100_000
    outbox: int = 50_000
    staff: int = 24
    days: int = 730

    def times(self, share: float) -> "Scale":
        """The same with a share of what grows; calls, staff and days stay."""
        stays = ("calls", "staff", "days")
        return Scale(
            **{
                it.name: getattr(self, it.name)
                if it.name in stays
                else max(20, round(getattr(self, it.name) * share))
                for it in fields(self)
            }
        )


def instant(share: float) -> datetime:
    """When this share of all had happened, with as many more each day as the day is later."""
    return NOW - SPAN * (1 - share**0.5)
