"""What is held about somebody as a file: the same as they are shown when they ask for it."""

import re
from html import unescape

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.office import Office
from bot.console.people.asking import Asking
from bot.console.people.person import none_such
from bot.console.visitor import Visitor
from storage import audit
from storage.models import StaffMember
from storage.residents import find_resident

_TAG = re.compile(r"<[^>]+>")


class ExportPage:
    """Hands out the file; that it was handed out is written down."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._asking = Asking(office)

    async def save(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The file."""
        chat_id, now = int(request.match_info["chat"]), self._office.clock.now()

        def export(session: Session) -> list[str] | None:
            chat = find_resident(session, chat_id)
            if chat is None:
                return None
            told = self._asking.ask(session, chat, "action_show_my_data")
            member = session.get(StaffMember, visitor.staff_id)
            audit.note(session, "export_person", member=member, done=True, now=now, chat_id=chat.id)
            return [in_plain_words(it.text) for it in told]

        told = await self._office.database.write(export)
        if told is None:
            return none_such(self._office, visitor)
        name = f"what-is-held-{chat_id}-{now:%Y-%m-%d}.txt"
        return web.Response(
            body=("\n\n".join(told) + "\n").encode(),
            content_type="text/plain",
            charset="utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def in_plain_words(text: str) -> str:
    """The channel's HTML without its tags."""
    return unescape(_TAG.sub("", text))
