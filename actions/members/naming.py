"""Whom a page names of a group: those who agreed to it, by first name."""

from collections.abc import Iterator

from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.labels import Wording
from actions.members.names import first_name, group_name
from storage import groups, members
from storage.members import VIEWER
from storage.models import Applicant, Group

RESPONSES = frozenset({"one_page_names", "one_page_names_more"})
_MOST_NAMED = 6


def on_page(session: Session, wording: Wording, applicant: Applicant) -> Iterator[str]:
    """The name of a group and of its people; of a person the name that was given."""
    group = groups.find_group(session, chat_id=applicant.chat_id)
    if group is not None:
        yield group_name(session, group, wording.say)
        yield from _people(session, wording, group)
    elif applicant.name:
        yield applicant.name


def _people(session: Session, wording: Wording, group: Group) -> Iterator[str]:
    found = members.members_of(session, group_id=group.id)
    taking_part = [it for it in found if it.role != VIEWER]
    named = [it.name for it in taking_part if it.named_at and it.name][:_MOST_NAMED]
    if named:
        more = len(taking_part) - len(named)
        names = Markup(", ").join(first_name(name) or name for name in named)
        response = "one_page_names_more" if more else "one_page_names"
        yield str(wording.say(response, {"names": names, "number": more}).unescape())
