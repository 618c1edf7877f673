"""The pages about calls, made from templates; their words come from the content."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from actions.criteria.criteria import Condition, Criterion, criteria_in
from actions.criteria.verdicts import criteria_of
from actions.times.instants import plain_words, time_left
from bot.links import ChatLinks
from bot.pipeline.wording import Wording
from bot.site.codes import qr_svg
from dialogues.programme import Programme
from storage import calls
from storage.calls import CallState
from storage.models import Call


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is asked of who applies, or several of which one is enough."""

    words: str = ""
    members: Sequence["Line"] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A call as the templates take it; its moments are `<time>` in the programme's own words."""

    code: str
    title: str
    theme: str
    summary: str
    offering: str | None
    link: str | None
    may_close_early: str | None
    sign_off: bool
    state: CallState
    is_current: bool
    closed_early: bool
    opens: Markup
    closes: Markup
    ended: Markup
    left: str
    conditions: Sequence[Line]


class Pages:
    """Renders, for one programme."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self._programme = programme
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            organisation=programme.organisation,
            illustrative=programme.illustrative,
            language=programme.languages[0],
            say=partial(_say, wording),
            qr_svg=qr_svg,
        )

    def calls(
        self, current: Iterable[Call], over: Iterable[Call], *, links: ChatLinks, now: datetime
    ) -> str:
        """What is open, what comes, and what closed lately."""
        shown = [self._shown(call, now) for call in current]
        return self._environment.get_template("calls.html").render(
            open=[call for call in shown if call.state is not CallState.SCHEDULED],
            coming=[call for call in shown if call.state is CallState.SCHEDULED],
            over=[self._shown(call, now) for call in over],
            links=links,
        )

    def call(self, call: Call, *, links: ChatLinks, now: datetime) -> str:
        """One call, to read or to print."""
        template = self._environment.get_template("call.html")
        return template.render(call=self._shown(call, now), links=links)

    def unknown(self) -> str:
        """There is no such call to be seen."""
        return self._environment.get_template("unknown.html").render()

    def _shown(self, call: Call, now: datetime) -> Shown:
        programme = self._programme
        closing_soon = timedelta(days=programme.closing_soon_days)
        state = calls.state_of(call, now=now, closing_soon=closing_soon)
        return Shown(
            code=call.code,
            title=call.title,
            theme=programme.themes.get(call.theme, call.theme),
            summary=call.summary,
            offering=call.offering,
            link=call.link,
            may_close_early=call.may_close_early,
            sign_off=call.sign_off,
            state=state,
            is_current=calls.ends_at(call) > now,
            closed_early=call.closed_early_at is not None,
            opens=self._moment(call.opens_at, now),
            closes=self._moment(call.closes_at, now),
            ended=self._moment(calls.ends_at(call), now),
            left=time_left(call.closes_at, now, programme.zone),
            conditions=[*_lines(criteria_of(call).members)],
        )

    def _moment(self, instant: datetime, now: datetime) -> Markup:
        words = plain_words(instant, now, self._programme.zone)
        return Markup('<time datetime="{:%Y-%m-%dT%H:%M:%SZ}">{}</time>').format(instant, words)


def _say(wording: Wording, name: str, **values: Any) -> Markup:
    return wording.say(name, values)


def _lines(conditions: Iterable[Condition]) -> Iterator[Line]:
    """In the author's order; what must come together is one line."""
    for condition in conditions:
        if isinstance(condition, Criterion):
            yield Line(condition.met)
        elif condition.joined == "any_of":
            yield Line(members=[*_lines(condition.members)])
        else:
            yield Line(" ".join(one.met for one in criteria_in(condition)))
