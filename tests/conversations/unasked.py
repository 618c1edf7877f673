"""What happens beside a conversation: staff change calls, and people are told of it unasked."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import yaml
from sqlalchemy.orm import Session

from actions.calls.call_changes import act_on_call
from actions.calls.call_exports import calls_as_yaml
from actions.calls.call_files import import_calls
from bot.clock import ManualClock
from bot.core import Core
from bot.desk.leads.introductions import IntroductionWriter
from bot.loops import build_herald, build_planner
from bot.pipeline.composing import AfterSending, DroppedError, PostponedError, Writer
from bot.pipeline.member_words import MemberWords
from bot.pipeline.news import NewsWriter
from bot.pipeline.others import OthersWriter
from bot.pipeline.reminders import ReminderWriter
from dialogues.exchange import Reply
from storage import calls, claiming, outbox
from storage.claiming import Room, Wanted
from storage.outbox import Claimed
from storage.stretches import Stretches

STAFF = "Ann"
LEASE = "conversation"


class Calls:
    """What staff do to calls, as the commands do it."""

    def __init__(self, core: Core, session: Session, clock: ManualClock) -> None:
        self._session = session
        self._clock = clock
        self._programme = core.programme

    def do(self, act: str, value: Any) -> None:
        """`import` with fields of an import file, which change the call of that code or make one;
        `publish`, `close`, `withdraw` or `reopen` with a code."""
        if act == "import":
            self._import(value)
        else:
            self._act(act, value)

    def _act(self, act: str, code: str) -> None:
        now, programme = self._clock.now(), self._programme
        act_on_call(self._session, act, code, by=STAFF, programme=programme, now=now)

    def _import(self, fields: Mapping[str, Any]) -> None:
        known = calls.find_call(self._session, code=fields["code"])
        written = calls_as_yaml([known] if known else [], self._programme.zone)
        [entry] = yaml.safe_load(written)["calls"] or [{}]
        import_calls(
            self._session,
            text=yaml.safe_dump({"calls": [{**entry, **fields}]}),
            filename="calls.yml",
            programme=self._programme,
            now=self._clock.now(),
            by=STAFF,
        )


class Unasked:
    """What is told unasked as it is found, queued, claimed and worded; none of it goes out."""

    def __init__(self, core: Core, session: Session, clock: ManualClock) -> None:
        ticking = replace(core, clock=clock)
        self._session = session
        self._clock = clock
        self._top_ups = (build_herald(ticking), build_planner(ticking))
        words = {"wording": core.wording, "programme": core.programme, "clock": clock}
        news = NewsWriter(**words)
        reminders = ReminderWriter(**words)
        others = OthersWriter(**words)
        members = MemberWords(**words)
        introductions = IntroductionWriter(**words, link=lambda chat: f"/?as={chat.external_id}")
        self._writers: Mapping[str, Writer] = {
            "news": news.write,
            "reminder": reminders.write,
            **others.writers,
            **introductions.writers,
            **members.writers,
        }
        self._after_sending: Mapping[str, AfterSending] = {
            "news": news.sent,
            "reminder": reminders.sent,
            **others.after_sending,
        }

    def said_to(self, chat_id: int) -> Iterator[Reply]:
        """All that this chat is told at this moment."""
        for top_up in self._top_ups:
            while top_up.work(self._session):
                pass
        while claimed := self._claim(chat_id):
            reply = self._word(claimed)
            if reply is not None:
                yield reply

    def _claim(self, chat_id: int) -> Claimed | None:
        wanted = Wanted(("preview",), Room(1000, 1000, Counter()))
        found = claiming.claim(
            self._session,
            wanted,
            now=self._clock.now(),
            lease=LEASE,
            lease_for=timedelta(days=1),
            stretches=Stretches(),
        )
        return next((row for row in found.rows if row.chat_id == chat_id), None)

    def _word(self, claimed: Claimed) -> Reply | None:
        session, now, write = self._session, self._clock.now(), self._writers[claimed.kind]
        try:
            draft = write(session, claimed)
        except DroppedError as drop:
            outbox.finish(session, claimed, state="dropped", now=now, error=str(drop))
            return None
        except PostponedError as later:
            outbox.put_back(session, claimed, due_at=later.due_at)
            return None
        outbox.finish(session, claimed, state="sent", now=now)
        outbox.finish_beside(session, draft.beside, now=now)
        for row in (claimed, *draft.beside):
            if row.kind in self._after_sending:
                self._after_sending[row.kind](session, row)
        return draft.reply
