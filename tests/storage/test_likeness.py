"""The index of words, and two answers to an introduction at once, on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage import applicants, chats, ideas, introductions, likeness
from storage.chats import ChatKey
from storage.database import Database
from storage.introductions import SIDES, Party, Side
from storage.models import Applicant, Idea, IdeaWord, Introduction

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def somebody(session: Session, name: str, words: dict[str, list[str]]) -> Idea:
    chat_id = chats.chat_id_for(session, ChatKey("preview", name), now=NOW)
    applicant = applicants.applicant_of(session, chat_id=chat_id, now=NOW)
    likeness.agree(session, applicant, now=NOW)
    idea = ideas.start_idea(session, applicant_id=applicant.id, now=NOW)
    likeness.set_words(session, idea, words)
    return idea


def rows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(IdeaWord)) or 0


def test_words_come_and_go_with_the_idea(database: Database) -> None:
    with database.transaction() as session:
        idea = somebody(session, "ann", {"grdn": ["garden"], "lnch": ["lunch"]})
        somebody(session, "bob", {"grdn": ["gardn"]})
        assert likeness.how_common(session, ["grdn", "lnch", "x"]) == {"grdn": 2, "lnch": 1}
        likeness.set_words(session, idea, {"grdn": ["garden"], "sp": ["soup"]})
        assert likeness.how_common(session, ["grdn", "lnch", "sp"]) == {"grdn": 2, "sp": 1}
        found = likeness.matched(session, [idea.id])[idea.id]
        assert found.words == {"grdn": ["garden"], "sp": ["soup"]}
        assert sorted(it[0] for it in likeness.ideas_with(session, ["grdn"])) == [1, 2]


def test_who_takes_their_leave_back_is_out_of_it_at_once(database: Database) -> None:
    with database.transaction() as session:
        idea = somebody(session, "ann", {"grdn": ["garden"]})
        applicant = session.get_one(Applicant, idea.applicant_id)
        likeness.watch(session, applicant, now=NOW)
        assert likeness.how_many(session) == 1
        likeness.disagree(session, applicant)
        assert (likeness.how_many(session), rows(session)) == (0, 0)
        assert likeness.matched(session, [idea.id]) == {}
        assert applicant.watching_since is None


def test_who_is_forgotten_is_out_of_it_at_once(database: Database) -> None:
    with database.transaction() as session:
        idea = somebody(session, "ann", {"grdn": ["garden"]})
        chat_id = session.get_one(Applicant, idea.applicant_id).chat_id
        applicants.delete_applicant(session, chat_id=chat_id)
        assert rows(session) == 0


def test_two_answers_at_the_same_moment_complete_it_once(database: Database) -> None:
    for _ in range(10):
        number = ask(database)
        together = threading.Barrier(2)

        def answer(
            side: Side, number: int = number, together: threading.Barrier = together
        ) -> bool:
            together.wait(10)
            with database.transaction() as session:
                held = introductions.hold(session, number)
                assert held is not None
                return introductions.agree(session, held, side, contact=None, now=NOW)

        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(answer, SIDES)) == [False, True]
        with database.transaction() as session:
            assert session.get_one(Introduction, number).state == "made"


def test_a_yes_and_a_no_at_the_same_moment_are_a_no(database: Database) -> None:
    for _ in range(10):
        number = ask(database)
        together = threading.Barrier(2)

        def agree(number: int = number, together: threading.Barrier = together) -> None:
            together.wait(10)
            with database.transaction() as session:
                held = introductions.hold(session, number)
                if held is not None and held.state == "asked":
                    introductions.agree(session, held, "first", contact="telegram", now=NOW)

        def decline(number: int = number, together: threading.Barrier = together) -> None:
            together.wait(10)
            with database.transaction() as session:
                held = introductions.hold(session, number)
                if held is not None and held.state == "asked":
                    introductions.close(session, held, state="declined", now=NOW)

        with ThreadPoolExecutor(2) as threads:
            list(threads.map(lambda work: work(), (agree, decline)))
        with database.transaction() as session:
            ended = session.get_one(Introduction, number)
            assert (ended.state, ended.first_contact) == ("declined", None)


def test_the_same_two_are_asked_once(database: Database) -> None:
    first, again = ask(database), ask(database, anew=False)
    assert first
    assert not again


def ask(database: Database, *, anew: bool = True) -> int:
    """Two are asked; the introduction, 0 if they are being asked already."""
    with database.transaction() as session:
        if anew:
            for known in session.scalars(select(Introduction)):
                session.delete(known)
            session.flush()
        parties = chat(session, "ann"), chat(session, "bob")
        made = introductions.propose(
            session,
            parties=(Party(parties[0], None), Party(parties[1], None)),
            note=None,
            by="Alex",
            now=NOW,
            expires_at=NOW + timedelta(days=7),
        )
        return made.id if made else 0


def chat(session: Session, name: str) -> int:
    return chats.chat_id_for(session, ChatKey("preview", name), now=NOW)
