"""What a dialogue that is held for a group knows: what all its members have told, as it is now."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from actions.context import BoundAction
from actions.criteria.facts import can_be_asked, declared
from actions.ideas.ideas import ADDING, save_answers
from actions.labels import Wording
from actions.members.names import group_name
from actions.speaking import Speaking
from storage import applicants, contributions, ideas
from storage.ideas import Version
from storage.models import Applicant, Idea

KEEP_SIDE = "action_keep_side"
SPEAKING_FOR = "speaking_for"  # the slot with the line that says for which group
_WANTED = "shaping_wanted"  # the question that was chosen to be told anew

Slots = Mapping[str, Any]


def told_slots(
    session: Session,
    speaking: Speaking | None,
    wording: Wording,
    *,
    slots: Slots,
    asked: str | None,
) -> dict[str, Any]:
    """The slots that are otherwise than this dialogue has them. That of the open question, `asked`,
    is left alone; where another member has answered it meanwhile, what is told now comes behind."""
    if speaking is None:
        return {SPEAKING_FOR: None}
    idea = ideas.idea_at_hand(session, applicant_id=speaking.applicant.id)
    versions = ideas.newest_versions(session, idea_id=idea.id) if idea else {}
    name = group_name(session, speaking.group, wording.say)
    said = wording.say("group_speaking_for", {"group": name})
    return {
        SPEAKING_FOR: str(said.unescape()),
        **_answers(wording, versions, slots, asked),
        **_facts(wording, speaking.applicant, asked),
        **_beside(session, speaking, idea, slots, asked),
    }


def put_aside(session: Session, speaking: Speaking, wording: Wording) -> dict[str, Any]:
    """What the group has told by now to each question that a correction may have put aside; None
    to those that are open."""
    idea = ideas.idea_at_hand(session, applicant_id=speaking.applicant.id)
    versions = ideas.newest_versions(session, idea_id=idea.id) if idea else {}
    programme, facts = wording.programme, speaking.applicant.facts
    answers = {it: versions[it].text if it in versions else None for it in programme.canvas.slots}
    return {**answers, **{name: facts.get(name) for name in programme.facts}}


def _answers(
    wording: Wording, versions: Mapping[str, Version], slots: Slots, asked: str | None
) -> dict[str, Any]:
    """What is empty here may be empty on purpose, and takes no answer away."""
    return {
        name: versions[name].text if name in versions else None
        for name in wording.programme.canvas.slots
        if name != asked and slots.get(name) is not None
    }


def _facts(wording: Wording, applicant: Applicant, asked: str | None) -> dict[str, Any]:
    kept = applicant.facts
    return {
        name: kept[name]
        for name, fact in wording.programme.facts.items()
        if name != asked and can_be_asked(fact, kept.get(name))
    }


def _beside(
    session: Session, speaking: Speaking, idea: Idea | None, slots: Slots, asked: str | None
) -> dict[str, Any]:
    if idea is None or asked is None or slots.get(_WANTED) is not None:
        return {}
    kept = contributions.said_to(session, idea_id=idea.id, question=asked)
    by_others = bool(kept) and kept[-1].external_id != speaking.member.external_id
    return {ADDING: True} if by_others else {}


class KeepSide(BoundAction):
    """Keeps what was put right in passing for the group, at once; says nothing."""

    called = KEEP_SIDE

    def run(self, _dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Nothing, unless somebody speaks for a group."""
        context, speaking = self.context, self.context.speaking
        if speaking is None:
            return []
        save_answers(context, tracker.slots)
        known, applicant = declared(context.programme.facts, tracker.slots), speaking.applicant
        facts = {**applicant.facts, **known}
        if facts != applicant.facts:
            applicants.save_facts(
                context.session, applicant, facts=facts, kind="group", now=context.now
            )
        return []
