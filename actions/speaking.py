"""Speaking for a group in private: what a member tells there is told for the group.

The private chat names the group in `chats.speaks_for`. For the turn the applicant behind the chat
is then the group, so that every flow works for it: its facts, its idea, its leads.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from actions.boards import queue_board
from storage import applicants, contributions, groups, ideas, members
from storage.contributions import KEPT
from storage.ideas import Version
from storage.models import Applicant, Group, Idea, Member


@dataclass(frozen=True, slots=True)
class Speaking:
    """Who speaks for which group; the group is held."""

    group: Group
    applicant: Applicant
    member: Member

    @property
    def leads(self) -> bool:
        """Whether they may send, and ask others: the contact and the second contact."""
        return self.member.role in members.LEADING


def stand_in(session: Session, *, group_id: int, chat_id: int, now: datetime) -> Speaking | None:
    """From here on what is told in this private chat is told for the group. None if the person is
    no member who may speak for it: then it is told for themselves."""
    speaking = speaking_of(session, group_id=group_id, chat_id=chat_id, now=now)
    if speaking is not None:
        applicants.stand_in(session, speaking.applicant, chat_id=chat_id)
    return speaking


def speaking_of(session: Session, *, group_id: int, chat_id: int, now: datetime) -> Speaking | None:
    """The person of this private chat as one who speaks for the group, for one thing that they do.
    None if they may not."""
    group = groups.get_group(session, group_id)
    member = members.membership(session, group_id=group_id, chat_id=chat_id)
    if group is None or member is None or member.role == members.VIEWER:
        return None
    acting = groups.act_for(session, group, now=now)
    held = members.as_held(session, member)
    if held is None or held.role == members.VIEWER:
        return None
    return Speaking(group, acting.applicant, held)


@contextmanager
def for_oneself(session: Session, speaking: Speaking | None, chat_id: int) -> Iterator[None]:
    """Within the block what concerns this chat concerns the person, not the group."""
    applicants.stand_back(session, chat_id=chat_id)
    yield
    if speaking is not None:
        applicants.stand_in(session, speaking.applicant, chat_id=chat_id)


def credit(session: Session, speaking: Speaking, changed: Sequence[Idea], *, now: datetime) -> None:
    """What was told in private for the group's ideas is theirs who told it; the board shows it."""
    ours = [idea for idea in changed if idea.applicant_id == speaking.applicant.id]
    for idea in ours:
        kept = contributions.all_kept(session, idea_id=idea.id)
        for question, version in ideas.newest_versions(session, idea_id=idea.id).items():
            before = contributions.text_of(kept.get(question, []))
            if version.text != before:
                _credit(session, speaking, idea, version, before=before, now=now)
    if ours:
        queue_board(session, speaking.group, now=now)


def _credit(
    session: Session,
    speaking: Speaking,
    idea: Idea,
    version: Version,
    *,
    before: str | None,
    now: datetime,
) -> None:
    """What was said before is theirs who said it. What comes behind what was there is added to it;
    all else is told anew."""
    text, question = version.text, version.question
    if text and contributions.take_up_again(session, idea_id=idea.id, question=question, text=text):
        return
    if text and before and text.startswith(f"{before}\n"):
        text = text[len(before) + 1 :]
    else:
        contributions.replace_all(session, idea_id=idea.id, question=question)
    if text:
        contributions.contribute(
            session,
            speaking.group,
            idea,
            question=question,
            external_id=speaking.member.external_id,
            name=speaking.member.name,
            text=text,
            media=version.media,
            state=KEPT,
            now=now,
        )
