"""Handing e-mail to the server that the settings name."""

import re
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

WITHIN = 10.0  # seconds for each step
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_HERE = {"localhost", "127.0.0.1", "::1"}


class MailError(Exception):
    """It was not taken; the message says why, and holds no secret. `is_final`: it never will be."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Relay:
    """A server that takes e-mail, how it is spoken to, and who we are there."""

    host: str
    port: int
    scheme: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, url: str) -> "Relay":
        """Of `smtp+starttls://user:password@host:587` or `smtps://…`. Raises ValueError, whose
        words do not repeat the URL."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise ValueError("cannot be read") from None
        if parts.scheme not in _PORTS or not host or parts.path not in ("", "/"):
            raise ValueError("must be smtp+starttls://user:password@host:port, or smtps://…")
        user = unquote(parts.username) if parts.username else None
        if parts.scheme == "smtp" and user and host not in _HERE:
            raise ValueError("would send the password in clear: use smtp+starttls:// or smtps://")
        password = unquote(parts.password) if parts.password else None
        return cls(host, port or _PORTS[parts.scheme], parts.scheme, user, password)


class Mailer:
    """Sends one e-mail at a time, each over a connection of its own."""

    def __init__(self, relay: Relay, *, tls: ssl.SSLContext | None = None) -> None:
        self._relay = relay
        self._tls = tls

    async def send(self, message: EmailMessage, *, sender: str, to: str) -> None:
        """Hand it over to the server for this one address. Raises MailError."""
        relay = self._relay
        client = aiosmtplib.SMTP(
            hostname=relay.host,
            port=relay.port,
            username=relay.user,
            password=relay.password,
            use_tls=relay.scheme == "smtps",
            start_tls=relay.scheme == "smtp+starttls",
            tls_context=self._tls,
            timeout=WITHIN,
        )
        try:
            async with client:
                await client.sendmail(sender, [to], message.as_bytes())
        except aiosmtplib.SMTPAuthenticationError as error:
            raise MailError(f"the mail server refuses our password ({error.code})") from None
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refused(error.recipients[0], to) from None
        except aiosmtplib.SMTPResponseException as error:
            raise _refused(error, to) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailError(f"the mail server cannot be reached: {type(error).__name__}") from None


def _refused(error: aiosmtplib.SMTPResponseException, to: str) -> MailError:
    """5xx is for good, anything else may be otherwise later. Servers repeat the address, which is
    kept nowhere else than with whom it belongs to."""
    said = re.sub(re.escape(to), "…", " ".join(str(error.message).split()), flags=re.IGNORECASE)
    words = "".join(it for it in said if it.isprintable())[:200]
    return MailError(f"{error.code} {words}".rstrip(), is_final=500 <= error.code < 600)
