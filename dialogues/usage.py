"""Which flows say which response."""

from collections.abc import Iterator, Mapping

from dialogues.model import Act, Collect, Content, Flow


def said_in(content: Content) -> Mapping[str, list[str]]:
    """By the response's name the names of the flows that say it by themselves. What is in none is
    said by an action, in a group, to staff, or when nobody asked."""
    found: dict[str, list[str]] = {}
    for flow in content.flows.values():
        for name in dict.fromkeys(says(content, flow)):
            found.setdefault(name, []).append(flow.name)
    return found


def says(content: Content, flow: Flow) -> Iterator[str]:
    """The responses that the flow says, in the order of its steps."""
    for step in flow.steps.values():
        if isinstance(step, Act):
            names = [step.name]
        elif isinstance(step, Collect):
            names = [
                step.utter,
                f"{step.utter}_simpler",
                f"utter_invalid_{step.slot}",
                *(it.utter for it in step.refusals),
            ]
        else:
            continue
        yield from (name for name in names if name in content.responses)
