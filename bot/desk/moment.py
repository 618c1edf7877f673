"""What one staff turn works with."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.pipeline.arrival import Arrival, Sender
from storage import staff
from storage.models import Chat, StaffMember


@dataclass(frozen=True, slots=True)
class Moment:
    """Who did what in which chat, and when; all within one transaction."""

    session: Session
    chat: Chat
    arrival: Arrival
    sender: Sender
    now: datetime

    @property
    def member(self) -> StaffMember:
        """Who did it, known as staff because they are in the staff chat."""
        return staff.staff_member(
            self.session,
            channel=self.chat.channel,
            external_id=self.sender.external_id,
            name=self.sender.name,
            now=self.now,
        )
