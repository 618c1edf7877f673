"""A way of working that names what nobody words."""

from collections.abc import Iterator

from dialogues.compiling.draft import Draft
from dialogues.compiling.yaml_source import KeyPath
from dialogues.findings import Finding
from dialogues.model import Content
from dialogues.staffing import Staffing


def check(content: Content, draft: Draft) -> Iterator[Finding]:
    """Findings stand at the line that names it."""
    source = draft.staffing_source
    if source is None:
        return
    for path, response in _worded(draft.staffing):
        if response not in content.responses:
            message = f"staffing: nothing words it: there is no response {response}"
            hint = f"add the response {response}"
            yield Finding.at(source.where(*path), "no-response", message, hint)


def _worded(staffing: Staffing) -> Iterator[tuple[KeyPath, str]]:
    """The responses that it needs, with the place of each need."""
    for i, rule in enumerate(staffing.qualification.rules):
        for case in rule.points:
            for begin in ("qualify", "qualified"):
                yield ("qualification", "rules", i), f"{begin}_{rule.name}_{case}"
    for i, reason in enumerate(staffing.decline_reasons):
        yield ("decline_reasons", i), f"decline_label_{reason}"
        yield ("decline_reasons", i), f"decline_{reason}"
    for i, name in enumerate(staffing.canned):
        yield ("canned", i), f"canned_{name}"
