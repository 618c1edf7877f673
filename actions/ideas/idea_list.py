"""Several ideas: which there are, which is at hand, and those put away."""

from collections.abc import Iterator, Mapping
from typing import Any

from rasa_sdk.events import SlotSet

from actions.context import BoundAction, Context
from actions.ideas.ideas import save_answers, texts_of
from actions.ideas.shaping import WANTED, answer_slots
from actions.ideas.weighing import whole_answers
from actions.labels import button, lines
from storage import applicants, ideas
from storage.models import Idea

CHOICE = "shaping_idea"  # the id of an idea, or new
AWAY = "shaping_away"  # the id of the one to put away
_MOST_SHOWN = 12


class AskIdea(BoundAction):
    """Shows the ideas, and asks which to go on with."""

    called = "action_ask_shaping_idea"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_ideas`, or `utter_ideas_none` without any."""
        context, own = self.context, _ideas(self.context)[:_MOST_SHOWN]
        if not own:
            dispatcher.utter_message(response="utter_ideas_none")
            return []
        buttons = [button(_title(context, idea), f"/SetSlots({CHOICE}={idea.id})") for idea in own]
        shown = lines(
            context.say(f"idea_in_list_{idea.state}", _values(context, idea)) for idea in own
        )
        dispatcher.utter_message(response="utter_ideas", buttons=buttons, lines=shown)
        return []


class SwitchIdea(BoundAction):
    """Takes up the chosen idea, or begins a new one; one that was put away comes back."""

    called = "action_switch_idea"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Sets the slots of all its answers. Utters `utter_idea_gone` if it is not there."""
        context, chosen = self.context, str(tracker.get_slot(CHOICE) or "new")
        save_answers(context, tracker.slots)
        if chosen == "new":
            return self._begin(tracker.slots)
        idea = _own_idea(context, chosen)
        if idea is None:
            dispatcher.utter_message(response="utter_idea_gone")
            return [SlotSet("shaping_found", False)]
        ideas.take_up(context.session, idea)
        return self._at_hand(idea, tracker.slots)

    def _begin(self, slots: Mapping[str, Any]) -> list[dict[str, Any]]:
        """An idea that nothing was told about yet is as good as a new one."""
        context = self.context
        applicant = applicants.applicant_of(
            context.session, chat_id=context.chat_id, now=context.now
        )
        newest = ideas.idea_at_hand(context.session, applicant_id=applicant.id)
        if newest is None or ideas.newest_answers(context.session, idea_id=newest.id):
            newest = ideas.start_idea(context.session, applicant_id=applicant.id, now=context.now)
        return self._at_hand(newest, slots)

    def _at_hand(self, idea: Idea, slots: Mapping[str, Any]) -> list[dict[str, Any]]:
        versions = ideas.newest_versions(self.context.session, idea_id=idea.id)
        return [
            *answer_slots(self.context.programme.canvas, versions, slots),
            SlotSet(WANTED, None),
            SlotSet("shaping_found", True),
        ]


class AskAway(BoundAction):
    """Asks which idea to put away."""

    called = "action_ask_shaping_away"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_ideas_away`; without any idea, none is asked for."""
        own = [idea for idea in _ideas(self.context) if idea.state != ideas.ARCHIVED]
        if not own:
            return [SlotSet(AWAY, "none")]
        buttons = [
            button(_title(self.context, idea), f"/SetSlots({AWAY}={idea.id})")
            for idea in own[:_MOST_SHOWN]
        ]
        dispatcher.utter_message(response="utter_ideas_away", buttons=buttons)
        return []


class PutIdeaAway(BoundAction):
    """Puts the chosen idea away. What was sent of it stays sent."""

    called = "action_put_idea_away"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters `utter_idea_put_away`, or `utter_idea_gone`; sets the slots of the answers of
        what is at hand then."""
        context = self.context
        save_answers(context, tracker.slots)
        idea = _own_idea(context, str(tracker.get_slot(AWAY)))
        if idea is None:
            dispatcher.utter_message(response="utter_idea_gone")
            return []
        ideas.put_away(context.session, idea, now=context.now)
        dispatcher.utter_message(response="utter_idea_put_away", title=_title(context, idea))
        following = ideas.idea_at_hand(context.session, applicant_id=idea.applicant_id)
        versions = ideas.newest_versions(context.session, idea_id=following.id) if following else {}
        return answer_slots(context.programme.canvas, versions, tracker.slots)


def _ideas(context: Context) -> list[Idea]:
    """Those with an answer; what was put away comes last."""
    applicant = applicants.find_applicant(context.session, chat_id=context.chat_id)
    if applicant is None:
        return []
    kept = ideas.ideas_of(context.session, applicant_id=applicant.id, states=ideas.ALL_OWN)
    told = [it for it in kept if ideas.newest_answers(context.session, idea_id=it.id)]
    return sorted(told, key=lambda it: it.state == ideas.ARCHIVED)


def _own_idea(context: Context, chosen: str) -> Idea | None:
    applicant = applicants.find_applicant(context.session, chat_id=context.chat_id)
    if applicant is None or not chosen.isdecimal():
        return None
    return ideas.find_idea(context.session, int(chosen), applicant_id=applicant.id)


def _title(context: Context, idea: Idea) -> str:
    """What it is called, else how its first answer begins."""
    canvas = context.programme.canvas
    texts = texts_of(ideas.newest_answers(context.session, idea_id=idea.id))
    named = texts.get(canvas.title or "")
    first = next(_beginnings(texts), None)
    return named or first or str(context.say("idea_untitled", {}).unescape())


def _beginnings(texts: dict[str, str]) -> Iterator[str]:
    for text in texts.values():
        words = " ".join(text.split())
        yield words if len(words) <= 40 else f"{words[:40].rstrip()}…"


def _values(context: Context, idea: Idea) -> dict[str, Any]:
    canvas = context.programme.canvas
    texts = texts_of(ideas.newest_answers(context.session, idea_id=idea.id))
    return {
        "title": _title(context, idea),
        "answered": len(whole_answers(canvas, texts)),
        "questions": len(canvas.questions),
    }
