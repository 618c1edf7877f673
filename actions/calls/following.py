"""Which calls somebody means, and which they follow."""

import re
from collections.abc import Collection, Mapping, Sequence

from markupsafe import Markup
from rapidfuzz import fuzz

from actions.calls.call_words import deadline_of
from actions.context import BoundAction
from actions.criteria.rounds import current_calls
from actions.labels import lines
from actions.programme import Programme
from actions.times.instants import in_words
from actions.times.planning import entries_ahead
from storage import subscriptions
from storage.models import Call, Subscription

ALL = "all"
THEME = "asked_theme"  # the slot with the theme by which a message names a call
_CLOSE_ENOUGH = 80  # of 100: a typo, but not another word
_WORD = re.compile(r"\w{4,}")
_ANY_WORD = re.compile(r"\w+")
_ASIDE = re.compile(r"\([^)]*\)")  # nobody says the brackets of a title
_FEW_WORDS = 6
_NAME_WORDS = 4  # of a title, before "one" or "call"
_TITLE_LENGTH, _CLOSE_TITLE = 8, 88


def choose_calls(offered: Sequence[Call], words: str) -> list[Call]:
    """The calls that somebody means: by a code or title, by a theme or a word that only one
    has in its title or theme (also misspelt), or by `all`. Nothing when it could be several."""
    said = words.casefold().strip()
    codes = said.split()  # a button may name several
    exact = [call for call in offered if call.code in codes or said == call.title.casefold()]
    if exact or said == ALL:
        return exact or list(offered)
    named = [call for call in offered if call.theme == said or _names(said, call, offered)]
    return named if len(named) == 1 else []


def named_in(offered: Sequence[Call], words: str, themes: Mapping[str, str]) -> list[Call]:
    """The calls that a longer message names beyond doubt: by code, by title, or by their theme."""
    said = f" {' '.join(_ANY_WORD.findall(words.casefold()))} "
    return [call for call in offered if any(f" {it} " in said for it in _names_of(call, themes))]


def meant_in(offered: Sequence[Call], words: str, programme: Programme) -> list[Call]:
    """The same where a title is misspelt, or only a part of it stands before a word such as `one`:
    "when does the growing old one close"."""
    named = named_in(offered, words, programme.themes)
    if named:
        return named
    said = _ANY_WORD.findall(words.casefold())
    whole = [call for call in offered if _is_title(call, " ".join(said))]
    return whole or [it for it in offered if _is_called(it, said, offered, programme.call_words)]


def _is_title(call: Call, said: str) -> bool:
    """Whether the title stands there but for typing errors. Half a title is none."""
    title = " ".join(_ANY_WORD.findall(_ASIDE.sub("", call.title).casefold()))
    long_enough = _TITLE_LENGTH <= len(title) <= len(said)
    return long_enough and fuzz.partial_ratio(title, said) >= _CLOSE_TITLE


def _is_called(
    call: Call, said: Sequence[str], offered: Sequence[Call], call_words: Collection[str]
) -> bool:
    """Whether a word that only this call has stands shortly before a word for a call."""
    ends = [at for at, word in enumerate(said) if word in call_words]
    names = [" ".join(said[max(0, at - _NAME_WORDS) : at]) for at in ends]
    return any(_names(name, call, offered) for name in names)


def _names_of(call: Call, themes: Mapping[str, str]) -> list[str]:
    title = _ASIDE.sub("", call.title)
    named = (call.code.replace("_", " "), call.title, title, themes.get(call.theme, call.theme))
    return [it for it in (" ".join(_ANY_WORD.findall(name.casefold())) for name in named) if it]


def _names(said: str, call: Call, offered: Sequence[Call]) -> bool:
    """Whether a word of what was said is one that only this call has. In many words, one of them
    is there by chance."""
    if len(_ANY_WORD.findall(said)) > _FEW_WORDS:
        return False
    others = set().union(*(_words(other) for other in offered if other is not call))
    own = _words(call) - others
    return any(
        fuzz.ratio(word, name) >= _CLOSE_ENOUGH for word in _WORD.findall(said) for name in own
    )


def _words(call: Call) -> set[str]:
    """Those that residents read: a code's own words would only be hit by chance."""
    return set(_WORD.findall(f"{call.title} {call.theme}".casefold().replace("_", " ")))


class AboutCalls(BoundAction):
    """What actions about reminders share: the calls one can follow, and those one does."""

    def offered(self) -> list[Call]:
        return current_calls(self.context)

    def meant(self, offered: Sequence[Call], said: str, theme: str | None) -> list[Call]:
        """Those that a message names; else the only one of the theme that it speaks of."""
        of_theme = [call for call in offered if call.theme == theme]
        named = meant_in(offered, said, self.context.programme)
        return named or (of_theme if len(of_theme) == 1 else [])

    def running(self) -> list[tuple[Subscription, Call]]:
        """What this chat follows and is not over."""
        context = self.context
        found = subscriptions.subscriptions_of_chat(context.session, chat_id=context.chat_id)
        return [(it, call) for it, call in found if deadline_of(context, call) > context.now]

    def in_lines(self, running: Sequence[tuple[Subscription, Call]]) -> Markup:
        """Each call with the times of its reminders."""
        return lines(
            self.context.say(
                "reminders_of_call",
                {
                    "call_title": call.title,
                    "deadline": self.deadline(call),
                    "times": self.times_of(subscription, call),
                },
            )
            for subscription, call in running
        )

    def deadline(self, call: Call) -> Markup:
        context = self.context
        return in_words(deadline_of(context, call), context.now, context.programme.zone)

    def times_of(self, subscription: Subscription, call: Call) -> Markup:
        programme, now = self.context.programme, self.context.now
        return lines(
            self.context.say("reminder_time", {"when": in_words(entry.due_at, now, programme.zone)})
            for entry in entries_ahead(subscription, call, programme)
        )
