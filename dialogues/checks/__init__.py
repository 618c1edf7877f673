"""Holds the parts of the content against each other. Each module finds one kind of fault."""

from collections.abc import Collection

from dialogues.draft import Draft
from dialogues.findings import Finding
from dialogues.model import Content


def quick(content: Content, draft: Draft) -> list[Finding]:
    """What must hold before the content is used."""
    return []


def slow(content: Content) -> list[Finding]:
    """What authors want to know, and a start does not wait for."""
    return []


def unregistered(content: Content, actions: Collection[str]) -> list[Finding]:
    """Actions that the content names and nobody has registered."""
    return []
