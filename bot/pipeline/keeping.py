"""Files that are kept for a chat, by the place at which messages name them: `files.place_of`."""

import re

from sqlalchemy.orm import Session

from bot.pipeline.parcel import File
from storage.files import file_for_staff, file_of_chat

_PLACE = re.compile(r"/files/([0-9]{1,18})/[^/]+")


def kept_file(session: Session, place: str, *, chat_id: int) -> File | None:
    """What stands there for this chat, or was sent to the staff whose it is; None for anybody else,
    and when it is gone."""
    named = _PLACE.fullmatch(place)
    if named is None:
        return None
    number = int(named[1])
    file = file_of_chat(session, number, chat_id=chat_id) or file_for_staff(
        session, number, chat_id=chat_id
    )
    return File(file.name, file.content) if file is not None else None
