"""Writing a broadcast: a draft that may change until it is sent, and a test of it to oneself."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.access import ROUTES
from bot.console.broadcasts import audiences
from bot.console.broadcasts.audiences import Choices
from bot.console.broadcasts.trail import note
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import broadcasts, outbox, staff
from storage.broadcasts import DRAFT, Audience
from storage.models import Broadcast, StaffMember
from storage.outbox import Lane

LONGEST = 3000  # as Telegram counts; with what stands below it fits into one message
_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as it was filled in, and what is wrong with it by field."""

    words: str
    audience: Audience | None
    wrong: Mapping[str, str]

    @property
    def chosen(self) -> str:
        """The audience as the form has it."""
        return audiences.written(self.audience) if self.audience else ""


class BroadcastWriting:
    """For caseworkers: they know what to say. Who sends it is a manager."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {
            "new_broadcast": self._new,
            "draft_broadcast": self._draft,
            "edit_broadcast": self._edit,
            "change_broadcast": self._change,
            "discard_broadcast": self._discard,
            "test_broadcast": self._test,
        }

    async def _new(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """An empty form."""
        choices = await self._office.database.read(self._offered)
        return self._form(visitor, Filled("", None, {}), choices)

    async def _draft(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Keep a new draft."""
        choices = await self._office.database.read(self._offered)
        filled = await _filled(request, choices)
        audience = filled.audience
        if filled.wrong or audience is None:
            return self._form(visitor, filled, choices)
        now = self._office.clock.now()

        def draft(session: Session) -> int:
            item = broadcasts.draft(
                session,
                words=filled.words,
                audience=audience,
                made_by=visitor.staff_id,
                now=now,
            )
            note(session, self._office, visitor, "draft_broadcast", item)
            return item.id

        return to_broadcast(await self._office.database.write(draft))

    async def _edit(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The form as the draft has it."""
        number = int(request.match_info["id"])

        def find(session: Session) -> tuple[Broadcast | None, Choices]:
            return broadcasts.find(session, number), self._offered(session)

        item, choices = await self._office.database.read(find)
        if item is None or item.state != DRAFT:
            return to_broadcast(number)
        return self._form(visitor, Filled(item.words, Audience.of(item), {}), choices, number)

    async def _change(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Keep the draft as it is now."""
        number = int(request.match_info["id"])
        choices = await self._office.database.read(self._offered)
        filled = await _filled(request, choices)
        audience = filled.audience
        if filled.wrong or audience is None:
            return self._form(visitor, filled, choices, number)

        def change(session: Session, item: Broadcast) -> str:
            broadcasts.change(session, item, words=filled.words, audience=audience)
            note(session, self._office, visitor, "change_broadcast", item)
            return ""

        return await self._with_draft(number, change)

    async def _discard(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Throw the draft away."""

        def discard(session: Session, item: Broadcast) -> str:
            note(session, self._office, visitor, "discard_broadcast", item)
            broadcasts.discard(session, item)
            return ""

        await self._with_draft(int(request.match_info["id"]), discard)
        return web.Response(status=303, headers={"Location": ROUTES["broadcasts"].path})

    async def _test(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Send it to the chat that the visitor has with the assistant, and to nobody else."""

        def test(session: Session, item: Broadcast) -> str:
            member = session.get_one(StaffMember, visitor.staff_id)
            chat = staff.private_chat(session, member)
            if chat is None:
                return "no-chat"
            outbox.queue(
                session,
                chat_id=chat.id,
                kind=broadcasts.TEST,
                lane=Lane.REPLIES,
                now=self._office.clock.now(),
                payload={"broadcast_id": item.id},
            )
            note(session, self._office, visitor, "test_broadcast", item)
            return "tested"

        return await self._with_draft(int(request.match_info["id"]), test)

    async def _with_draft(
        self, number: int, work: Callable[[Session, Broadcast], str]
    ) -> web.Response:
        """Do it, if this is a draft still; then its page, which says what came of it."""

        def do(session: Session) -> str:
            item = broadcasts.hold(session, number)
            if item is None or item.state != DRAFT:
                return "no-draft"
            return work(session, item)

        return to_broadcast(number, await self._office.database.write(do))

    def _offered(self, session: Session) -> Choices:
        now, programme = self._office.clock.now(), self._office.programme
        return audiences.offered(session, programme, now=now)

    def _form(
        self, visitor: Visitor, filled: Filled, choices: Choices, number: int | None = None
    ) -> web.Response:
        return self._office.rendering.page(
            "broadcasts/form.html",
            visitor=visitor,
            here="broadcasts",
            status=422 if filled.wrong else 200,
            filled=filled,
            choices=choices,
            number=number,
            longest=LONGEST,
        )


def to_broadcast(number: int, said: str = "") -> web.Response:
    """To its page, which says what came of it."""
    place = f"{ROUTES['broadcasts'].path}/{number}"
    return web.Response(status=303, headers={"Location": f"{place}?said={said}" if said else place})


async def _filled(request: web.Request, choices: Choices) -> Filled:
    form = await request.post()
    words = str(form.get("words", "")).replace("\r\n", "\n").replace("\r", "\n")
    words = _UNSEEN.sub("", words).strip()
    audience = audiences.read(str(form.get("audience", "")), choices)
    wrong = {}
    if not words:
        wrong["words"] = "Write what they are to read."
    elif (too_long := len(words.encode("utf-16-le")) // 2 - LONGEST) > 0:
        wrong["words"] = f"That is {too_long:,} characters too long for one message."
    if audience is None:
        wrong["audience"] = "Choose who is to hear it."
    return Filled(words, audience, wrong)
