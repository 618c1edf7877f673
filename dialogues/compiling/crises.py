"""Holds the crisis rules of all files together: what one file's rules name, another may define."""

import re
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache, partial

from dialogues.compiling.yaml_source import KeyPath, Source
from dialogues.findings import Finding, did_you_mean
from dialogues.specs.crisis import CrisisSpec, ExceptionsSpec, RulesSpec
from dialogues.understanding.crisis.expressions import ExpressionError, Grammar
from dialogues.understanding.crisis.rules import (
    CrisisRules,
    crisis_rules,
    exception,
    grammar_of,
    rule,
)

Written = tuple[Source, CrisisSpec]
Reading = tuple[KeyPath, int, Callable[[], object]]  # a place, the lines below it, what reads it


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
        source.findings += _faults(source, spec, grammar)
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


def _faults(source: Source, spec: CrisisSpec, grammar: Grammar) -> Iterator[Finding]:
    for path, down, read in _readings(spec, grammar):
        try:
            read()
        except ExpressionError as error:
            hint = did_you_mean(error.unknown, grammar.names) if error.unknown else ""
            where = source.where("crisis", *path)
            yield Finding(where.file, where.line + down, "crisis-rule", f"crisis: {error}", hint)


def _readings(spec: CrisisSpec, grammar: Grammar) -> Iterator[Reading]:
    for name in spec.concepts:
        yield ("concepts", name), 0, partial(grammar.concept, name)
    for theme, group in spec.rules.items():
        path: KeyPath = ("rules", theme)
        yield from _shared(path, group, grammar, cuts=False)
        for i, say in enumerate(group.beside):
            yield (*path, "beside", i), 0, partial(grammar.expression, say)
        for i, it in enumerate(group.rules):
            yield (*path, "rules", i), 0, partial(rule, grammar, it)
    for theme, cut in spec.exceptions.items():
        path = ("exceptions", theme)
        yield from _shared(path, cut, grammar, cuts=True)
        for i, each in enumerate(cut.rules):
            yield (*path, "rules", i), 0, partial(exception, grammar, each)


def _shared(
    path: KeyPath, group: RulesSpec | ExceptionsSpec, grammar: Grammar, *, cuts: bool
) -> Iterator[Reading]:
    for line, say in group.lines:
        yield (*path, "say"), line + 1, partial(grammar.expression, say, cuts=cuts)
    for i, say in enumerate(group.unless):
        yield (*path, "unless", i), 0, partial(grammar.expression, say)
