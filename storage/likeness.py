"""Words of ideas, to find those that share them. Only ideas of those who agreed are in here."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from storage import ideas
from storage.bulk import Insertion, among
from storage.database import write_gathered
from storage.models import Applicant, Chat, Idea, IdeaAnswer, IdeaWord

Words = Mapping[str, Sequence[str]]  # the stems of an idea's words, by sound


class Matched(NamedTuple):
    """An idea of somebody who agreed: its words, whose it is, and what they declared."""

    idea_id: int
    applicant_id: int
    chat_id: int
    channel: str
    facts: dict[str, Any]
    words: Words


def agree(session: Session, applicant: Applicant, *, now: datetime) -> None:
    """From now on their ideas are matched; the first moment counts."""
    applicant.matching_at = applicant.matching_at or now
    session.flush()


def disagree(session: Session, applicant: Applicant) -> None:
    """Their ideas are not matched any more, and leave the index at once."""
    applicant.matching_at = applicant.watching_since = None
    session.flush()
    for idea in ideas.ideas_of(session, applicant_id=applicant.id):
        set_words(session, idea, {})


def watch(session: Session, applicant: Applicant, *, now: datetime) -> None:
    """They want to hear when there is somebody like them."""
    applicant.watching_since = now
    session.flush()


def stop_watching(session: Session, applicant: Applicant) -> None:
    """They have heard, or want to hear no more of it."""
    applicant.watching_since = None
    session.flush()


def texts_of(session: Session, idea_id: int) -> list[str]:
    """What the idea says now."""
    write_gathered(session)
    found = session.connection().execute(_TEXTS, {"idea": idea_id})
    newest = {row.question: row.text for row in found}  # the last of each stays
    return [text for text in newest.values() if text]


def set_words(session: Session, idea: Idea, words: Words) -> None:
    """Let the idea be found by these words, and no others."""
    known = idea.words or {}
    if known == words:
        return
    fresh, gone = words.keys() - known.keys(), known.keys() - words.keys()
    session.execute(_SAY, {"idea": idea.id, "said": words or None})
    set_committed_value(idea, "words", words or None)
    if fresh:
        _ADD.run(session, [{"idea_id": idea.id, "sound": sound} for sound in sorted(fresh)])
    if gone:
        session.execute(_REMOVE, {"of": idea.id, "sounds": list(gone)})


def how_common(session: Session, sounds: Collection[str]) -> dict[str, int]:
    """In how many ideas there are words of these sounds."""
    found = session.connection().execute(_HOW_COMMON, {"sounds": list(sounds)})
    return {row[0]: row[1] for row in found.all()}


def ideas_with(session: Session, sounds: Collection[str]) -> Sequence[tuple[int, str]]:
    """Which ideas have words of which of these sounds."""
    found = session.connection().execute(_IDEAS_WITH, {"sounds": list(sounds)})
    return cast("Sequence[tuple[int, str]]", found.all())


def how_many(session: Session) -> int:
    """How many people agreed."""
    return int(session.execute(_HOW_MANY).scalar_one())


def matched(session: Session, idea_ids: Collection[int]) -> dict[int, Matched]:
    """Those of these ideas that may be matched, by id."""
    write_gathered(session)
    found = session.connection().execute(_MATCHED, {"ideas": list(idea_ids)})
    return {row[0]: Matched(*row) for row in found}


_words, _ideas, _answers = IdeaWord.table(), Idea.table(), IdeaAnswer.table()
_applicants, _chats = Applicant.table(), Chat.table()
_TEXTS = (
    select(_answers.c.question, _answers.c.text)
    .where(_answers.c.idea_id == bindparam("idea"))
    .order_by(_answers.c.id)
)
_SAY = update(_ideas).where(_ideas.c.id == bindparam("idea")).values(words=bindparam("said"))
_ADD = Insertion(_words, lambda add: add.on_conflict_do_nothing())
_REMOVE = delete(_words).where(_words.c.idea_id == bindparam("of"), among(_words.c.sound, "sounds"))
_IDEAS_WITH = select(_words.c.idea_id, _words.c.sound).where(among(_words.c.sound, "sounds"))
_HOW_COMMON = (
    select(_words.c.sound, func.count())
    .where(among(_words.c.sound, "sounds"))
    .group_by(_words.c.sound)
)
_agreed = _applicants.c.matching_at.is_not(None)
_HOW_MANY = select(func.count()).select_from(_applicants).where(_agreed)
_MATCHED = (
    select(
        _ideas.c.id,
        _applicants.c.id,
        _chats.c.id,
        _chats.c.channel,
        _applicants.c.facts,
        _ideas.c.words,
    )
    .join(_applicants, _applicants.c.id == _ideas.c.applicant_id)
    .join(_chats, _chats.c.id == _applicants.c.chat_id)
    .where(among(_ideas.c.id, "ideas"), _ideas.c.words.is_not(None), _agreed)
)
