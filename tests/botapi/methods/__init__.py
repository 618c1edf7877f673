"""The Bot API's methods, by lower-case name: `(world, request) -> result`."""

from tests.botapi.methods import account, editing, reading, sending, topics
from tests.botapi.methods.registry import METHODS

__all__ = ["METHODS", "account", "editing", "reading", "sending", "topics"]
