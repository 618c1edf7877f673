"""Criteria: what a call asks of an applicant, as data over the facts that residents declare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from actions.programme import Programme

Unmet = Literal["not_yet", "no"]
Comparison = Literal["one_of", "is"]

ANYWHERE_ELSE = "outside"  # the borough of an idea that would happen elsewhere


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a resident declares. `values` are its choices, from least to most if `ordered`;
    a fact without values is yes or no."""

    name: str
    values: tuple[str, ...] = ()
    ordered: bool = False

    def has_answer(self, value: Any) -> bool:
        """Whether this can be the answer."""
        return value in self.values if self.values else isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition on one fact. `unmet`: it can still be reached (not_yet) or it cannot (no);
    `fix` says what would change it, or where to go instead."""

    fact: str
    comparison: Comparison
    expected: Any
    unmet: Unmet
    met: str
    unmet_text: str
    fix: str

    def is_met_by(self, answer: Any) -> bool:
        """Whether this answer satisfies it. A missing answer must not be asked about."""
        if self.comparison == "one_of":
            return answer in self.expected
        return bool(answer == self.expected)

    def as_data(self) -> dict[str, Any]:
        """The form in which a call keeps it."""
        texts = {name: getattr(self, name) for name in ("unmet", "met", "unmet_text", "fix")}
        return {"fact": self.fact, self.comparison: self.expected, **texts}


def from_data(data: Mapping[str, Any]) -> Criterion:
    """Read a kept criterion back."""
    comparison: Comparison = "one_of" if "one_of" in data else "is"
    return Criterion(
        fact=data["fact"],
        comparison=comparison,
        expected=data[comparison],
        unmet=data["unmet"],
        met=data["met"],
        unmet_text=data["unmet_text"],
        fix=data["fix"],
    )


def known_facts(programme: Programme) -> dict[str, Fact]:
    """The facts that the eligibility questions find out, by the name of their slot.

    `applicant_form` covers everybody: somebody alone and a public body have that as their form.
    """
    facts = (
        Fact("applicant_who", ("individual", "group", "organisation", "public_body")),
        Fact(
            "applicant_form",
            (
                "individual",
                "informal_group",
                "constituted_group",
                "charity",
                "social_enterprise",
                "business",
                "public_body",
            ),
        ),
        Fact("borough", (*programme.boroughs, ANYWHERE_ELSE)),
        Fact("theme", tuple(programme.themes)),
        Fact("adult"),
        Fact("stage", ("spark", "tried", "running", "contracts"), ordered=True),
    )
    return {fact.name: fact for fact in facts}


FACT_SLOTS = ("applicant_who", "applicant_form", "borough", "theme", "adult", "stage")


def declared(slots: Mapping[str, Any]) -> dict[str, Any]:
    """The facts among the slots, without what was not answered."""
    facts = {name: slots.get(name) for name in FACT_SLOTS}
    if facts["applicant_who"] in ("individual", "public_body"):
        facts["applicant_form"] = facts["applicant_who"]
    return {name: value for name, value in facts.items() if value is not None}


def can_all_be_met(criteria: Sequence[Criterion], fact: Fact) -> bool:
    """Whether some answer to this fact satisfies all criteria about it."""
    about = [criterion for criterion in criteria if criterion.fact == fact.name]
    answers: tuple[Any, ...] = fact.values or (True, False)
    return any(all(criterion.is_met_by(answer) for criterion in about) for answer in answers)
