"""Holds plain data against its spec; what does not fit becomes findings that name flow and step."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from dialogues import specs
from dialogues.compiling.yaml_source import KeyPath, Source
from dialogues.findings import Finding, did_you_mean

T = TypeVar("T")


def fit(shape: TypeAdapter[T], source: Source, path: KeyPath, data: Any) -> T | None:
    """The data as its spec has it; None when it does not fit, with findings added to the source."""
    try:
        return shape.validate_python(data)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=False):
            source.findings.append(_finding(source, path, detail))
        return None


def _finding(source: Source, path: KeyPath, detail: ErrorDetails) -> Finding:
    full = _within(source.data, (*path, *detail["loc"]))
    subject = about(source.data, full)
    message = f"{subject}: {_words(detail)}" if subject else _words(detail)
    rule = "unknown-key" if detail["type"] == "extra_forbidden" else "shape"
    return Finding.at(source.where(*full), rule, message, _hint(detail))


def _within(data: Any, loc: Sequence[str | int]) -> KeyPath:
    """The location without the names that pydantic adds for the members of a union."""
    path: list[str | int] = []
    for key, following in zip_longest(loc, loc[1:]):
        if _is_tag(data, key, following):
            continue
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            continue
        path.append(key)
    return tuple(path)


def _is_tag(data: Any, key: str | int, following: str | int | None) -> bool:
    """Whether the key, which the data may have as well, only names the member of a union."""
    is_key = isinstance(data, dict) and following in data
    return is_key and not isinstance(data.get(key), dict)


def about(data: Any, path: KeyPath) -> str:
    """What the path lies in: "flow check_eligibility, step who"."""
    if len(path) < 2:
        return ""
    kind = {"flows": "flow", "slots": "slot", "responses": "response"}.get(str(path[0]))
    if kind is None:
        return f"{path[0]}"
    name = f"{kind} {path[1]}"
    steps = list(_steps_on(data, path))
    return f"{name}, step {steps[-1]}" if steps else name


def _steps_on(data: Any, path: KeyPath) -> Iterator[str]:
    parent: str | int = ""
    for key in path:
        data = data[key]
        if isinstance(key, int) and parent in {"steps", "then", "else"} and isinstance(data, dict):
            yield _step_name(data, key)
        parent = key


def _step_name(step: dict[str, Any], index: int) -> str:
    if isinstance(step.get("id"), str):
        return str(step["id"])
    kind = next((kind for kind in specs.STEP_KINDS if kind in step), None)
    return (
        f"{kind} {step[kind]}" if kind in {"action", "collect", "link", "call"} else str(index + 1)
    )


# Where pydantic's words would need a programmer to read them.
_PLAINLY = {
    "bool_type": "true or false",
    "dict_type": "keys with values",
    "float_type": "a number",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_type": "keys with values",
    "string_type": "text",
}


def _words(detail: ErrorDetails) -> str:
    key = _key(detail["loc"])
    if detail["type"] in _PLAINLY:
        return f"{key} should be {_PLAINLY[detail['type']]}"
    if detail["type"] == "extra_forbidden":
        return f"unknown key {key}"
    if detail["type"] == "missing":
        return f"{key} is missing"
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    if detail["type"] in {"branch", "step"}:
        return message
    return f"{key} should be {message}" if message != detail["msg"] else f"{key}: {message}"


def _key(loc: Sequence[str | int]) -> str:
    """The last key; of a list, the list's key and which item."""
    names = [it for it in loc if isinstance(it, str)]
    if loc and isinstance(loc[-1], int):
        return f"item {loc[-1] + 1} of {names[-1]}" if names else f"item {loc[-1] + 1}"
    return names[-1] if names else "it"


def _hint(detail: ErrorDetails) -> str:
    if detail["type"] not in {"extra_forbidden", "step"}:
        return ""
    wrong = detail["loc"][-1] if detail["type"] == "extra_forbidden" else ""
    if isinstance(detail["input"], dict) and detail["type"] == "step":
        wrong = next(iter(detail["input"]), "")
    return did_you_mean(str(wrong), _KEYS) if wrong else ""


def _keys(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    seen.add(model)
    for name, info in model.model_fields.items():
        yield info.alias or name
        for inner in _models(info.annotation):
            if inner not in seen:
                yield from _keys(inner, seen)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


_KEYS = frozenset(key for model in specs.FILES.values() for key in _keys(model, set()))
