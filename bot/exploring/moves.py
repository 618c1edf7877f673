"""A single thing that a resident may do."""

from dataclasses import dataclass
from enum import StrEnum

from dialogues.exchange import Asked, Attachment, Button, Did, Incoming, Medium

PHONE = "07700 900123"


class Kind(StrEnum):
    """`ANSWER` is meant as an answer to the open question; `START` begins something; the rest are
    detours from both."""

    ANSWER = "answer"
    START = "start"
    DETOUR = "detour"


@dataclass(frozen=True, slots=True)
class Move:
    """`line` says it as a person would read it."""

    line: str
    incoming: Incoming
    kind: Kind


def types(text: str, kind: Kind) -> Move:
    return Move(f"types: {_short(text)}", Incoming(Did.TEXT, text), kind)


def presses(button: Button, asked: Asked | None, kind: Kind) -> Move:
    incoming = Incoming(Did.PRESS, button.label, button.payload, asked)
    return Move(f"presses: {button.label}", incoming, kind)


def shares_contact(button: Button) -> Move:
    contact = Attachment(Medium.CONTACT, phone=PHONE, own_contact=True)
    incoming = Incoming(Did.ATTACHMENT, attachments=(contact,))
    return Move(f"presses: {button.label}", incoming, Kind.ANSWER)


def sends(medium: Medium) -> Move:
    attachment = Attachment(medium, file_id="explored")
    incoming = Incoming(Did.ATTACHMENT, attachments=(attachment,))
    return Move(f"sends: a {medium.value}", incoming, Kind.DETOUR)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:40]}… ({len(text)} characters)"
