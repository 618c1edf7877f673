"""Live talks: their words, those of the topics they stand in and of what goes wrong there, and who
is told next when nobody answers."""

from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.labels import Say
from storage import applicants, chats, handoffs, leads, staff
from storage.models import Handoff, StaffMember
from storage.staff import Role

_TOPICS = (
    *("new", "claimed", "in_contact", "changes", "qualified", "over", "forgotten"),
    *("person", "person_over"),
)
_POSTS = (
    *(
        "begins",
        "joined",
        "line",
        "file",
        "other",
        "over_resident",
        "over_staff",
        "over_silence",
    ),
    *("over_moved_on", "over_left", "nobody", "where", "not_delivered", "blocked"),
    *("late", "late_nobody", "late_manager", "late_private"),
)
_TO_RESIDENTS = (
    *("begins", "joined", "line", "file", "file_above", "failed", "lost", "late", "later"),
    *("over_resident", "over_staff", "over_silence", "over_moved_on", "over_left"),
)
# What is said in and around a live talk, to staff and to residents.
RESPONSES = frozenset(
    {f"staff_topic_{name}" for name in _TOPICS}
    | {f"staff_talk_{name}" for name in _POSTS}
    | {f"utter_talk_{name}" for name in _TO_RESIDENTS}
    | {"card_blocked", "handoff_place", "handoff_line", "utter_crisis", "utter_staff_message"}
)


def next_person(session: Session, handoff: Handoff, *, channel: str) -> StaffMember | None:
    """Who is to look after a handoff that nobody has answered: who has the lead, else the
    caseworker with the fewest; None if nobody is on the list."""
    lead = leads.get_lead(session, handoff.lead_id) if handoff.lead_id else None
    able = {it.id: it for it in staff.members_with(session, Role.CASEWORKER, channel=channel)}
    if lead is not None and lead.assignee_id in able:
        return able[lead.assignee_id]
    busy = handoffs.open_counts(session)
    return min(able.values(), key=lambda it: (busy[it.id], it.id), default=None)


def resident_name(session: Session, chat_id: int, say: Say) -> str | Markup:
    """What staff call the resident of this chat."""
    applicant = applicants.find_applicant(session, chat_id=chat_id)
    known = applicant.name if applicant else None
    return known or chats.get_chat(session, chat_id).name or say("card_nameless", {})
