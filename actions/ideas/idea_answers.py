"""One answer about the idea at hand: seen, changed, cleared, or put back as it was earlier."""

from typing import Any

from rasa_sdk.events import SlotSet

from actions.context import BoundAction, Context
from actions.ideas.ideas import ADDING, HINT, answers_of, idea_being_shaped, idea_of
from actions.ideas.shaping import WANTED
from actions.labels import button, idea_line, lines, question_label
from actions.times.instants import in_words
from storage import ideas
from storage.ideas import Version

PART = "shaping_part"  # the slot of the question that is looked at
CHANGE = "shaping_change"  # what to do with it
VERSION = "shaping_version"  # which earlier version of its answer to put back
_MOST_VERSIONS = 6
_SHOWN = 40  # letters of a version on a button


class AskPart(BoundAction):
    """Asks which answer to look at."""

    called = "action_ask_shaping_part"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_idea_parts`, with a button for each question."""
        context = self.context
        kept = answers_of(context.session, chat_id=context.chat_id)
        buttons = [
            button(_label(context, name, answered=name in kept), f"/SetSlots({PART}={name})")
            for name in context.programme.canvas.questions
        ]
        dispatcher.utter_message(response="utter_idea_parts", buttons=buttons)
        return []


class ShowAnswer(BoundAction):
    """Shows one answer as it stands, and what was said when it was asked about once more."""

    called = "action_show_answer"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_idea_answer`, or `utter_idea_answer_open`. Sets `shaping_versions` to
        whether there are earlier ones, `shaping_answered` to whether there is one now."""
        context, part = self.context, str(tracker.get_slot(PART))
        kept = answers_of(context.session, chat_id=context.chat_id)
        shown = [
            idea_line(context, name, kept[name].text)
            for name in _with_follow_ups(context, part)
            if name in kept
        ]
        name = "utter_idea_answer" if shown else "utter_idea_answer_open"
        label = question_label(context, part)
        dispatcher.utter_message(response=name, lines=lines(shown), question=label)
        return [
            SlotSet("shaping_answered", bool(shown)),
            SlotSet("shaping_versions", bool(_earlier(context, part))),
        ]


class WantPart(BoundAction):
    """The answer that is looked at, or that the first hint is about, is what is asked next."""

    called = "action_want_part"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `shaping_wanted`, and `shaping_adding` to whether what is told comes behind what
        there is; then utters `utter_idea_add` with that."""
        context, part = self.context, tracker.get_slot(PART)
        wanted = str(part or tracker.get_slot(HINT))
        kept = answers_of(context.session, chat_id=context.chat_id).get(wanted)
        adding = kept is not None and (not part or tracker.get_slot(CHANGE) == "add")
        if kept is not None and adding:
            dispatcher.utter_message(
                response="utter_idea_add",
                question=question_label(context, wanted),
                answer=kept.text,
            )
        return [SlotSet(WANTED, wanted), SlotSet(ADDING, adding)]


class ClearAnswer(BoundAction):
    """Takes one answer away; its versions are kept, so that it can be put back."""

    called = "action_clear_answer"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Empties its slot and those of what was said when it was asked about once more."""
        context, part = self.context, str(tracker.get_slot(PART))
        idea = idea_being_shaped(context)
        kept = ideas.newest_answers(context.session, idea_id=idea.id)
        names = [name for name in _with_follow_ups(context, part) if name in kept]
        for name in names:
            ideas.add_answer(context.session, idea, question=name, text=None, now=context.now)
        return [SlotSet(name, None) for name in names]


class AskVersion(BoundAction):
    """Asks which earlier version of an answer to put back."""

    called = "action_ask_shaping_version"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_idea_versions`; with nothing to choose from, nothing is asked."""
        context, part = self.context, str(tracker.get_slot(PART))
        earlier = _earlier(context, part)
        if not earlier:
            return [SlotSet(VERSION, "none")]
        buttons = [
            button(_version_label(context, it), f"/SetSlots({VERSION}={it.id})") for it in earlier
        ]
        label = question_label(context, part)
        dispatcher.utter_message(response="utter_idea_versions", buttons=buttons, question=label)
        return []


class PutBack(BoundAction):
    """Puts an earlier version of an answer back, as a new version."""

    called = "action_put_back"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_idea_put_back`, or `utter_idea_no_version` when there is no such one."""
        context, part = self.context, str(tracker.get_slot(PART))
        chosen = str(tracker.get_slot(VERSION))
        version = next((it for it in _earlier(context, part) if str(it.id) == chosen), None)
        if version is None:
            dispatcher.utter_message(response="utter_idea_no_version")
            return []
        ideas.add_answer(
            context.session,
            idea_being_shaped(context),
            question=part,
            text=version.text,
            media=version.media,
            now=context.now,
        )
        shown = idea_line(context, part, version.text)
        dispatcher.utter_message(response="utter_idea_put_back", lines=shown)
        return [SlotSet(part, version.text)]


def _with_follow_ups(context: Context, part: str) -> list[str]:
    question = context.programme.canvas.questions.get(part)
    return [part, *(it.ask for it in question.follow_ups)] if question else []


def _earlier(context: Context, part: str) -> list[Version]:
    """The earlier versions that say something else than now, the newest first, each once."""
    idea = idea_of(context.session, chat_id=context.chat_id)
    if idea is None:
        return []
    versions = ideas.versions_of(context.session, idea_id=idea.id, question=part)
    found = {_says(it): it for it in reversed(versions) if it.text}
    others = [it for says, it in found.items() if says != _says(versions[0])]
    return sorted(others, key=lambda it: it.id, reverse=True)[:_MOST_VERSIONS]


def _says(version: Version) -> tuple[str | None, str]:
    return version.text, str(version.media)


def _label(context: Context, name: str, *, answered: bool) -> str:
    style = "shaping_part_answered" if answered else "shaping_part_open"
    return str(context.say(style, {"question": question_label(context, name)}).unescape())


def _version_label(context: Context, version: Version) -> str:
    text = " ".join((version.text or "").split())
    values = {
        "when": in_words(version.created_at, context.now, context.programme.zone),
        "words": text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()}…",
    }
    return context.say("shaping_version_choice", values).striptags()  # a button takes no markup
