"""Files that people attach in the preview: kept under names of our own, and served harmlessly."""

import mimetypes
import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from aiohttp import BodyPartReader

from dialogues.exchange import Attachment, Medium

LARGEST = 20 * 1024 * 1024  # bytes; what a Telegram bot may fetch
_SHOWN = {  # what a browser may show in place; everything else is a download
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "audio/webm": ".weba",
    "audio/ogg": ".oga",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/x-m4a": ".m4a",
    "audio/aac": ".aac",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
}
_TYPES = {suffix: mime for mime, suffix in reversed(_SHOWN.items())}
_HANDLE = re.compile(r"[0-9a-f]{32}\.[a-z0-9]{2,4}")


class TooLargeError(Exception):
    """The file is larger than the preview takes."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as it is served: where it lies and what it may be taken for."""

    path: Path
    mime_type: str
    is_shown: bool


class Files:
    """The folder of attached files. It is made when the first file comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, part: BodyPartReader, *, voice: bool = False) -> Attachment:
        """Store what is uploaded. Raises TooLargeError, and then keeps nothing."""
        mime_type = part.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        handle = uuid.uuid4().hex + _SHOWN.get(mime_type, ".bin")
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / handle
        try:
            size = await _write(part, path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Attachment(
            Medium.VOICE if voice else _medium(mime_type),
            file_id=handle,
            file_name=_file_name(part.filename, mime_type),
            mime_type=mime_type or None,
            size=size,
        )

    def read(self, handle: str, most: int) -> bytes | None:
        """The bytes of a file, a few more than `most` of one that has more; None if it is gone."""
        stored = self.find(handle)
        if stored is None:
            return None
        with stored.path.open("rb") as file:
            return file.read(most + 1)

    def sweep(self, held: Collection[str], *, before: float) -> None:
        """Delete what nobody holds any more, unless it came after this time (POSIX seconds)."""
        for path in self._folder.glob("*.*"):
            if path.name not in held and path.stat().st_mtime < before:
                path.unlink()

    def find(self, handle: str) -> Stored | None:
        """The file with this handle, if there is one."""
        path = self._folder / handle
        if not _HANDLE.fullmatch(handle) or not path.is_file():
            return None
        mime_type = _TYPES.get(path.suffix)
        return Stored(path, mime_type or "application/octet-stream", mime_type is not None)


async def _write(part: BodyPartReader, path: Path) -> int:
    size = 0
    with path.open("xb") as out:  # chunks of 8 KB, on one person's own machine
        while chunk := await part.read_chunk():
            size += len(chunk)
            if size > LARGEST:
                raise TooLargeError
            out.write(chunk)
    return size


def _medium(mime_type: str) -> Medium:
    if _SHOWN.get(mime_type) and mime_type.startswith("image/"):
        return Medium.PHOTO
    kinds = {"audio": Medium.AUDIO, "video": Medium.VIDEO}
    return kinds.get(mime_type.partition("/")[0], Medium.DOCUMENT)


def _file_name(given: str | None, mime_type: str) -> str:
    """The name to show: no folders, nothing unprintable, not too long."""
    last = re.split(r"[\\/]", given or "")[-1]
    shown = "".join(letter for letter in last if letter.isprintable()).strip(" .")[-80:]
    return shown or f"file{mimetypes.guess_extension(mime_type) or ''}"
