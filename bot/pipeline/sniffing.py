"""What a file is, by its first bytes. Its name and what somebody says of it prove nothing."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

MOST_ENTRIES = 5000  # of an archive that is looked into


@dataclass(frozen=True, slots=True)
class FileType:
    """A type that is kept, and the ending of its files' names."""

    mime_type: str
    suffix: str


_JPEG = FileType("image/jpeg", ".jpg")
_OGG = FileType("audio/ogg", ".oga")
_MP3 = FileType("audio/mpeg", ".mp3")
_WEBM = FileType("video/webm", ".webm")
_STARTS: tuple[tuple[bytes, FileType], ...] = (
    (b"\xff\xd8\xff", _JPEG),
    (b"\x89PNG\r\n\x1a\n", FileType("image/png", ".png")),
    (b"GIF87a", FileType("image/gif", ".gif")),
    (b"GIF89a", FileType("image/gif", ".gif")),
    (b"%PDF-", FileType("application/pdf", ".pdf")),
    (b"OggS", _OGG),
    (b"ID3", _MP3),
    (b"\xff\xfb", _MP3),
    (b"\xff\xf3", _MP3),
    (b"\xff\xf2", _MP3),
    (b"\xff\xf1", FileType("audio/aac", ".aac")),
    (b"\x1a\x45\xdf\xa3", _WEBM),
)
_RIFFS: Mapping[bytes, FileType] = MappingProxyType(
    {b"WEBP": FileType("image/webp", ".webp"), b"WAVE": FileType("audio/wav", ".wav")}
)
_BRANDS: Mapping[bytes, FileType] = MappingProxyType(
    {
        b"heic": FileType("image/heic", ".heic"),
        b"mif1": FileType("image/heic", ".heic"),
        b"M4A ": FileType("audio/mp4", ".m4a"),
        b"qt  ": FileType("video/quicktime", ".mov"),
    }
)
_MP4 = FileType("video/mp4", ".mp4")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_OFFICE_PARTS: Mapping[str, FileType] = MappingProxyType(
    {
        "word/document.xml": FileType(f"{_OFFICE}wordprocessingml.document", ".docx"),
        "xl/workbook.xml": FileType(f"{_OFFICE}spreadsheetml.sheet", ".xlsx"),
        "ppt/presentation.xml": FileType(f"{_OFFICE}presentationml.presentation", ".pptx"),
    }
)
_OPEN_TYPES: Mapping[str, FileType] = MappingProxyType(
    {
        f"{_OPEN}text": FileType(f"{_OPEN}text", ".odt"),
        f"{_OPEN}spreadsheet": FileType(f"{_OPEN}spreadsheet", ".ods"),
        f"{_OPEN}presentation": FileType(f"{_OPEN}presentation", ".odp"),
    }
)
_CONTROLS = {*map(chr, range(32)), "\x7f"} - set("\t\r\n\f")
_TEXT = FileType("text/plain", ".txt")


def sniff(content: bytes) -> FileType | None:
    """The type, if it is one that is kept: pictures, sound, video, PDF, office documents without
    macros, and plain text that is no markup and no script."""
    for start, found in _STARTS:
        if content.startswith(start):
            return found
    if content[:4] == b"RIFF":
        return _RIFFS.get(content[8:12])
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], _MP4)
    if content.startswith(b"PK\x03\x04"):
        return _in_archive(content)
    return _TEXT if _is_plain(content) else None


def _in_archive(content: bytes) -> FileType | None:
    """Office documents are archives. Only the list of what is in them is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist()[:MOST_ENTRIES])
            first = archive.infolist()[0] if names else None
            is_marked = first is not None and first.filename == "mimetype" and first.file_size < 100
            marked = archive.read(first).decode("ascii", "replace") if is_marked and first else ""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return None
    if any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names):
        return None  # it could run
    if marked:
        return _OPEN_TYPES.get(marked.strip())
    return next((kind for part, kind in _OFFICE_PARTS.items() if part in names), None)


def _is_plain(content: bytes) -> bool:
    if not content or b"\0" in content:
        return False
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    start = text.lstrip("\ufeff \t\r\n")[:2]
    is_code = start.startswith("<") or start == "#!" or not _CONTROLS.isdisjoint(text)
    return bool(start) and not is_code
