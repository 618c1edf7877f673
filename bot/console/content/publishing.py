"""What becomes of words: kept as a draft, published, taken back, or said again as before.

Caseworkers draft, as they hear what people do not understand; what is said to everybody at once is
a manager's to publish. Each stands in the audit trail, with the words before and after.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.access import ROOT
from bot.console.content.editing import Place, Typed, WordingPage, number
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.visitor import Visitor
from dialogues.rewording import Words, words_of
from dialogues.wording_checks import Weight
from storage import audit, rewordings
from storage.models import Rewording, StaffMember
from storage.rewordings import StaleError

STALE = "stale"  # somebody else was first
SAME = "same"  # these are the words that count already


class Publishing:
    """Takes the forms of a response's page."""

    def __init__(self, office: Office, page: WordingPage) -> None:
        self._office = office
        self._page = page

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {
            "write_wording": self._write,
            "publish_wording": self._publish,
            "restore_wording": self._restore,
        }

    async def _write(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Look at what was typed, keep it as the draft, or throw the draft away."""
        place = self._page.place(request)
        if place is None:
            return self._page.none(request, visitor)
        typed = await self._page.typed(request, place)
        act = str((await request.post()).get("act", "look"))
        if act not in ("save", "drop"):
            return await self._page.page(visitor, place, typed=typed)

        def keep(session: Session) -> None:
            member = session.get_one(StaffMember, visitor.staff_id)
            if act == "drop":
                rewordings.drop_draft(
                    session, response=place.response, language=place.language, seen=typed.draft
                )
            else:
                self._save(session, place, typed, member)
            self._note(session, f"wording_{act}", place, member, words=typed.words)

        try:
            await self._office.database.write(keep)
        except StaleError:
            return await self._stale(visitor, place, typed)
        return _back(place, act)

    async def _publish(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What was typed counts from now on, for everybody."""
        place = self._page.place(request)
        if place is None:
            return self._page.none(request, visitor)
        typed = await self._page.typed(request, place)
        problem = await self._why_not(place, typed)
        if problem:
            return await self._page.page(visitor, place, typed=typed, problem=problem, status=422)

        def publish(session: Session) -> None:
            member = session.get_one(StaffMember, visitor.staff_id)
            draft = self._save(session, place, typed, member)
            self._put(session, place, draft, typed.counting, member)

        try:
            await self._office.database.write(publish)
        except StaleError:
            return await self._stale(visitor, place, typed)
        await self._take_up()
        return _back(place, "publish")

    async def _restore(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Say again what counted once, or what the file says (without a number)."""
        place, form = self._page.place(request), await request.post()
        if place is None:
            return self._page.none(request, visitor)
        wanted, counting = number(form, "rewording"), number(form, "counting")
        earlier = await self._office.database.read(lambda it: _words_of_row(it, place, wanted))
        typed = Typed(earlier or (), None, counting, is_meant=True)
        if wanted is not None:
            problem = await self._why_not(place, typed) if earlier else STALE
            if problem and problem != SAME:  # said again, they are held against the file as it is
                status = {"status": 409 if problem == STALE else 422}
                return await self._page.page(visitor, place, problem=problem, **status)  # type: ignore[arg-type]

        def restore(session: Session) -> None:
            member = session.get_one(StaffMember, visitor.staff_id)
            if wanted is None:
                self._end(session, place, counting, member)
            else:
                row = self._new(session, place, typed.words, member)
                self._put(session, place, row, counting, member)

        try:
            await self._office.database.write(restore)
        except StaleError:
            return await self._page.page(visitor, place, problem=STALE, status=409)
        await self._take_up()
        return _back(place, "restore")

    async def _why_not(self, place: Place, typed: Typed) -> str:
        """Why these words cannot be published; empty if they can."""
        if typed.words == words_of(self._page.checking.content, place.response, place.language):
            return SAME
        remarks = await self._page.remarks(place, typed.words)
        if any(it.weight is Weight.FAULT for it in remarks):
            return "faults"
        asks = any(it.weight is Weight.ASK for it in remarks)
        return "asks" if asks and not typed.is_meant else ""

    async def _stale(self, visitor: Visitor, place: Place, typed: Typed) -> web.Response:
        return await self._page.page(visitor, place, typed=typed, problem=STALE, status=409)

    async def _take_up(self) -> None:
        """Here at once; other processes see it within seconds."""
        if self._office.core.rewordings is not None:
            await self._office.core.rewordings.look_now()

    def _save(self, session: Session, place: Place, typed: Typed, member: StaffMember) -> Rewording:
        return rewordings.save_draft(
            session,
            response=place.response,
            language=place.language,
            words=_as_json(typed.words),
            was=self._file(place),
            seen=typed.draft,
            by=member,
            now=self._now,
        )

    def _new(
        self, session: Session, place: Place, words: Sequence[Words], member: StaffMember
    ) -> Rewording:
        """Words that count at once: what others have drafted stays."""
        row = Rewording(
            response=place.response,
            language=place.language,
            words=_as_json(words),
            was=self._file(place),
            made_by=member.id,
            made_at=self._now,
        )
        session.add(row)
        session.flush()
        return row

    def _put(
        self,
        session: Session,
        place: Place,
        row: Rewording,
        instead_of: int | None,
        member: StaffMember,
    ) -> None:
        former = rewordings.publish(session, row, instead_of=instead_of, by=member, now=self._now)
        before = former.words if former else self._file(place)
        audit.note(
            session,
            "wording_publish",
            member=member,
            done=True,
            now=self._now,
            detail={**_named(place), "before": before, "after": row.words},
        )

    def _end(
        self, session: Session, place: Place, counting: int | None, member: StaffMember
    ) -> None:
        former = rewordings.end(
            session, place.response, place.language, expected=counting, now=self._now
        )
        audit.note(
            session,
            "wording_take_back",
            member=member,
            done=True,
            now=self._now,
            detail={
                **_named(place),
                "before": former.words if former else None,
                "after": self._file(place),
            },
        )

    def _note(
        self,
        session: Session,
        verb: str,
        place: Place,
        member: StaffMember,
        *,
        words: Sequence[Words],
    ) -> None:
        detail = {**_named(place), "words": _as_json(words)}
        audit.note(session, verb, member=member, done=True, now=self._now, detail=detail)

    def _file(self, place: Place) -> list[dict[str, Any]]:
        return _as_json(words_of(self._page.checking.files, place.response, place.language))

    @property
    def _now(self) -> datetime:
        return self._office.clock.now()


def _words_of_row(session: Session, place: Place, row_id: int | None) -> tuple[Words, ...] | None:
    """What counted once, if it was for this response."""
    row = rewordings.get_rewording(session, row_id) if row_id is not None else None
    if row is None or row.published_at is None:
        return None
    if (row.response, row.language) != (place.response, place.language):
        return None
    return tuple(Words.from_json(it) for it in row.words)


def _as_json(words: Sequence[Words]) -> list[dict[str, Any]]:
    return [it.to_json() for it in words]


def _named(place: Place) -> dict[str, str]:
    return {"response": place.response, "language": place.language}


def _back(place: Place, done: str) -> web.Response:
    query = urlencode({"language": place.language, "done": done})
    address = f"{ROOT}/content/words/{place.response}?{query}"
    return web.Response(status=303, headers={"Location": address})
