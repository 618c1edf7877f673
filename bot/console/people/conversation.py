"""What was said with somebody. Who reads it says why; that is written down, and counts for half an
hour, for this conversation and this reader."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.access import ROOT
from bot.console.gate import Page
from bot.console.numbers import number_in
from bot.console.office import Office
from bot.console.people import reasons, teaching
from bot.console.people.person import name_of, none_such
from bot.console.visitor import Visitor
from storage import conversations, readings, retention
from storage.models import Chat, Message
from storage.residents import find_resident

PAGE = 100


class ConversationPage:
    """The history, page by page, behind a reason."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"conversation": self._show, "read_conversation": self._read}

    async def _show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What was said, to who has given a reason; to others the question why they want to."""
        chat_id, before = (
            int(request.match_info["chat"]),
            number_in(request.query.get("before", "")),
        )

        def find(session: Session) -> dict[str, Any] | None:
            chat = find_resident(session, chat_id)
            if chat is None:
                return None
            until = readings.may_until(
                session,
                readings.READ_CONVERSATION,
                staff_id=visitor.staff_id,
                chat_id=chat.id,
                now=self._office.clock.now(),
            )
            said = _page(session, chat, before) if until else {}
            taught = teaching.values(self._office, session, said["messages"]) if said else {}
            return {**_about(session, chat), "until": until, **said, **taught}

        found = await self._office.database.read(find)
        if found is None:
            return none_such(self._office, visitor)
        return self._office.rendering.page(
            "people/conversation.html" if found["until"] else "people/reason.html",
            visitor=visitor,
            here="people",
            reasons=reasons.REASONS,
            is_missing="missing" in request.query,
            days=retention.days_of_trail(self._office.programme.retention_days),
            **found,
        )

    async def _read(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Take the reason, and show what was said."""
        chat_id, given = int(request.match_info["chat"]), reasons.given(await request.post())
        place = f"{ROOT}/conversations/{chat_id}"
        if given is None:
            return web.Response(status=303, headers={"Location": f"{place}?missing=1"})

        def note(session: Session) -> bool:
            if find_resident(session, chat_id) is None:
                return False
            readings.note_reason(
                session,
                readings.READ_CONVERSATION,
                staff_id=visitor.staff_id,
                chat_id=chat_id,
                reason=given[0],
                words=given[1],
                now=self._office.clock.now(),
            )
            return True

        if not await self._office.database.write(note):
            return none_such(self._office, visitor)
        return web.Response(status=303, headers={"Location": place})


def _about(session: Session, chat: Chat) -> dict[str, Any]:
    return {
        "chat": chat,
        "name": name_of(session, chat),
        "readers": readings.about(session, chat_id=chat.id, verbs=[readings.READ_CONVERSATION]),
    }


def _page(session: Session, chat: Chat, before: int | None) -> dict[str, Any]:
    found = conversations.messages_before(session, chat.id, before=before, limit=PAGE + 1)
    shown = found[-PAGE:]
    return {
        "messages": shown,
        "older": shown[0].id if len(found) > PAGE else None,
        "is_newest": before is None,
        "states": conversations.states_of(session, [it.id for it in shown]),
        "attached": {it.id: _attached(it) for it in shown if it.media},
        "choices": {
            it.id: [button["label"] for button in it.buttons if button.get("label")]
            for it in shown
            if it.buttons
        },
    }


def _attached(message: Message) -> list[str]:
    """What came with a message, by its name, else by what it is."""
    media = message.media if isinstance(message.media, list) else [message.media]
    found = (it if isinstance(it, dict) else {"medium": it} for it in media)
    return [str(it.get("file_name") or it.get("medium") or "a file") for it in found]
