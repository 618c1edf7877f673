"""Whether a message has words that mean danger."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dialogues.specs.crisis import (
    CrisisSpec,
    ExceptionSpec,
    ExceptionsSpec,
    RuleSpec,
    RulesSpec,
)
from dialogues.understanding.crisis.expressions import Expression, Grammar, words_in
from dialogues.understanding.crisis.rewriting import Rewriting

_KEYS = 3  # parts of a rule that are looked up before it is tried
_BESIDE = 6  # words


@dataclass(frozen=True, slots=True)
class Rule:
    """What is in `beside` spoils it where it stands among the words, or a few words away; what is
    in `unless`, anywhere in the message. One of `needs` must be there."""

    expression: Expression
    beside: tuple[Expression, ...] = ()
    unless: tuple[Expression, ...] = ()
    needs: tuple[Expression, ...] = ()

    def found_in(self, padded: str) -> bool:
        found = self.expression.pattern.finditer(padded)
        if not any(not _has(_around(padded, it.span()), self.beside) for it in found):
            return False
        if _has(padded, self.unless):
            return False
        return not self.needs or _has(padded, self.needs)


def _around(padded: str, span: tuple[int, int]) -> str:
    """The words of a span, and some on either side."""
    before = padded[: span[0]].split()[-_BESIDE:]
    after = padded[span[1] :].split()[:_BESIDE]
    return f" {' '.join((*before, padded[slice(*span)].strip(), *after))} "


def _has(padded: str, some: Iterable[Expression]) -> bool:
    return any(it.pattern.search(padded) for it in some)


class Shelf:
    """Rules by their words, so that only those are tried whose words are in the message."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._with: list[Mapping[str, int]] = []
        self._always: list[int] = []
        for key in range(_KEYS):
            words: dict[str, int] = defaultdict(int)
            always = 0
            for i, rule in enumerate(rules):
                needed = rule.expression.needs[key : key + 1] or (None,)
                for word in needed[0] or ():
                    words[word] |= 1 << i
                always |= (needed[0] is None) << i
            self._with.append(dict(words))
            self._always.append(always)

    def candidates(self, words: Collection[str]) -> Iterator[Rule]:
        """In the order in which they are written."""
        left = -1
        for known, always in zip(self._with, self._always, strict=True):
            found = always
            for word in words:
                found |= known.get(word, 0)
            left &= found
        while left > 0:
            lowest = left & -left
            yield self._rules[lowest.bit_length() - 1]
            left ^= lowest


@dataclass(frozen=True, slots=True)
class CrisisRules:
    """Words that mean somebody may be in danger. Figures of speech are cut out before looking."""

    rules: Shelf = field(default_factory=lambda: Shelf(()))
    exceptions: Shelf = field(default_factory=lambda: Shelf(()))
    rewriting: Rewriting = field(default_factory=lambda: Rewriting({}, (), ()))
    foreign: re.Pattern[str] | None = None

    def hit(self, said: str) -> bool:
        """`said` is normalised."""
        return self.rule_for(said) is not None

    def rule_for(self, said: str) -> str | None:
        """The first rule that a normalised message meets, as it is written; or the sentence of
        another language in it."""
        padded = self._without_exceptions(self.rewriting.rewrite(said))
        words = set(padded.split())
        for rule in self.rules.candidates(words):
            if rule.found_in(padded):
                return rule.expression.written
        found = self.foreign.search(said) if self.foreign is not None else None
        return found[0] if found else None

    def _without_exceptions(self, padded: str) -> str:
        """A mark in place of each, so that words do not become neighbours."""
        for it in self.exceptions.candidates(set(padded.split())):
            found = it.expression.pattern.search(padded)
            while found is not None:
                start, end = found.span()
                if not _has(f" {found[0]}", it.unless):
                    padded = f"{padded[:start]}… {padded[end:]}"
                    end = start
                found = it.expression.pattern.search(padded, end)
        return padded


def crisis_rules(
    specs: Iterable[CrisisSpec],
    language: Collection[str] = (),
    foreign: re.Pattern[str] | None = None,
) -> CrisisRules:
    """All files' rules as one. `language` are words that are no typing errors, `foreign` finds
    sentences of danger in other languages. Raises ExpressionError; `compiling.crises` finds what is
    wrong with its place."""
    specs = list(specs)
    grammar = grammar_of(specs)
    same = {form: others for spec in specs for form, others in spec.same.items()}
    rules = [it for spec in specs for group in spec.rules.values() for it in rules_of(group)]
    cut = [
        it for spec in specs for group in spec.exceptions.values() for it in exceptions_of(group)
    ]
    return CrisisRules(
        rules=Shelf([rule(grammar, it) for it in rules]),
        exceptions=Shelf([exception(grammar, it) for it in cut]),
        rewriting=Rewriting(same, _words(specs), language),
        foreign=foreign,
    )


def rules_of(group: RulesSpec) -> Iterator[RuleSpec]:
    """Each with what holds for all of the group."""
    for it in (*(RuleSpec(say=line) for _, line in group.lines), *group.rules):
        yield RuleSpec(
            say=it.say,
            beside=[*group.beside, *it.beside],
            unless=[*group.unless, *it.unless],
            needs=it.needs,
        )


def exceptions_of(group: ExceptionsSpec) -> Iterator[ExceptionSpec]:
    """Each with what holds for all of the group."""
    for it in (*(ExceptionSpec(say=line) for _, line in group.lines), *group.rules):
        yield ExceptionSpec(say=it.say, unless=[*group.unless, *it.unless])


def rule(grammar: Grammar, spec: RuleSpec) -> Rule:
    """Raises ExpressionError."""
    return Rule(
        grammar.expression(spec.say),
        beside=tuple(grammar.expression(it) for it in spec.beside),
        unless=tuple(grammar.expression(it) for it in spec.unless),
        needs=tuple(grammar.expression(it) for it in spec.needs),
    )


def exception(grammar: Grammar, spec: ExceptionSpec) -> Rule:
    """Raises ExpressionError."""
    unless = tuple(grammar.expression(it) for it in spec.unless)
    return Rule(grammar.expression(spec.say, cuts=True), unless=unless)


def grammar_of(specs: Iterable[CrisisSpec]) -> Grammar:
    """What the rules of these may name."""
    specs = list(specs)
    return Grammar(
        {name: words for spec in specs for name, words in spec.concepts.items()},
        {word: others for spec in specs for word, others in spec.also.items()},
        {form: others for spec in specs for form, others in spec.same.items()},
    )


def _words(specs: Iterable[CrisisSpec]) -> set[str]:
    found: set[str] = set()
    for spec in specs:
        written = [it for words in spec.concepts.values() for it in words]
        for group in spec.rules.values():
            for it in rules_of(group):
                written += [it.say, *it.beside, *it.unless, *it.needs]
        for cut in spec.exceptions.values():
            for each in exceptions_of(cut):
                written += [each.say, *each.unless]
        found |= {word for it in written for word in words_in(it)}
    return found
