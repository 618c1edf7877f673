"""Files that are kept for a chat, by the place at which messages name them: `files.place_of`."""

import re

from sqlalchemy.orm import Session

from bot.pipeline.parcel import File
from storage.files import file_of_chat

_PLACE = re.compile(r"/files/([0-9]{1,18})/[^/]+")


def kept_file(session: Session, place: str, *, chat_id: int) -> File | None:
    """What stands there for this chat; None for anybody else, and when it is gone."""
    named = _PLACE.fullmatch(place)
    file = file_of_chat(session, int(named[1]), chat_id=chat_id) if named else None
    return File(file.name, file.content) if file is not None else None
