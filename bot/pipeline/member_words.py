"""What members of a group are told in private of what others did, worded when it is claimed."""

from typing import Any

from sqlalchemy.orm import Session

from actions.labels import question_label
from actions.members.names import group_name, member_name
from actions.members.told import NUDGE, TOLD
from actions.times.quiet_hours import allowed_from
from bot.clock import Clock
from bot.pipeline.composing import Draft, DroppedError, PostponedError, Writer
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage import assignments, groups, members
from storage.models import Group, Member
from storage.outbox import Claimed


class MemberWords:
    """Words nudges and news of one's group; nothing for somebody who has left."""

    def __init__(self, *, wording: Wording, programme: Programme, clock: Clock) -> None:
        self.say = wording.say
        self.programme = programme
        self._wording = wording
        self._clock = clock

    @property
    def writers(self) -> dict[str, Writer]:
        """The outbox kinds that are written here."""
        return {TOLD: self._tell, NUDGE: self._nudge}

    def _tell(self, session: Session, claimed: Claimed) -> Draft:
        payload = claimed.payload
        group, _own = self._theirs(session, payload["group_id"], claimed.chat_id)
        about = session.get(Member, payload["member_id"] or 0)
        values: dict[str, Any] = {
            "group": group_name(session, group, self.say),
            "name": member_name(about, self.say),
            "handed_by": payload["member_id"],
        }
        if payload["question"]:
            values["question"] = question_label(self, payload["question"])
        self._not_at_night()
        return Draft(self._wording.reply(f"utter_group_told_{payload['told']}", values))

    def _nudge(self, session: Session, claimed: Claimed) -> Draft:
        asked = assignments.get_open(session, claimed.payload["assignment_id"])
        if asked is None:
            raise DroppedError("it has been answered, or need not be")
        group, own = self._theirs(session, asked.group_id, claimed.chat_id)
        if own.id != asked.member_id:
            raise DroppedError("it is not theirs to answer")
        asker = session.get(Member, asked.asked_by_id or 0)
        values = {
            "group": group_name(session, group, self.say),
            "name": member_name(asker, self.say),
            "question": question_label(self, asked.question),
            "assigned": asked.id,
        }
        self._not_at_night()
        return Draft(self._wording.reply("utter_group_nudge", values))

    def _not_at_night(self) -> None:
        now, zone, quiet = self._clock.now(), self.programme.zone, self.programme.quiet_hours
        allowed = allowed_from(now, zone=zone, quiet=quiet)
        if allowed > now:
            raise PostponedError(allowed, "quiet hours")

    def _theirs(self, session: Session, group_id: int, chat_id: int) -> tuple[Group, Member]:
        group = groups.get_group(session, group_id)
        own = members.membership(session, group_id=group_id, chat_id=chat_id)
        if group is None or own is None:
            raise DroppedError("they have left")
        return group, own
