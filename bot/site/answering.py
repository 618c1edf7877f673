"""How the public pages answer: safe by their headers, and 304 to who has them already."""

import hashlib
from datetime import datetime

from aiohttp import ETag, web

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
KEPT_FOR_SECONDS = 300  # a moved deadline is seen after so long at the latest


def answer(
    request: web.Request,
    body: bytes | str,
    content_type: str,
    *,
    status: int = 200,
    changed_at: datetime | None = None,
    file_name: str | None = None,
) -> web.Response:
    """The body with its tag; 304 without it to who has it. `file_name` makes it a download."""
    body = body.encode() if isinstance(body, str) else body
    tag = hashlib.sha256(body).hexdigest()[:32]
    if status == 200 and _has_it(request, tag, changed_at):
        response = web.Response(status=304)
    else:
        response = web.Response(
            body=body, status=status, content_type=content_type, charset="utf-8"
        )
    response.headers.update(HEADERS)
    kept = f"public, max-age={KEPT_FOR_SECONDS}" if response.status != 404 else "no-store"
    response.headers["Cache-Control"] = kept
    response.etag = tag
    response.last_modified = changed_at
    if file_name:
        response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _has_it(request: web.Request, tag: str, changed_at: datetime | None) -> bool:
    """The tag decides where one is given, as RFC 9110 has it; else the time, in whole seconds."""
    known = request.if_none_match
    if known is not None:
        return any(_same(etag, tag) for etag in known)
    since = request.if_modified_since
    if since is None or changed_at is None:
        return False
    return changed_at.replace(microsecond=0) <= since


def _same(etag: ETag, tag: str) -> bool:
    return etag.value in {tag, "*"}
