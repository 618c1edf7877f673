"""The flows: all of them in a list, and each as a picture with the same told in words beside it."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.console.content.checking import Checking
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.visitor import Visitor
from bot.live_content import Made
from bot.markup import plain
from dialogues.drawing import as_svg, chart_of, outline
from dialogues.findings import Finding
from dialogues.model import Content, Flow
from dialogues.usage import said_in, says

_SUBJECT = re.compile(r"(flow|response) (\w+)")
_SHORT = 90


@dataclass(frozen=True, slots=True)
class Listed:
    """A flow as the list shows it."""

    flow: Flow
    starts: str
    questions: int
    findings: int


class FlowPages:
    """Reads only; what is drawn is what counts now, published words included."""

    def __init__(self, office: Office, checking: Checking) -> None:
        self._office = office
        self._checking = checking
        self._starts = Made(checking.live, _all_starts)

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"content": self._all, "flow": self._one, "flow_picture": self._picture}

    async def _all(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        words = request.query.get("words", "").strip()[:80]
        content, findings = self._checking.content, await self._checking.findings()
        starts = self._starts.current()
        rows = [it for it in _listed(content, starts, findings) if _is_meant(it.flow, words)]
        return self._office.rendering.page(
            "content/flows.html",
            visitor=visitor,
            here="content",
            words=words,
            flows=[it for it in rows if not it.flow.is_pattern],
            repairs=[it for it in rows if it.flow.is_pattern],
            findings=findings,
            digest=content.digest[:12],
        )

    async def _one(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        content = self._checking.content
        flow = content.flows.get(request.match_info["flow"])
        if flow is None:
            return self._none(request, visitor)
        chart, said = chart_of(content, flow), said_in(content)
        findings = await self._checking.findings()
        return self._office.rendering.page(
            "content/flow.html",
            visitor=visitor,
            here="content",
            flow=flow,
            chart=chart,
            steps=outline(chart),
            words=[(it, _beginning(content, it)) for it in dict.fromkeys(says(content, flow))],
            findings=[it for it in findings if flow.name in _flows_of(it, said)],
        )

    async def _picture(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        content = self._checking.content
        flow = content.flows.get(request.match_info["flow"])
        if flow is None:
            return self._none(request, visitor)
        return web.Response(
            text=as_svg(chart_of(content, flow)), content_type="image/svg+xml", charset="utf-8"
        )

    def _none(self, request: web.Request, visitor: Visitor) -> web.Response:
        values: dict[str, Any] = {"what": "flow", "name": request.match_info["flow"]}
        return self._office.rendering.page(
            "content/none.html", visitor=visitor, here="content", status=404, **values
        )


def _all_starts(content: Content) -> dict[str, str]:
    """How each flow starts, in words."""
    return {flow.name: chart_of(content, flow).starts for flow in content.flows.values()}


def _listed(
    content: Content, starts: Mapping[str, str], findings: Collection[Finding]
) -> Iterator[Listed]:
    said = said_in(content)
    told = [name for it in findings for name in _flows_of(it, said)]
    for flow in sorted(content.flows.values(), key=lambda it: it.title.casefold()):
        yield Listed(flow, starts[flow.name], len(flow.collects()), told.count(flow.name))


def _flows_of(finding: Finding, said: Mapping[str, list[str]]) -> list[str]:
    """The flows that a finding is about, themselves or by what they say."""
    found = _SUBJECT.match(finding.message)
    if found is None:
        return []
    return [found[2]] if found[1] == "flow" else said.get(found[2], [])


def _is_meant(flow: Flow, words: str) -> bool:
    hay = f"{flow.name} {flow.title} {flow.description}".casefold()
    return all(word in hay for word in words.casefold().split())


def _beginning(content: Content, name: str) -> str:
    """The first words of a response."""
    variation = content.responses[name].variations[0]
    text = "".join(it if isinstance(it, str) else f"‹{it.name}›" for it in variation.text.parts)
    told = plain(text)
    return f"{told[:_SHORT].rsplit(' ', 1)[0]} …" if len(told) > _SHORT else told
