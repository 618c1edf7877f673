"""The staff's chat does not take posts, or does again: admins are told once of each."""

from datetime import datetime

from sqlalchemy.orm import Session

from actions.desk.staff_words import tell_staff
from storage import chats, staff, staff_chats
from storage.models import StaffMember
from storage.staff import Role
from storage.threads import NO_TOPICS

GONE, SILENCED = "gone", "silenced"


def note_trouble(session: Session, desk_id: int, *, is_silenced: bool, now: datetime) -> None:
    """We were removed from the chat, or may not write there. What is to be posted waits."""
    trouble = SILENCED if is_silenced else GONE
    if staff_chats.note_trouble(session, desk_id, trouble, now=now):
        key = f"{desk_id}:{now.timestamp()}"
        tell_staff(session, _admins(session, desk_id), trouble, key=key, now=now, desk=desk_id)


def note_no_topics(session: Session, desk_id: int, *, now: datetime) -> None:
    """No topic can be made there: what belongs in one is posted in the chat itself. Where we are
    not at all, or may not write, that is the trouble, and stays it."""
    desk = staff.staff_chat(session, desk_id)
    if desk is not None and desk.trouble in (GONE, SILENCED):
        return
    if staff_chats.note_trouble(session, desk_id, NO_TOPICS, now=now):
        key = f"{desk_id}:{now.timestamp()}"
        tell_staff(session, _admins(session, desk_id), NO_TOPICS, key=key, now=now, desk=desk_id)


def end_trouble(
    session: Session, desk_id: int, *, now: datetime, of: tuple[str, ...] = (GONE, SILENCED)
) -> None:
    """It takes posts again, if it was one `of` these that kept it from that."""
    desk = staff.staff_chat(session, desk_id)
    if desk is None or desk.trouble not in of:
        return
    since = staff_chats.end_trouble(session, desk_id)
    if since is not None:
        key = f"{desk_id}:{since.timestamp()}"
        tell_staff(session, _admins(session, desk_id), "healed", key=key, now=now, desk=desk_id)


def _admins(session: Session, desk_id: int) -> list[StaffMember]:
    channel = chats.get_chat(session, desk_id).channel
    return staff.members_with(session, Role.ADMIN, channel=channel)
