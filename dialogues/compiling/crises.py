"""Holds the crisis rules of all files together: what one file's rules name, another may define."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from dialogues.compiling.yaml_source import KeyPath, Source
from dialogues.findings import Finding, did_you_mean
from dialogues.specs import CrisisSpec, RuleSpec, RulesSpec
from dialogues.understanding.crisis.expressions import ExpressionError, Grammar
from dialogues.understanding.crisis.rules import CrisisRules, crisis_rules, grammar_of, rule

Written = tuple[Source, CrisisSpec]


def read_together(
    written: list[Written], language: Collection[str], foreign: re.Pattern[str] | None
) -> CrisisRules:
    """All files' rules as one; none if some cannot be read, and findings in their sources.
    `language` and `foreign` are as for `crisis_rules`."""
    specs = tuple(spec.model_dump_json() for _, spec in written)
    rules = _compiled(specs, frozenset(language), foreign)
    if rules is not None:
        return rules
    grammar = grammar_of(spec for _, spec in written)
    for source, spec in written:
        source.findings += _concept_faults(source, spec, grammar)
        source.findings += _rule_faults(source, spec, grammar)
    return CrisisRules()


@lru_cache(maxsize=2)  # half of the time of reading all, and what is edited is mostly other files
def _compiled(
    written: tuple[str, ...], language: frozenset[str], foreign: re.Pattern[str] | None
) -> CrisisRules | None:
    """None if something cannot be read, also of what no rule names."""
    specs = [CrisisSpec.model_validate_json(it) for it in written]
    grammar = grammar_of(specs)
    try:
        for name in grammar.names:
            grammar.concept(name)
        return crisis_rules(specs, language, foreign)
    except ExpressionError:
        return None


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
