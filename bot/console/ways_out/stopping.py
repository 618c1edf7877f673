"""The links in e-mail to staff, which work without signing in: to prove an address, and to stop.

Behind each link stands a button, for mail programs open links to look at them. A mail program that
offers to stop by one click posts at once (RFC 8058).
"""

from collections.abc import Callable, Mapping

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.gate import Open
from bot.console.office import Office
from bot.console.ways_out.email import see_to_digest
from bot.ways_out.mail_words import MailWords
from storage import audit, mailboxes
from storage.models import StaffMember


class Stopping:
    """Looks at what a link is for, and does it when the button is pressed."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._words = MailWords(office.wording, office.programme, office.outside.address)

    @property
    def open(self) -> Mapping[str, Open]:
        """By the name of the route."""
        return {
            "confirm_email": self._ask_to_confirm,
            "use_confirm_email": self._confirm,
            "stop_email": self._ask_to_stop,
            "use_stop_email": self._stop,
        }

    async def _ask_to_confirm(self, request: web.Request) -> web.StreamResponse:
        return await self._asked(request, "confirm", mailboxes.whose)

    async def _ask_to_stop(self, request: web.Request) -> web.StreamResponse:
        return await self._asked(request, "stop", mailboxes.of_stop_token)

    async def _asked(
        self,
        request: web.Request,
        what: str,
        whose: Callable[[Session, str], StaffMember | None],
    ) -> web.StreamResponse:
        def find(session: Session) -> StaffMember | None:
            return whose(session, request.match_info["token"])

        member = await self._office.database.read(find)
        return self._page("ask" if member else "gone", what, member)

    async def _confirm(self, request: web.Request) -> web.StreamResponse:
        now = self._office.clock.now()

        def confirm(session: Session) -> StaffMember | None:
            member = mailboxes.confirm(session, request.match_info["token"], now=now)
            if member is not None:
                see_to_digest(session, member, self._words, self._office)
                audit.note(session, "email_confirm", member=member, done=True, now=now)
            return member

        member = await self._office.database.write(confirm)
        return self._page("done" if member else "gone", "confirm", member)

    async def _stop(self, request: web.Request) -> web.StreamResponse:
        """All e-mail to them stops; the address stays, for who wants some of it again."""
        now = self._office.clock.now()

        def stop(session: Session) -> StaffMember | None:
            member = mailboxes.of_stop_token(session, request.match_info["token"])
            if member is not None:
                mailboxes.choose(session, member, [])
                see_to_digest(session, member, self._words, self._office)
                audit.note(session, "email_stop", member=member, done=True, now=now)
            return member

        member = await self._office.database.write(stop)
        return self._page("done" if member else "gone", "stop", member)

    def _page(self, step: str, what: str, member: StaffMember | None) -> web.StreamResponse:
        return self._office.rendering.page(
            "ways_out/link.html",
            visitor=None,
            status=410 if step == "gone" else 200,
            step=step,
            what=what,
            address=member.email if member else None,
        )
