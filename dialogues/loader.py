"""Reads a folder of content into `Content`, or says everything that is wrong with it at once."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from dialogues import checks
from dialogues.book import Book
from dialogues.compiling import crises
from dialogues.compiling.derived import with_responses
from dialogues.compiling.draft import Draft
from dialogues.compiling.facts import joined_facts
from dialogues.compiling.yaml_source import Source, read
from dialogues.findings import ContentError, Finding
from dialogues.likeness import Likeness, LikenessFile
from dialogues.model import Call, Content, Flow
from dialogues.places import Places
from dialogues.programme import Programme
from dialogues.specs import PlacesFile
from dialogues.understanding.entities.phrases import Phrases
from dialogues.understanding.foreign import crisis_of, foreign
from dialogues.understanding.intents import CRISIS, intent_finder
from dialogues.understanding.language import Language, lexicon
from dialogues.understanding.text import normalise
from dialogues.understanding.vocabulary import usual_words

__all__ = [
    "Book",
    "Content",
    "ContentError",
    "check",
    "files",
    "load",
    "open_book",
    "open_checked",
]


def load(folder: Path) -> Content:
    """Raises ContentError, with all findings."""
    return open_book(folder).content


def open_book(folder: Path) -> Book:
    """The content with what it was made of. Raises ContentError, with all findings."""
    return _whole(*_read(folder))


def open_checked(
    folder: Path, actions: Collection[str] | None = None, responses: Collection[str] = ()
) -> Book:
    """As strict as `check`. Raises ContentError, with all findings."""
    return _whole(*_check(folder, actions, responses))


def check(
    folder: Path, actions: Collection[str] | None = None, responses: Collection[str] = ()
) -> list[Finding]:
    """Everything wrong with the content. `actions` are those that are registered, if known;
    `responses` those that are said without a flow, and cannot be done without."""
    return _check(folder, actions, responses)[1]


def files(folder: Path) -> list[Path]:
    """The files that the content is read from."""
    return [path for _, path in _files(folder)]


def _whole(book: Book | None, findings: list[Finding]) -> Book:
    if book is None or findings:
        raise ContentError(findings)
    return book


def _check(
    folder: Path, actions: Collection[str] | None, responses: Collection[str]
) -> tuple[Book | None, list[Finding]]:
    book, findings = _read(folder)
    if book is not None:
        strict = book.strict_findings(book.content, actions=actions, responses=responses)
        findings = [*findings, *strict]
    return book, sorted(set(findings))


def _read(folder: Path) -> tuple[Book | None, list[Finding]]:
    """With those findings that must be none before the content is used."""
    draft = Draft()
    sources = [(kind, read(path)) for kind, path in _files(folder)]
    for kind, source in sources:
        draft.take(kind, source)
    foreign_danger = crisis_of(draft.languages.values())
    draft.crisis = crises.read_together(draft.crisis_files, _words(draft), foreign_danger)
    findings = [finding for _, source in sources for finding in source.findings]
    if draft.programme is None:
        return None, sorted({*findings, *_no_programme(folder, sources)})
    content = _content(draft, draft.programme, _digest(folder))
    return Book(content, draft), sorted({*findings, *checks.quick(content, draft)})


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for kind in ("flows", "domain", "nlu"):
        yield from ((kind, path) for path in sorted((folder / kind).glob("*.yml")))
    for kind in ("places", "programme", "canvas", "likeness", "staffing"):
        path = folder / f"{kind}.yml"
        if path.exists():
            yield kind, path


def _no_programme(folder: Path, sources: Iterable[tuple[str, Source]]) -> list[Finding]:
    if any(kind == "programme" for kind, _ in sources):
        return []
    return [Finding(str(folder / "programme.yml"), 1, "missing", "there is no programme.yml")]


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yml")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _content(draft: Draft, programme: Programme, digest: str) -> Content:
    flows, slots, language = draft.flows, draft.slots, _language(draft)
    content = Content(
        flows=flows,
        slots=slots,
        responses={},
        actions=frozenset(draft.actions),
        language=language,
        places=Places.of(draft.places or PlacesFile(boroughs={}), language.lexicon),
        programme=programme.joined_with(
            joined_facts(programme.declared, slots),
            draft.canvas,
            Likeness.of(draft.likeness or LikenessFile()),
            draft.staffing,
        ),
        constants={},
        labels={},
        persisted=frozenset(name for flow in flows.values() for name in flow.persisted),
        flow_of_intent={
            intent: (flow.name, sure) for flow in flows.values() for intent, sure in flow.intents
        },
        resets=_resets(flows),
        initial={name: slot.initial for name, slot in slots.items()},
        digest=digest,
    )
    return with_responses(content, draft.responses)


def _resets(flows: Mapping[str, Flow]) -> dict[str, tuple[str, ...]]:
    """What each flow fills, those it calls included, less what any flow keeps."""
    kept = {name for flow in flows.values() for name in flow.persisted}
    return {name: tuple(sorted(_filled(flows, name, set()) - kept)) for name in flows}


def _filled(flows: Mapping[str, Flow], name: str, seen: set[str]) -> set[str]:
    if name in seen or name not in flows:
        return set()
    seen.add(name)
    called = (step.flow for step in flows[name].steps.values() if isinstance(step, Call))
    return {*flows[name].fills}.union(*(_filled(flows, it, seen) for it in called))


def _language(draft: Draft) -> Language:
    synonyms: dict[str, tuple[str, ...]] = {}
    for phrase, value in draft.synonyms:
        synonyms[phrase] = tuple(dict.fromkeys((*synonyms.get(phrase, ()), value)))
    others = foreign(draft.languages, _vocabulary(draft))
    return Language(
        lexicon=lexicon(draft.lexicons, others.whole, others.vocabulary),
        crisis=draft.crisis,
        intents=intent_finder(draft.examples, draft.keywords),
        synonyms=synonyms,
        synonym_phrases=Phrases.of(synonyms),
        spellings={normalise(word): meant for word, meant in draft.spellings.items()},
        foreign=others,
    )


def _vocabulary(draft: Draft) -> Counter[str]:
    """How often each word of the content's own language stands in its examples and lexicon."""
    texts = [text for _, text in draft.examples]
    texts += [word for words in draft.keywords.values() for word in words]
    texts += [phrase for phrase, _ in draft.synonyms]
    texts += [phrase for it in draft.lexicons for phrase in (*it.affirm, *it.deny, *it.filler)]
    return Counter(word for text in texts for word in normalise(text).split())


def _words(draft: Draft) -> set[str]:
    """What people mean as they write it: the language, and what examples of other wishes have."""
    said = (text for intent, text in draft.examples if intent != CRISIS)
    places = draft.places or PlacesFile(boroughs={})
    names = (
        name
        for it in places.boroughs.values()
        for name in (*it.names, *it.neighbourhoods, *it.only_when_asked)
    )
    return {word for text in (*said, *names) for word in normalise(text).split()} | usual_words()
