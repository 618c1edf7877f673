"""The content's words, for whoever speaks outside a dialogue: staff posts, reminders, notices."""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from dialogues import responses
from dialogues.exchange import Reply
from dialogues.model import Content


class Wording:
    """Renders the domain's responses. Raises KeyError for a name the content does not have.

    `content` may be what gives it: then each rendering is in the words that count at the time.
    """

    def __init__(self, content: Content | Callable[[], Content]) -> None:
        self._current = content if callable(content) else lambda: content

    def knows(self, name: str) -> bool:
        """Whether the content has a response of this name."""
        return name in self._current().responses

    def flow_name(self, flow: str) -> str | None:
        """What a flow of the content's is called for people; None for one that repairs others."""
        known = self._current().flows.get(flow)
        return known.title if known is not None and not known.is_pattern else None

    def say(self, name: str, values: Mapping[str, Any]) -> Markup:
        """A response's text, as HTML that may be put into another text."""
        return responses.say(self._current(), name, values)

    def reply(self, name: str, values: Mapping[str, Any]) -> Reply:
        """A response as a message, with its buttons."""
        content = self._current()
        scope = responses.Scope(content, slots=values, values=values)
        spoken = responses.speak(content.responses[name], scope)
        if spoken is None:
            return Reply("")
        return Reply(
            spoken.text,
            buttons=spoken.buttons,
            image=spoken.image,
            document=spoken.document,
            response=name,
        )
