"""One's own e-mail: giving an address, and choosing what comes there."""

from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web
from sqlalchemy.orm import Session

from actions.contacts import email_address
from bot.console.access import ROOT
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.visitor import Visitor
from bot.ways_out.letters import sendable
from bot.ways_out.mail_words import MailWords
from storage import audit, mailboxes, mails, works
from storage.mailboxes import Often
from storage.models import StaffMember

WANTED: Final[Mapping[str, str]] = {
    mails.NEW: "Each new lead",
    mails.MINE: "What is assigned to me",
    mails.OVERDUE: "What was promised or planned, and is overdue: mine, and nobody's",
    mails.DIGEST: "The morning digest, on the days of the team",
}
_ABOUT: Final[Mapping[str, str]] = {
    mails.NEW: "A new lead",
    mails.MINE: "A lead that is yours",
    mails.OVERDUE: "Something overdue",
    mails.DIGEST: "The morning digest",
    mails.CONFIRM: "The link to confirm your address",
}
_STATES: Final[Mapping[str, str]] = {
    "to_do": "Waiting",
    "doing": "Being sent",
    "done": "Sent",
    "dropped": "Not needed",
    "set_aside": "Not delivered",
}
_DONE = {
    "asked": "An e-mail with a link is on its way. Nothing else goes there before you use it.",
    "chosen": "Kept.",
    "ended": "No e-mail goes to you any more, and your address is deleted.",
}
_OFTEN: Final[Mapping[Often, str]] = {
    Often.MEMBER: "You asked for several links just now. Look into your mailbox, also where it "
    "puts junk, or try again in an hour.",
    Often.ADDRESS: "Many links went to this address today. Try again tomorrow, or give another "
    "one.",
}
_MOST_SHOWN = 10
_LONGEST = 254  # characters of an address


class EmailPages:
    """The page, and its forms."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._words = MailWords(office.wording, office.programme, office.outside.address)

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {
            "email": self._show,
            "give_email": self._give,
            "choose_email": self._choose,
            "end_email": self._end,
        }

    async def _show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        return await self._page(visitor, done=_DONE.get(request.query.get("done", ""), ""))

    async def _give(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Send the link that proves the address; what they want they choose at the same time."""
        form = await request.post()
        given = str(form.get("address", "")).strip()
        address = email_address(given)
        if address != given and address is not None and address.lower() != given.lower():
            address = None
        if not self._office.outside.has_mail or address is None or not _is_sendable(address):
            wrong = "This is not an address that e-mail can go to."
            return await self._page(visitor, given=given, wrong=wrong, status=422)
        now = self._office.clock.now()
        kinds = _kinds(form.getall("kinds", []))

        def give(session: Session) -> Often | None:
            member = session.get_one(StaffMember, visitor.staff_id)
            often = mailboxes.too_often(session, member, address, now=now)
            mailboxes.note_given(session, member, address, done=often is None, now=now)
            if often is not None:
                return often
            chat_id = mails.chat_of_member(session, member.id, now=now)
            works.drop_all(session, chat_id=chat_id, now=now, reason="another address was given")
            seed = mailboxes.ask_to_confirm(session, member, address)
            mailboxes.choose(session, member, kinds)
            mails.queue(session, member.id, mails.CONFIRM, key=seed, now=now, seed=seed)
            return None

        often = await self._office.database.write(give)
        if often is not None:
            return await self._page(visitor, given=given, wrong=_OFTEN[often], status=429)
        return _back("asked")

    async def _choose(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        form = await request.post()
        kinds, now = _kinds(form.getall("kinds", [])), self._office.clock.now()

        def choose(session: Session) -> None:
            member = session.get_one(StaffMember, visitor.staff_id)
            mailboxes.choose(session, member, kinds)
            self._see_to_digest(session, member)
            detail = {"kinds": kinds}
            audit.note(session, "email_choose", member=member, done=True, now=now, detail=detail)

        await self._office.database.write(choose)
        return _back("chosen")

    async def _end(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        now = self._office.clock.now()

        def end(session: Session) -> None:
            member = session.get_one(StaffMember, visitor.staff_id)
            mailboxes.take_away(session, member)
            self._see_to_digest(session, member)
            audit.note(session, "email_end", member=member, done=True, now=now)

        await self._office.database.write(end)
        return _back("ended")

    def _see_to_digest(self, session: Session, member: StaffMember) -> None:
        see_to_digest(session, member, self._words, self._office)

    async def _page(
        self,
        visitor: Visitor,
        *,
        given: str | None = None,
        wrong: str = "",
        done: str = "",
        status: int = 200,
    ) -> web.StreamResponse:
        def find(session: Session) -> dict[str, Any]:
            member = session.get_one(StaffMember, visitor.staff_id)
            sent = mails.sent_to_member(session, member.id, limit=_MOST_SHOWN)
            rows = [(it, _ABOUT.get((it.payload or {}).get("about", ""), "")) for it in sent]
            return {"member": member, "sent": [it for it in rows if _is_news(*it)]}

        found = await self._office.database.read(find)
        return self._office.rendering.page(
            "ways_out/email.html",
            visitor=visitor,
            here="team",
            status=status,
            given=given,
            wrong=wrong,
            done=done,
            wanted=WANTED,
            states=_STATES,
            has_mail=self._office.outside.has_mail,
            digest_at=self._office.programme.staffing.digest_at,
            now=self._office.clock.now(),
            **found,
        )


def see_to_digest(session: Session, member: StaffMember, words: MailWords, office: Office) -> None:
    """The next digest is on its way, if they want it and have an address; else none is."""
    now = office.clock.now()
    if mailboxes.address_of(member) and mails.DIGEST in (member.email_kinds or ()):
        mails.arm_digest(session, member, words.coming_mornings(member, now=now), now=now)
    else:
        mails.disarm_digest(session, member, now=now)


def _kinds(given: list[Any]) -> list[str]:
    return [it for it in mails.WANTED if it in given]


def _is_sendable(address: str) -> bool:
    try:
        return len(sendable(address)) <= _LONGEST
    except ValueError:
        return False


def _is_news(row: Any, about: str) -> bool:
    """Not the digest that only waits for its morning."""
    return not (about == _ABOUT[mails.DIGEST] and row.state == "to_do" and not row.attempts)


def _back(done: str) -> web.Response:
    return web.Response(status=303, headers={"Location": f"{ROOT}/email?done={done}"})
