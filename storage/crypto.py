"""Encryption of what is personal: column types that seal on the way in, and a blind index.

The key belongs to the engine, not the module: `storage.database` hangs a `Cipher` on the dialect,
so two databases with two keys can be open in one process.
"""

import base64
import hashlib
import hmac
import os
from typing import Any, cast

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_VERSION = b"\x01"  # AES-256-GCM, 12 byte nonce; a later scheme takes another first byte
_NONCE_BYTES = 12


class WrongKeyError(Exception):
    """Stored data cannot be opened with this key: SECRET_KEY is not the one it was written with."""


class Cipher:
    """Seals and opens text with one secret; the secret is 32 bytes as URL-safe base64."""

    def __init__(self, secret: str) -> None:
        raw = decode_secret(secret)
        self._aead = AESGCM(_derive(raw, b"sealed columns"))
        self._index_key = _derive(raw, b"blind index")
        self._password_key = _derive(raw, b"passwords")

    def seal(self, plain: bytes) -> bytes:
        """Encrypt and authenticate; the same bytes give others each time."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._aead.encrypt(nonce, plain, None)

    def open(self, sealed: bytes) -> bytes:
        """What was sealed. Raises WrongKeyError for another key or damaged bytes."""
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._aead.decrypt(nonce, body, None)
        except InvalidTag as error:
            raise WrongKeyError from error

    def blind_index(self, value: str) -> str:
        """A keyed hash for exact lookup; pass the normalised form (E.164, lower case)."""
        return hmac.new(self._index_key, value.encode(), hashlib.sha256).hexdigest()[:32]

    def password(self, purpose: str) -> str:
        """A secret for one purpose, always the same: 64 letters and digits."""
        return hmac.new(self._password_key, purpose.encode(), hashlib.sha256).hexdigest()


def new_secret() -> str:
    """A fresh random secret in the form that `Cipher` takes."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def decode_secret(secret: str) -> bytes:
    """The 32 bytes of a secret. Raises ValueError with a sentence that says the form."""
    try:
        raw = base64.urlsafe_b64decode(secret.encode())
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise ValueError("must be 32 random bytes as URL-safe base64 (44 characters)")
    return raw


def _derive(raw: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(raw)


def cipher_of(dialect: Dialect) -> Cipher:
    """The cipher of the engine that speaks this dialect."""
    return cast("Cipher", dialect.cipher)  # type: ignore[attr-defined]  # hung on by open_database


class EncryptedText(TypeDecorator[str]):
    """Text that is sealed at rest. It cannot be compared or searched in SQL."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else cipher_of(dialect).seal(value.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else cipher_of(dialect).open(value).decode()


class EncryptedBytes(TypeDecorator[bytes]):
    """Bytes that are sealed at rest: a file."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else cipher_of(dialect).seal(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else cipher_of(dialect).open(value)


class EncryptedJSON(TypeDecorator[Any]):
    """A JSON value that is sealed at rest."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return cipher_of(dialect).seal(orjson.dumps(value))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(cipher_of(dialect).open(value))
