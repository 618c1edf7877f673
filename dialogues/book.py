"""The content with what it was made of, so that it can be checked again with other words in it."""

from collections.abc import Collection
from dataclasses import dataclass

from dialogues import checks
from dialogues.compiling.draft import Draft
from dialogues.findings import Finding
from dialogues.model import Content


@dataclass(frozen=True, slots=True)
class Book:
    """`content` as its files have it, and the definitions in them."""

    content: Content
    draft: Draft

    def findings(
        self,
        content: Content,
        *,
        actions: Collection[str] | None = None,
        responses: Collection[str] = (),
    ) -> list[Finding]:
        """Everything wrong with this content, which has the same definitions and may have other
        words; see `loader.check`."""
        strict = self.strict_findings(content, actions=actions, responses=responses)
        return sorted({*checks.quick(content, self.draft), *strict})

    def strict_findings(
        self, content: Content, *, actions: Collection[str] | None, responses: Collection[str]
    ) -> list[Finding]:
        """Those that a start does not wait for."""
        found = checks.slow(content)
        if actions is not None:
            found += checks.unregistered(content, self.draft, actions)
        return [*found, *checks.unworded(content, self.draft, responses)]
