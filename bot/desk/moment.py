"""What one thing that staff do works with, and what it is answered with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.pipeline.arrival import Arrival
from dialogues.exchange import Reply
from storage.models import Chat, Message, StaffMember
from storage.staff import Role


@dataclass(frozen=True, slots=True)
class Word:
    """What a member is to be told in private of a lead: the response `what` with its values, and
    as a message."""

    member_id: int
    what: str
    values: Mapping[str, Any]
    reply: Reply
    lead_id: int


@dataclass(frozen=True, slots=True)
class Moment:
    """Who did what in which chat, and when; all within one transaction. `chat` is the staff chat, a
    topic of it, or the private chat of the one who did it. `desk_id` is the staff chat of this
    channel, if there is one. Where the access table asks for no role, `member` may be somebody who
    is not kept, to whom no role is `granted`. Where the same is done with many leads, words for
    members are `gathered`, to be told as one."""

    session: Session
    chat: Chat
    arrival: Arrival
    member: StaffMember  # who did it
    granted: Role | None  # what they may do here
    now: datetime
    desk_id: int | None = None
    post: Message | None = None  # of ours: the one pressed on, or replied to
    gathered: list[Word] | None = None

    @property
    def role(self) -> Role:
        """What they may do here. Raises ValueError for somebody without a role."""
        if self.granted is None:
            raise ValueError("no role is granted to them here")
        return self.granted

    @property
    def is_private(self) -> bool:
        """Whether only they see what it is answered with."""
        return self.chat.kind == "private"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What staff are answered where they did it: `posts`, and for a press a `notice`, which stands
    on the screen for a moment. `lead_id` and `peer_chat_id` are whom the posts are about; a reply
    to one that has a `peer_chat_id` goes there."""

    posts: tuple[Reply, ...] = ()
    notice: Reply | None = None
    lead_id: int | None = None
    peer_chat_id: int | None = None
    mentions: tuple[int, ...] = ()  # the leads that the posts name beside it
    detail: dict[str, Any] | None = None  # what the audit trail says of it, beside who and when
    is_refused: bool = False  # nothing was done: what they showed is not good for it


NOTHING = Outcome()

# One thing that staff can do, with the words of the command or the values of the button.
Deed = Callable[[Moment, str], Outcome]
Deeds = Mapping[str, Deed]  # by the verb of the access table
