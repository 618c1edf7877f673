"""Ideas and applicants: versions are kept, contacts are sealed and can be looked up."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storage import applicants, ideas
from storage.chats import ChatKey, chat_id_for
from storage.database import Database
from storage.models import Applicant, Idea

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def an_applicant(session: Session, name: str = "sam") -> Applicant:
    chat_id = chat_id_for(session, ChatKey("preview", name), now=NOW)
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


def test_each_is_read_with_their_own_whoever_asked_first(database: Database) -> None:
    with database.transaction() as session:
        for name in ("sam", "kim", "lee"):
            idea = ideas.start_idea(session, applicant_id=an_applicant(session, name).id, now=NOW)
            if name != "lee":
                ideas.add_answer(session, idea, question="a", text=name, now=NOW)
    with database.transaction() as session:
        for name in ("sam", "kim", "lee"):
            an_applicant(session, name)
        for name, said in (("kim", ["kim"]), ("lee", []), ("sam", ["sam"]), ("kim", ["kim"])):
            applicant = an_applicant(session, name)
            found, kept = ideas.at_hand_with_versions(session, applicant_id=applicant.id)
            assert found is not None
            assert found.applicant_id == applicant.id
            assert [version.text for version in kept.values()] == said


def test_what_changes_after_all_were_read_is_read_again(database: Database) -> None:
    with database.transaction() as session:
        sam, kim = an_applicant(session), an_applicant(session, "kim")
        assert ideas.at_hand_with_versions(session, applicant_id=kim.id) == (None, {})
        first = ideas.start_idea(session, applicant_id=sam.id, now=NOW)
        ideas.add_answer(session, first, question="a", text="one", now=NOW)
        found, kept = ideas.at_hand_with_versions(session, applicant_id=sam.id)
        assert (found, [version.text for version in kept.values()]) == (first, ["one"])
        second = ideas.start_idea(session, applicant_id=sam.id, now=NOW)
        assert ideas.at_hand_with_versions(session, applicant_id=sam.id) == (second, {})
    with database.transaction() as session:
        sam, kim = an_applicant(session), an_applicant(session, "kim")
        ideas.at_hand_with_versions(session, applicant_id=kim.id)
        older = ideas.find_idea(session, first.id, applicant_id=sam.id)
        assert older is not None
        ideas.take_up(session, older)
        assert ideas.at_hand_with_versions(session, applicant_id=sam.id)[0] is older


def test_an_idea_is_as_old_as_what_was_done_with_it_last(database: Database) -> None:
    later = NOW + timedelta(minutes=1)
    with database.transaction() as session:
        applicant = an_applicant(session)
        first, second = (
            ideas.start_idea(session, applicant_id=applicant.id, now=NOW) for _ in range(2)
        )
        for idea in (first, second):
            ideas.add_answer(session, idea, question="a", text="one", now=NOW)
        ideas.mark_sent(session, first, now=later)
        ideas.put_away(session, second, now=later)
    with database.reading() as session:
        assert set(session.scalars(select(Idea.updated_at))) == {later}


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
