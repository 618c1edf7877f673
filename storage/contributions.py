"""Who said what of a group's idea. An answer is made of the contributions that are kept, one below
the other; others are offered, until somebody takes them in."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage import assignments, ideas
from storage.database import write_gathered
from storage.ideas import Version
from storage.models import Chat, Contribution, Group, Idea, IdeaAnswer, Member

KEPT, OFFERED, REPLACED = "kept", "offered", "replaced"


def contribute(
    session: Session,
    group: Group,
    idea: Idea,
    *,
    question: str,
    external_id: str | None,
    name: str | None,
    text: str,
    state: str,
    now: datetime,
    media: list[dict[str, Any]] | None = None,
    message_id: int | None = None,
) -> Contribution:
    """Write down what somebody said. It counts once it is kept: see `compose`."""
    said = Contribution(
        group_id=group.id,
        idea_id=idea.id,
        question=question,
        external_id=external_id,
        name=name,
        text=text,
        media=media,
        state=state,
        message_id=message_id,
        created_at=now,
    )
    session.add(said)
    session.flush()
    if state == KEPT:  # nobody need be asked for it any more
        assignments.finish(session, group_id=group.id, questions=[question], now=now)
    return said


def said_to(
    session: Session, *, idea_id: int, question: str, states: Collection[str] = (KEPT,)
) -> list[Contribution]:
    """What was said to one question, in order."""
    statement = select(Contribution).where(
        Contribution.idea_id == idea_id,
        Contribution.question == question,
        Contribution.state.in_(states),
    )
    return list(session.scalars(statement.order_by(Contribution.id)))


def all_kept(session: Session, *, idea_id: int) -> dict[str, list[Contribution]]:
    """What the answers of an idea are made of, by question."""
    statement = select(Contribution).where(
        Contribution.idea_id == idea_id, Contribution.state == KEPT
    )
    found: dict[str, list[Contribution]] = {}
    for said in session.scalars(statement.order_by(Contribution.id)):
        found.setdefault(said.question, []).append(said)
    return found


def said_in(session: Session, *, message_id: int) -> Contribution | None:
    """What was said in this message."""
    statement = select(Contribution).where(Contribution.message_id == message_id)
    return session.scalars(statement.order_by(Contribution.id)).first()


def keep(session: Session, said: Contribution, *, instead: bool) -> None:
    """It is part of the answer; or all of it, `instead` of what was."""
    if instead:
        session.execute(
            update(Contribution)
            .where(
                Contribution.idea_id == said.idea_id,
                Contribution.question == said.question,
                Contribution.state == KEPT,
                Contribution.id != said.id,
            )
            .values(state=REPLACED)
        )
    said.state = KEPT
    session.flush()


def put_by(
    session: Session, *, idea_id: int, question: str, only: Collection[int] | None = None
) -> None:
    """What is offered to this question, or `only` these, waits no longer: the answer stays."""
    statement = update(Contribution).where(
        Contribution.idea_id == idea_id,
        Contribution.question == question,
        Contribution.state == OFFERED,
    )
    if only is not None:
        statement = statement.where(Contribution.id.in_(only))
    session.execute(statement.values(state=REPLACED))


def reword(session: Session, said: Contribution, text: str) -> None:
    """They put it otherwise."""
    said.text = text
    session.flush()


def attach(session: Session, said: Contribution, media: list[dict[str, Any]]) -> None:
    """They sent more with it."""
    said.media = [*(said.media or ()), *media]
    session.flush()


def standing(
    session: Session, group: Group, idea: Idea, *, question: str, now: datetime
) -> list[Contribution]:
    """What the answer to this question is made of now; of an answer that nobody is known to have
    given, a nameless contribution, made if there is none."""
    kept = said_to(session, idea_id=idea.id, question=question)
    version = ideas.newest_versions(session, idea_id=idea.id).get(question)
    if kept or version is None or version.text is None:
        return kept
    nameless = contribute(
        session,
        group,
        idea,
        question=question,
        external_id=None,
        name=None,
        text=version.text,
        media=version.media,
        state=KEPT,
        now=now,
    )
    return [nameless]


def replace_all(session: Session, *, idea_id: int, question: str) -> None:
    """Nothing of the answer is kept: it was cleared, or is told anew."""
    session.execute(
        update(Contribution)
        .where(
            Contribution.idea_id == idea_id,
            Contribution.question == question,
            Contribution.state == KEPT,
        )
        .values(state=REPLACED)
    )


def take_up_again(session: Session, *, idea_id: int, question: str, text: str) -> bool:
    """Let the answer be made of what was said before, where that makes just this text, whoever said
    it; whether it does. So an earlier version that is put back stays theirs who told it."""
    states = (KEPT, REPLACED)
    said = said_to(session, idea_id=idea_id, question=question, states=states)
    parts = _parts_of(text, said)
    for it in said if parts else ():
        it.state = KEPT if it in parts else REPLACED
    session.flush()
    return bool(parts)


def _parts_of(text: str, said: Sequence[Contribution]) -> list[Contribution]:
    """Which of these make the text, one below the other, in order; the newest that do."""
    if not said:
        return []
    *earlier, last = said
    if text == last.text:
        return [last]
    before = text.removesuffix(f"\n{last.text}")
    found = _parts_of(before, earlier) if before != text else []
    return [*found, last] if found else _parts_of(text, earlier)


def text_of(kept: Sequence[Contribution]) -> str | None:
    """The answer that these make."""
    return "\n".join(said.text for said in kept) or None


def compose(session: Session, idea: Idea, *, question: str, now: datetime) -> Version | None:
    """Write the answer that the kept contributions make, if it is another than the newest; that."""
    kept = said_to(session, idea_id=idea.id, question=question)
    text, media = text_of(kept), [item for said in kept for item in said.media or ()]
    newest = ideas.newest_versions(session, idea_id=idea.id).get(question)
    same = newest is not None and (newest.text, newest.media or []) == (text, media)
    if same or (newest is None and text is None):
        return None
    return ideas.add_answer(
        session, idea, question=question, text=text, media=media or None, now=now
    )


def of_member(session: Session, member: Member) -> list[Contribution]:
    """All that one member has said in their group, in order."""
    return _of_person(session, member.group_id, member.external_id)


def make_nameless(session: Session, member: Member) -> set[str]:
    """What they said stays, and nobody is named with it; the questions that this was about."""
    theirs = of_member(session, member)
    for said in theirs:
        said.external_id = said.name = None
    session.flush()
    return {said.question for said in theirs}


def groups_of_person(session: Session, *, channel: str, external_id: str) -> set[int]:
    """The ids of the groups in which this person of the channel has said something, whether they
    joined or not."""
    statement = (
        select(Contribution.group_id)
        .join(Group, Group.id == Contribution.group_id)
        .join(Chat, Chat.id == Group.chat_id)
        .where(Chat.channel == channel, Contribution.external_id == external_id)
    )
    return set(session.scalars(statement))


def take_out(session: Session, group: Group, *, external_id: str, now: datetime) -> set[str]:
    """What this person said in the group goes, also from earlier versions: of each answer that they
    had a part in only what the others said is left, in one version. The questions that this was
    about. The caller holds the group."""
    write_gathered(session)  # what is still to be written of them goes as well
    theirs = _of_person(session, group.id, external_id)
    touched = {(said.idea_id, said.question) for said in theirs}
    session.execute(delete(Contribution).where(Contribution.id.in_([it.id for it in theirs])))
    for idea_id, question in sorted(touched):
        session.execute(
            delete(IdeaAnswer).where(IdeaAnswer.idea_id == idea_id, IdeaAnswer.question == question)
        )
        _move_up(session, idea_id, question)
        compose(session, session.get_one(Idea, idea_id), question=question, now=now)
    return {question for _idea_id, question in touched}


def _move_up(session: Session, idea_id: int, question: str) -> None:
    """Where nothing stands any more, what was said first of all that is offered does."""
    if not said_to(session, idea_id=idea_id, question=question):
        offered = said_to(session, idea_id=idea_id, question=question, states=(OFFERED,))
        for said in offered[:1]:
            keep(session, said, instead=False)


def _of_person(session: Session, group_id: int, external_id: str) -> list[Contribution]:
    statement = select(Contribution).where(
        Contribution.group_id == group_id, Contribution.external_id == external_id
    )
    return list(session.scalars(statement.order_by(Contribution.id)))
