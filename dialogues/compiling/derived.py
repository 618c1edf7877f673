"""What of the content follows from its responses: made anew when they are put in other words."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from dialogues.compiling.domain import value_labels
from dialogues.model import Content, Response
from dialogues.responses import WRITES_IN, Scope, speak


def with_responses(content: Content, responses: Mapping[str, Response]) -> Content:
    """The same content with these responses instead of its own."""
    programme = content.programme
    constants: dict[str, Any] = dict(programme.constants())
    made = replace(
        content,
        responses=responses,
        constants=constants,
        labels=value_labels(
            content.slots,
            content.flows,
            responses,
            programme.titles,
            content.language.lexicon.words_for,
        )
        | {WRITES_IN: dict(content.language.foreign.names)},
    )
    constants["crisis_lines"] = _crisis_lines(made, responses.get("crisis_line"))
    note = responses.get("illustrative_note") if programme.illustrative else None
    constants["illustrative_note"] = Markup(_fragment(made, note))  # noqa: S704
    return made


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
