"""Reads a folder of content into `Content`, or says everything that is wrong with it at once."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from dialogues import checks
from dialogues.compiling.domain import value_labels
from dialogues.compiling.draft import Draft
from dialogues.compiling.facts import joined_facts
from dialogues.compiling.yaml_source import Source, read
from dialogues.findings import ContentError, Finding
from dialogues.likeness import Likeness, LikenessFile
from dialogues.model import Call, Content, Flow, Response
from dialogues.places import Places
from dialogues.programme import Programme
from dialogues.responses import Scope, speak
from dialogues.specs import PlacesFile
from dialogues.understanding.intents import intent_finder
from dialogues.understanding.language import Language, crisis_rules, lexicon

__all__ = ["Content", "ContentError", "check", "files", "load", "load_checked"]


def load(folder: Path) -> Content:
    """Raises ContentError, with all findings."""
    content, findings = _read(folder, Draft())
    if content is None or findings:
        raise ContentError(findings)
    return content


def load_checked(
    folder: Path, actions: Collection[str] | None = None, responses: Collection[str] = ()
) -> Content:
    """As strict as `check`. Raises ContentError, with all findings."""
    content, findings = _check(folder, actions, responses)
    if content is None or findings:
        raise ContentError(findings)
    return content


def check(
    folder: Path, actions: Collection[str] | None = None, responses: Collection[str] = ()
) -> list[Finding]:
    """Everything wrong with the content. `actions` are those that are registered, if known;
    `responses` those that are said without a flow, and cannot be done without."""
    return _check(folder, actions, responses)[1]


def files(folder: Path) -> list[Path]:
    """The files that the content is read from."""
    return [path for _, path in _files(folder)]


def _check(
    folder: Path, actions: Collection[str] | None, responses: Collection[str]
) -> tuple[Content | None, list[Finding]]:
    draft = Draft()
    content, findings = _read(folder, draft)
    if content is not None:
        findings = [*findings, *checks.slow(content)]
        if actions is not None:
            findings += checks.unregistered(content, draft, actions)
        findings += checks.unworded(content, draft, responses)
    return content, sorted(set(findings))


def _read(folder: Path, draft: Draft) -> tuple[Content | None, list[Finding]]:
    sources = [(kind, read(path)) for kind, path in _files(folder)]
    for kind, source in sources:
        draft.take(kind, source)
    findings = [finding for _, source in sources for finding in source.findings]
    if draft.programme is None:
        return None, sorted({*findings, *_no_programme(folder, sources)})
    content = _content(draft, draft.programme, _digest(folder))
    findings += checks.quick(content, draft)
    return content, sorted(set(findings))


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
    words = lexicon(draft.lexicons)
    flows, slots, responses = draft.flows, draft.slots, draft.responses
    constants: dict[str, Any] = dict(programme.constants())
    content = Content(
        flows=flows,
        slots=slots,
        responses=responses,
        actions=frozenset(draft.actions),
        language=_language(draft),
        places=Places.of(draft.places or PlacesFile(boroughs={})),
        programme=programme.joined_with(
            joined_facts(programme.declared, slots),
            draft.canvas,
            Likeness.of(draft.likeness or LikenessFile()),
            draft.staffing,
        ),
        constants=constants,
        labels=value_labels(slots, flows, responses, programme.titles, words.words_for),
        persisted=frozenset(name for flow in flows.values() for name in flow.persisted),
        flow_of_intent={
            intent: (flow.name, sure) for flow in flows.values() for intent, sure in flow.intents
        },
        resets=_resets(flows),
        initial={name: slot.initial for name, slot in slots.items()},
        digest=digest,
    )
    constants["crisis_lines"] = _crisis_lines(content, responses.get("crisis_line"))
    note = responses.get("illustrative_note") if programme.illustrative else None
    constants["illustrative_note"] = Markup(_fragment(content, note))  # noqa: S704
    return content


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
    return Language(
        lexicon=lexicon(draft.lexicons),
        crisis=crisis_rules(draft.crises),
        intents=intent_finder(draft.examples, draft.keywords),
        synonyms=synonyms,
        longest_synonym=max((len(phrase.split()) for phrase in synonyms), default=0),
    )


def _fragment(content: Content, response: Response | None) -> str:
    spoken = speak(response, Scope(content, slots={})) if response else None
    return spoken.text if spoken else ""


def _crisis_lines(content: Content, response: Response | None) -> Markup:
    """The numbers to call, one a line, in the wording of the response `crisis_line`."""
    if response is None:
        return Markup("")
    lines = []
    for line in content.programme.crisis_lines:
        values: Mapping[str, Any] = line.model_dump()
        spoken = speak(response, Scope(content, slots=values, values=values))
        lines.append(spoken.text if spoken else "")
    return Markup("\n".join(lines))  # noqa: S704 - values are escaped in rendering
