"""The JSON bodies that a page sends, and how they are read."""

import json
from typing import Annotated, Literal, Self, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.pipeline.speech import LONGEST_TEXT

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
    token: Annotated[str, Field(pattern=r"^[0-9a-f]{1,15}\.[0-9a-f]{1,2}(\.[0-9a-f]{1,4})?$")]


class Shared(_Body):
    """What phones share at a touch: a number, a place, a sticker."""

    kind: Literal["contact", "location", "sticker"]
    phone: Annotated[str, Field(pattern=r"^\+?[0-9 ()-]{5,24}$")] | None = None

    @model_validator(mode="after")
    def _a_contact_has_a_number(self) -> Self:
        if self.kind == "contact" and not self.phone:
            raise ValueError("a number is needed")
        return self


B = TypeVar("B", bound=_Body)


async def read(request: web.Request, kind: type[B]) -> B:
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
