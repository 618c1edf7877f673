"""What other residents and staff do about ideas that are alike, beside a conversation."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.context import Context
from actions.counting import Moment
from actions.matching import introducing
from bot.clock import ManualClock
from bot.core import Core
from bot.desk.leads.introductions import introduce
from bot.pipeline.arrival import Arrival
from dialogues.exchange import Did, Incoming
from storage import chats, introductions, leads, likeness
from storage.chats import ChatKey
from storage.models import Applicant, InboxRow, Introduction
from tests.neighbourhood import Sender, has_idea, has_sent

_numbers = count(1)


class Neighbours:
    """`neighbour` with the fields of a `Sender` is somebody new who has sent an idea, `team_knows`
    says that of this resident; `introduce` with a note has staff bring both together, `other_says`
    yes or no is what the last neighbour answers, and `neighbour_leaves` that they are matched no
    more."""

    ACTS = ("neighbour", "team_knows", "introduce", "other_says", "neighbour_leaves")

    def __init__(self, core: Core, session: Session, clock: ManualClock, chat_id: int) -> None:
        self._core = core
        self._session = session
        self._clock = clock
        self._chat_id = chat_id
        self._other_id = 0

    def do(self, act: str, value: Any) -> None:
        if act == "neighbour":
            key = ChatKey("preview", f"neighbour{next(_numbers)}", name=value["name"])
            self._other_id = chats.chat_id_for(self._session, key, now=self._clock.now())
            self._settle(self._other_id, value)
        elif act == "team_knows":
            self._settle(self._chat_id, value)
        elif act == "introduce":
            self._introduce(value)
        elif act == "other_says":
            self._answer(says_yes=value)
        else:
            person = select(Applicant).where(Applicant.chat_id == self._other_id)
            likeness.disagree(self._session, self._session.scalars(person).one())

    def event(self) -> Incoming | None:
        """What comes into the resident's conversation by itself."""
        waiting = select(InboxRow).where(
            InboxRow.chat_id == self._chat_id, InboxRow.state == "waiting"
        )
        row = self._session.scalars(waiting.order_by(InboxRow.id).limit(1)).first()
        if row is None:
            return None
        row.state = "done"
        arrival = Arrival.from_json(row.payload or {})
        return Incoming(
            Did.INTERNAL, payload=f"/{arrival.intent}", values=dict(arrival.values or {})
        )

    def _settle(self, chat_id: int, fields: Mapping[str, Any]) -> None:
        sender, now = Sender(**fields), self._clock.now()
        idea = has_idea(self._session, chat_id, sender, programme=self._core.programme, now=now)
        has_sent(self._session, idea, sender, chat_id=chat_id, now=now)

    def _introduce(self, note: str) -> None:
        references = [
            leads.leads_of_chat(self._session, chat_id=it)[-1].reference
            for it in (self._chat_id, self._other_id)
        ]
        introduce(
            self._session,
            " ".join((*references, note)),
            by="Alex",
            wording=self._core.wording,
            programme=self._core.programme,
            now=self._clock.now(),
        )

    def _answer(self, *, says_yes: bool) -> None:
        context = Context(
            session=self._session,
            now=self._clock.now(),
            chat_id=self._other_id,
            programme=self._core.programme,
            say=self._core.wording.say,
            incoming=Incoming(Did.INTERNAL),
            staff_chat_id=None,
            channel="preview",
            moment=Moment(self._clock.now()),
        )
        held = self._open()
        if says_yes:
            introducing.accept(context, held, contact="telegram")
        else:
            introducing.end(context, held, state="declined")

    def _open(self) -> Introduction:
        found = introductions.introductions_of(self._session, chat_id=self._other_id)
        return next(it for it in found if it.state == "asked")
