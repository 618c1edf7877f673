"""Bringing two residents together: who may be asked, and what the others hear of what they say.

Neither learns anything of the other before both have said yes, and nobody who said no.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, TypeGuard

from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.contacts import contact_way
from actions.context import Context
from actions.desk.staff_posts import queue_for_staff
from actions.groups.sent import is_spoken_for, own_leads
from actions.labels import Wording, answer_label
from actions.leads.cards import dialled
from actions.programme import Programme
from actions.times.instants import in_words
from storage import applicants, chats, groups, introductions, lead_events, leads
from storage.introductions import SIDES, Party, Side, other_side, part_of, side_of
from storage.models import Applicant, Introduction, Lead
from storage.outbox import Lane, queue


class NotIntroducedError(Exception):
    """These two cannot be asked; the message is the response that says why."""

    def __init__(self, response: str, **values: str) -> None:
        super().__init__(response)
        self.response = response
        self.values = values


def propose(
    session: Session,
    references: tuple[str, str],
    *,
    note: str | None,
    by: str,
    programme: Programme,
    now: datetime,
) -> Introduction:
    """Write down that the senders of these leads are asked. Raises NotIntroducedError."""
    one, other = (_lead_called(session, reference) for reference in references)
    if one.chat_id == other.chat_id:
        raise NotIntroducedError("staff_introduce_same")
    parties = _party(session, one), _party(session, other)
    _not_lately(session, parties, programme, now)
    for lead in (one, other):
        _not_busy(session, lead, now)
    made = introductions.propose(
        session,
        parties=parties,
        note=note,
        by=by,
        now=now,
        expires_at=now + timedelta(days=programme.introduction_days),
    )
    if made is None:
        raise NotIntroducedError("staff_introduce_asked")
    for lead in (one, other):
        words = " ".join(filter(None, (*references, note)))
        lead_events.record_event(
            session, lead, kind="introduction_proposed", who=by, words=words, now=now
        )
    for party in parties:
        payload = {"introduction_id": made.id}
        _queue(session, party.chat_id, "introduction_end", payload, now, due_at=made.expires_at)
    return made


def common_words(session: Session, words: Wording, introduction: Introduction) -> Markup:
    """What both said of place and theme, where it is the same."""
    facts = []
    for side in SIDES:
        lead = leads.get_lead(session, part_of(introduction, side, "lead_id") or 0)
        applicant = _applicant_of(session, lead) if lead else None
        facts.append(applicant.facts if applicant else {})
    found = [
        words.say(f"introduction_{name}", {name: answer_label(words, name, facts[0][name])})
        for name in ("borough", "theme")
        if facts[0].get(name) and facts[0].get(name) == facts[1].get(name)
    ]
    return Markup(" ").join(found)


def plain_contact(words: Wording, contact: str) -> str:
    """A number as it is dialled at home, or an address; nothing for who is reached here."""
    shown = {"telegram": "", "email": contact}
    way = contact_way(contact)
    return shown[way] if way in shown else dialled(contact, words.programme.country)


def is_asked(
    introduction: Introduction | None, chat_id: int, now: datetime
) -> TypeGuard[Introduction]:
    """Whether this chat may still say yes or no."""
    return (
        introduction is not None
        and introduction.state == "asked"
        and now < introduction.expires_at
        and side_of(introduction, chat_id) is not None
    )


def accept(context: Context, introduction: Introduction, *, contact: str | None) -> bool:
    """This chat says yes, and may be reached by `contact`, if given; whether both have now."""
    session, now = context.session, context.now
    side = side_of(introduction, context.chat_id)
    if side is None:
        raise ValueError("not theirs")
    both = introductions.agree(session, introduction, side, contact=contact, now=now)
    _log(session, introduction, "introduction_yes", sides=(side,), now=now)
    if both:
        _log(session, introduction, "introduction_made", sides=SIDES, now=now)
        for each in SIDES:
            told = {"introduction_id": introduction.id, "told": "made", "at_once": each == side}
            _queue(session, part_of(introduction, each, "chat_id"), "introduction", told, now)
        _tell_staff(context, introduction, "made")
    return both


def end(context: Context, introduction: Introduction, *, state: str) -> None:
    """It comes to nothing by what this chat did. The other one hears that, and no more."""
    session, now = context.session, context.now
    side = side_of(introduction, context.chat_id)
    introductions.close(session, introduction, state=state, now=now)
    _log(session, introduction, "introduction_over", sides=SIDES, now=now)
    if side is not None:
        other = part_of(introduction, other_side(side), "chat_id")
        _queue(session, other, "introduction", {"told": "over"}, now)
    _tell_staff(context, introduction, "over")


def end_all(context: Context, *, state: str) -> int:
    """Everything that this person is asked as whom they speak for, or has said yes to, comes to
    nothing; who is forgotten is so in everything. How many."""
    ended = 0
    for known in introductions.introductions_of(context.session, chat_id=context.chat_id):
        if known.state != "asked" or not (state == "forgotten" or _is_own(context, known)):
            continue
        held = introductions.hold(context.session, known.id)
        if held is not None and is_asked(held, context.chat_id, context.now):
            end(context, held, state=state)
            ended += 1
    return ended


def expire(
    session: Session, introduction: Introduction, *, staff_chat_id: int | None, now: datetime
) -> None:
    """Its time is over, if nobody has ended it before."""
    if introduction.state != "asked":
        return
    introductions.close(session, introduction, state="expired", now=now)
    _log(session, introduction, "introduction_over", sides=SIDES, now=now)
    if staff_chat_id is not None:
        payload = {"told": "over", "references": _references(session, introduction)}
        key = f"introduction:{introduction.id}:over"
        _queue(session, staff_chat_id, "introduction_post", payload, now, key=key)


def show_on_cards(context: Context, sent: Iterable[Lead]) -> None:
    """These leads may be matched now: their cards are to say with which."""
    for lead in sent:
        if lead.idea_id is not None and lead.status != "withdrawn":
            queue_for_staff(context, "lead_card_edit", {"lead_id": lead.id}, Lane.LEADS)


def take_off_cards(context: Context) -> None:
    """Nothing this chat has sent is matched any more: no card is to say so."""
    session = context.session
    sent = [lead.id for lead in own_leads(context)]
    named = {lead_id for lead_id in sent if introductions.named_on(session, lead_id)}
    for lead_id in sorted(introductions.naming(session, sent) | named):
        queue_for_staff(context, "lead_card_edit", {"lead_id": lead_id}, Lane.LEADS)


def held_lines(context: Context) -> Iterator[Markup]:
    """What is held of introductions."""
    for introduction in introductions.introductions_of(context.session, chat_id=context.chat_id):
        name = "open" if is_asked(introduction, context.chat_id, context.now) else "over"
        name = "made" if introduction.state == "made" else name
        when = in_words(introduction.created_at, context.now, context.programme.zone)
        yield context.say(f"my_data_introduction_{name}", {"when": when})


def _is_own(context: Context, introduction: Introduction) -> bool:
    side = side_of(introduction, context.chat_id)
    lead_id = part_of(introduction, side, "lead_id") if side else None
    lead = leads.get_lead(context.session, lead_id) if lead_id else None
    return lead is None or is_spoken_for(context, lead)


def _lead_called(session: Session, reference: str) -> Lead:
    lead = leads.find_by_reference(session, reference=reference)
    if lead is None:
        raise NotIntroducedError("staff_unknown_reference", reference=reference)
    if lead.chat_id is None or lead.status == "withdrawn":
        raise NotIntroducedError("staff_introduce_gone", reference=lead.reference)
    return lead


def _party(session: Session, lead: Lead) -> Party:
    chat_id = lead.chat_id or 0
    if chats.get_chat(session, chat_id).blocked_at is not None:
        raise NotIntroducedError("staff_introduce_gone", reference=lead.reference)
    applicant = _applicant_of(session, lead)
    if applicant is None or applicant.matching_at is None:
        raise NotIntroducedError("staff_introduce_no_leave", reference=lead.reference)
    return Party(chat_id, lead.id)


def _applicant_of(session: Session, lead: Lead) -> Applicant | None:
    """Who applies with it: the group, or whoever is behind the chat from which it was sent."""
    group = groups.get_group(session, lead.group_id) if lead.group_id else None
    chat_id = group.chat_id if group else lead.chat_id
    return applicants.find_applicant(session, chat_id=chat_id) if chat_id else None


def _not_lately(
    session: Session, parties: tuple[Party, Party], programme: Programme, now: datetime
) -> None:
    """These two are left in peace when they were asked before."""
    known = introductions.latest_between(session, *(it.chat_id for it in parties))
    if known is None:
        return
    if known.state == "asked":
        if now < known.expires_at:
            raise NotIntroducedError("staff_introduce_asked")
        introductions.close(session, known, state="expired", now=now)
    if known.state == "made":
        raise NotIntroducedError("staff_introduce_made")
    if now < known.created_at + timedelta(days=programme.introduce_again_days):
        raise NotIntroducedError("staff_introduce_lately")


def _not_busy(session: Session, lead: Lead, now: datetime) -> None:
    """One is asked about one other at a time."""
    chat_id = lead.chat_id or 0
    known = introductions.introductions_of(session, chat_id=chat_id)
    if any(is_asked(it, chat_id, now) for it in known):
        raise NotIntroducedError("staff_introduce_busy", reference=lead.reference)


def _log(
    session: Session,
    introduction: Introduction,
    kind: str,
    *,
    sides: Iterable[Side],
    now: datetime,
) -> None:
    for side in sides:
        lead_id = part_of(introduction, side, "lead_id")
        lead = leads.get_lead(session, lead_id) if lead_id else None
        if lead is not None:
            lead_events.record_event(session, lead, kind=kind, who=None, words=None, now=now)


def _references(session: Session, introduction: Introduction) -> list[str]:
    found = (leads.get_lead(session, part_of(introduction, it, "lead_id") or 0) for it in SIDES)
    return [lead.reference for lead in found if lead is not None]


def _tell_staff(context: Context, introduction: Introduction, told: str) -> None:
    contacts = introduction.first_contact, introduction.second_contact
    payload = {
        "told": told if told == "over" or all(contacts) else "made_without",
        "references": _references(context.session, introduction),
    }
    key = f"introduction:{introduction.id}:{told}"
    queue_for_staff(context, "introduction_post", payload, Lane.LEADS, key)


def _queue(
    session: Session,
    chat_id: int | None,
    kind: str,
    payload: dict[str, Any],
    now: datetime,
    *,
    due_at: datetime | None = None,
    key: str | None = None,
) -> None:
    if chat_id is not None:
        queue(
            session,
            chat_id=chat_id,
            kind=kind,
            lane=Lane.LEADS,
            now=now,
            due_at=due_at,
            payload=payload,
            dedupe_key=key,
        )
