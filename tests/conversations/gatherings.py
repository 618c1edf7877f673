"""Groups that the resident is in, or is asked to join, beside a conversation."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from actions.members.told import nudge, tell
from bot.clock import ManualClock
from dialogues.exchange import Did, Incoming
from storage import assignments, chats, groups, ideas, invites, members
from storage.chats import ChatKey
from storage.models import Group, Member

_numbers = count(1)


class Gatherings:
    """`group` with a `name` and others by name and role `with` makes one; `invited` opens its link
    as the resident, `is_in` makes them a member with this role at once. `asked` is the question
    that somebody else asks them, `offered` that they are asked to be the contact, `for_call` the
    code of the call that the group's idea is for."""

    ACTS = ("group", "invited", "is_in", "asked", "offered", "for_call")

    def __init__(self, session: Session, clock: ManualClock, chat_id: int) -> None:
        self._session = session
        self._clock = clock
        self._chat_id = chat_id
        self._group_id = 0
        self._opened: list[str] = []

    def do(self, act: str, value: Any) -> None:
        getattr(self, f"_{act}")(value)

    def event(self) -> Incoming | None:
        """What the resident opens then."""
        return Incoming(Did.TEXT, self._opened.pop(0)) if self._opened else None

    def _group(self, fields: Mapping[str, Any]) -> None:
        now, number = self._clock.now(), next(_numbers)
        key = ChatKey("preview", f"group{number}", "group", fields["name"])
        chat_id = chats.chat_id_for(self._session, key, now=now)
        group = groups.group_of(self._session, chat_id=chat_id, added_by=None, now=now)
        self._group_id = group.id
        for name, role in fields.get("with", {}).items():
            member_key = ChatKey("preview", f"member{number}{name}", name=name)
            self._join(chats.chat_id_for(self._session, member_key, now=now), name, role)

    def _join(self, chat_id: int, name: str, role: str) -> None:
        chat = chats.get_chat(self._session, chat_id)
        members.join(
            self._session,
            self._held(),
            external_id=chat.external_id,
            chat_id=chat_id,
            name=name,
            role=role,
            now=self._clock.now(),
        )

    def _held(self) -> Group:
        return self._session.get_one(Group, self._group_id)

    def _is_in(self, role: str) -> None:
        self._join(self._chat_id, "Sam", role)

    def _invited(self, token: str | bool) -> None:
        invite = invites.running_invite(self._session, self._held(), now=self._clock.now())
        running = invites.token_of(self._session, invite)
        self._opened.append(f"/start join-{token if isinstance(token, str) else running}")

    def _asked(self, question: str) -> None:
        own, other, now = self._own(), self._other(), self._clock.now()
        asked, _ = assignments.assign(
            self._session, own, question=question, asked_by=other, now=now
        )
        nudge(self._session, own, asked, now=now)

    def _offered(self, _yes: bool) -> None:
        tell(
            self._session, self._own(), "contact_offer", about=self._other(), now=self._clock.now()
        )

    def _for_call(self, code: str) -> None:
        acting = groups.act_for(self._session, self._held(), now=self._clock.now())
        now, applicant_id = self._clock.now(), acting.applicant.id
        idea = ideas.start_idea(self._session, applicant_id=applicant_id, now=now)
        ideas.name_call(self._session, idea, code)
        ideas.add_answer(self._session, idea, question="idea_plan", text="Benches", now=now)

    def _own(self) -> Member:
        own = members.membership(self._session, group_id=self._group_id, chat_id=self._chat_id)
        assert own is not None
        return own

    def _other(self) -> Member:
        found = members.members_of(self._session, group_id=self._group_id)
        return next(it for it in found if it.chat_id != self._chat_id)
