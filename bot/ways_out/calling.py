"""Posting to other systems: in little time, to checked addresses, and reading little of the answer.

Nothing of the process's surroundings takes part: no proxy of the environment, no cookies.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    ThreadedResolver,
)
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.ways_out.guard import CheckedResolver, Guard

CONNECT_WITHIN = 5.0  # seconds
ANSWER_WITHIN = 10.0  # for all of it, with what it redirects to
MOST_REDIRECTS = 3
MOST_READ = 64 * 1024  # bytes of an answer
_MOST_SHOWN = 200  # characters of an answer that says what is wrong
_REDIRECTS = {301, 302, 307, 308}  # not 303: that one was taken, and tells where to look
_HEADERS = {
    "Content-Type": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": "incubator-assistant-webhooks/1",
}


class UnansweredError(Exception):
    """There was no answer; the message says why, for staff."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other system said: the HTTP status, the beginning of its words, and for how many
    seconds it wants to be left in peace."""

    status: int
    words: str
    wait: float | None = None


class Caller:
    """Posts to where `guard` lets it. `resolver` looks names up."""

    def __init__(
        self,
        guard: Guard,
        *,
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._guard = guard
        self._resolver = resolver
        self._tls = tls

    async def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The answer, whatever its status. Raises UnansweredError, or RefusedAddressError before
        anything is sent to where it may not be."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN), self._session() as session:
                return await self._follow(session, address, body, {**_HEADERS, **headers})
        except TimeoutError:
            raise UnansweredError(f"no answer within {ANSWER_WITHIN:.0f} seconds") from None
        except ClientConnectorCertificateError as error:
            raise UnansweredError("its certificate is not good") from error
        except ClientConnectorDNSError as error:
            raise UnansweredError("nobody knows its name") from error
        except (ClientError, OSError, ValueError) as error:
            raise UnansweredError(_reason(error)) from error

    def _session(self) -> ClientSession:
        resolver = CheckedResolver(self._guard, self._resolver or ThreadedResolver())
        connector = TCPConnector(
            resolver=resolver, use_dns_cache=False, force_close=True, ssl=self._tls or True
        )
        return ClientSession(
            connector=connector,
            timeout=ClientTimeout(
                total=ANSWER_WITHIN, connect=CONNECT_WITHIN, sock_connect=CONNECT_WITHIN
            ),
            cookie_jar=DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
        )

    async def _follow(
        self, session: ClientSession, address: str, body: bytes, headers: Mapping[str, str]
    ) -> Answer:
        url = self._guard.check_url(address)
        for _hop in range(MOST_REDIRECTS + 1):
            async with session.post(
                url, data=body, headers=headers, allow_redirects=False
            ) as response:
                location = response.headers.get("Location")
                if response.status not in _REDIRECTS or not location:
                    return await _answer(response)
            url = self._guard.check_url(str(url.join(URL(location))))
        raise UnansweredError(f"it redirects more than {MOST_REDIRECTS} times")


async def _answer(response: ClientResponse) -> Answer:
    """Only what is wrong need be read: who has taken it may say so as slowly as they like."""
    words = bytearray()
    if response.ok:
        return Answer(response.status, "")
    while len(words) < MOST_READ:
        piece = await response.content.read(MOST_READ - len(words))
        if not piece:
            break
        words += piece
    return Answer(response.status, _shown(bytes(words)), _wait(response))


def _shown(words: bytes) -> str:
    """The beginning of an answer, as it can be shown."""
    text = " ".join(words.decode(errors="replace").split())
    return "".join(it for it in text if it.isprintable())[:_MOST_SHOWN]


def _wait(response: ClientResponse) -> float | None:
    given = response.headers.get("Retry-After", "").strip()
    return float(given) if given.isascii() and given.isdigit() and len(given) < 8 else None


def _reason(error: Exception) -> str:
    """What went wrong, as far as it is worth showing; no address, for it may hold a secret."""
    system = error.__cause__ if isinstance(error.__cause__, OSError) else error
    said = system.strerror if isinstance(system, OSError) else None
    return f"it could not be reached: {said or type(error).__name__}"
