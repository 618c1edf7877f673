"""One response: its words, where it is said, how it looks, and what it said before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy
from sqlalchemy.orm import Session

from bot.console.content.checking import Checking
from bot.console.content.facing import faces, names
from bot.console.content.finding import is_in_conflict
from bot.console.numbers import number_in
from bot.console.office import Office
from bot.console.visitor import Visitor
from dialogues.model import Content
from dialogues.rewording import Rewording, Words, words_of
from dialogues.usage import said_in
from dialogues.wording_checks import Remark, Weight
from storage import rewordings, staff
from storage.models import Rewording as Row

TYPED = 0  # the number of words that are not kept yet


@dataclass(frozen=True, slots=True)
class Place:
    """A response in a language."""

    response: str
    language: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form holds: the words, the numbers of the draft and of the words that count, as they
    were when it was opened, and whether what is left out is meant to be."""

    words: tuple[Words, ...]
    draft: int | None
    counting: int | None
    is_meant: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database knows of it."""

    counting: Row | None
    draft: Row | None
    earlier: list[Row]
    people: dict[int, str]

    @property
    def before(self) -> int | None:
        """What was said until now: the number of these words; None: the file's."""
        if self.counting is None:
            return self.earlier[0].id if self.earlier else None
        former = self.earlier[1] if len(self.earlier) > 1 else None
        is_former = former is not None and former.ended_at == self.counting.published_at
        return former.id if former is not None and is_former else None


class WordingPage:
    """Shows it as it is, or as somebody has just typed it."""

    def __init__(self, office: Office, checking: Checking) -> None:
        self._office = office
        self.checking = checking

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The draft, or else what counts."""
        place = self.place(request)
        if place is None:
            return self.none(request, visitor)
        return await self.page(visitor, place, done=request.query.get("done", ""))

    def place(self, request: web.Request) -> Place | None:
        """Which response the address means; None if there is none."""
        content = self.checking.content
        languages = content.programme.languages
        language = request.query.get("language", languages[0])
        name = request.match_info["response"]
        is_known = name in content.responses and language in languages
        return Place(name, language) if is_known else None

    def none(self, request: web.Request, visitor: Visitor) -> web.Response:
        """There is no such response."""
        values: dict[str, Any] = {"what": "response", "name": request.match_info["response"]}
        return self._office.rendering.page(
            "content/none.html", visitor=visitor, here="content", status=404, **values
        )

    async def typed(self, request: web.Request, place: Place) -> Typed:
        """What was sent with the form; words that it leaves out are as they count now."""
        form = await request.post()
        counting = words_of(self.checking.content, place.response, place.language)
        return Typed(
            tuple(_words(form, i, it) for i, it in enumerate(counting)),
            number(form, "draft"),
            number(form, "counting"),
            form.get("meant") == "yes",
        )

    async def remarks(self, place: Place, words: Sequence[Words]) -> list[Remark]:
        """What there is to say of these words."""
        return await self.checking.remarks(
            Rewording(TYPED, place.response, place.language, tuple(words))
        )

    async def page(
        self,
        visitor: Visitor,
        place: Place,
        *,
        typed: Typed | None = None,
        problem: str = "",
        done: str = "",
        status: int = 200,
    ) -> web.Response:
        """The page. `problem` is why what was asked for was not done, `done` what was."""
        standing = await self._office.database.read(lambda session: _standing(session, place))
        draft = standing.draft
        content = self.checking.content
        now_said = words_of(content, place.response, place.language)
        words = typed.words if typed else _drafted(draft, now_said)
        is_other = words != now_said
        remarks = await self.remarks(place, words) if is_other else []
        return self._office.rendering.page(
            "content/word.html",
            visitor=visitor,
            here="content",
            status=status,
            place=place,
            standing=standing,
            seen=_seen(standing, typed),
            faces=faces(content, content.responses[place.response], words, remarks),
            general=[it for it in remarks if it.variation is None],
            is_other=is_other,
            is_typed=typed is not None,
            asks=any(it.weight is Weight.ASK for it in remarks),
            faults=sum(it.weight is Weight.FAULT for it in remarks),
            meant=typed is not None and typed.is_meant,
            problem=problem,
            done=done,
            **self._surroundings(content, place, standing),
        )

    def _surroundings(self, content: Content, place: Place, standing: Standing) -> dict[str, Any]:
        files, counting = self.checking.files, standing.counting
        said = said_in(content).get(place.response, [])
        return {
            "names": names(files, files.responses[place.response]),
            "flows": [(it, content.flows[it].title) for it in said],
            "languages": content.programme.languages,
            "file": words_of(files, place.response, place.language),
            "conflict": counting is not None and is_in_conflict(files, counting),
            "misfit": self.checking.live.misfits.get(counting.id) if counting else None,
            "where": files.responses[place.response].where,
        }


def number(form: MultiDictProxy[Any], name: str) -> int | None:
    """The number in a field; None if it is empty."""
    given = str(form.get(name, ""))
    return number_in(given)


def _words(form: MultiDictProxy[Any], i: int, counting: Words) -> Words:
    text = str(form.get(f"text_{i}", counting.text))
    titles = (str(form.get(f"button_{i}_{k}", it)) for k, it in enumerate(counting.buttons))
    return Words.typed(text, titles)


def _drafted(draft: Row | None, now_said: tuple[Words, ...]) -> tuple[Words, ...]:
    """The draft's words, if they are still for this response."""
    if draft is None:
        return now_said
    words = tuple(Words.from_json(it) for it in draft.words)
    fits = [len(it.buttons) for it in words] == [len(it.buttons) for it in now_said]
    return words if fits else now_said


def _seen(standing: Standing, typed: Typed | None) -> Typed:
    """What the form is to be held against: what is there now, or was when it was opened."""
    if typed is not None:
        return typed
    draft, counting = standing.draft, standing.counting
    kept = Typed((), None, None, is_meant=False)
    return replace(
        kept, draft=draft.id if draft else None, counting=counting.id if counting else None
    )


def _standing(session: Session, place: Place) -> Standing:
    earlier = rewordings.published(session, place.response, place.language)
    counting = rewordings.counting_for(session, place.response, place.language)
    draft = rewordings.draft_for(session, place.response, place.language)
    ids = {it for row in (*earlier, draft) if row for it in (row.made_by, row.published_by) if it}
    found = (staff.get_member(session, it) for it in ids)
    return Standing(counting, draft, earlier, {it.id: it.name for it in found if it})
