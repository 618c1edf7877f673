"""News of a call in words: how it stands, what it means for this person, and what to press."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from markupsafe import Markup

from actions.calls.call_words import CALL_RESPONSES, call_dates, call_values
from actions.criteria.news import Tidings
from actions.criteria.reason_words import reason_values
from actions.criteria.verdicts import Kind, Reason, Verdict
from actions.labels import Say, blocks, lines, question_label
from actions.programme import Programme
from storage.calls import ends_at
from storage.models import Call
from storage.news import NewsKind

_MOST_REASONS = 3
RESPONSES = frozenset(
    {"utter_news", "utter_news_followed", "utter_news_over"}
    | {f"news_{kind}" for kind in NewsKind if kind is not NewsKind.RULES}
    | {f"judged_{kind}" for kind in (*get_args(Kind), "nearer", "reason")}
    | {"reason_unknown", "reason_takes", *CALL_RESPONSES}
)


@dataclass(frozen=True, slots=True)
class _Teller:
    """What words a call at this instant."""

    programme: Programme
    say: Say
    now: datetime


def news_words(
    call: Call, found: Tidings, *, say: Say, programme: Programme, now: datetime
) -> tuple[str, dict[str, Any]]:
    """The response that tells it, and its values; true at this instant."""
    teller = _Teller(programme, say, now)
    values = {
        **call_values(teller, call),
        "call_code": call.code,
        "when": call_dates(teller, call),
    }
    parts = [say(f"news_{found.event}", values)] if found.event else []
    if found.verdict is not None:
        parts.append(_judged_words(teller, found.verdict, found.was, values))
    return _response(call, found, now), {**values, "news": blocks(parts)}


def together(told: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The values of one message for several calls, in this order: each call's news, and buttons
    that are about them all."""
    news = blocks(values["news"] for values in told)
    return {**told[0], "news": news, "call_code": " ".join(values["call_code"] for values in told)}


def _response(call: Call, found: Tidings, now: datetime) -> str:
    """What can be done next differs: nobody is offered reminders that they get already."""
    if ends_at(call) <= now:
        return "utter_news_over"
    return "utter_news_followed" if found.subscribed else "utter_news"


def _judged_words(
    teller: _Teller, verdict: Verdict, was: str | None, values: dict[str, Any]
) -> Markup:
    better = was == "no" and verdict.kind == "not_yet"
    reasons = lines(_line(teller, reason) for reason in verdict.decisive()[:_MOST_REASONS])
    name = "judged_nearer" if better else f"judged_{verdict.kind}"
    return teller.say(name, {**values, "reasons": reasons})


def _line(teller: _Teller, reason: Reason) -> Markup:
    """What stands in the way, and what would change it; or the question that is open."""
    if reason.outcome == "unknown" and reason.fact in teller.programme.facts:
        question = question_label(teller, reason.fact)
        return teller.say("reason_unknown", {"question": question})
    return teller.say("judged_reason", reason_values(teller, reason))
