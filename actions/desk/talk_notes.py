"""What staff are told about a talk, where it belongs; in private, when somebody waits too long."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from actions.desk.staff_posts import post_for_staff
from actions.desk.talks import next_person
from storage import handoffs, leads, outbox, staff, threads
from storage.lead_statuses import OPEN
from storage.models import Handoff, Lead, StaffMember
from storage.outbox import Lane
from storage.staff import Role

NOTE = "talk_note"  # the outbox kind of what stands where they talk
LATE = "talk_late"  # the outbox kind of what one of the staff is told in private


def note(
    session: Session,
    handoff: Handoff,
    name: str,
    *,
    now: datetime,
    members: Sequence[int] = (),
) -> None:
    """Post `staff_talk_NAME` where the handoff belongs; its topic's name may have to follow."""
    desk_id = threads.desk_of(session, handoff.chat_id)
    if desk_id is None:
        return
    payload = {"note": name, "handoff_id": handoff.id, "members": list(members)}
    post_for_staff(
        session, NOTE, payload, desk_id=desk_id, lane=Lane.HANDOFF, now=now, handoff=handoff
    )
    place = threads.place_of_handoff(session, handoff, desk_id=desk_id, now=now)
    threads.name_anew(session, place, now=now)


def tell_next(session: Session, handoff: Handoff, *, channel: str, now: datetime) -> None:
    """Nobody has answered in time: the next person is named, the second time the managers."""
    if handoff.alerts > 1:
        told = staff.members_with(session, Role.MANAGER, channel=channel)
        name = "late_manager"
    else:
        person = next_person(session, handoff, channel=channel)
        told = [person] if person is not None else []
        handoff.staff_id = person.id if person is not None else None
        name = "late"
    members = [it.id for it in told]
    note(session, handoff, name if told else "late_nobody", members=members, now=now)
    for member in told:
        _tell_in_private(session, handoff, member, now)


def show_on_cards(session: Session, chat_id: int, *, now: datetime) -> list[Lead]:
    """Whether a resident can be reached has changed: the cards of what they have open say it."""
    desk_id = threads.desk_of(session, chat_id)
    found = leads.leads_of_chat(session, chat_id=chat_id)
    shown = [it for it in found if it.status in OPEN] if desk_id is not None else []
    for lead in shown:
        post_for_staff(
            session,
            "lead_card_edit",
            {"lead_id": lead.id},
            desk_id=desk_id or 0,
            lane=Lane.LEADS,
            now=now,
        )
    return shown


def say_blocked(session: Session, chat_id: int, *, now: datetime) -> None:
    """A resident has blocked the assistant: it is said where they are talked about."""
    desk_id = threads.desk_of(session, chat_id)
    ended = handoffs.end_all(session, chat_id=chat_id, by="blocked", now=now)
    if desk_id is None:
        return
    shown = show_on_cards(session, chat_id, now=now)
    for lead in shown:
        payload = {"note": "blocked", "lead_id": lead.id}
        post_for_staff(session, NOTE, payload, desk_id=desk_id, lane=Lane.HANDOFF, now=now)
    if ended is not None and ended.lead_id not in {lead.id for lead in shown}:
        note(session, ended, "blocked", now=now)


def _tell_in_private(
    session: Session, handoff: Handoff, member: StaffMember, now: datetime
) -> None:
    private = staff.private_chat(session, member)
    if private is not None:
        outbox.queue(
            session,
            chat_id=private.id,
            kind=LATE,
            lane=Lane.HANDOFF,
            now=now,
            payload={"handoff_id": handoff.id},
            dedupe_key=f"late:{handoff.id}:{handoff.alerts}:{private.id}",
        )
