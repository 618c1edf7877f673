"""Ideas and their answers. An answer is never overwritten: a new version is written after it.

What the turns of a transaction begin with is read together, and what they answer is written so.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, literal_column, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from storage import applicants
from storage.bulk import Adding, Rewriting, among
from storage.database import at_hand, gather, gather_new, write_gathered
from storage.models import Applicant, Idea, IdeaAnswer

DRAFT, SENT, ARCHIVED, OFFER = "draft", "sent", "archived", "offer"
OWN = (DRAFT, SENT)  # what an applicant works on
ALL_OWN = (*OWN, ARCHIVED)
_CHANGED = "changed ideas"
_AHEAD = "ideas that are read ahead"
_UNWRITTEN = "ideas of which something is still to be written"


class Version(NamedTuple):
    """A row of `IdeaAnswer`; of many ideas many are read, and none is ever changed. One that was
    only just written has no id yet."""

    id: int | None
    idea_id: int
    question: str
    text: str | None
    media: Any | None
    created_at: datetime


Kept = tuple[Idea | None, dict[str, Version]]  # an idea, and the newest versions of its answers


def idea_at_hand(
    session: Session, *, applicant_id: int, states: tuple[str, ...] = OWN
) -> Idea | None:
    """The applicant's idea that was taken up last."""
    found: Idea | None = session.scalars(
        _of_applicant(states).limit(1), {"applicant": applicant_id}
    ).first()
    return found


def ideas_of(session: Session, *, applicant_id: int, states: tuple[str, ...] = OWN) -> list[Idea]:
    """The applicant's ideas, that at hand first."""
    return list(session.scalars(_of_applicant(states), {"applicant": applicant_id}))


def find_idea(session: Session, idea_id: int, *, applicant_id: int) -> Idea | None:
    """The idea of this id, if it is the applicant's own."""
    idea = session.get(Idea, idea_id)
    is_theirs = idea is not None and idea.applicant_id == applicant_id and idea.state != OFFER
    return idea if is_theirs else None


def start_idea(
    session: Session,
    *,
    applicant_id: int,
    now: datetime,
    state: str = "draft",
    call_code: str | None = None,
) -> Idea:
    """A new idea without answers, at hand: a draft, or `offer` for what is said about an offer."""
    idea = Idea(applicant_id=applicant_id, state=state, call_code=call_code)
    idea.created_at = idea.updated_at = now
    idea.taken_up = _next_turn(session, applicant_id)
    session.add(idea)
    session.flush()
    read_again(session, applicant_id=idea.applicant_id)
    return idea


def take_up(session: Session, idea: Idea) -> None:
    """This idea is at hand from now on; one that was put away is back."""
    idea.taken_up = _next_turn(session, idea.applicant_id)
    if idea.state == ARCHIVED:
        idea.state = SENT if idea.sent_at else DRAFT
        _note_change(session, idea)
    session.flush()
    read_again(session, applicant_id=idea.applicant_id)


def put_away(session: Session, idea: Idea, *, now: datetime) -> None:
    """The idea is kept, and no longer at hand."""
    _write_now(session, lambda it: it is idea)  # not after this, or it were older again
    idea.state = ARCHIVED
    idea.updated_at = now
    session.flush()
    _note_change(session, idea)


def at_hand_with_versions(session: Session, *, applicant_id: int) -> Kept:
    """The idea at hand with `newest_versions` of it. Whoever asks first in a transaction has it
    read for all applicants whom that has met."""
    ahead: dict[int, Kept] | None = at_hand(session).get(_AHEAD)
    if ahead is None:
        met = {applicant.id for applicant in applicants.met_applicants(session)}
        ahead = at_hand(session)[_AHEAD] = _at_hand_of(session, met | {applicant_id})
    if applicant_id in ahead:
        return ahead.pop(applicant_id)
    return _at_hand_of(session, {applicant_id})[applicant_id]


def _at_hand_of(session: Session, applicant_ids: Collection[int]) -> dict[int, Kept]:
    _write_now(session, lambda idea: idea.applicant_id in applicant_ids)
    found: dict[int, Kept] = {number: (None, {}) for number in applicant_ids}
    for idea, *values in session.execute(_AT_HAND, {"applicants": list(applicant_ids)}):
        version, versions = Version(*values), found[idea.applicant_id][1]
        found[idea.applicant_id] = idea, versions
        if version.id is not None:
            versions[version.question] = version  # in the place of the first
    return found


def newest_answers(session: Session, *, idea_id: int) -> dict[str, Version]:
    """The version that counts of each question that has an answer, in the order in which they were
    first answered."""
    return answered(newest_versions(session, idea_id=idea_id))


def answered(versions: Mapping[str, Version]) -> dict[str, Version]:
    """Those of these versions that were neither skipped nor cleared."""
    return {question: it for question, it in versions.items() if it.text is not None}


def newest_versions(session: Session, *, idea_id: int) -> dict[str, Version]:
    """The newest version of each question that was asked, also where it was skipped or cleared."""
    _write_now(session, lambda idea: idea.id == idea_id)
    versions = (Version(*row) for row in session.execute(_VERSIONS, {"idea": idea_id}))
    return {version.question: version for version in versions}  # in the place of the first


def add_answer(
    session: Session,
    idea: Idea,
    *,
    question: str,
    text: str | None,
    now: datetime,
    media: list[dict[str, Any]] | None = None,
) -> Version:
    """Write a version of one answer; without text it was skipped or cleared."""
    version = Version(None, idea.id, question, text, media, now)
    values = version._asdict()
    del values["id"]
    gather_new(session, _ADD_ANSWERS, values)
    _write_later(session, idea, _TOUCH, "updated_at", now)
    _note_change(session, idea)
    return version


def _write_later(session: Session, idea: Idea, statement: Rewriting, name: str, value: Any) -> None:
    """The idea has this value from now on. It is held until the end of the transaction: if it were
    read anew, it would be as it is in the database."""
    gather(session, statement, idea.id, {name: value})
    set_committed_value(idea, name, value)
    at_hand(session).setdefault(_UNWRITTEN, set()).add(idea)


def _write_now(session: Session, of: Callable[[Idea], bool]) -> None:
    """What is still to be written of such ideas is in the database from now on."""
    if any(map(of, at_hand(session).get(_UNWRITTEN, ()))):
        write_gathered(session)


def take_changed(session: Session) -> list[Idea]:
    """The ideas whose words have changed, or which were put away or taken up again, since this was
    asked for in the transaction."""
    changed: dict[int, Idea] = at_hand(session).pop(_CHANGED, {})
    return list(changed.values())


def _note_change(session: Session, idea: Idea) -> None:
    at_hand(session).setdefault(_CHANGED, {})[idea.id] = idea
    read_again(session, applicant_id=idea.applicant_id)


def read_again(session: Session, *, applicant_id: int) -> None:
    """What was read ahead of this applicant's idea is not true any more."""
    at_hand(session).get(_AHEAD, {}).pop(applicant_id, None)


def versions_of(session: Session, *, idea_id: int, question: str) -> list[Version]:
    """Every version of one answer, the newest first."""
    _write_now(session, lambda idea: idea.id == idea_id)
    found = session.execute(_OF_QUESTION, {"idea": idea_id, "question": question})
    return [Version(*row) for row in found]


def name_call(session: Session, idea: Idea, code: str) -> None:
    """The idea is meant for this call, whatever it was meant for before."""
    if idea.call_code != code:
        _write_later(session, idea, _NAME_CALL, "call_code", code)


def chats_with_draft(session: Session, *, code: str, chat_ids: Collection[int]) -> set[int]:
    """Which of these chats have begun an idea for this call, and not sent it."""
    write_gathered(session)
    values = {"code": code, "chats": list(chat_ids)}
    return set(session.execute(_WITH_DRAFT, values).scalars())


def count_drafts(session: Session, *, code: str) -> int:
    """How many ideas for this call were begun, and not sent."""
    write_gathered(session)
    statement = select(func.count()).where(_ideas.c.call_code == code, _ideas.c.state == DRAFT)
    return session.execute(statement).scalar_one()


def mark_sent(session: Session, idea: Idea, *, now: datetime) -> None:
    """The idea went to staff; a lead carries a copy of it."""
    _write_now(session, lambda it: it is idea)
    idea.state = SENT
    idea.sent_at = idea.updated_at = now
    session.flush()


def _next_turn(session: Session, applicant_id: int) -> int:
    newest = session.execute(_LAST_TURN, {"applicant": applicant_id}).scalar_one()
    return int(newest or 0) + 1


_ideas, _applicants, _answers = Idea.table(), Applicant.table(), IdeaAnswer.table()
_columns = [_answers.c[name] for name in Version._fields]


@cache
def _of_applicant(states: tuple[str, ...]) -> Select[Any]:
    """Made once for each: a list of states as a parameter is written out anew each time."""
    return (
        select(Idea)
        .where(_ideas.c.applicant_id == bindparam("applicant"))
        .where(or_(*(_ideas.c.state == literal_column(f"'{state}'") for state in states)))
        .order_by(_ideas.c.taken_up.desc())
    )


_others = _ideas.alias("others")
_last_taken_up = (
    select(func.max(_others.c.taken_up))
    .where(_others.c.applicant_id == _ideas.c.applicant_id)
    .where(or_(*(_others.c.state == literal_column(f"'{state}'") for state in OWN)))
    .scalar_subquery()
)
_AT_HAND = (
    select(Idea, *_columns)
    .outerjoin(IdeaAnswer, _answers.c.idea_id == _ideas.c.id)
    .where(among(_ideas.c.applicant_id, "applicants"), _ideas.c.taken_up == _last_taken_up)
    .order_by(_answers.c.id)
)
_LAST_TURN = select(func.max(_ideas.c.taken_up)).where(
    _ideas.c.applicant_id == bindparam("applicant")
)
_VERSIONS = select(*_columns).where(_answers.c.idea_id == bindparam("idea")).order_by(_answers.c.id)
_OF_QUESTION = (
    select(*_columns)
    .where(_answers.c.idea_id == bindparam("idea"), _answers.c.question == bindparam("question"))
    .order_by(_answers.c.id.desc())
)
_ADD_ANSWERS = Adding(_answers)
_TOUCH, _NAME_CALL = Rewriting(_ideas, "updated_at"), Rewriting(_ideas, "call_code")
_WITH_DRAFT = (
    select(_applicants.c.chat_id)
    .join(_ideas, _ideas.c.applicant_id == _applicants.c.id)
    .where(
        _ideas.c.call_code == bindparam("code"),
        _ideas.c.state == "draft",
        among(_applicants.c.chat_id, "chats"),
    )
)
