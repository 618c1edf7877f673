"""Words that were searched for, as addresses hold them: sealed, for addresses are kept by browsers
and by what stands before us, and words may be somebody's name."""

import base64
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from storage.crypto import Cipher, WrongKeyError

WORDS, FIND = "words", "find"  # in what a form says, and in an address
_MARK = b"\0search\0"  # so that nothing else that was sealed opens as words


class Hiding:
    """Seals and opens them, with the database's secret: who has the address and is signed in finds
    the same by it, in whichever process."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def hidden(self, query: str) -> str:
        """The same query string without words that can be read."""
        pairs = parse_qsl(query)
        return urlencode(
            [(FIND, self._seal(it)) if name == WORDS else (name, it) for name, it in pairs]
        )

    def opened(self, query: Mapping[str, str]) -> dict[str, str]:
        """What an address asks for, with its words in clear; without them if they are not ours."""
        asked = dict(query)
        sealed = asked.pop(FIND, None)
        if sealed is not None:
            asked[WORDS] = self._open(sealed)
        return asked

    def place(self, path: str, query: str) -> web.Response:
        """The way to a page of ours by its GET address, from a form that was posted."""
        hidden = self.hidden(query)
        return web.Response(
            status=303, headers={"Location": f"{path}?{hidden}" if hidden else path}
        )

    def _seal(self, words: str) -> str:
        sealed = self._cipher.seal(_MARK + words.encode())
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def _open(self, sealed: str) -> str:
        try:
            raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
            plain = self._cipher.open(raw)
            return plain.removeprefix(_MARK).decode() if plain.startswith(_MARK) else ""
        except (ValueError, WrongKeyError):
            return ""
