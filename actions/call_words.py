"""A call in words, wherever residents read of one."""

from typing import Any

from markupsafe import Markup

from actions.context import Context
from actions.instants import in_words
from actions.labels import lines
from storage.calls import ends_at
from storage.models import Call


def call_values(context: Context, call: Call) -> dict[str, Any]:
    """The values for any response that describes a call: `{call_title}`, `{summary}`, `{theme}`,
    `{opens}`, `{deadline}`, `{offering}`; and where there is something to say, the sentences
    `{sooner}`, that it may close before its deadline, and `{more}`, what it offers and its link."""
    now, zone = context.now, context.programme.zone
    return {
        "call_title": call.title,
        "summary": call.summary,
        "theme": context.programme.themes.get(call.theme, call.theme),
        "opens": in_words(call.opens_at, now, zone),
        "deadline": in_words(ends_at(call), now, zone),
        "offering": call.offering,
        "sooner": _said(context, call, "may_close_early"),
        "more": lines(_said(context, call, name) for name in ("offering", "link")),
    }


def call_when(context: Context, call: Call) -> Markup:
    """When the call closes, or opens and closes, and whether it may close before that."""
    name = "call_when_coming" if call.opens_at > context.now else "call_when_open"
    return context.say(name, call_values(context, call))


def _said(context: Context, call: Call, name: str) -> Markup:
    """The field in its sentence; nothing where the call does not have it."""
    value = getattr(call, name)
    return context.say(f"call_{name}", {name: value}) if value else Markup("")
