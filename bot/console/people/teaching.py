"""What was taken wrongly: staff who read a conversation say what it meant, and it is learnt."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from actions.insight.lessons import fates_of_messages
from actions.learning.learning import teach_message
from bot.console.access import ROOT
from bot.console.gate import Page
from bot.console.insight.meanings import meaning, meanings, names_of
from bot.console.numbers import number_in
from bot.console.office import Office
from bot.console.visitor import Visitor
from bot.training.lesson_plan import eraser_for
from storage import audit, handoffs, readings
from storage.models import Message, StaffMember

MOST = 30  # messages of a page that can be chosen from


def values(office: Office, session: Session, messages: Sequence[Message]) -> dict[str, Any]:
    """What the form of a conversation's page shows."""
    said = [it for it in messages if it.direction == "in" and it.text and it.text[0] != "/"]
    said = said[: -MOST - 1 : -1]
    taught = fates_of_messages(session, [it.id for it in said])
    return {
        "teachable": said,
        "alarms": handoffs.alarms_in(session, chat_id=said[0].chat_id) if said else set(),
        "taught": taught,
        "teachers": names_of(session, taught.values()),
        "meanings": meanings(office.content),
        "meaning": partial(meaning, office.content),
    }


class MessageTeaching:
    """The form below a conversation. Who may not read it teaches nothing of it."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"teach_message": self._teach}

    async def _teach(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Say what a message meant; without an intent, take it back."""
        chat_id, form = int(request.match_info["chat"]), await request.post()
        number = number_in(str(form.get("message", "")))
        intent = str(form.get("intent", "")) or None
        known = self._office.content.language.intents.known
        if number is not None and (intent is None or intent in known):
            await self._office.database.write(
                lambda session: self._keep(session, visitor, chat_id, number, intent)
            )
        place = f"{ROOT}/conversations/{chat_id}#teach"
        return web.Response(status=303, headers={"Location": place})

    def _keep(
        self, session: Session, visitor: Visitor, chat_id: int, number: int, intent: str | None
    ) -> None:
        now, staff_id = self._office.clock.now(), visitor.staff_id
        message = session.get(Message, number)
        may = readings.may_until(
            session, readings.READ_CONVERSATION, staff_id=staff_id, chat_id=chat_id, now=now
        )
        if (
            may is None
            or message is None
            or (message.chat_id, message.direction) != (chat_id, "in")
        ):
            return
        eraser = eraser_for(self._office.content)
        is_learnt = teach_message(
            session, message, intent=intent, eraser=eraser, by=staff_id, now=now
        )
        audit.note(
            session,
            "teach_message",
            member=session.get(StaffMember, staff_id),
            done=True,
            now=now,
            chat_id=chat_id,
            detail={"intent": intent, "learnt": is_learnt},
        )
