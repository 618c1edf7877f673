"""Shaping an idea: which question comes next, and what a first message has told already."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from rasa_sdk.events import SlotSet

from actions.context import BoundAction, Context
from actions.ideas.drafting import drafts_from
from actions.ideas.ideas import ADDING, kept_of, save_answers
from actions.ideas.weighing import follow_up_of
from actions.labels import idea_line, lines
from actions.programme import Canvas
from storage import chats, ideas, messages
from storage.ideas import Version
from storage.models import Idea

WANTED = "shaping_wanted"  # the slot of the only question to ask, if it is only one
QUESTION = "shaping_question"  # of the question to ask next
TOLD = "shaping_told"  # of the question that was asked last
ASKED = "shaping_asked"  # of those that were asked since this began
BEGUN = "shaping_begun"  # how far the idea was when this began: new, part, skipped or whole
DRAFTS = "shaping_drafts"  # what a message told, by question

Versions = Mapping[str, Version]
_HEARD_FOR = timedelta(days=1)  # in which a first message is still what they want now


def how_far(canvas: Canvas, versions: Versions) -> str:
    """new: nothing was asked. part: some questions were not. skipped: all were, and some are open.
    whole: all are answered."""
    asked = [versions[name] for name in canvas.questions if name in versions]
    if not asked:
        return "new"
    if len(asked) < len(canvas.questions):
        return "part"
    return "whole" if all(it.text for it in asked) else "skipped"


def question_after(
    canvas: Canvas, versions: Versions, *, asked: Collection[str] = (), again: bool = False
) -> str | None:
    """The question to ask next: one that was never asked, or a second one about an answer. With
    `again` also one that is open still, unless it was `asked` a moment ago."""
    for name in canvas.questions:
        version = versions.get(name)
        if version is None or (again and version.text is None and name not in asked):
            return name
        more = _follow_up(canvas, name, versions)
        if more is not None:
            return more
    return None


def _follow_up(canvas: Canvas, question: str, versions: Versions) -> str | None:
    """One is enough, however it was taken; none about a picture or a voice note."""
    version = versions.get(question)
    if version is None or version.text is None or version.media:
        return None
    if any(it.ask in versions for it in canvas.questions[question].follow_ups):
        return None
    return follow_up_of(canvas, question, version.text)


def told_before(context: Context, idea: Idea | None) -> str | None:
    """The newest message of somebody without any answer that was no answer to a question, and
    came after their other ideas."""
    since = context.now - _HEARD_FOR
    if idea is not None:
        others = ideas.ideas_of(
            context.session, applicant_id=idea.applicant_id, states=ideas.ALL_OWN
        )
        since = max([since, *(it.updated_at for it in others if it.id != idea.id)])
    fewest = context.programme.canvas.draft_from_words
    said = messages.said_unasked(
        context.session, context.chat_id, since=since, after_id=_side_after(context)
    )
    return next((text for text in said if len(text.split()) >= fewest), None)


def _side_after(context: Context) -> int:
    """What was said for somebody else is nothing that was told of this idea."""
    return chats.get_chat(context.session, context.chat_id).side_after or 0


class OpenIdea(BoundAction):
    """Takes up the idea at hand: its answers, how far it is, and what was told of it before."""

    called = "action_open_idea"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets the slots of all answers but the wanted one, `shaping_begun`, `shaping_drafts`."""
        context, canvas = self.context, self.context.programme.canvas
        kept = save_answers(context, tracker.slots)  # what was put right since they were here
        wanted = tracker.get_slot(WANTED)
        begun = how_far(canvas, kept.versions)
        text = told_before(context, kept.idea) if begun == "new" and not wanted else None
        drafts = drafts_from(canvas, text or "")
        return [
            *answer_slots(canvas, kept.versions, tracker.slots, but=wanted),
            SlotSet(BEGUN, begun),
            SlotSet(DRAFTS, drafts or None),
            SlotSet(ASKED, []),
            SlotSet(TOLD, None),
        ]


class NextIdeaQuestion(BoundAction):
    """Keeps what was just told, or that it was skipped, and chooses what to ask next."""

    called = "action_next_idea_question"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets `shaping_question`, None at the end, and the slots of all answers."""
        context, slots = self.context, tracker.slots
        canvas, told = context.programme.canvas, slots.get(TOLD)
        if slots.get(ADDING) and told and slots.get(told):
            slots = {**slots, told: self._added(told, slots[told])}
        kept = save_answers(context, slots)
        if told and told not in kept.versions:
            kept.add(context, told, None)  # to come back to: that it was asked is kept as well
        asked = [*(slots.get(ASKED) or ()), *([told] if told else ())]
        question = self._question(slots, kept.versions, asked)
        return [
            *answer_slots(canvas, kept.versions, tracker.slots, but=question),
            SlotSet(QUESTION, question),
            SlotSet(ASKED, asked),
        ]

    def _question(
        self, slots: Mapping[str, Any], versions: Versions, asked: Collection[str]
    ) -> str | None:
        canvas, wanted = self.context.programme.canvas, slots.get(WANTED)
        if wanted is None:
            again = slots.get(BEGUN) == "skipped"
            return question_after(canvas, versions, asked=asked, again=again)
        if wanted not in asked:
            return str(wanted)
        more = _follow_up(canvas, wanted, versions) if wanted in canvas.questions else None
        return more if more not in asked else None

    def _added(self, question: str, text: str) -> str:
        """The answer with what comes behind it; what was attached to it stays."""
        kept = kept_of(self.context)
        version = kept.versions.get(question)
        if version is None or version.text in (None, text):
            return text
        whole = f"{version.text}\n{text}"
        kept.add(self.context, question, whole, media=version.media)
        return whole


class ShowDrafts(BoundAction):
    """Shows the answers that a message has given already."""

    called = "action_show_drafts"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_idea_drafts`."""
        drafts = tracker.get_slot(DRAFTS) or {}
        shown = lines(idea_line(self.context, name, text) for name, text in drafts.items())
        dispatcher.utter_message(response="utter_idea_drafts", lines=shown)
        return []


class TakeDrafts(BoundAction):
    """Keeps the answers that a message has given already, as they were written."""

    called = "action_take_drafts"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets their slots; nothing else is known of what was never asked."""
        drafts = tracker.get_slot(DRAFTS) or {}
        save_answers(self.context, drafts)
        return [SlotSet(name, text) for name, text in drafts.items()]


def answer_slots(
    canvas: Canvas, versions: Versions, slots: Mapping[str, Any], *, but: str | None = None
) -> list[dict[str, Any]]:
    """The slots of all answers as they are kept, as far as they differ from `slots`. That of the
    question `but`, which is to be asked, is emptied."""
    texts = {name: versions[name].text for name in canvas.slots if name in versions and name != but}
    return [
        SlotSet(name, texts.get(name))
        for name in canvas.slots
        if slots.get(name) != texts.get(name)
    ]
