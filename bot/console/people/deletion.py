"""Deleting somebody: the same as they can ask for themselves, once it is typed whom."""

from collections.abc import Iterator, Mapping
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.access import ROOT
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.people.asking import Asking
from bot.console.people.person import name_of, none_such, said_names
from bot.console.visitor import Visitor
from bot.pipeline import speech
from storage import audit, leads
from storage.models import Chat, StaffMember
from storage.residents import find_resident, hold_resident


class DeletionPage:
    """Says what goes and what stays, and does it."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._asking = Asking(office)

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"delete_person": self._show, "do_delete_person": self._delete}

    async def _show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What it would do."""
        chat_id = int(request.match_info["chat"])

        def find(session: Session) -> dict[str, Any] | None:
            chat = find_resident(session, chat_id)
            if chat is None:
                return None
            return {
                "chat": chat,
                "name": name_of(session, chat),
                "leads": leads.leads_of_chat(session, chat_id=chat.id),
                "typed": next(_names(session, chat)),
            }

        found = await self._office.database.read(find)
        if found is None:
            return none_such(self._office, visitor)
        return self._office.rendering.page(
            "people/deletion.html",
            visitor=visitor,
            here="people",
            is_wrong="wrong" in request.query,
            **found,
        )

    async def _delete(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Do it, if what was typed names them."""
        chat_id = int(request.match_info["chat"])
        typed = _bare(str((await request.post()).get("typed", "")))

        def delete(session: Session) -> bool | None:
            chat = hold_resident(session, chat_id)
            if chat is None:
                return None
            if typed not in map(_bare, _names(session, chat)):
                return False
            self._forget(session, chat, visitor)
            return True

        done = await self._office.database.write(delete)
        if done is None:
            return none_such(self._office, visitor)
        place = f"{ROOT}/people?deleted=1" if done else f"{ROOT}/people/{chat_id}/delete?wrong=1"
        return web.Response(status=303, headers={"Location": place})

    def _forget(self, session: Session, chat: Chat, visitor: Visitor) -> None:
        """They are told, as when they ask for it, if they can be."""
        now, was_blocked = self._office.clock.now(), chat.blocked_at is not None
        sent = [it.reference for it in leads.leads_of_chat(session, chat_id=chat.id)]
        told = self._asking.ask(session, chat, "action_forget", forget_confirmed=True)
        if not was_blocked:
            speech.queue_replies(session, chat_id=chat.id, replies=told, now=now)
        audit.note(
            session,
            "delete_person",
            member=session.get(StaffMember, visitor.staff_id),
            done=True,
            now=now,
            chat_id=chat.id,
            detail={"references": sent} if sent else None,
        )


def _names(session: Session, chat: Chat) -> Iterator[str]:
    """What may be typed to mean them, the best first."""
    for lead in leads.leads_of_chat(session, chat_id=chat.id)[::-1]:
        yield lead.reference
    yield from filter(None, said_names(session, chat))
    yield f"#{chat.id}"


def _bare(name: str) -> str:
    return " ".join(name.split()).casefold()
