"""Shaping an idea: every answer is kept at once, in words or as something attached."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from actions.context import BoundAction, Context, media_of
from actions.labels import idea_line, lines
from actions.offers import QUESTIONS, attached_answers, start_attaching
from storage import applicants, ideas
from storage.models import Idea, IdeaAnswer

TITLE = "idea_title"
LISTENED_TO = frozenset(("voice", "audio", "video"))


def idea_questions(domain: Mapping[str, Any]) -> list[str]:
    """The slots that make up an idea: the domain's texts named `idea_…`, in its order."""
    return [
        name
        for name, slot in domain["slots"].items()
        if name.startswith("idea_") and slot["type"] == "text"
    ]


def answered(domain: Mapping[str, Any], slots: Mapping[str, Any]) -> dict[str, str]:
    """The questions that have an answer. A skipped one never takes an earlier answer away."""
    return {name: slots[name] for name in idea_questions(domain) if slots.get(name)}


def needs_listening(media: list[dict[str, Any]] | None) -> bool:
    """Whether somebody has to listen to know what was said."""
    return any(item["medium"] in LISTENED_TO for item in media or ())


def idea_of(session: Session, *, chat_id: int) -> Idea | None:
    """The idea that this chat is shaping or has sent last."""
    applicant = applicants.find_applicant(session, chat_id=chat_id)
    return ideas.latest_idea(session, applicant_id=applicant.id) if applicant else None


def answers_of(session: Session, *, chat_id: int) -> dict[str, IdeaAnswer]:
    """The newest answers of that idea."""
    idea = idea_of(session, chat_id=chat_id)
    return ideas.newest_answers(session, idea_id=idea.id) if idea else {}


def _draft(context: Context) -> Idea:
    """The draft to write to; an idea that was sent is left as it is and goes on as a copy."""
    session, now = context.session, context.now
    applicant = applicants.applicant_of(session, chat_id=context.chat_id, now=now)
    idea = ideas.latest_idea(session, applicant_id=applicant.id)
    if idea is None:
        return ideas.start_idea(session, applicant_id=applicant.id, now=now)
    return idea if idea.state == "draft" else ideas.copy_idea(session, idea, now=now)


def _name_call(context: Context, idea: Idea | None, slots: Mapping[str, Any]) -> None:
    """A draft is for the call with which it would be sent now, where there is one."""
    if idea is not None and idea.state == "draft" and slots.get("call_code"):
        ideas.name_call(context.session, idea, slots["call_code"])


class SaveIdea(BoundAction):
    """Keeps those answers that are new or changed, and for which call; says nothing."""

    called = "action_save_idea"

    def run(self, _dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        """Writes a version of each changed answer."""
        session = self.context.session
        answers = answered(domain, tracker.slots)
        if not answers:
            return []
        idea = idea_of(session, chat_id=self.context.chat_id)
        if idea is not None:
            answers = ideas.changed_answers(session, idea_id=idea.id, answers=answers)
        if answers:
            idea = _draft(self.context)
            for question, text in answers.items():
                ideas.add_answer(session, idea, question=question, text=text, now=self.context.now)
        _name_call(self.context, idea, tracker.slots)
        return []


class KeepAttachment(BoundAction):
    """Keeps what was attached to the answer of the slot named by `answering_slot`."""

    called = "action_keep_attachment"

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Answers of an idea or an offer are kept; other attachments stay in the chat's history."""
        question = str(tracker.get_slot("answering_slot"))
        media = media_of(self.context.incoming)
        if media and question.startswith(("idea_", QUESTIONS)):
            text = tracker.get_slot(question) or self._label(media[0]["medium"])
            self._keep(question, text, media)
        return []

    def _keep(self, question: str, text: str, media: list[dict[str, Any]]) -> None:
        session, chat_id = self.context.session, self.context.chat_id
        about_offer = question.startswith(QUESTIONS)
        found = attached_answers if about_offer else answers_of
        kept = found(session, chat_id=chat_id).get(question)
        if kept is not None and (kept.text, kept.media) == (text, media):
            return
        idea = start_attaching(self.context) if about_offer else _draft(self.context)
        ideas.add_answer(
            session, idea, question=question, text=text, media=media, now=self.context.now
        )

    def _label(self, medium: str) -> str:
        caption = self.context.incoming.text
        return caption or self.context.say(f"label_attachment_{medium}", {}).unescape()


class ShowIdea(BoundAction):
    """Shows the idea as it stands, with what is still open."""

    called = "action_show_idea"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_idea_summary`, or `utter_idea_empty` when nothing was answered."""
        answers = answered(domain, tracker.slots)
        if not answers:
            dispatcher.utter_message(response="utter_idea_empty")
            return []
        shown = [
            idea_line(self.context, question, answers.get(question))
            for question in idea_questions(domain)
            if question != TITLE
        ]
        dispatcher.utter_message(
            response="utter_idea_summary",
            title=answers.get(TITLE) or self.context.say("idea_untitled", {}),
            lines=lines(shown),
        )
        return []
