"""What people had better not show to everybody: phone numbers, e-mail addresses, home addresses."""

import re

from actions.contacts import phone_numbers

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}"
_STREET = r"(?:flat\s+)?\d+[a-z]?,?\s+(?:[\w'’.]+,?\s+){1,8}"
_ADDRESS = re.compile(rf"\b{_STREET}{_POSTCODE}\b", re.IGNORECASE)
_HIDDEN = "•••"


def masked(text: str, *, country: str) -> str:
    """The text without them, and with a mark in their place. A number is read as one of this
    country, unless it says otherwise. A postcode alone, or a street alone, tells no home."""
    for _number, match in reversed(list(phone_numbers(text, country))):
        text = f"{text[: match.start]}{_HIDDEN}{text[match.end :]}"
    return _ADDRESS.sub(_HIDDEN, _EMAIL.sub(_HIDDEN, text))
