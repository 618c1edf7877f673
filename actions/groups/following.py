"""What follows when something was told for a group in private: it is theirs who told it, and who
had asked for it hears that it is there."""

from collections.abc import Sequence

from actions.boards import queue_board
from actions.context import Context
from actions.groups.assigned import tell_asker
from actions.speaking import Speaking, credit
from storage import assignments, chats
from storage.models import Assignment, Idea


def follow_told(context: Context, changed: Sequence[Idea]) -> None:
    """See to it after an action. Who has just left tells nothing any more."""
    speaking = context.speaking
    chat = chats.get_chat(context.session, context.chat_id)
    if speaking is None or chat.speaks_for != speaking.group.id:
        return
    waiting = assignments.open_of(context.session, group_id=speaking.group.id)
    if changed:
        credit(context.session, speaking, changed, now=context.now)
    _finish_facts(context, speaking, waiting)
    for assignment in waiting:
        if assignment.done_at is not None:
            tell_asker(context, assignment, "answered", about=speaking.member)


def _finish_facts(context: Context, speaking: Speaking, waiting: Sequence[Assignment]) -> None:
    facts = speaking.applicant.facts
    told = [it.question for it in waiting if facts.get(it.question) is not None]
    if told:
        assignments.finish(
            context.session, group_id=speaking.group.id, questions=told, now=context.now
        )
        queue_board(context.session, speaking.group, now=context.now)
