"""Bringing two residents together: the command for it, and what is told of how it goes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from actions.contacts import contact_way
from actions.matching import introducing
from actions.matching.introducing import NotIntroducedError
from actions.times.quiet_hours import allowed_from
from bot.clock import Clock
from bot.desk.moment import Deeds, Moment, Outcome
from bot.pipeline.beginnings import begin
from bot.pipeline.composing import Draft, DroppedError, PostponedError, Writer
from bot.pipeline.wording import Wording
from dialogues.exchange import Reply
from dialogues.programme import Programme
from storage import chats, introductions, leads, staff
from storage.introductions import SIDES, other_side, part_of, side_of
from storage.models import Chat, Introduction
from storage.outbox import Claimed

PersonLink = Callable[[Chat], str | None]  # opens a chat with somebody


class Introducing:
    """The command `/introduce`."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self._wording = wording
        self._programme = programme

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"introduce": lambda moment, words: Outcome((self._asked(moment, words),))}

    def _asked(self, moment: Moment, words: str) -> Reply:
        return introduce(
            moment.session,
            words,
            by=moment.member.name,
            wording=self._wording,
            programme=self._programme,
            now=moment.now,
        )


def introduce(
    session: Session, words: str, *, by: str, wording: Wording, programme: Programme, now: datetime
) -> Reply:
    """`/introduce REF1 REF2 [note]`: both are asked. What staff are answered."""
    one, other, *note = [*words.split(None, 2), "", ""][:3]
    if not one or not other:
        return wording.reply("staff_introduce_how", {})
    try:
        asked = introducing.propose(
            session,
            (one, other),
            note=(note[0].strip() or None) if note else None,
            by=by,
            programme=programme,
            now=now,
        )
    except NotIntroducedError as refused:
        return wording.reply(refused.response, refused.values)
    for side in SIDES:
        chat_id = part_of(asked, side, "chat_id")
        values, key = {"introduction_id": str(asked.id)}, f"introduction:{asked.id}:{chat_id}"
        begin(session, chat_id, "introduction", values, key=key, now=now)
    found = (leads.get_lead(session, part_of(asked, it, "lead_id")) for it in SIDES)
    references = ", ".join(lead.reference for lead in found if lead)
    return wording.reply("staff_introduce_started", {"references": references})


class IntroductionWriter:
    """Words what residents and staff are told of an introduction, when it is claimed."""

    def __init__(
        self, *, wording: Wording, programme: Programme, clock: Clock, link: PersonLink
    ) -> None:
        self.say = wording.say
        self.programme = programme
        self._wording = wording
        self._clock = clock
        self._link = link

    @property
    def writers(self) -> dict[str, Writer]:
        """The outbox kinds that are written here."""
        return {
            "introduction": self._tell,
            "introduction_end": self._end,
            "introduction_post": self._post,
        }

    def _tell(self, session: Session, claimed: Claimed) -> Draft:
        """One of the two hears how it went."""
        if claimed.payload.get("told") == "over":
            self._not_at_night()
            return Draft(self._wording.reply("utter_introduction_over", {}))
        number = claimed.payload.get("introduction_id", 0)
        held = introductions.hold(session, number)
        if held is None or held.state != "made":
            raise DroppedError("one of them deleted it")
        if not claimed.payload.get("at_once"):
            self._not_at_night()
        return self._made(session, held, claimed.chat_id)

    def _made(self, session: Session, made: Introduction, chat_id: int) -> Draft:
        side = side_of(made, chat_id)
        other = other_side(side) if side else SIDES[0]
        peer_id, contact = (part_of(made, other, name) for name in ("chat_id", "contact"))
        if side is None or peer_id is None:
            raise DroppedError("one of them deleted it")
        name = self._first_name(session, made, peer_id)
        shares = contact is not None and part_of(made, side, "contact") is not None
        way = self._way(session, peer_id, name, contact) if shares else None
        values: dict[str, Any] = {
            "name": name,
            "way": way or self.say("introduction_way_team", {}),
            "note": self.say("introduction_note", {"note": made.note}) if made.note else "",
        }
        # As somebody else's words: they go when that person asks to be forgotten.
        return Draft(self._wording.reply("utter_introduction_made", values), peer_chat_id=peer_id)

    def _first_name(self, session: Session, made: Introduction, peer_id: int) -> Markup:
        side = side_of(made, peer_id)
        lead = leads.get_lead(session, part_of(made, side, "lead_id") or 0) if side else None
        names = (lead.applicant_name if lead else None, chats.get_chat(session, peer_id).name)
        known = next((name.split()[0] for name in names if name and name.split()), None)
        return escape(known) if known else self.say("introduction_nameless", {})

    def _way(self, session: Session, peer_id: int, name: Markup, contact: str) -> Markup:
        link, way = self._link(chats.get_chat(session, peer_id)), contact_way(contact)
        if way == "telegram" and link is None:
            way = "preview"
        shown = introducing.plain_contact(self, contact)
        values = {"contact": shown, "name": name, "link": link}
        return self.say(f"introduction_way_{way}", values)

    def _end(self, session: Session, claimed: Claimed) -> Draft:
        """The time to answer is over. Who had said yes hears that it did not work out."""
        now = self._clock.now()
        held = introductions.hold(session, claimed.payload.get("introduction_id", 0))
        side = side_of(held, claimed.chat_id) if held else None
        if held is None or side is None:
            raise DroppedError("one of them deleted it")
        staff_chat_id = staff.staff_chat_id(session, channel=claimed.channel)
        introducing.expire(session, held, staff_chat_id=staff_chat_id, now=now)
        if held.state != "expired" or part_of(held, side, "agreed_at") is None:
            raise DroppedError("they need not hear of it")
        self._not_at_night()
        return Draft(self._wording.reply("utter_introduction_over", {}))

    def _post(self, _session: Session, claimed: Claimed) -> Draft:
        references = ", ".join(claimed.payload["references"])
        name = f"staff_introduction_{claimed.payload['told']}"
        return Draft(self._wording.reply(name, {"references": references}))

    def _not_at_night(self) -> None:
        now, zone, quiet = self._clock.now(), self.programme.zone, self.programme.quiet_hours
        allowed = allowed_from(now, zone=zone, quiet=quiet)
        if allowed > now:
            raise PostponedError(allowed, "quiet hours")
