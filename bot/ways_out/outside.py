"""What the settings say of the world outside: where we are reached, what may be sent to."""

from dataclasses import dataclass, field

from bot.settings import Settings
from bot.ways_out.guard import Guard


@dataclass(frozen=True, slots=True)
class Outside:
    """`address` is where browsers reach this server, without a slash at its end; `guard` says where
    web hooks may lead, `has_mail` whether e-mail can be sent."""

    address: str = ""
    guard: Guard = field(default_factory=Guard)
    has_mail: bool = False

    @classmethod
    def of(cls, settings: Settings) -> "Outside":
        """As the settings have it."""
        return cls(
            settings.own_address.rstrip("/"),
            Guard.of(settings.webhook_allow),
            settings.smtp_url is not None,
        )
