"""A call in words, wherever residents read of one."""

from datetime import datetime
from typing import Any, Protocol

from markupsafe import Markup

from actions.context import Context
from actions.labels import Wording, lines
from actions.times.instants import in_words
from storage.calls import ends_at
from storage.late_links import leave_of, own_end
from storage.models import Call

CALL_RESPONSES = frozenset(
    {"call_when_open", "call_when_coming", "call_may_close_early"}
    | {"call_offering", "call_sign_off", "call_link"}
)

_MORE = ("offering", "sign_off", "link")


class Telling(Wording, Protocol):
    """Whatever words things at some instant."""

    @property
    def now(self) -> datetime: ...


def call_values(context: Telling, call: Call) -> dict[str, Any]:
    """The values for any response that describes a call: `{call_title}`, `{summary}`, `{theme}`,
    `{opens}`, `{deadline}`, `{offering}`; and where there is something to say, the sentences
    `{sooner}`, that it may close before its deadline, and `{more}`, what it offers, whether
    two of a group must agree to what is sent, and its link."""
    now, zone = context.now, context.programme.zone
    return {
        "call_title": call.title,
        "summary": call.summary,
        "theme": context.programme.themes.get(call.theme, call.theme),
        "opens": in_words(call.opens_at, now, zone),
        "deadline": in_words(ends_at(call), now, zone),
        "offering": call.offering,
        "sooner": _said(context, call, "may_close_early"),
        "more": lines(_said(context, call, name) for name in _MORE),
    }


def call_when(context: Context, call: Call) -> Markup:
    """When the call closes, or opens and closes, and whether it may close before that; for somebody
    who has leave to apply late, until when."""
    if late := leave(context, call):
        until = in_words(late, context.now, context.programme.zone)
        return context.say("call_when_late", {"deadline": until})
    return call_dates(context, call)


def call_dates(context: Telling, call: Call) -> Markup:
    """When the call closes, or opens and closes, and whether it may close before that."""
    name = "call_when_coming" if call.opens_at > context.now else "call_when_open"
    return context.say(name, call_values(context, call))


def deadline_of(context: Context, call: Call) -> datetime:
    """Until when this chat can apply: the call's deadline, or later by leave."""
    return own_end(context.session, call, chat_id=context.chat_id, now=context.now)


def own_values(context: Context, call: Call) -> dict[str, Any]:
    """The same values as this chat is to hear them: `{deadline}` is its own."""
    deadline = in_words(deadline_of(context, call), context.now, context.programme.zone)
    return {**call_values(context, call), "deadline": deadline}


def leave(context: Context, call: Call) -> datetime | None:
    """Until when this chat may apply late; None if it need no leave, or has none."""
    return leave_of(context.session, call, chat_id=context.chat_id, now=context.now)


def _said(context: Telling, call: Call, name: str) -> Markup:
    """The field in its sentence; nothing where the call does not have it."""
    value = getattr(call, name)
    return context.say(f"call_{name}", {name: value}) if value else Markup("")
