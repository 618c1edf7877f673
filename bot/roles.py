"""Roles: what one process does. On PostgreSQL the work may be split among several processes."""

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import make_url

from bot.settings import SettingError, Settings


class Role(StrEnum):
    """One part of the work; `all` is every part."""

    INTAKE = "intake"  # takes updates from Telegram
    TURNS = "turns"  # holds the conversations
    DELIVERY = "delivery"  # sends, plans reminders, cleans up
    WEB = "web"  # serves the public pages and the local preview
    ALL = "all"


Roles = frozenset[Role]
EVERY: Roles = frozenset(Role) - {Role.ALL}


def roles_of(asked: Iterable[Role], settings: Settings) -> Roles:
    """What a process does that was asked for these. Raises SettingError if it cannot."""
    roles = frozenset(asked)
    roles = EVERY if Role.ALL in roles else roles
    if roles != EVERY and make_url(settings.database).get_backend_name() == "sqlite":
        raise SettingError("--role", "SQLite serves one process, which does all; use PostgreSQL")
    return roles
