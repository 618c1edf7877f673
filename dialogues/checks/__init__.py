"""Holds the parts of the content against each other. Each module finds one kind of fault."""

from collections.abc import Collection

from dialogues.checks import canvas, conditions, facts, names, paths, staffing, texts, triggers
from dialogues.compiling.draft import Draft
from dialogues.findings import Finding, did_you_mean
from dialogues.model import Content


def quick(content: Content, draft: Draft) -> list[Finding]:
    """What must hold before the content is used."""
    return [
        *names.check(content, draft),
        *triggers.check(content, draft),
        *facts.check(content, draft),
        *canvas.check(content, draft),
        *staffing.check(content, draft),
        *conditions.check(content),
    ]


def slow(content: Content) -> list[Finding]:
    """What authors want to know, and a start does not wait for."""
    return [*conditions.check_branches(content), *paths.check(content), *texts.check(content)]


def unworded(content: Content, draft: Draft, responses: Collection[str]) -> list[Finding]:
    """Responses that are said when nobody asked, so that no flow shows that they are missing."""
    known = {*content.responses, *draft.refused}
    return [
        Finding.at(
            draft.programme_place,
            "no-response",
            f"people are told {name} without asking, and there is no such response",
            did_you_mean(name, known) or f"add the response {name} in domain/",
        )
        for name in sorted(responses)
        if name not in known
    ]


def unregistered(content: Content, draft: Draft, actions: Collection[str]) -> list[Finding]:
    """Actions that the content names and nobody has registered."""
    return [
        Finding.at(
            draft.actions[name],
            "unregistered-action",
            f"nobody has registered the action {name}",
            did_you_mean(name, actions) or "write it in actions/, or take the name out",
        )
        for name in sorted(content.actions)
        if name not in actions
    ]
