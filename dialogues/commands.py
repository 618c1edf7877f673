"""What a message means for the dialogue: understanding makes commands, the runner does them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogues.exchange import Asked, Medium


@dataclass(frozen=True, slots=True)
class StartFlow:
    """`slots` were mentioned in the message that started the flow; `unclear` ones have several
    possible values."""

    flow: str
    intent: str | None = None
    slots: Mapping[str, Any] = field(default_factory=dict)
    unclear: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SetSlots:
    """Slots are given: the open question's answer among them, if `answers`. `medium` is set when
    the answer is an attachment."""

    slots: Mapping[str, Any]
    answers: bool = False
    medium: Medium | None = None


@dataclass(frozen=True, slots=True)
class CorrectSlots:
    """An earlier question is answered anew."""

    question: Asked
    slots: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Narrow:
    """The answer to the open question may mean several values."""

    slot: str
    values: list[str]


@dataclass(frozen=True, slots=True)
class Clarify:
    """Several flows may be meant; at most three, likeliest first."""

    flows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeAnswer:
    """An earlier answer is to change; `step` is the question, or None to ask which."""

    question: Asked | None = None


@dataclass(frozen=True, slots=True)
class CannotHandle:
    """Not understood. `slot` is set when it was meant to answer the open question. `is_choice`:
    what was said is clear, and that is none of what was offered."""

    slot: str | None = None
    is_choice: bool = False


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """Not understood, because it is in another language: its code."""

    language: str


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment that nobody asked for."""

    medium: Medium


@dataclass(frozen=True, slots=True)
class CancelFlow:
    pass


@dataclass(frozen=True, slots=True)
class SkipQuestion:
    pass


@dataclass(frozen=True, slots=True)
class RepeatLastBotMessages:
    """The question is to be said again, in simpler words where there are some."""


@dataclass(frozen=True, slots=True)
class GoBack:
    pass


@dataclass(frozen=True, slots=True)
class HumanHandoff:
    pass


@dataclass(frozen=True, slots=True)
class ChitChat:
    pass


@dataclass(frozen=True, slots=True)
class Crisis:
    pass


@dataclass(frozen=True, slots=True)
class OldButton:
    """A button whose question is gone."""


@dataclass(frozen=True, slots=True)
class NoteEdit:
    """A message was edited that answered nothing."""


Command = (
    StartFlow
    | SetSlots
    | CorrectSlots
    | Narrow
    | Clarify
    | ChangeAnswer
    | CannotHandle
    | OtherLanguage
    | Attached
    | CancelFlow
    | SkipQuestion
    | RepeatLastBotMessages
    | GoBack
    | HumanHandoff
    | ChitChat
    | Crisis
    | OldButton
    | NoteEdit
)


def described(command: Command) -> str:
    """For the trace: which slots, never their values, which may be personal."""
    if isinstance(command, SetSlots | CorrectSlots):
        return f"{type(command).__name__} {' '.join(command.slots)}"
    return f"StartFlow {command.flow}" if isinstance(command, StartFlow) else type(command).__name__
