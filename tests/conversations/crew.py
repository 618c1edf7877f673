"""The group that a resident is in, and what the others of it do beside a conversation."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from actions.context import Context
from actions.counting import Moment
from actions.leads.lead_drafts import lead_from
from actions.leads.signing import ask
from actions.speaking import stand_in
from bot.clock import ManualClock
from bot.core import Core
from bot.pipeline.beginnings import begin
from dialogues.exchange import Did, Incoming
from storage import applicants, calls, chats, groups, ideas, members
from storage.chats import ChatKey
from storage.models import Group, Member

NAME = "Nan's gardeners"
OTHER = "Ben Example"


class Crew:
    """`in_group` with a role puts the resident into a group, and has them speak for it; with
    `other` somebody is there in that role. `speaks_for` says whether they speak for it. `needs_two`
    has a call ask for two people's agreement, `other_sends` has the other one ask for theirs, and
    `idea_changes` is what somebody else tells meanwhile."""

    ACTS = ("in_group", "speaks_for", "needs_two", "other_sends", "idea_changes")

    def __init__(self, core: Core, session: Session, clock: ManualClock, chat_id: int) -> None:
        self._core = core
        self._session = session
        self._clock = clock
        self._chat_id = chat_id
        self._group: Group | None = None

    def do(self, act: str, value: Any) -> None:
        if act == "in_group":
            self._join(value)
        elif act == "speaks_for":
            self._speak(for_it=value)
        elif act == "needs_two":
            call = calls.find_call(self._session, code=value)
            assert call is not None
            call.sign_off = True
        elif act == "other_sends":
            self._other_sends(value)
        else:
            self._tell(value)

    def _join(self, how: Mapping[str, Any]) -> None:
        session, now = self._session, self._clock.now()
        key = ChatKey("preview", f"group of {self._chat_id}", "group", NAME)
        place = chats.chat_id_for(session, key, now=now)
        self._group = groups.group_of(session, chat_id=place, added_by=None, now=now)
        self._add(self._chat_id, "Sam Example", how["role"])
        if "other" in how:
            other = ChatKey("preview", f"other of {self._chat_id}", name="Ben")
            self._add(chats.chat_id_for(session, other, now=now), OTHER, how["other"])
        self._speak(for_it=True)

    def _add(self, chat_id: int, name: str, role: str) -> None:
        assert self._group is not None
        member, _new = members.join(
            self._session,
            self._group,
            external_id=str(chat_id),
            chat_id=chat_id,
            name=name,
            role=role,
            now=self._clock.now(),
        )
        member.named_at = self._clock.now()

    def _speak(self, *, for_it: bool) -> None:
        assert self._group is not None
        chat = chats.get_chat(self._session, self._chat_id)
        chat.speaks_for = self._group.id if for_it else None
        self._session.flush()
        applicants.meet_applicants(self._session, [self._chat_id])  # as another transaction does

    def _other_sends(self, answers: Mapping[str, str]) -> None:
        context, by = self._context(), self._member(OTHER)
        assert context.speaking is not None
        self._tell(answers)
        domain: dict[str, Any] = {"slots": {}}
        draft = lead_from(context, {"lead_kind": "incubator", "lead_name": OTHER}, domain)
        of = self._member("Sam Example")
        ask(context, context.speaking, draft, by=by, of=of)

    def _tell(self, answers: Mapping[str, str]) -> None:
        assert self._group is not None
        now = self._clock.now()
        applicant_id = groups.act_for(self._session, self._group, now=now).applicant.id
        idea = ideas.idea_at_hand(self._session, applicant_id=applicant_id)
        idea = idea or ideas.start_idea(self._session, applicant_id=applicant_id, now=now)
        for question, text in answers.items():
            ideas.add_answer(self._session, idea, question=question, text=text, now=now)

    def _context(self) -> Context:
        """Of the other one, who speaks for the group."""
        session, now, other = self._session, self._clock.now(), self._member(OTHER)
        assert self._group is not None
        assert other.chat_id is not None
        return Context(
            session=session,
            now=now,
            chat_id=other.chat_id,
            programme=self._core.programme,
            say=self._core.wording.say,
            incoming=Incoming(Did.INTERNAL),
            staff_chat_id=None,
            channel="preview",
            moment=Moment(now),
            speaking=stand_in(session, group_id=self._group.id, chat_id=other.chat_id, now=now),
            begin=partial(begin, session, now=now),
        )

    def _member(self, name: str) -> Member:
        assert self._group is not None
        found = members.members_of(self._session, group_id=self._group.id)
        return next(it for it in found if it.name == name)
