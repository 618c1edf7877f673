"""Pages that residents ask for: typeset outside the turn, kept, and sent as picture and PDF."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from actions.ideas.idea_pages import file_name, page_of
from actions.ideas.pages import DOCUMENT, PICTURE, made_of, made_page, page_values
from actions.labels import Say
from bot.clock import Clock
from bot.pages.typesetting import Typeset, typeset
from bot.pipeline import speech
from bot.pipeline.wording import Wording
from bot.pipeline.works import Craft, Keep, PointlessError
from dialogues.model import Content
from dialogues.programme import Programme
from storage import files
from storage.database import Database
from storage.files import NewFile
from storage.models import Applicant, Idea
from storage.works import Work

MOST_KEPT = 3  # versions of an idea's page: older messages may still show them


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of a page, and of what is said about it."""

    programme: Programme
    wording: Wording

    @classmethod
    def of(cls, content: Content, programme: Programme) -> "PageWords":
        """Those of this content."""
        return cls(programme, Wording(content))

    @property
    def say(self) -> Say:
        """See `actions.labels.Wording`."""
        return self.wording.say


@dataclass(frozen=True, slots=True)
class _Page:
    """What is to be made; `is_made` if it has been, meanwhile."""

    values: Mapping[str, Any]
    digest: str
    is_made: bool


class PageMaker:
    """Makes pages; `words` gives those that count now."""

    def __init__(self, *, database: Database, clock: Clock, words: Callable[[], PageWords]) -> None:
        self._database = database
        self._clock = clock
        self._words = words

    @property
    def craft(self) -> Craft:
        """The craft of making pages."""
        return Craft(self.make, self.give_up)

    async def make(self, work: Work) -> Keep:
        """Make one, as the idea is now; see `works.Worker`."""
        page = await self._database.read(partial(self._page, work))
        if page is None:
            raise PointlessError("the idea is gone, or nothing is left of it")
        made = None if page.is_made else await asyncio.to_thread(typeset, page.values)
        return partial(self._keep, work, page, made)

    def give_up(self, session: Session, work: Work) -> None:
        """Say sorry, and what can be done; see `works.Craft`."""
        self._say(session, work, "utter_one_page_failed", values={})

    def _page(self, work: Work, session: Session) -> _Page | None:
        idea, words = session.get(Idea, work.payload["idea_id"]), self._words()
        page = page_of(session, idea, wording=words) if idea else None
        if idea is None or page is None:
            return None
        digest = made_of(session, page)
        return _Page(page, digest, made_page(session, idea, digest) is not None)

    def _keep(self, work: Work, page: _Page, made: Typeset | None, session: Session) -> None:
        """Store the files, and send them. An idea that went meanwhile takes its page along."""
        idea = session.get(Idea, work.payload["idea_id"])
        if idea is None:
            return
        if made is not None:
            self._store(session, work, idea, page, made)
        kept = made_page(session, idea, page.digest)
        if kept is not None:
            values = page_values(page.values, *kept)
            self._say(session, work, "utter_one_page", "utter_one_page_document", values=values)

    def _store(self, session: Session, work: Work, idea: Idea, page: _Page, made: Typeset) -> None:
        """For who applies: a group's page is there for all its members."""
        name = file_name(page.values)
        chat_id = session.get_one(Applicant, idea.applicant_id).chat_id
        for new in (
            NewFile(PICTURE, f"{name}.png", "image/png", made.picture, page.digest),
            NewFile(DOCUMENT, f"{name}.pdf", "application/pdf", made.document, page.digest),
        ):
            now = self._clock.now()
            files.keep_file(session, new, chat_id=chat_id, idea_id=idea.id, now=now)
            files.keep_newest(session, idea_id=idea.id, kind=new.kind, most=MOST_KEPT)

    def _say(self, session: Session, work: Work, *names: str, values: Mapping[str, Any]) -> None:
        wording = self._words().wording
        replies = [wording.reply(name, values) for name in names]
        now = self._clock.now()
        speech.queue_replies(session, chat_id=work.chat_id, replies=replies, now=now)
