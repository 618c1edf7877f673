"""What the addresses of links end in: made of a seed and the database's secret, so that a link can
be told again and cannot be read from its row."""

import hashlib

from sqlalchemy.orm import Session

from storage.crypto import cipher_of

TOKEN_LENGTH = 40  # hexadecimal digits


def token_from(session: Session, kind: str, seed: str) -> str:
    """The token of the link of this kind with this seed; the same each time."""
    cipher = cipher_of(session.get_bind().dialect)
    return cipher.password(f"{kind} {seed}")[:TOKEN_LENGTH]


def digest(token: str) -> str:
    """What is kept to know a token by, which is random enough to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
