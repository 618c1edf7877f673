"""Rules for words that mean danger."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from dialogues.specs.spec import Spec


class RuleSpec(Spec):
    """Written as a mapping, or as its `say` alone."""

    say: str
    beside: list[str] = []
    unless: list[str] = []
    needs: list[str] = []

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, data: Any) -> Any:
        return {"say": data} if isinstance(data, str) else data


class RulesSpec(Spec):
    """`why` these rules are there. `say` holds expressions, one a line, an indented line going on
    with the one before; `rules` are those with conditions of their own. What is in `beside` and
    `unless` spoils all of them."""

    why: Annotated[str, Field(min_length=1)]
    beside: list[str] = []
    unless: list[str] = []
    say: str = ""
    rules: list[RuleSpec] = []

    @property
    def lines(self) -> list[tuple[int, str]]:
        """The expressions in `say`, each with its line, from 0."""
        found: list[tuple[int, str]] = []
        for number, line in enumerate(self.say.splitlines()):
            if line.startswith(" ") and found:
                found[-1] = found[-1][0], f"{found[-1][1]} {line.strip()}"
            elif line.strip():
                found.append((number, line.strip()))
        return found


class CrisisSpec(Spec):
    """`same` maps a form of a word to others; `also` a word of the rules to others that it stands
    for; `rules` a theme to its rules; `exceptions` likewise."""

    same: dict[str, list[str]] = {}
    also: dict[str, list[str]] = {}
    concepts: dict[str, list[str]] = {}
    rules: dict[str, RulesSpec] = {}
    exceptions: dict[str, RulesSpec] = {}
