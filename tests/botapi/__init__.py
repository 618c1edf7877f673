"""An emulated Bot API server: real HTTP, strict where Telegram is, driven by tests.

async with BotApi() as api:
    ann = api.person("Ann")
    await ann.start()
    await ann.receives("Hello")
"""

from tests.botapi.api import TOKEN, BotApi
from tests.botapi.calls import Call, Violation
from tests.botapi.groups import Group
from tests.botapi.limits import Limits
from tests.botapi.messages import Message
from tests.botapi.people import Person
from tests.botapi.world import Press

__all__ = [
    "TOKEN",
    "BotApi",
    "Call",
    "Group",
    "Limits",
    "Message",
    "Person",
    "Press",
    "Violation",
]
