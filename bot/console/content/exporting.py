"""What staff say otherwise, as YAML for the files of the content."""

import asyncio

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.content.checking import Checking
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.visitor import Visitor
from bot.rewordings import as_rewording
from dialogues.export import reworded_yaml
from dialogues.rewording import Rewording
from storage import rewordings


def export(office: Office, checking: Checking) -> Page:
    """A page that gives the file with all responses that are reworded."""

    def find(session: Session) -> list[Rewording]:
        return [as_rewording(it) for it in rewordings.counting(session)]

    async def show(_request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        found = await office.database.read(find)
        text = await asyncio.to_thread(reworded_yaml, checking.files, found)
        headers = {"Content-Disposition": 'attachment; filename="reworded.yml"'}
        return web.Response(
            text=text, headers=headers, content_type="application/yaml", charset="utf-8"
        )

    return show
