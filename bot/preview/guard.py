"""Who may ask: the preview has no sign-in, so it answers its own pages on this machine only."""

import ipaddress
from collections.abc import Awaitable, Callable, Collection
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

MARK = "X-Preview"  # a header that another site's page cannot send without being asked about it
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}


class Guard:
    """Wraps handlers. `hosts` are names, beside localhost and plain addresses, that we go by."""

    def __init__(self, hosts: Collection[str] = ()) -> None:
        self._hosts = {"localhost", *(host.lower() for host in hosts)}

    def reading(self, handler: Handler) -> Handler:
        """Let our own pages and typed addresses in."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            if not self._is_ours(request):
                return refusal("This preview goes by another address: open it as localhost.")
            return await _with_headers(handler, request)

        return guarded

    def writing(self, handler: Handler) -> Handler:
        """Let only our own pages in."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            if not self._is_ours(request) or not _is_from_our_page(request):
                return refusal("Only the preview's own page may do this.")
            return await _with_headers(handler, request)

        return guarded

    def _is_ours(self, request: web.Request) -> bool:
        """A site that has its name point here (DNS rebinding) still sends that name."""
        name = _host_name(request.headers.get("Host", ""))
        return name in self._hosts or _is_address(name)


def refusal(words: str, status: int = 403) -> web.Response:
    """An answer that says why not."""
    return web.json_response({"error": words}, status=status, headers=HEADERS)


def _is_from_our_page(request: web.Request) -> bool:
    headers = request.headers
    if headers.get(MARK) != "1" or headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    origin = headers.get("Origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers.get("Host", "").lower()


async def _with_headers(handler: Handler, request: web.Request) -> web.StreamResponse:
    try:
        response = await handler(request)
    except web.HTTPException as answer:
        answer.headers.update(HEADERS)
        raise
    if not response.prepared:
        response.headers.update(HEADERS)
    return response


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
