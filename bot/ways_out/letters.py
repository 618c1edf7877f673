"""E-mail as it goes out: plain text, and the same as simple HTML, with what a mail program needs to
show it in its place and to leave it unanswered by machines."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import unescape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.markup import to_page

_LONGEST_SUBJECT = 150
_TAG = re.compile(r"<[^<>]*>")
_LINK = re.compile(r'<a [^<>]*?href="([^"]*)"[^<>]*>(.*?)</a>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail in words. `body` is Telegram's HTML subset; `link` is where to go on, under
    `link_words`; `stop` is the link that stops e-mail like this; `footer` stands below. `thread`
    names what it is about: all of one thread stand together. `key` names the e-mail itself."""

    subject: str
    body: str
    key: str
    to: str = ""
    link: str | None = None
    link_words: str = ""
    footer: str = ""
    stop: str | None = None
    thread: str | None = None
    reply_to: str | None = None


class Letters:
    """Makes them ready to be sent. `sender` is an address, with or without a name."""

    def __init__(self, *, sender: str, organisation: str) -> None:
        self._name, self.address = parseaddr(sender)
        self._domain = self.address.rpartition("@")[2]
        self._organisation = organisation
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def message(self, letter: Letter, *, at: datetime) -> EmailMessage:
        """The whole of it. Nothing of what is in it can become a header of its own."""
        message = EmailMessage(policy=SMTP)
        name, domain = self.address.rsplit("@", 1)
        message["From"] = Address(one_line(self._name or self._organisation), name, domain)
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = one_line(letter.subject)[:_LONGEST_SUBJECT]
        message["Date"] = format_datetime(at)
        message["Message-ID"] = self._id(letter.key)
        if letter.thread is not None:
            message["In-Reply-To"] = message["References"] = self._id(letter.thread)
        if letter.reply_to is not None:
            message["Reply-To"] = Address(addr_spec=letter.reply_to)
        message["Auto-Submitted"] = "auto-generated"
        if letter.stop is not None:
            message["List-Unsubscribe"] = f"<{letter.stop}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(self._text(letter))
        message.add_alternative(self._html(letter), subtype="html")
        return message

    def _id(self, key: str) -> str:
        """The same for the same key: a repeat is known as one."""
        return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{self._domain}>"

    def _text(self, letter: Letter) -> str:
        parts = [to_text(letter.body)]
        if letter.link:
            parts.append(f"{letter.link_words}:\n{letter.link}")
        below = [to_text(letter.footer)] if letter.footer else []
        if letter.stop:
            below.append(f"No e-mail like this any more:\n{letter.stop}")
        if below:
            parts.append("\n".join(("-- ", *below)))
        return "\n\n".join(parts) + "\n"

    def _html(self, letter: Letter) -> str:
        return self._environment.get_template("letter.html").render(
            letter=letter, body=as_html(letter.body), footer=as_html(letter.footer)
        )


def as_html(telegram: str) -> Markup:
    """What Telegram would show, with its lines."""
    return Markup(str(to_page(telegram)).replace("\n", "<br>\n"))  # noqa: S704  # made safe by to_page


def to_text(telegram: str) -> str:
    """The same words without any tags, line by line; of links, where they lead."""
    page = _LINK.sub(r"\2 (\1)", str(to_page(telegram)))
    return unescape(_TAG.sub("", page)).strip()


def sendable(address: str) -> str:
    """The address as mail servers take it, its domain in ASCII. Raises ValueError if none does."""
    name, _, domain = address.rpartition("@")
    return Address(addr_spec=f"{name}@{domain.encode('idna').decode()}").addr_spec


def one_line(words: str) -> str:
    """Without anything that could end a header."""
    return " ".join("".join(it if it.isprintable() else " " for it in words).split())
