"""Copies of attachments: fetched from the channel, looked at, and kept sealed or kindly refused.

A copy is stored as it came. It is never opened, run or shown as anything but what it is.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline import speech
from bot.pipeline.sniffing import FileType, sniff
from bot.pipeline.wording import Wording
from bot.pipeline.works import Craft, Keep, PointlessError
from storage import attachments, files
from storage.database import Database
from storage.files import NewFile
from storage.models import Attachment
from storage.works import Work

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE  # bytes
MOST_OF_CHAT = 60 * MEGABYTE  # bytes of all files that are kept for one chat

# The bytes of a file by its handle, at most so many. Raises FileGoneError, FileTooBigError, and
# anything else when it may work later.
Fetch = Callable[[str, int], Awaitable[bytes]]


class FileGoneError(Exception):
    """The channel does not have the file any more."""


class FileTooBigError(Exception):
    """The file is larger than is fetched."""


class FullError(Exception):
    """As much is kept for this chat as may be."""


class Copies:
    """Fetches from one channel; `words` gives the wording that counts now."""

    def __init__(
        self, *, database: Database, clock: Clock, fetch: Fetch, words: Callable[[], Wording]
    ) -> None:
        self._database = database
        self._clock = clock
        self._fetch = fetch
        self._words = words

    @property
    def craft(self) -> Craft:
        """The craft of fetching."""
        return Craft(self.copy, self.give_up)

    async def copy(self, work: Work) -> Keep:
        """Fetch one; see `works.Worker`."""
        wanted = await self._database.read(partial(_find, work))
        if wanted is None or wanted.state != "wanted":
            raise PointlessError("nobody wants it any more")
        try:
            await self._database.read(partial(_leave_room, work.chat_id))
            content = await self._fetched(wanted)
        except FileTooBigError:
            return self._not_kept(work, "refused", "too_big")
        except FullError:
            return self._not_kept(work, "refused", "full")
        except FileGoneError:
            return self._not_kept(work, "gone")
        kind = await asyncio.to_thread(sniff, content)
        if kind is None:
            return self._not_kept(work, "refused", "kind")
        return self._kept(work, content, kind)

    def give_up(self, session: Session, work: Work) -> None:
        """It could not be had; see `works.Craft`."""
        self._not_kept(work, "failed")(session)

    async def _fetched(self, wanted: Attachment) -> bytes:
        if (wanted.size or 0) > LARGEST:
            raise FileTooBigError
        content = await self._fetch(wanted.handle, LARGEST)
        if len(content) > LARGEST:
            raise FileTooBigError
        return content

    def _kept(self, work: Work, content: bytes, kind: FileType) -> Keep:
        def keep(session: Session) -> None:
            attachment, now = _find(work, session), self._clock.now()
            if attachment is None:
                return
            name = f"{attachment.medium}-{attachment.id}{kind.suffix}"
            new = NewFile("copy", name, kind.mime_type, content)
            chat_id, idea_id = work.chat_id, attachment.idea_id
            file = files.keep_file(session, new, chat_id=chat_id, idea_id=idea_id, now=now)
            attachments.note_kept(session, attachment, file, now=now)

        return keep

    def _not_kept(self, work: Work, state: str, reason: str | None = None) -> Keep:
        """Note it, and say what can be done instead."""

        def keep(session: Session) -> None:
            attachment, now = _find(work, session), self._clock.now()
            if attachment is None:
                return
            attachments.note_not_kept(session, attachment, state=state, reason=reason, now=now)
            words = self._words()
            values = {"what": words.say(f"copy_{attachment.medium}", {}), "most": _MOST}
            reply = words.reply(f"utter_copy_{reason or state}", values)
            speech.queue_replies(session, chat_id=work.chat_id, replies=[reply], now=now)

        return keep


_MOST = LARGEST // MEGABYTE


def _leave_room(chat_id: int, session: Session) -> None:
    if files.files_held(session, chat_id=chat_id)[1] > MOST_OF_CHAT - LARGEST:
        raise FullError


def _find(work: Work, session: Session) -> Attachment | None:
    return attachments.find_attachment(session, work.payload["attachment_id"])
