"""What members of a group were asked, on both databases."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from storage import assignments, chats, contributions, groups, ideas, members
from storage.chats import ChatKey
from storage.contributions import KEPT, OFFERED
from storage.database import Database
from storage.models import Group, Member

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def a_group(session: Session) -> tuple[Group, Member, Member]:
    chat_id = chats.chat_id_for(session, ChatKey("preview", "group one", "group"), now=NOW)
    group = groups.group_of(session, chat_id=chat_id, added_by=None, now=NOW)
    joined = [
        members.join(
            session,
            group,
            external_id=name,
            chat_id=chats.chat_id_for(session, ChatKey("preview", name), now=NOW),
            name=name.capitalize(),
            role=role,
            now=NOW,
        )[0]
        for name, role in (("ann", members.CONTACT), ("bob", members.MEMBER))
    ]
    return group, joined[0], joined[1]


def test_asking_twice_is_asking_once(database: Database) -> None:
    with database.transaction() as session:
        group, ann, bob = a_group(session)
        first, is_new = assignments.assign(
            session, bob, question="idea_needs", asked_by=ann, now=NOW
        )
        again, is_new_again = assignments.assign(
            session, bob, question="idea_needs", asked_by=ann, now=NOW
        )
        assert (first.id, is_new, is_new_again) == (again.id, True, False)
        assert [it.id for it in assignments.open_of(session, group_id=group.id)] == [first.id]


def test_an_answer_by_anybody_ends_it_and_an_offer_does_not(database: Database) -> None:
    with database.transaction() as session:
        group, ann, bob = a_group(session)
        asked, _ = assignments.assign(session, bob, question="idea_needs", asked_by=ann, now=NOW)
        applicant = groups.act_for(session, group, now=NOW).applicant
        idea = ideas.start_idea(session, applicant_id=applicant.id, now=NOW)
        for state, is_open in ((OFFERED, True), (KEPT, False)):
            contributions.contribute(
                session,
                group,
                idea,
                question="idea_needs",
                external_id="ann",
                name="Ann",
                text="A shed",
                state=state,
                now=NOW,
            )
            assert (assignments.get_open(session, asked.id) is not None) is is_open


def test_who_leaves_is_asked_nothing_any_more(database: Database) -> None:
    with database.transaction() as session:
        group, ann, bob = a_group(session)
        assignments.assign(session, bob, question="idea_needs", asked_by=ann, now=NOW)
        assignments.take_back_all(session, bob, now=NOW)
        assert assignments.open_of(session, group_id=group.id) == []
