"""What keeps the console its own: headers, the cookie, the token in each form."""

import hmac
from urllib.parse import urlsplit

from aiohttp import web
from itsdangerous import BadSignature, Signer

from bot.proxies import Proxies
from storage.crypto import Cipher

COOKIE = "staff_session"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with none, browsers do not say where a form came from
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


class Seals:
    """Signs what the browser holds, so that what it made up is refused without a look into the
    database. The keys come from the database's secret."""

    def __init__(self, cipher: Cipher) -> None:
        self._cookies = Signer(cipher.password("console cookie"), salt="session")
        self._marks = Signer(cipher.password("console mark"), salt="mark")
        self._forms = Signer(cipher.password("console form"), salt="form")

    def cookie(self, token: str) -> str:
        """The value of the cookie that holds this session's token."""
        return self._cookies.sign(token).decode()

    def token(self, request: web.Request) -> str | None:
        """The token that the request's cookie holds; None if there is none, or it is not ours."""
        try:
            return self._cookies.unsign(request.cookies.get(COOKIE, "")).decode()
        except BadSignature:
            return None

    def mark(self, value: str) -> str:
        """The value, signed, for a browser that is not signed in to keep."""
        return self._marks.sign(value).decode()

    def marked(self, given: str) -> str:
        """What was signed so; empty if it is not ours."""
        try:
            return self._marks.unsign(given).decode()
        except BadSignature:
            return ""

    def form_token(self, session_id: int) -> str:
        """What every form of this session's pages carries."""
        return self._forms.get_signature(str(session_id)).decode()

    def is_form_token(self, given: str, session_id: int) -> bool:
        """Whether it came from a page of this session."""
        return hmac.compare_digest(given.encode(), self.form_token(session_id).encode())


def set_cookie(request: web.Request, response: web.StreamResponse, value: str) -> None:
    """For the console's pages only, out of reach of scripts, and gone with the session."""
    response.set_cookie(
        COOKIE,
        value,
        path="/staff",
        httponly=True,
        samesite="Lax",
        secure=is_secure(request),
    )


def is_secure(request: web.Request) -> bool:
    """Whether the browser speaks to us in secret, directly or through what stands before us."""
    return "https" in (request.scheme, request.headers.get("X-Forwarded-Proto"))


def is_from_here(request: web.Request, proxies: Proxies) -> bool:
    """Whether a page of this address sent it, as far as the browser tells. Which address that is
    says a trusted proxy, or the request itself."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc.lower() == proxies.host_of(request).lower()
