"""The ways through a flow: steps nobody reaches, ends without a word, flows calling themselves."""

from collections.abc import Iterator

from dialogues.checks import uses
from dialogues.findings import Finding
from dialogues.model import END, Act, Call, Collect, Content, Flow, Link, Step


def check(content: Content) -> Iterator[Finding]:
    for flow in content.flows.values():
        yield from _unreachable(flow)
        yield from _silent(content, flow)
        yield from _calls_itself(content, flow)
    yield from _never_open(content)


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
            yield Finding.at(step.where, "unreachable", message)


def _silent(content: Content, flow: Flow) -> Iterator[Finding]:
    """A way from the first step to the end on which nothing is said."""
    if _is_only_called(content, flow) or (flow.is_pattern and flow.name != "pattern_cannot_handle"):
        return
    seen = {flow.first}
    waiting = [flow.first]
    while waiting:
        step = flow.steps[waiting.pop()]
        if _speaks(content, step):
            continue
        for way in step.ways:
            if way.target == END:
                message = f"flow {flow.name}, step {step.id}: the flow can end here without a word"
                yield Finding.at(way.where or step.where, "silent", message)
            elif way.target in flow.steps and way.target not in seen:
                seen.add(way.target)
                waiting.append(way.target)


def _speaks(content: Content, step: Step) -> bool:
    """Actions are taken to speak, and so are other flows; a question is, if it is always asked."""
    if isinstance(step, Act) and step.name in content.responses:
        variations = content.responses[step.name].variations
        return any(not it.condition for it in variations)
    if isinstance(step, Collect):
        return step.ask_before_filling
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
        yield Finding.at(flow.where, "endless", message)


def _never_open(content: Content) -> Iterator[Finding]:
    """A branch behind one that is always taken."""
    for use, _, step in uses.steps(content):
        for way in step.ways[:-1]:
            if way.condition is None:
                message = "the branches after the else are never taken"
                yield use.finding("unreachable", message)
