"""The ways to and through flows: what nobody reaches, ends without a word, endless calls."""

import re
from collections.abc import Iterator

from dialogues.checks import uses
from dialogues.checks.uses import Use
from dialogues.findings import Finding
from dialogues.model import END, Act, Call, Collect, Content, Flow, Link, Step, Way


def check(content: Content) -> Iterator[Finding]:
    for flow in content.flows.values():
        yield from _unreachable(flow)
        yield from _silent(content, flow)
        yield from _calls_itself(content, flow)
    yield from _never_open(content)
    yield from _never_started(content)


def _unreachable(flow: Flow) -> Iterator[Finding]:
    reached = {flow.first}
    waiting = [flow.first]
    while waiting:
        for way in flow.steps[waiting.pop()].ways:
            if way.target in flow.steps and way.target not in reached:
                reached.add(way.target)
                waiting.append(way.target)
    for step in flow.steps.values():
        if step.id not in reached:
            message = f"flow {flow.name}, step {step.id}: no way leads here"
            hint = f"let a next name {step.id}, or take the step out"
            yield Finding.at(step.where, "unreachable", message, hint)


def _silent(content: Content, flow: Flow) -> Iterator[Finding]:
    """A way from the first step to the end on which nothing is said."""
    if _is_only_called(content, flow) or (flow.is_pattern and flow.name != "pattern_cannot_handle"):
        return
    for step, way in _silent_ends(content, flow, frozenset()):
        message = f"flow {flow.name}, step {step.id}: the flow can end here without a word"
        hint = "let an action say something before the end"
        yield Finding.at(way.where or step.where, "silent", message, hint)


def _silent_ends(
    content: Content, flow: Flow, callers: frozenset[str]
) -> Iterator[tuple[Step, Way]]:
    seen = {flow.first}
    waiting = [flow.first]
    while waiting:
        step = flow.steps[waiting.pop()]
        if _speaks(content, step, callers | {flow.name}):
            continue
        for way in step.ways:
            if way.target == END:
                yield step, way
            elif way.target in flow.steps and way.target not in seen:
                seen.add(way.target)
                waiting.append(way.target)


def _speaks(content: Content, step: Step, callers: frozenset[str]) -> bool:
    """Actions are taken to speak; a question does, if it is always asked; a called flow does, if
    each way through it does. A linked flow is looked at by itself."""
    if isinstance(step, Act) and step.name in content.responses:
        variations = content.responses[step.name].variations
        return any(not it.condition for it in variations)
    if isinstance(step, Collect):
        return step.ask_before_filling
    if isinstance(step, Call) and step.flow in content.flows and step.flow not in callers:
        return not any(_silent_ends(content, content.flows[step.flow], callers))
    return isinstance(step, Act | Link | Call)


def _is_only_called(content: Content, flow: Flow) -> bool:
    called = any(
        isinstance(step, Call) and step.flow == flow.name for _, _, step in uses.steps(content)
    )
    return called and not flow.intents


def _calls_itself(content: Content, flow: Flow) -> Iterator[Finding]:
    seen: set[str] = set()
    waiting = [flow]
    while waiting:
        for step in waiting.pop().steps.values():
            if not isinstance(step, Call) or step.flow not in content.flows or step.flow in seen:
                continue
            seen.add(step.flow)
            waiting.append(content.flows[step.flow])
    if flow.name in seen:
        message = f"flow {flow.name}: it calls itself, if by a detour"
        yield Finding.at(flow.where, "endless", message, "link to it instead of calling it")


def _never_open(content: Content) -> Iterator[Finding]:
    """A branch behind one that is always taken."""
    for use, _, step in uses.steps(content):
        for way in step.ways[:-1]:
            if way.condition is None:
                message = "the branches after the else are never taken"
                here = Use(use.subject, way.where or use.where)
                yield here.finding("unreachable", message, "put the else last")


def _never_started(content: Content) -> Iterator[Finding]:
    """A flow that no intent, command, button or other flow starts."""
    started = {step.flow for _, _, step in uses.steps(content) if isinstance(step, Link | Call)}
    started |= {it.intent for it in content.programme.commands} | _named_by_buttons(content)
    for flow in content.flows.values():
        if not (flow.is_pattern or flow.intents or flow.name in started):
            message = f"flow {flow.name}: nothing starts it"
            hint = "give it an nlu_trigger, or let a flow link to it"
            yield Finding.at(flow.where, "unreachable", message, hint)


def _named_by_buttons(content: Content) -> set[str]:
    """The first words of payloads, as they are: /start_this(...)."""
    variations = (it for response in content.responses.values() for it in response.variations)
    payloads = (it.payload for variation in variations for it in variation.choices if it.payload)
    return {
        re.split(r"\W", part.removeprefix("/"), maxsplit=1)[0]
        for payload in payloads
        for part in payload.parts[:1]
        if isinstance(part, str) and part.startswith("/")
    }
