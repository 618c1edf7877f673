"""Doing for somebody what they can ask the assistant for themselves: the same actions, run for
their chat."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.console.office import Office
from bot.pipeline.performing import Performer
from dialogues.exchange import Did, Incoming, Reply
from dialogues.model import Content
from dialogues.runner import ActionCall, Said
from storage import staff
from storage.models import Chat


class Asking:
    """Runs an action of the dialogue in the name of a chat."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def ask(self, session: Session, chat: Chat, action: str, **slots: Any) -> list[Reply]:
        """What the resident would be told."""
        content = self._content()
        performer = Performer(
            content=content,
            wording=self._office.wording,
            programme=self._office.programme,
            clock=self._office.clock,
            start_link=self._office.start_link,
        )
        run = performer.bind(
            session,
            chat_id=chat.id,
            staff_chat_id=staff.staff_chat_id(session, channel=chat.channel),
            channel=chat.channel,
        )
        call = ActionCall(
            name=action,
            slots={**content.initial, **slots},
            text="",
            intent=None,
            flow=None,
            step=None,
            incoming=Incoming(Did.INTERNAL),
        )
        return [self._worded(it) for it in run(call).said]

    def _worded(self, said: Said) -> Reply:
        values: Mapping[str, Any] = said.values
        return (
            self._office.wording.reply(said.response, values)
            if said.response
            else Reply(said.text or "")
        )

    def _content(self) -> Content:
        return self._office.content
