"""Ideas and applicants: versions are kept, contacts are sealed and can be looked up."""

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from storage import applicants, ideas
from storage.chats import ChatKey, chat_id_for
from storage.database import Database
from storage.models import Applicant, Idea

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def an_applicant(session: Session) -> Applicant:
    chat_id = chat_id_for(session, ChatKey("preview", "sam"), now=NOW)
    return applicants.applicant_of(session, chat_id=chat_id, now=NOW)


def texts(session: Session, idea: Idea) -> dict[str, str | None]:
    newest = ideas.newest_answers(session, idea_id=idea.id)
    return {question: answer.text for question, answer in newest.items()}


def test_the_newest_version_counts_in_the_order_of_the_first(database: Database) -> None:
    with database.transaction() as session:
        idea = ideas.start_idea(session, applicant_id=an_applicant(session).id, now=NOW)
        for question, words in (("b", "one"), ("a", "two"), ("b", "three")):
            ideas.add_answer(session, idea, question=question, text=words, now=NOW)
        assert list(texts(session, idea).items()) == [("b", "three"), ("a", "two")]


def test_a_question_that_was_skipped_or_cleared_has_no_answer_and_was_asked(
    database: Database,
) -> None:
    with database.transaction() as session:
        idea = ideas.start_idea(session, applicant_id=an_applicant(session).id, now=NOW)
        for question, words in (("a", None), ("b", "one"), ("b", None)):
            ideas.add_answer(session, idea, question=question, text=words, now=NOW)
        assert texts(session, idea) == {}
        assert set(ideas.newest_versions(session, idea_id=idea.id)) == {"a", "b"}
        versions = ideas.versions_of(session, idea_id=idea.id, question="b")
        assert [version.text for version in versions] == [None, "one"]


def test_the_idea_that_was_taken_up_last_is_at_hand(database: Database) -> None:
    with database.transaction() as session:
        applicant = an_applicant(session)
        first = ideas.start_idea(session, applicant_id=applicant.id, now=NOW)
        ideas.start_idea(session, applicant_id=applicant.id, now=NOW, state="offer")
        assert ideas.idea_at_hand(session, applicant_id=applicant.id) is first
        second = ideas.start_idea(session, applicant_id=applicant.id, now=NOW)
        assert ideas.idea_at_hand(session, applicant_id=applicant.id) is second
        ideas.take_up(session, first)
        assert ideas.ideas_of(session, applicant_id=applicant.id) == [first, second]


def test_an_idea_put_away_comes_back_as_what_it_was(database: Database) -> None:
    with database.transaction() as session:
        applicant = an_applicant(session)
        first = ideas.start_idea(session, applicant_id=applicant.id, now=NOW)
        second = ideas.start_idea(session, applicant_id=applicant.id, now=NOW)
        ideas.mark_sent(session, second, now=NOW)
        for idea in (first, second):
            ideas.put_away(session, idea, now=NOW)
        assert ideas.idea_at_hand(session, applicant_id=applicant.id) is None
        for idea in (first, second):
            ideas.take_up(session, idea)
        assert (first.state, second.state) == ("draft", "sent")


def test_nobody_finds_the_idea_of_another(database: Database) -> None:
    with database.transaction() as session:
        applicant = an_applicant(session)
        idea = ideas.start_idea(session, applicant_id=applicant.id, now=NOW)
        assert ideas.find_idea(session, idea.id, applicant_id=applicant.id) is idea
        assert ideas.find_idea(session, idea.id, applicant_id=applicant.id + 1) is None


def test_a_chat_has_one_applicant(database: Database) -> None:
    with database.transaction() as session:
        assert an_applicant(session) is an_applicant(session)
        assert applicants.find_applicant(session, chat_id=99) is None


def test_a_contact_is_sealed_and_found_by_its_index(database: Database) -> None:
    with database.transaction() as session:
        applicant = an_applicant(session)
        contact = "Sam@example.org"
        applicants.save_contact(session, applicant, name="Sam", contact=contact, now=NOW)
        raw = session.execute(text("select name, contact from applicants")).one()
        assert b"Sam" not in bytes(raw.name) + bytes(raw.contact)
        assert applicant.contact_index == applicants.contact_index(session, "sam@example.org")
        assert applicants.contact_index(session, "telegram") is None
