"""What those see who only look on: where the group's idea stands, and its page."""

from typing import Any

from actions.context import BoundAction, Context
from actions.ideas.ideas import summary_values
from actions.ideas.pages import give_page
from actions.labels import button
from actions.members.names import group_name
from actions.members.standing import member_of
from storage import applicants, groups, ideas
from storage.models import Group, Idea


def show_to_viewer(context: Context, dispatcher: Any, group: Group) -> None:
    """Utters `utter_group_look`, or `utter_group_look_empty` when nothing was answered yet."""
    idea = _idea_of(context, group)
    kept = ideas.newest_answers(context.session, idea_id=idea.id) if idea else {}
    values = summary_values(context, kept)
    name = group_name(context.session, group, context.say)
    if values is None:
        dispatcher.utter_message(response="utter_group_look_empty", group=name)
        return
    label = str(context.say("button_group_page", {}).unescape())
    buttons = [button(label, f"/group_page(group_choice={group.id})")]
    dispatcher.utter_message(response="utter_group_look", group=name, buttons=buttons, **values)


class ShowGroupPage(BoundAction):
    """Gives the group's idea on one page to anybody who is in it."""

    called = "action_group_page"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters what `action_make_page` does, or `utter_group_not_in`."""
        chosen = str(tracker.get_slot("group_choice") or "")
        member = member_of(self.context, int(chosen)) if chosen.isdecimal() else None
        group = groups.get_group(self.context.session, member.group_id) if member else None
        if group is None:
            dispatcher.utter_message(response="utter_group_not_in")
        else:
            give_page(self.context, dispatcher, _idea_of(self.context, group))
        return []


def _idea_of(context: Context, group: Group) -> Idea | None:
    applicant = applicants.find_applicant(context.session, chat_id=group.chat_id)
    return ideas.idea_at_hand(context.session, applicant_id=applicant.id) if applicant else None
