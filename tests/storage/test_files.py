"""Files are sealed, seen by their own chat only, and go with what they belong to."""

import pytest
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from storage import applicants, files, ideas, traces
from storage.chats import ChatKey, chat_id_for
from storage.database import Database
from storage.files import NewFile
from storage.models import File, Idea
from tests.storage.test_ideas import NOW, an_applicant

PAGE = NewFile("page_picture", "soup.png", "image/png", b"\x89PNG a drawing of soup", "made of it")


def chat_of(session: Session, who: str) -> int:
    return chat_id_for(session, ChatKey("preview", who), now=NOW)


def an_idea(session: Session) -> Idea:
    return ideas.start_idea(session, applicant_id=an_applicant(session).id, now=NOW)


def test_what_is_stored_cannot_be_read_without_the_key(database: Database) -> None:
    with database.transaction() as session:
        chat_id = chat_of(session, "sam")
        files.keep_file(session, PAGE, chat_id=chat_id, idea_id=None, now=NOW)
        raw = session.execute(text("select content, name, digest from files")).one()
        assert not any(b"soup" in bytes(str(cell), "utf-8") for cell in raw)
        assert b"soup" not in bytes(raw.content)
        [kept] = session.query(File)
        assert (kept.content, kept.name, kept.size) == (PAGE.content, "soup.png", len(PAGE.content))


def test_a_file_is_its_own_chats_only(database: Database) -> None:
    with database.transaction() as session:
        file = files.keep_file(
            session, PAGE, chat_id=chat_of(session, "sam"), idea_id=None, now=NOW
        )
        assert files.file_of_chat(session, file.id, chat_id=chat_of(session, "sam")) is file
        assert files.file_of_chat(session, file.id, chat_id=chat_of(session, "kim")) is None


def test_only_the_newest_of_a_kind_are_kept(database: Database) -> None:
    with database.transaction() as session:
        idea = an_idea(session)
        chat_id = chat_of(session, "sam")
        made = [
            files.keep_file(session, PAGE, chat_id=chat_id, idea_id=idea.id, now=NOW).id
            for _version in range(5)
        ]
        files.keep_newest(session, idea_id=idea.id, kind="page_picture", most=2)
        found = files.files_of_idea(session, idea_id=idea.id, kind="page_picture")
        assert [file.id for file in found] == made[:-3:-1]
        assert files.files_held(session, chat_id=chat_id) == (2, 2 * len(PAGE.content))


@pytest.mark.parametrize("how", ["forget", "idea"])
def test_files_go_with_the_person_and_with_the_idea(database: Database, how: str) -> None:
    with database.transaction() as session:
        idea, chat_id = an_idea(session), chat_of(session, "sam")
        files.keep_file(session, PAGE, chat_id=chat_id, idea_id=idea.id, now=NOW)
        if how == "forget":
            files.keep_file(session, PAGE, chat_id=chat_id, idea_id=None, now=NOW)
            traces.forget_chat(session, chat_id=chat_id)
            assert applicants.find_applicant(session, chat_id=chat_id) is None
        else:
            session.execute(delete(Idea).where(Idea.id == idea.id))
        assert session.query(File).count() == 0
