"""Who has an idea like somebody's: looked up when it is claimed, outside of any turn."""

from sqlalchemy.orm import Session

from actions.ideas.ideas import idea_of
from actions.matching.neighbours import Neighbour, neighbours_of
from actions.matching.others import WATCH_EVERY, others_values
from actions.times.quiet_hours import allowed_from
from bot.clock import Clock
from bot.pipeline.composing import AfterSending, Draft, DroppedError, PostponedError, Writer
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage import applicants, groups, likeness, members
from storage.outbox import Claimed


class OthersWriter:
    """Answers who asked, and tells who wanted to be told; only those who agree to be matched."""

    def __init__(self, *, wording: Wording, programme: Programme, clock: Clock) -> None:
        self.say = wording.say
        self.programme = programme
        self._wording = wording
        self._clock = clock

    @property
    def writers(self) -> dict[str, Writer]:
        """The outbox kinds that are written here."""
        return {"others": self._answer, "others_watch": self._watch}

    @property
    def after_sending(self) -> dict[str, AfterSending]:
        """Who was told need not be told again."""
        return {"others_watch": self._told}

    def _answer(self, session: Session, claimed: Claimed) -> Draft:
        found = self._found(session, _asked_for(session, claimed))
        if not found:
            return Draft(self._wording.reply("utter_others_none", {}))
        return Draft(self._wording.reply("utter_others", others_values(self, found)))

    def _watch(self, session: Session, claimed: Claimed) -> Draft:
        applicant = applicants.find_applicant(session, chat_id=_asked_for(session, claimed))
        since = applicant.watching_since if applicant else None
        if since is None or since.isoformat() != claimed.payload["since"]:
            raise DroppedError("they do not want to be told any more")
        now, zone, quiet = self._clock.now(), self.programme.zone, self.programme.quiet_hours
        found = self._found(session, _asked_for(session, claimed))
        if not found:
            raise PostponedError(
                allowed_from(now + WATCH_EVERY, zone=zone, quiet=quiet), "nobody yet"
            )
        allowed = allowed_from(now, zone=zone, quiet=quiet)
        if allowed > now:
            raise PostponedError(allowed, "quiet hours")
        return Draft(self._wording.reply("utter_others_now", others_values(self, found)))

    def _told(self, session: Session, claimed: Claimed) -> None:
        applicant = applicants.find_applicant(session, chat_id=_asked_for(session, claimed))
        if applicant is not None:
            likeness.stop_watching(session, applicant)

    def _found(self, session: Session, chat_id: int) -> list[Neighbour]:
        applicant = applicants.find_applicant(session, chat_id=chat_id)
        if applicant is None or applicant.matching_at is None:
            raise DroppedError("they do not agree to be matched any more")
        idea = idea_of(session, chat_id=chat_id)
        return neighbours_of(session, idea.id) if idea else []


def _asked_for(session: Session, claimed: Claimed) -> int:
    """The chat behind which the applicant is who wants to know: of a group its own, as long as who
    asked is in it."""
    group_id = (claimed.payload or {}).get("group_id")
    if group_id is None:
        return claimed.chat_id
    group = groups.get_group(session, group_id)
    asker = members.membership(session, group_id=group_id, chat_id=claimed.chat_id)
    if group is None or asker is None:
        raise DroppedError("they are not in that group any more")
    return group.chat_id
