"""Asking one member for one answer: a question of the idea, or a fact about the group."""

from collections.abc import Iterator
from typing import Any

from rasa_sdk.events import SlotSet

from actions.boards import queue_board
from actions.context import Context
from actions.criteria.rounds import asked_by, current_calls
from actions.criteria.verdicts import criteria_of
from actions.events import left_open
from actions.labels import button, question_label
from actions.members.standing import NOBODY, AboutGroup, Standing
from actions.members.told import nudge, reachable
from actions.speaking import Speaking
from storage import assignments, ideas, members
from storage.models import Applicant

QUESTION, WHOM = "assign_question", "assign_member"
NEXT = "next_fact"  # the slot of what a check asks just now
_MOST_SHOWN = 12


def has_others(context: Context, speaking: Speaking) -> bool:
    """Whether there is somebody else in the group who could answer."""
    roles = (*members.LEADING, members.MEMBER)
    found = members.members_of(context.session, group_id=speaking.group.id, roles=roles)
    return bool(reachable(context.session, [it for it in found if it.id != speaking.member.id]))


def open_questions(context: Context, applicant: Applicant) -> list[str]:
    """What the group could be asked: the questions of its idea that are open, then the facts that
    its call, or any call, still asks for."""
    idea = ideas.idea_at_hand(context.session, applicant_id=applicant.id)
    told = ideas.newest_answers(context.session, idea_id=idea.id) if idea else {}
    canvas = context.programme.canvas
    return [
        *(name for name in canvas.questions if name not in told),
        *_facts_missing(context, applicant, idea.call_code if idea else None),
    ]


def _facts_missing(context: Context, applicant: Applicant, code: str | None) -> Iterator[str]:
    current = current_calls(context)
    meant = [call for call in current if call.code == code] or current
    wanted = asked_by([criteria_of(call) for call in meant])
    for name in context.programme.facts:
        if name in wanted and applicant.facts.get(name) is None:
            yield name


def is_askable(context: Context, question: Any) -> bool:
    """Whether this names something that a group can be asked."""
    return question in context.programme.canvas.slots or question in context.programme.facts


class AskAssignQuestion(AboutGroup):
    """Asks what it is about; a button that names it saves the question."""

    called = "action_ask_assign_question"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_assign_question`, or `utter_assign_nothing` when nothing is open."""
        standing, context = self.standing(dispatcher, leading=True), self.context
        if standing is None:
            return [SlotSet(QUESTION, NOBODY)]
        if not reachable(context.session, self.others_in(standing, viewers=False)):
            dispatcher.utter_message(response="utter_group_alone")
            return [SlotSet(QUESTION, NOBODY)]
        found = open_questions(context, standing.applicant)[:_MOST_SHOWN]
        if not found:
            dispatcher.utter_message(response="utter_assign_nothing")
            return [SlotSet(QUESTION, NOBODY)]
        buttons = [
            button(str(question_label(context, name).unescape()), f"/SetSlots({QUESTION}={name})")
            for name in found
        ]
        dispatcher.utter_message(response="utter_assign_question", buttons=buttons)
        return []


class AskAssignMember(AboutGroup):
    """Asks who could answer it."""

    called = "action_ask_assign_member"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_assign_member`, or `utter_group_alone`."""
        standing = self.standing(dispatcher, leading=True)
        question = tracker.get_slot(QUESTION)
        if standing is None:
            return [SlotSet(WHOM, NOBODY)]
        found = reachable(self.context.session, self.others_in(standing, viewers=False))
        if not found or not is_askable(self.context, question):
            dispatcher.utter_message(response="utter_group_alone")
            return [SlotSet(WHOM, NOBODY)]
        dispatcher.utter_message(
            response="utter_assign_member",
            question=question_label(self.context, question),
            buttons=self.choices(WHOM, found),
        )
        return []


class AssignQuestion(AboutGroup):
    """Asks them, in private; in quiet hours they hear of it in the morning."""

    called = "action_assign_question"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_assigned`, `utter_assigned_already`, or `utter_role_gone`; in the middle of
        a check `utter_assigned_left`, and it goes on with the next question."""
        standing, question = self.standing(dispatcher, leading=True), tracker.get_slot(QUESTION)
        to = self.chosen(standing, tracker.get_slot(WHOM)) if standing else None
        if standing is None or to is None or not is_askable(self.context, question):
            dispatcher.utter_message(response="utter_role_gone")
            return []
        is_new = self._assign(standing, to, question)
        is_asked = question in self.context.programme.facts and tracker.get_slot(NEXT) == question
        name = "utter_assigned_left" if is_asked else "utter_assigned"
        dispatcher.utter_message(
            response=name if is_new else "utter_assigned_already",
            name=self.calls(to),
            question=question_label(self.context, question),
        )
        left = [left_open(question)] if is_asked else []
        return [SlotSet(QUESTION, None), SlotSet(WHOM, None), *left]

    def _assign(self, standing: Standing, to: Any, question: str) -> bool:
        context = self.context
        asked, is_new = assignments.assign(
            context.session, to, question=question, asked_by=standing.member, now=context.now
        )
        if is_new:
            nudge(context.session, to, asked, now=context.now)
            queue_board(context.session, standing.group, now=context.now)
        return is_new
