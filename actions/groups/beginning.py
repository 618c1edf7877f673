"""Beginning a group: from private into a chat where everybody is."""

from typing import Any

from actions.context import BoundAction
from storage import chats


class BeginGroup(BoundAction):
    """Says how a group shapes an idea together, with a button that leads there."""

    called = "action_begin_group"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_begin_group`, or `utter_begin_group_by_hand` where no link leads there."""
        channel = chats.get_chat(self.context.session, self.context.chat_id).channel
        link = self.context.group_link(channel, "new")
        name = "utter_begin_group" if link else "utter_begin_group_by_hand"
        dispatcher.utter_message(response=name, link=link)
        return []
