"""The idea at hand: every answer is kept at once, in words or as something attached."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from rasa_sdk.events import SlotSet
from sqlalchemy.orm import Session

from actions.context import BoundAction, Context, media_of
from actions.criteria.facts import applies_alone, with_implied
from actions.ideas.attachments import want_copies
from actions.ideas.offers import QUESTIONS, attached_answers, start_attaching
from actions.ideas.weighing import hints_for, whole_answers
from actions.labels import Wording, blocks, idea_line, lines
from actions.members.deadlines import follow_for_group
from actions.programme import Canvas, Hint
from storage import applicants, calls, ideas
from storage.ideas import Version
from storage.models import Idea

LISTENED_TO = frozenset(("voice", "audio", "video"))
ADDING = "shaping_adding"  # whether what is told comes behind what was told before
PLACE = "borough"
HINT = "shaping_hint"  # the slot of the question that the first hint is about


def needs_listening(media: list[dict[str, Any]] | None) -> bool:
    """Whether somebody has to listen to know what was said."""
    return any(item["medium"] in LISTENED_TO for item in media or ())


def idea_of(session: Session, *, chat_id: int) -> Idea | None:
    """The idea that this chat took up last."""
    applicant = applicants.find_applicant(session, chat_id=chat_id)
    return ideas.idea_at_hand(session, applicant_id=applicant.id) if applicant else None


def answers_of(session: Session, *, chat_id: int) -> dict[str, Version]:
    """The newest answers of that idea."""
    return ideas.answered(_kept_in(session, chat_id).versions)


def texts_of(answers: Mapping[str, Version]) -> dict[str, str]:
    """The words of these answers."""
    return {name: answer.text for name, answer in answers.items() if answer.text}


def as_told(context: Wording, kept: Mapping[str, Version]) -> dict[str, Any]:
    """These answers as staff read them: `title`, and whole `answers` by question."""
    canvas = context.programme.canvas
    answers = whole_answers(canvas, texts_of(kept))
    return {"title": answers.pop(canvas.title or "", None), "answers": answers}


def idea_being_shaped(context: Context) -> Idea:
    """The idea at hand, begun if there is none."""
    return idea_of(context.session, chat_id=context.chat_id) or _begin_idea(context)


def _begin_idea(context: Context) -> Idea:
    session, now = context.session, context.now
    applicant = applicants.applicant_of(session, chat_id=context.chat_id, now=now)
    return ideas.start_idea(session, applicant_id=applicant.id, now=now)


@dataclass(slots=True)
class Kept:
    """The idea at hand, if there is one, and the newest version of each answer that was asked."""

    idea: Idea | None
    versions: dict[str, Version]

    def add(self, context: Context, question: str, text: str | None, **more: Any) -> None:
        """Write a version of one answer; without text it was skipped. Begins an idea if need be."""
        if self.idea is None:
            self.idea = _begin_idea(context)
        self.versions[question] = ideas.add_answer(
            context.session, self.idea, question=question, text=text, now=context.now, **more
        )


def kept_of(context: Context) -> Kept:
    """What is kept of the idea at hand."""
    return _kept_in(context.session, context.chat_id)


def _kept_in(session: Session, chat_id: int) -> Kept:
    applicant = applicants.find_applicant(session, chat_id=chat_id)
    if applicant is None:
        return Kept(None, {})
    return Kept(*ideas.at_hand_with_versions(session, applicant_id=applicant.id))


def save_answers(context: Context, slots: Mapping[str, Any]) -> Kept:
    """Keep those answers that are new or changed, and for which call. A slot that is empty takes no
    answer away."""
    kept = kept_of(context)
    for question in context.programme.canvas.slots:
        text, version = slots.get(question), kept.versions.get(question)
        if text and (version is None or version.text != text):
            kept.add(context, question, text)
    idea = kept.idea
    if idea is not None and idea.state == ideas.DRAFT and slots.get("call_code"):
        meant_for(context, idea, slots["call_code"])
    return kept


def meant_for(context: Context, idea: Idea, code: str) -> None:
    """The idea is for this call from now on; a group is reminded of its deadline."""
    is_new = idea.call_code != code
    ideas.name_call(context.session, idea, code)
    call = calls.find_call(context.session, code=code) if is_new and context.speaking else None
    if call is not None:
        follow_for_group(context, call)


class SaveIdea(BoundAction):
    """Keeps those answers that are new or changed, and for which call; says nothing."""

    called = "action_save_idea"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Writes a version of each changed answer."""
        save_answers(self.context, tracker.slots)
        return []


class KeepPlace(BoundAction):
    """Keeps where it would happen among what was declared, once that is told."""

    called = "action_keep_place"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Says nothing. What is known from elsewhere stays."""
        context, place = self.context, tracker.get_slot(PLACE)
        if place is None or PLACE not in context.programme.facts:
            return []
        applicant = applicants.applicant_of(
            context.session, chat_id=context.chat_id, now=context.now
        )
        facts = with_implied(context.programme.facts, {**applicant.facts, PLACE: place})
        alone = applies_alone(context.programme.facts, facts)
        kind = applicant.kind or ("individual" if alone else "group")
        applicants.save_facts(context.session, applicant, facts=facts, kind=kind, now=context.now)
        return []


class KeepAttachment(BoundAction):
    """Keeps what was attached to the answer of the slot named by `answering_slot`."""

    called = "action_keep_attachment"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Answers of an idea or an offer are kept; other attachments stay in the chat's history.
        What is added to an answer comes behind it, and sets its slot."""
        question = str(tracker.get_slot("answering_slot"))
        media = media_of(self.context.incoming)
        about_idea = question in self.context.programme.canvas.slots
        if not media or not (about_idea or question.startswith(QUESTIONS)):
            return []
        found = answers_of if about_idea else attached_answers
        kept = found(self.context.session, chat_id=self.context.chat_id).get(question)
        text = tracker.get_slot(question) or self._label(media[0]["medium"])
        if kept is not None and about_idea and tracker.get_slot(ADDING):
            text, media = f"{kept.text}\n{text}", [*(kept.media or ()), *media]
        if kept is None or (kept.text, kept.media) != (text, media):
            idea = idea_being_shaped(self.context) if about_idea else start_attaching(self.context)
            self._keep(idea, question, text, media)
        return [SlotSet(question, text)] if about_idea else []

    def _keep(self, idea: Idea, question: str, text: str, media: list[dict[str, Any]]) -> None:
        ideas.add_answer(
            self.context.session,
            idea,
            question=question,
            text=text,
            media=media,
            now=self.context.now,
        )
        want_copies(
            self.context.session,
            idea,
            media,
            chat_id=self.context.chat_id,
            now=self.context.now,
        )

    def _label(self, medium: str) -> str:
        caption = self.context.incoming.text
        return caption or self.context.say(f"label_attachment_{medium}", {}).unescape()


def summary_values(wording: Wording, kept: Mapping[str, Version]) -> dict[str, Any] | None:
    """An idea as it stands, question by question; None when nothing was answered."""
    canvas = wording.programme.canvas
    answers = whole_answers(canvas, texts_of(kept))
    if not answers:
        return None
    shown = (
        idea_line(wording, question, answers.get(question))
        for question in canvas.questions
        if question != canvas.title
    )
    return {
        "title": answers.get(canvas.title or "") or wording.say("idea_untitled", {}),
        "answered": len(answers),
        "questions": len(canvas.questions),
        "lines": lines(shown),
    }


class ShowIdea(BoundAction):
    """Shows the idea as it stands, what is still open, and what would make it stronger."""

    called = "action_show_idea"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_idea_summary`, or `utter_idea_empty` when nothing was answered. Sets
        `shaping_hint` to the question that the first hint is about."""
        context, canvas = self.context, self.context.programme.canvas
        kept = answers_of(context.session, chat_id=context.chat_id)
        shown = summary_values(context, kept)
        if shown is None:
            dispatcher.utter_message(response="utter_idea_empty")
            return [SlotSet(HINT, None)]
        answers = whole_answers(canvas, texts_of(kept))
        hints = hints_for(canvas, answers, enough=_said_enough(canvas, kept))
        shown["lines"] = blocks((shown["lines"], self._hints(hints)))
        dispatcher.utter_message(response="utter_idea_summary", **shown)
        return [SlotSet(HINT, hints[0].about if hints else None)]

    def _hints(self, hints: list[Hint]) -> Markup:
        if not hints:
            return self.context.say("idea_strong", {})
        said = lines(self.context.say(f"hint_{hint.name}", {}) for hint in hints)
        return self.context.say("idea_hints", {"hints": said})


def _said_enough(canvas: Canvas, kept: Mapping[str, Version]) -> set[str]:
    """The questions that were answered with a picture or a voice note, of which nobody knows what
    it says, or when they were asked about once more."""
    return {
        name
        for name, question in canvas.questions.items()
        if (name in kept and kept[name].media) or any(it.ask in kept for it in question.follow_ups)
    }
