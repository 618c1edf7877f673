"""Holds the crisis rules of all files together: what one file's rules name, another may define."""

from collections.abc import Iterator

from dialogues.compiling.yaml_source import KeyPath, Source
from dialogues.findings import Finding, did_you_mean
from dialogues.specs import CrisisSpec, RuleSpec
from dialogues.understanding.crisis.expressions import ExpressionError, Grammar
from dialogues.understanding.crisis.rules import grammar_of, rule

Written = tuple[Source, CrisisSpec]


def sound(written: list[Written]) -> list[CrisisSpec]:
    """The specs if all of their rules can be read; else none, and findings in their sources."""
    grammar = grammar_of(spec for _, spec in written)
    faults = 0
    for source, spec in written:
        found = [*_concept_faults(source, spec, grammar), *_rule_faults(source, spec, grammar)]
        source.findings += found
        faults += len(found)
    return [] if faults else [spec for _, spec in written]


def _concept_faults(source: Source, spec: CrisisSpec, grammar: Grammar) -> Iterator[Finding]:
    for name in spec.concepts:
        try:
            grammar.concept(name)
        except ExpressionError as error:
            yield _finding(source, ("concepts", name), error, grammar)


def _rule_faults(source: Source, spec: CrisisSpec, grammar: Grammar) -> Iterator[Finding]:
    for path, it in _rules(spec):
        try:
            rule(grammar, it, cuts=path[0] == "exceptions")
        except ExpressionError as error:
            yield _finding(source, path, error, grammar)


def _rules(spec: CrisisSpec) -> Iterator[tuple[KeyPath, RuleSpec]]:
    for theme, rules in spec.rules.items():
        for i, it in enumerate(rules):
            yield ("rules", theme, i), it
    for i, it in enumerate(spec.exceptions):
        yield ("exceptions", i), it


def _finding(source: Source, path: KeyPath, error: ExpressionError, grammar: Grammar) -> Finding:
    hint = did_you_mean(error.unknown, grammar.names) if error.unknown else ""
    return Finding.at(source.where("crisis", *path), "crisis-rule", f"crisis: {error}", hint)
