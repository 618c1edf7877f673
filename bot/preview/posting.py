"""What people do on the page, on its way into the inbox."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

from aiohttp import BodyPartReader, web
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline.arrival import Arrival, Happened
from bot.pipeline.signals import Signals
from bot.pipeline.speech import LONGEST_TEXT
from bot.preview.bodies import LONGEST_BODY, Edited, Pressed, Said, Shared, read
from bot.preview.files import Files, TooLargeError
from bot.preview.guard import refusal
from bot.preview.live import Live
from bot.preview.numbers import Numbers
from bot.preview.sender import press_id
from bot.preview.viewer import CHANNEL, Viewer, viewer_of
from dialogues.exchange import Attachment, Medium
from storage import accepting
from storage.accepting import Accepted
from storage.database import Database
from storage.waking import wake


@dataclass(slots=True)
class Upload:
    """A file with what was said about it."""

    attachment: Attachment | None = None
    text: str = ""
    reply_to: int | None = None


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
        body = await read(request, Said)
        said = Arrival(Happened.SAID, reply_to=body.reply_to)
        return await self._accept(
            request, *(replace(said, text=part) for part in _parts(body.text))
        )

    async def edit(self, request: web.Request) -> web.Response:
        """Other words for one's own message."""
        body = await read(request, Edited)
        edited = Arrival(Happened.EDITED, text=body.text, message_id=body.number)
        return await self._accept(request, edited)

    async def press(self, request: web.Request) -> web.Response:
        """A choice."""
        body = await read(request, Pressed)
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
            request, Arrival(Happened.SAID, attachments=(_shared(await read(request, Shared)),))
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
                accepting.accept(session, _accepted(viewer, arrival), now=now)
            wake(session, "inbox")

        await self._database.write(store)
        self._signals.inbox.set()
        self._live.stir(viewer.name)
        return web.json_response({"numbers": [arrival.message_id for arrival in signed]})

    def _signed(self, viewer: Viewer, arrival: Arrival) -> Arrival:
        number = arrival.message_id or self._numbers.next()
        return replace(arrival, sender=viewer.sender, message_id=number, sent_at=self._clock.now())


def viewer_in(request: web.Request) -> Viewer:
    """Who the request's address says it is for. Raises NameRefusedError."""
    return viewer_of(*(request.query.get(name) for name in ("as", "who", "in")))


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
