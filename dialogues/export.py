"""Reworded responses as YAML, so that the words get home to the files."""

from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from dialogues.compiling.yaml_source import read
from dialogues.model import Content
from dialogues.rewording import Rewording, Words

_HEAD = """\
# Responses as they are worded in the console. Each takes the place of the one of the same name.
"""


def reworded_yaml(content: Content, rewordings: Iterable[Rewording]) -> str:
    """The responses whole, with their conditions and payloads, under the names of their files.
    `content` is what the files say. Words that do not fit their response any more are left out."""
    by_file: dict[str, dict[str, Any]] = {}
    for it in rewordings:
        response = content.responses.get(it.response)
        if response is not None:
            known = by_file.setdefault(response.where.file, {})
            spec = known.get(it.response) or _spec(response.where.file, it.response)
            if len(spec) == len(it.words):
                known[it.response] = spec
                _put_in(spec, it, content.programme.languages[0])
    parts = [
        f"# {Path(file).parent.name}/{Path(file).name}\n{_dumped(found)}"
        for file, found in sorted(by_file.items())
        if found
    ]
    return (
        _HEAD + "\n".join(["version: '3.1'\nresponses:", *parts]) if parts else f"{_HEAD}# None.\n"
    )


def _spec(file: str, name: str) -> list[dict[str, Any]]:
    data = read(Path(file)).data
    found: list[dict[str, Any]] = deepcopy(data["responses"][name])
    return found


def _put_in(spec: list[dict[str, Any]], rewording: Rewording, first: str) -> None:
    for variation, words in zip(spec, rewording.words, strict=True):
        _say(variation, words, None if rewording.language == first else rewording.language)


def _say(variation: dict[str, Any], words: Words, language: str | None) -> None:
    if language is not None:
        variation.setdefault("translation", {})[language] = words.text
    elif words.text or "text" in variation:
        variation["text"] = words.text
    for button, title in zip(variation.get("buttons", ()), words.buttons, strict=False):
        if language is None:
            button["title"] = title
        else:
            button.setdefault("translation", {})[language] = {"title": title}


class _Dumper(yaml.SafeDumper):
    """Writes what has several lines as a block, as authors do."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _dumped(responses: dict[str, Any]) -> str:
    text = yaml.dump(responses, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return "\n".join(f"  {line}" if line else line for line in text.splitlines()) + "\n"
