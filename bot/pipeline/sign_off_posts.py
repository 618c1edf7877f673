"""What the two who agree to a group's lead hear of each other, worded when it goes out."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from actions.labels import Say
from actions.leads.signing import REMINDER, RETURNED, shown_in, until_words
from actions.members.names import group_name
from actions.times.quiet_hours import allowed_from
from bot.clock import Clock
from bot.pipeline.composing import Draft, DroppedError, PostponedError, Writer
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage import calls, groups, sign_offs
from storage.calls import ends_at
from storage.models import Group, Member, SignOff
from storage.outbox import Claimed


class SignOffPosts:
    """Words the reminder, and the note with which it was sent back."""

    def __init__(self, *, wording: Wording, programme: Programme, clock: Clock) -> None:
        self.programme = programme
        self._wording = wording
        self._clock = clock

    @property
    def say(self) -> Say:
        """See `actions.labels.Wording`."""
        return self._wording.say

    @property
    def now(self) -> datetime:
        """See `actions.call_words.Telling`."""
        return self._clock.now()

    @property
    def writers(self) -> Mapping[str, Writer]:
        """The outbox kinds that are written here."""
        return {REMINDER: self._reminder, RETURNED: self._returned}

    def _reminder(self, session: Session, claimed: Claimed) -> Draft:
        """Raises DroppedError if nothing is left to agree to, PostponedError in quiet hours."""
        asked, group = _about(session, claimed)
        of, by = (session.get(Member, it) for it in (asked.asked_of_id, asked.asked_by_id))
        if asked.state != sign_offs.ASKED or of is None or of.chat_id != claimed.chat_id:
            raise DroppedError("it was answered, or somebody else is asked")
        draft = shown_in(asked)
        if draft.call_id and ends_at(calls.get_call(session, draft.call_id)) <= self.now:
            raise DroppedError("the call has closed")
        zone, quiet = self.programme.zone, self.programme.quiet_hours
        allowed = allowed_from(self.now, zone=zone, quiet=quiet)
        if allowed > self.now:
            raise PostponedError(allowed, "quiet hours")
        values = {
            "sign_off_id": asked.id,
            "name": by.name if by else None,
            "group": group_name(session, group, self.say),
            "until": until_words(self, session, draft),
        }
        return Draft(self._wording.reply("utter_sign_off_reminder", values))

    def _returned(self, session: Session, claimed: Claimed) -> Draft:
        """To who asked. The note is the other one's words, and goes when they are forgotten."""
        asked, group = _about(session, claimed)
        of = session.get(Member, asked.asked_of_id)
        name = "returned" if asked.state == sign_offs.RETURNED else "late"
        values = {
            "group_id": group.id,
            "name": of.name if of else None,
            "group": group_name(session, group, self.say),
            "note": asked.note,
        }
        reply = self._wording.reply(f"utter_sign_off_{name}", values)
        return Draft(reply, peer_chat_id=of.chat_id if of and asked.note else None)


def _about(session: Session, claimed: Claimed) -> tuple[SignOff, Group]:
    asked = sign_offs.get_sign_off(session, claimed.payload.get("sign_off_id", 0))
    group = groups.get_group(session, asked.group_id) if asked else None
    if asked is None or group is None:
        raise DroppedError("it was deleted")
    return asked, group
