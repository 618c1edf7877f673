"""Phone numbers and addresses, as they are written."""

import re

_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")
_PHONE = re.compile(r"\+?\(?\d[\d\s().-]{7,}\d")


def find_phone(text: str) -> re.Match[str] | None:
    return _PHONE.search(text)


def find_email(text: str) -> re.Match[str] | None:
    return _EMAIL.search(text)


def phone_in(text: str) -> str | None:
    found = find_phone(text)
    return found[0] if found else None


def email_in(text: str) -> str | None:
    found = find_email(text)
    return found[0] if found else None
