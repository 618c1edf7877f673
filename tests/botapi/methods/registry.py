"""Which function answers which method."""

from collections.abc import Callable
from typing import Any

from tests.botapi.request import Request
from tests.botapi.world import World

Handler = Callable[[World, Request], Any]
METHODS: dict[str, Handler] = {}


def method(name: str) -> Callable[[Handler], Handler]:
    """Register under the API's name; names are matched without regard to case."""

    def register(handler: Handler) -> Handler:
        METHODS[name.lower()] = handler
        return handler

    return register
