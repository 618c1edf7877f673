"""Holds the crisis rules of all files together: what one file's rules name, another may define."""

from collections.abc import Iterator

from dialogues.compiling.yaml_source import KeyPath, Source
from dialogues.findings import Finding, did_you_mean
from dialogues.specs import CrisisSpec, RuleSpec, RulesSpec
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
    for kind, groups in (("rules", spec.rules), ("exceptions", spec.exceptions)):
        for theme, group in groups.items():
            for path, down, it in _rules((kind, theme), group):
                try:
                    rule(grammar, it, cuts=kind == "exceptions")
                except ExpressionError as error:
                    yield _finding(source, path, error, grammar, down)


def _rules(path: KeyPath, group: RulesSpec) -> Iterator[tuple[KeyPath, int, RuleSpec]]:
    """Each with its place: a path, and how many lines below."""
    for kind, spoiling in (("beside", group.beside), ("unless", group.unless)):
        for i, say in enumerate(spoiling):
            yield (*path, kind, i), 0, RuleSpec(say=say)
    for line, say in group.lines:
        yield (*path, "say"), line + 1, RuleSpec(say=say)
    for i, it in enumerate(group.rules):
        yield (*path, "rules", i), 0, it


def _finding(
    source: Source, path: KeyPath, error: ExpressionError, grammar: Grammar, down: int = 0
) -> Finding:
    hint = did_you_mean(error.unknown, grammar.names) if error.unknown else ""
    where = source.where("crisis", *path)
    return Finding(where.file, where.line + down, "crisis-rule", f"crisis: {error}", hint)
