"""Signatures of web hooks, as the Standard Webhooks specification has them (symmetric, v1)."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

_PREFIX = "whsec_"


def signed_headers(
    *, event: str, body: bytes, at: datetime, secrets: Iterable[str]
) -> Mapping[str, str]:
    """What goes with this body: the event's id, when it is sent, and a signature with each secret.
    A receiver takes it if one of them is right."""
    timestamp = str(int(at.timestamp()))
    signed = b".".join((event.encode(), timestamp.encode(), body))
    return {
        "webhook-id": event,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(secret, signed) for secret in secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    made = hmac.new(key, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(made).decode()
