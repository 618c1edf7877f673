"""What people do on the page, on its way into the inbox."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Literal, Self, TypeVar

from aiohttp import BodyPartReader, web
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.console.files import Files, TooLargeError
from bot.console.guard import refusal
from bot.console.live import Live
from bot.console.numbers import Numbers
from bot.console.sender import press_id
from bot.console.viewer import CHANNEL, Viewer, viewer_of
from bot.pipeline.arrival import Arrival, Happened
from bot.pipeline.signals import Signals
from bot.pipeline.speech import LONGEST_TEXT
from dialogues.exchange import Attachment, Medium
from storage import inbox
from storage.database import Database
from storage.inbox import Accepted

LONGEST_BODY = 256 * 1024  # bytes of JSON
LONGEST_WORDS = 40_000  # characters in one go; sent on in parts, as Telegram's apps do

Words = Annotated[str, Field(max_length=LONGEST_WORDS)]
Number = Annotated[int, Field(gt=0, lt=2**53)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Said(_Body):
    """Words, perhaps in reply to a message."""

    text: Annotated[Words, Field(min_length=1)]
    reply_to: Number | None = None


class Edited(_Body):
    """Other words for a message sent before."""

    number: Number
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]


class Pressed(_Body):
    """A button, by its token."""

    number: Number
    token: Annotated[str, Field(pattern=r"^[0-9a-f]{1,15}\.[0-9a-f]{1,2}$")]


class Shared(_Body):
    """What phones share at a touch: a number, a place, a sticker."""

    kind: Literal["contact", "location", "sticker"]
    phone: Annotated[str, Field(pattern=r"^\+?[0-9 ()-]{5,24}$")] | None = None

    @model_validator(mode="after")
    def _a_contact_has_a_number(self) -> Self:
        if self.kind == "contact" and not self.phone:
            raise ValueError("a number is needed")
        return self


@dataclass(slots=True)
class Upload:
    """A file with what was said about it."""

    attachment: Attachment | None = None
    text: str = ""
    reply_to: int | None = None


B = TypeVar("B", bound=_Body)


class Posting:
    """The handlers of everything that a page sends; each answers with its message numbers."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        signals: Signals,
        numbers: Numbers,
        files: Files,
        live: Live,
    ) -> None:
        self._database = database
        self._clock = clock
        self._signals = signals
        self._numbers = numbers
        self._files = files
        self._live = live

    async def say(self, request: web.Request) -> web.Response:
        """Words or a command."""
        body = await _read(request, Said)
        said = Arrival(Happened.SAID, reply_to=body.reply_to)
        return await self._accept(
            request, *(replace(said, text=part) for part in _parts(body.text))
        )

    async def edit(self, request: web.Request) -> web.Response:
        """Other words for one's own message."""
        body = await _read(request, Edited)
        edited = Arrival(Happened.EDITED, text=body.text, message_id=body.number)
        return await self._accept(request, edited)

    async def press(self, request: web.Request) -> web.Response:
        """A choice."""
        body = await _read(request, Pressed)
        pressed = Arrival(
            Happened.PRESSED,
            token=body.token,
            message_id=body.number,
            callback_id=press_id(viewer_in(request)),
        )
        return await self._accept(request, pressed)

    async def share(self, request: web.Request) -> web.Response:
        """A number, a place, a sticker; all made up."""
        return await self._accept(
            request, Arrival(Happened.SAID, attachments=(_shared(await _read(request, Shared)),))
        )

    async def attach(self, request: web.Request) -> web.Response:
        """A file: multipart, the words before the file."""
        try:
            upload = await self._upload(request)
        except TooLargeError:
            return refusal("That file is too big: 20 MB is the most.", status=413)
        except ValueError:
            return refusal("That could not be read.", status=400)
        if upload.attachment is None:
            return refusal("There was no file in that.", status=400)
        said = Arrival(
            Happened.SAID,
            text=upload.text,
            attachments=(upload.attachment,),
            reply_to=upload.reply_to,
        )
        return await self._accept(request, said)

    async def _upload(self, request: web.Request) -> Upload:
        if not request.content_type.startswith("multipart/"):
            raise ValueError("not multipart")
        upload, voice = Upload(), False
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise ValueError("nested multipart")  # noqa: TRY004  # it is the sender's mistake
            if part.name == "file":
                upload.attachment = await self._files.keep(part, voice=voice)
                break
            value = (await _field(part)).strip()
            if part.name == "text":
                upload.text = value
            elif part.name == "reply_to":
                upload.reply_to = int(value)
            elif part.name == "voice":
                voice = True
        return upload

    async def _accept(self, request: web.Request, *arrivals: Arrival) -> web.Response:
        viewer = viewer_in(request)
        signed = [self._signed(viewer, arrival) for arrival in arrivals]
        now = self._clock.now()

        def store(session: Session) -> None:
            for arrival in signed:
                inbox.accept(session, _accepted(viewer, arrival), now=now)

        await self._database.write(store)
        self._signals.inbox.set()
        self._live.stir(viewer.name)
        return web.json_response({"numbers": [arrival.message_id for arrival in signed]})

    def _signed(self, viewer: Viewer, arrival: Arrival) -> Arrival:
        number = arrival.message_id or self._numbers.next()
        return replace(arrival, sender=viewer.sender, message_id=number, sent_at=self._clock.now())


def viewer_in(request: web.Request) -> Viewer:
    """Who the request's address says it is for. Raises NameRefusedError."""
    return viewer_of(request.query.get("as"), request.query.get("who"))


async def _read(request: web.Request, kind: type[B]) -> B:
    """The JSON body. Raises an HTTP error that says what is wrong with it."""
    if request.content_type != "application/json":
        raise _bad("application/json is expected")
    if (request.content_length or 0) > LONGEST_BODY:
        raise _bad("that is too long")
    try:
        return kind.model_validate_json(await request.read())
    except ValidationError as error:
        wrong = error.errors()[0]
        place = ".".join(str(part) for part in wrong["loc"])
        raise _bad(f"{place}: {wrong['msg']}".removeprefix(": ")) from error


def _bad(words: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=json.dumps({"error": words}), content_type="application/json")


async def _field(part: BodyPartReader) -> str:
    chunk = await part.read_chunk(LONGEST_BODY)
    if not part.at_eof() and await part.read_chunk():
        raise ValueError("too long")
    return chunk.decode()[:LONGEST_TEXT]


def _shared(body: Shared) -> Attachment:
    if body.kind == "contact":
        return Attachment(Medium.CONTACT, phone=body.phone, own_contact=True)
    if body.kind == "location":
        return Attachment(Medium.LOCATION, latitude=53.4075, longitude=-2.9919)
    return Attachment(Medium.STICKER)


def _accepted(viewer: Viewer, arrival: Arrival) -> Accepted:
    return Accepted(
        dedupe_key=f"{CHANNEL}:{uuid.uuid4()}",
        chat=viewer.chat,
        payload=arrival.to_json(),
        joins=not viewer.is_staff and _may_join(arrival),
    )


def _may_join(arrival: Arrival) -> bool:
    if arrival.happened is not Happened.SAID or arrival.text.startswith("/"):
        return False
    media = {item.medium for item in arrival.attachments}
    return not media & {Medium.CONTACT, Medium.LOCATION, Medium.STICKER}


def _parts(text: str) -> Iterator[str]:
    """The text in pieces that Telegram would take, cut at a space where there is one."""
    while len(text) > LONGEST_TEXT:
        cut = text.rfind(" ", 1, LONGEST_TEXT)
        cut = cut if cut > 0 else LONGEST_TEXT
        yield text[:cut]
        text = text[cut:].lstrip()
    if text:
        yield text
