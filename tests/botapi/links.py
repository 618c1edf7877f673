"""Links in texts and on buttons."""

import re
from urllib.parse import parse_qs, urlsplit

from tests.botapi.entities import Entity


def link(href: str) -> Entity | None:
    """A link's entity; None when Telegram would show the words without any link."""
    try:
        url = urlsplit(href if "://" in href else f"http://{href}")
    except ValueError:
        return None
    if url.scheme == "tg" and url.netloc == "user":
        return _mention(url.query)
    if url.scheme == "tg":
        return {"url": href}
    host = url.hostname or ""
    if url.scheme not in {"http", "https", "ton", "tonsite"} or not _is_host(host):
        return None
    return {"url": url._replace(path=url.path or "/").geturl()}


def _mention(query: str) -> Entity | None:
    identity = parse_qs(query).get("id", [""])[0]
    if not identity.isdigit():
        return None
    user = {"id": int(identity), "is_bot": False, "first_name": ""}
    return {"type": "text_mention", "user": user}


def _is_host(host: str) -> bool:
    return "." in host.strip(".") and not re.search(r"[\s<>\"'{}|\\^`]", host)
