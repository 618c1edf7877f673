"""Rules for words that mean danger, and exceptions to them."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from dialogues.specs.spec import Spec


class ExceptionSpec(Spec):
    """Written as a mapping, or as its `say` alone."""

    say: str
    unless: list[str] = []

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, data: Any) -> Any:
        return {"say": data} if isinstance(data, str) else data


class RuleSpec(ExceptionSpec):
    beside: list[str] = []
    needs: list[str] = []


class _GroupSpec(Spec):
    """`why` these are there. `say` holds expressions, one a line, an indented line going on with
    the one before. What is in `unless` spoils all of them."""

    why: Annotated[str, Field(min_length=1)]
    unless: list[str] = []
    say: str = ""

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


class ExceptionsSpec(_GroupSpec):
    """`rules` are those with conditions of their own."""

    rules: list[ExceptionSpec] = []


class RulesSpec(_GroupSpec):
    """`rules` are those with conditions of their own; `beside` spoils all, as `unless` does."""

    beside: list[str] = []
    rules: list[RuleSpec] = []


class CrisisSpec(Spec):
    """`same` maps a form of a word to others; `also` a word of the rules to others that it stands
    for; `rules` and `exceptions` a theme to those of it."""

    same: dict[str, list[str]] = {}
    also: dict[str, list[str]] = {}
    concepts: dict[str, list[str]] = {}
    rules: dict[str, RulesSpec] = {}
    exceptions: dict[str, ExceptionsSpec] = {}
