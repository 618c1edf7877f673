"""What one turn in a group works with."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.pipeline.arrival import Arrival, Sender
from storage import ideas, members
from storage.models import Applicant, Chat, Group, Idea, Member


@dataclass(frozen=True, slots=True)
class Moment:
    """What happened in which group, and when; all within one transaction, which holds the chat, the
    group and the applicant that it is."""

    session: Session
    chat: Chat
    group: Group
    applicant: Applicant
    arrival: Arrival
    sender: Sender  # who did it
    now: datetime
    staff_chat_id: int | None = None  # who is told of distress

    def idea(self) -> Idea | None:
        """The idea that the group works on."""
        return ideas.idea_at_hand(self.session, applicant_id=self.applicant.id)

    def member(self) -> Member | None:
        """Whoever did it, as a member; None for those who have not joined."""
        return members.find_member(
            self.session, group_id=self.group.id, external_id=self.sender.external_id
        )

    def idea_begun(self) -> Idea:
        """The same, begun if there is none."""
        return self.idea() or ideas.start_idea(
            self.session, applicant_id=self.applicant.id, now=self.now
        )
