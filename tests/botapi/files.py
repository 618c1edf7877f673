"""Files on Telegram's side: what people or the bot uploaded, by file_id."""

import struct
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.errors import ApiError, bad_request

MAX_DOWNLOAD = 20 * 1024 * 1024
MAX_PHOTO = 10 * 1024 * 1024
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF")


@dataclass(frozen=True)
class StoredFile:
    id: str
    unique_id: str
    path: str
    data: bytes
    size: int  # what Telegram declares; tests may claim more than they carry
    kind: str
    media: Any = field(compare=False, default=None)

    def to_json(self) -> dict[str, Any]:
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size}


@dataclass
class FileStore:
    files: dict[str, StoredFile] = field(default_factory=dict)

    def keep(
        self, kind: str, data: bytes, *, suffix: str = "", size: int | None = None
    ) -> StoredFile:
        number = len(self.files) + 1
        stored = StoredFile(
            id=f"AgACAgQ{kind.capitalize()}{number:08d}",
            unique_id=f"AQAD{number:08d}",
            path=f"{kind}s/file_{number}{suffix}",
            data=data,
            size=len(data) if size is None else size,
            kind=kind,
        )
        self.files[stored.id] = stored
        return stored

    def found(self, file_id: str) -> StoredFile:
        try:
            return self.files[file_id]
        except KeyError:
            raise bad_request("wrong file identifier/HTTP URL specified") from None

    def to_download(self, file_id: str) -> dict[str, Any]:
        """A File with its path. Refused above 20 MB, as the hosted Bot API does."""
        if file_id not in self.files:
            raise bad_request("invalid file_id")
        stored = self.files[file_id]
        if stored.size > MAX_DOWNLOAD:
            raise ApiError(400, "Bad Request: file is too big")
        return {**stored.to_json(), "file_path": stored.path}

    def at(self, path: str) -> StoredFile | None:
        return next((each for each in self.files.values() if each.path == path), None)

    def photo_sizes(self, data: bytes, width: int, height: int) -> list[dict[str, Any]]:
        """A photo as Telegram keeps it: three sizes, each a file of its own, largest last."""
        sizes = []
        for part in (8, 3, 1):
            stored = self.keep("photo", data, suffix=".jpg")
            shape = {"width": max(1, width // part), "height": max(1, height // part)}
            sizes.append(stored.to_json() | shape)
        return sizes


def check_photo(data: bytes) -> tuple[int, int]:
    """Width and height of an uploaded picture. Raises where Telegram cannot take it."""
    if len(data) > MAX_PHOTO:
        raise bad_request(f"file of size {len(data)} bytes is too big for a photo")
    if not data.startswith(_IMAGES):
        raise bad_request("IMAGE_PROCESS_FAILED")
    if not data.startswith(_IMAGES[0]):
        return 1280, 960
    width, height = struct.unpack(">II", data[16:24])
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return int(width), int(height)
