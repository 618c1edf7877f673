"""Reads buttons and slash commands: what was meant is certain, whether it still holds is not."""

import re
from dataclasses import replace
from typing import Any

from dialogues import payloads
from dialogues.commands import (
    CancelFlow,
    CannotHandle,
    ChangeAnswer,
    Command,
    CorrectSlots,
    GoBack,
    HumanHandoff,
    OldButton,
    RepeatLastBotMessages,
    SetSlots,
    SkipQuestion,
    StartFlow,
)
from dialogues.exchange import Asked
from dialogues.model import Collect
from dialogues.payloads import Payload
from dialogues.understanding.hearing import Heard, command_for

_SLASH = re.compile(r"/([a-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)


def read_payload(heard: Heard, payload: Payload, asked: Asked | None) -> Command:
    """`asked` is the question that the button belongs to."""
    stale = asked is not None and asked != heard.asked
    if payload.name == payloads.SET_SLOTS:
        return _settings(heard, payload, asked)
    if payload.name in _OF_THE_QUESTION:
        command = _OF_THE_QUESTION[payload.name]
        return _pressed_late(heard, asked) if asked is not None and stale else command
    if payload.name == payloads.CHANGE:
        flow, dot, step = payload.argument.partition(".")
        return ChangeAnswer(Asked(flow, step) if dot else None)
    if payload.name == payloads.CANCEL:
        return _cancel(heard, asked)
    return _AT_ANY_TIME.get(payload.name) or _intended(heard, payload)


_OF_THE_QUESTION: dict[str | None, Command] = {
    payloads.SKIP: SkipQuestion(),
    payloads.REPEAT: RepeatLastBotMessages(),
    payloads.BACK: GoBack(),
}


_AT_ANY_TIME: dict[str | None, Command] = {
    payloads.PERSON: HumanHandoff(),
    payloads.NONE_MEANT: CannotHandle(is_choice=True),
}


def _pressed_late(heard: Heard, asked: Asked) -> Command:
    """Pressed twice, or after the answer: the answer stays, and the dialogue is where it was."""
    for frame in heard.state.stack:
        if frame.flow == asked.flow and asked.step in frame.answered:
            step = heard.content.flows[asked.flow].steps[asked.step]
            if isinstance(step, Collect):
                return CorrectSlots(asked, {step.slot: heard.state.slots[step.slot]})
    return OldButton()


def _intended(heard: Heard, payload: Payload) -> Command:
    """What the intent means, with the slots that the button brings along for its flow."""
    command, slots = command_for(heard, payload.name or ""), _coerced(heard, payload)
    if command is None or slots is None:
        return OldButton()
    if isinstance(command, StartFlow):
        return replace(command, slots={**command.slots, **slots})
    return command


def _coerced(heard: Heard, payload: Payload) -> dict[str, Any] | None:
    """None when the content has changed since the button was shown."""
    known = heard.content.slots
    try:
        return {name: known[name].coerce(value) for name, value in payload.slots.items()}
    except (KeyError, ValueError):
        return None


def _settings(heard: Heard, payload: Payload, asked: Asked | None) -> Command:
    slots = _coerced(heard, payload)
    if slots is None:
        return OldButton()
    if asked is not None and asked != heard.asked:
        return CorrectSlots(asked, slots)
    return SetSlots(slots, answers=heard.step is not None and heard.step.slot in slots)


def _cancel(heard: Heard, asked: Asked | None) -> Command:
    """A button that gives up a flow which is no longer under way does nothing to the others."""
    if asked is not None and not any(frame.flow == asked.flow for frame in heard.state.stack):
        return OldButton()
    return CancelFlow()


def read_slash(heard: Heard) -> Command | None:
    """`/command words`, as the channel's menu of commands sends it. None if it is no such thing."""
    match = _SLASH.fullmatch(heard.text.strip())
    if match is None:
        return None
    intent = heard.content.programme.intent_of_command.get(match[1].lower(), match[1].lower())
    if not _may_be_typed(heard, intent):
        return None
    command = command_for(heard, intent)
    parameter = f"{intent}_parameter"
    if isinstance(command, StartFlow) and parameter in heard.content.slots:
        return StartFlow(command.flow, intent, {parameter: match[2]})
    return command


def _may_be_typed(heard: Heard, intent: str) -> bool:
    """Intents for internal events only have neither a command nor examples."""
    content = heard.content
    return (
        intent in content.programme.intent_of_command.values()
        or intent in content.language.intents.known
    )
