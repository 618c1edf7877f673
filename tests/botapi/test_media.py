"""Files, pictures, places and cards, both ways."""

import struct
import zlib

import pytest
from telegram import Bot, InputMediaDocument, InputMediaPhoto, Message
from telegram.error import TelegramError

from tests.botapi import BotApi, Person
from tests.botapi.conftest import refused
from tests.botapi.files import PIXEL


async def latest(bot: Bot) -> Message:
    return (await bot.get_updates())[-1].effective_message


def picture(width: int, height: int) -> bytes:
    """A PNG that says it is so large."""
    size = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    check = struct.pack(">I", zlib.crc32(b"IHDR" + size))
    return PIXEL[:12] + b"IHDR" + size + check + PIXEL[33:]


async def test_a_photo_comes_in_sizes_and_can_be_fetched(bot: Bot, ann: Person) -> None:
    await ann.photo("our hall", data=PIXEL)
    message = await latest(bot)
    widths = [size.width for size in message.photo]
    assert message.caption == "our hall"
    assert widths == sorted(widths)
    assert len({size.file_id for size in message.photo}) == 3
    file = await message.photo[-1].get_file()
    assert bytes(await file.download_as_bytearray()) == PIXEL


async def test_voice_video_document_sticker(bot: Bot, ann: Person) -> None:
    await ann.voice(seconds=12)
    assert (await latest(bot)).voice.duration.total_seconds() == 12
    await ann.video("see")
    assert (await latest(bot)).video.mime_type == "video/mp4"
    await ann.document("budget.ods", mime="application/x-ods")
    assert (await latest(bot)).document.file_name == "budget.ods"
    await ann.sticker("🎉")
    assert (await latest(bot)).sticker.emoji == "🎉"


async def test_places_and_cards(bot: Bot, ann: Person) -> None:
    await ann.location(53.45, -2.99)
    assert (await latest(bot)).location.latitude == 53.45
    await ann.contact("+447700900999", "Gran")
    card = (await latest(bot)).contact
    assert (card.first_name, card.user_id) == ("Gran", None)


async def test_an_album_is_several_messages(bot: Bot, ann: Person) -> None:
    await ann.album(3, "before and after")
    album = [u.effective_message for u in (await bot.get_updates())[-3:]]
    assert len({message.media_group_id for message in album}) == 1
    assert [message.caption for message in album] == ["before and after", None, None]


async def test_large_files_cannot_be_fetched(bot: Bot, ann: Person) -> None:
    await ann.document(size=21 * 1024 * 1024)
    document = (await latest(bot)).document
    with refused("File is too big"):
        await document.get_file()
    with refused("Invalid file_id"):
        await bot.get_file("nothing")


async def test_the_bot_sends_files(api: BotApi, bot: Bot, ann: Person) -> None:
    sent = await bot.send_document(
        ann.id, b"%PDF-1.7", filename="idea.pdf", caption="<b>Yours</b>", parse_mode="HTML"
    )
    message = await ann.receives("Yours")
    assert api.file(message).data == b"%PDF-1.7"
    assert message.content["document"]["file_name"] == "idea.pdf"
    again = await bot.send_document(ann.id, sent.document.file_id)
    assert again.document == sent.document
    await bot.send_photo(ann.id, PIXEL)
    await bot.send_voice(ann.id, b"OggS")
    await bot.send_location(ann.id, 53.4, -2.9)
    assert [m.medium for m in ann.transcript.messages[-3:]] == ["photo", "voice", None]


async def test_a_file_id_is_of_one_kind(bot: Bot, ann: Person) -> None:
    await ann.photo()
    photo = (await latest(bot)).photo[-1]
    await bot.send_photo(ann.id, photo.file_id)
    with refused("can't use file of type Photo as Document"):
        await bot.send_document(ann.id, photo.file_id)
    with refused("Wrong file identifier"):
        await bot.send_photo(ann.id, "nothing")


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"not a picture", "IMAGE_PROCESS_FAILED"),
        (picture(9000, 2000), "PHOTO_INVALID_DIMENSIONS"),
        (picture(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (PIXEL + bytes(10 * 1024 * 1024), "too big for a photo"),
    ],
)
async def test_pictures_refused(bot: Bot, ann: Person, data: bytes, complaint: str) -> None:
    with refused(complaint):
        await bot.send_photo(ann.id, data)


async def test_uploads_end_at_50_mb(bot: Bot, ann: Person) -> None:
    with pytest.raises(TelegramError, match="Request Entity Too Large"):
        await bot.send_document(ann.id, bytes(52 * 1024 * 1024))


async def test_captions_have_room_for_1024_units(bot: Bot, ann: Person) -> None:
    await bot.send_photo(ann.id, PIXEL, caption="x" * 1024)
    with refused("Message caption is too long"):
        await bot.send_photo(ann.id, PIXEL, caption="x" * 1025)


async def test_the_bot_sends_albums(bot: Bot, ann: Person) -> None:
    album = [InputMediaPhoto(PIXEL, caption="one"), InputMediaPhoto(PIXEL)]
    sent = await bot.send_media_group(ann.id, album)
    assert len({message.media_group_id for message in sent}) == 1
    with refused("mixed"):
        await bot.send_media_group(ann.id, [*album, InputMediaDocument(b"x")])


async def test_a_place_must_be_on_earth(bot: Bot, ann: Person) -> None:
    with refused("Latitude is invalid"):
        await bot.send_location(ann.id, 153.4, -2.9)
