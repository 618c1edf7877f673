"""Settings, from the environment or a `.env` file, read once at start.

docs/settings.md explains each one; a test holds the two together.
"""

import os
import re
import tempfile
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.proxies import Proxies
from bot.ways_out.guard import Guard
from bot.ways_out.smtp import Relay
from storage.crypto import decode_secret, new_secret

TELEGRAM = "https://api.telegram.org"
WEBHOOK_PORTS = {None, 443, 80, 88, 8443}  # where Telegram posts to
_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{20,}")
_SENDER = re.compile(r"([^<>\r\n\"]+ )?<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+")
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d|off")


class SettingError(Exception):
    """A setting is wrong. Carries its name and the reason, for one line on stderr."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


def _token(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError("must look like 123456789:AAE… (from @BotFather)")
    return value


def _database_url(value: str) -> str:
    try:
        backend = make_url(value).get_backend_name()
    except ArgumentError:
        backend = ""
    if backend not in {"sqlite", "postgresql"}:
        raise ValueError("must start with sqlite:/// or postgresql://")
    return value


def _root_url(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"https?://[^/\s]+(/[^\s?#]*)?", value):
        raise ValueError("must be a URL such as https://example.org")
    return value.rstrip("/") if value else value


def _quiet_hours(value: str | None) -> str | None:
    if value is None or value == "off":
        return value
    begin, _, end = value.partition("-")
    if not _HOURS.fullmatch(value) or begin == end:
        raise ValueError("must be HH:MM-HH:MM, such as 20:00-09:00, or off")
    return value


def _secret(value: SecretStr | None) -> SecretStr | None:
    if value is not None:
        decode_secret(value.get_secret_value())
    return value


def _relay(value: SecretStr | None) -> SecretStr | None:
    if value is not None:
        Relay.of(value.get_secret_value())
    return value


def _sender(value: str | None) -> str | None:
    if value is not None and not _SENDER.fullmatch(value):
        raise ValueError("must be an address such as Incubator <hello@example.org>")
    return value


def _allowed(value: str | None) -> str | None:
    Guard.of(value)
    return value


def _proxies(value: str | None) -> str | None:
    Proxies.of(value)
    return value


def _folder(value: Path) -> Path:
    if not value.is_dir():
        raise ValueError(f"no such folder: {value}")
    return value


def _encoder(value: str | Path | None) -> str | Path | None:
    if isinstance(value, Path) and not value.is_file():
        raise ValueError(f"no such file: {value}")
    return value


OptionalEncoder = Annotated[
    Literal["off"] | Path | None, BeforeValidator(_empty_is_none), AfterValidator(_encoder)
]
OptionalText = Annotated[str | None, BeforeValidator(_empty_is_none)]
OptionalSecret = Annotated[SecretStr | None, BeforeValidator(_empty_is_none)]


class Settings(BaseSettings):
    """Everything that may differ from one installation to the next."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    telegram_token: Annotated[OptionalSecret, AfterValidator(_token)] = None
    telegram_api_url: Annotated[str, AfterValidator(_root_url)] = TELEGRAM
    telegram_rate: float = Field(default=28, gt=0, le=1000)
    database_url: Annotated[OptionalText, AfterValidator(lambda v: v and _database_url(v))] = None
    data_dir: Path = Path("data")
    dialogues: Annotated[Path, AfterValidator(_folder)] = Path("dialogues")
    encoder_path: OptionalEncoder = None
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: Annotated[OptionalText, AfterValidator(_root_url)] = None
    preview: Literal["auto", "on", "off"] = "auto"
    staff_chat_id: Annotated[int | None, BeforeValidator(_empty_is_none), NoDecode] = None
    quiet_hours: Annotated[OptionalText, AfterValidator(_quiet_hours)] = None
    smtp_url: Annotated[OptionalSecret, AfterValidator(_relay)] = None
    mail_from: Annotated[OptionalText, AfterValidator(_sender)] = Field(
        default=None, validate_default=True
    )
    webhook_allow: Annotated[OptionalText, AfterValidator(_allowed)] = None
    trusted_proxies: Annotated[OptionalText, AfterValidator(_proxies)] = None
    secret_key: Annotated[OptionalSecret, AfterValidator(_secret)] = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("public_url")
    @classmethod
    def _where_telegram_posts(cls, value: str | None, info: ValidationInfo) -> str | None:
        """A Bot API server of one's own may post anywhere."""
        given = info.data
        if value and given.get("telegram_token") and given.get("telegram_api_url") == TELEGRAM:
            parts = urlsplit(value)
            if parts.scheme != "https" or parts.port not in WEBHOOK_PORTS:
                raise ValueError("must be https, on port 443, 80, 88 or 8443, for Telegram")
        return value

    @field_validator("mail_from")
    @classmethod
    def _who_writes(cls, value: str | None, info: ValidationInfo) -> str | None:
        """Who sends e-mail has an address."""
        if info.data.get("smtp_url") is not None and value is None:
            raise ValueError("is needed with SMTP_URL: the address that e-mail comes from")
        return value

    def on_scratch(self, folder: Path) -> "Settings":
        """These settings with a database, a key and data that go when the folder goes."""
        of_its_own = {
            "data_dir": folder,
            "database_url": None,
            "staff_chat_id": None,
            "secret_key": SecretStr(new_secret()),
            "smtp_url": None,
        }
        return self.model_copy(update=of_its_own)

    @property
    def database(self) -> str:
        """The database's URL; by default an SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'assistant.db'}"

    @property
    def own_address(self) -> str:
        """Where browsers reach this server, as far as the settings know."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def preview_on(self) -> bool:
        """Whether the local preview is served."""
        return self.preview == "on" or (self.preview == "auto" and self.telegram_token is None)

    @property
    def token(self) -> str | None:
        """Telegram's token in clear, or None."""
        return self.telegram_token.get_secret_value() if self.telegram_token else None


def read_settings() -> Settings:
    """Read them. Raises SettingError that names the first wrong one."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "settings"
        raise SettingError(name, first["msg"].removeprefix("Value error, ")) from error


def secret_key(settings: Settings) -> tuple[str, Path | None]:
    """The key that seals personal data, and the file it was just made in (None if it was there).

    From SECRET_KEY, else `secret.key` in the data folder; a damaged file raises SettingError.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value(), None
    file = settings.data_dir / "secret.key"
    if file.exists():
        return _read_key(file), None
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return _make_key(file)


def _make_key(file: Path) -> tuple[str, Path | None]:
    """Make it whole under another name first: of two processes that start at once, one makes it."""
    key = new_secret()
    opened, name = tempfile.mkstemp(prefix=file.name, dir=file.parent)  # for its owner's eyes only
    draft = Path(name)
    with os.fdopen(opened, "w") as out:
        out.write(key + "\n")
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        return _read_key(file), None
    finally:
        draft.unlink()
    return key, file


def _read_key(file: Path) -> str:
    key = file.read_text().strip()
    try:
        decode_secret(key)
    except ValueError as error:
        raise SettingError("SECRET_KEY", f"{file} {error}") from error
    return key
