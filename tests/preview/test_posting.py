"""What people do on the page arrives in the inbox, each thing once and as what it was."""

import time
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from aiohttp import FormData

from bot.pipeline.arrival import Happened
from bot.preview.bodies import LONGEST_WORDS
from bot.preview.files import LARGEST
from dialogues.exchange import Medium
from storage import chats, messages
from storage.chats import Marks
from tests.preview.room import PAGE, Room

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 5000


async def test_words_arrive_with_who_said_them(room: Room) -> None:
    number = await room.say("hello", as_="maria")
    arrival = room.echo.arrivals[0]
    assert arrival.happened is Happened.SAID
    assert (arrival.text, arrival.message_id) == ("hello", number)
    assert arrival.sender is not None
    assert (arrival.sender.external_id, arrival.sender.name) == ("maria", "Maria")
    assert arrival.sent_at == room.clock.now()


async def test_numbers_only_rise(room: Room) -> None:
    numbers = [await room.say("one"), await room.say("two")]
    room.clock.move_on(timedelta(hours=-1))
    numbers.append(await room.say("three"))
    assert numbers == sorted(set(numbers))


async def test_a_press_finds_its_button_and_names_its_presser(room: Room) -> None:
    await room.say("hello")
    page = await room.page()
    token = page.split('data-token="')[2].split('"')[0]
    await room.post("press", {"number": 5, "token": token})
    await room.settle()
    pressed = room.echo.arrivals[-1]
    assert (pressed.happened, pressed.token) == (Happened.PRESSED, token)
    assert pressed.callback_id is not None
    assert pressed.callback_id.startswith("sam:sam:")


async def test_an_edit_keeps_the_messages_number(room: Room) -> None:
    number = await room.say("helo")
    await room.post("edit", {"number": number, "text": "hello"})
    await room.settle()
    edited = room.echo.arrivals[-1]
    assert (edited.happened, edited.message_id) == (Happened.EDITED, number)
    page = await room.page()
    assert ">hello</div>" in page
    assert "<span>edited</span>" in page


async def test_a_reply_names_what_it_replies_to(room: Room) -> None:
    await room.post("say", {"text": "yes", "reply_to": 77}, as_="staff", who="robin")
    await room.settle()
    said = room.echo.arrivals[0]
    assert said.reply_to == 77
    assert said.sender is not None
    assert said.sender.name == "Robin"


async def test_a_shared_number_is_the_senders_own(room: Room) -> None:
    await room.post("share", {"kind": "contact", "phone": "07700 900123"})
    await room.settle()
    (contact,) = room.echo.arrivals[0].attachments
    assert (contact.medium, contact.phone, contact.own_contact) == (
        Medium.CONTACT,
        "07700 900123",
        True,
    )


@pytest.mark.parametrize("kind", ["location", "sticker"])
async def test_a_place_and_a_sticker(room: Room, kind: str) -> None:
    await room.post("share", {"kind": kind})
    await room.settle()
    assert room.echo.arrivals[0].attachments[0].medium == kind


@pytest.mark.parametrize(
    ("name", "body", "joins"),
    [
        ("say", {"text": "my idea is"}, True),
        ("say", {"text": "/cancel"}, False),
        ("share", {"kind": "contact", "phone": "07700 900123"}, False),
        ("share", {"kind": "location"}, False),
    ],
)
async def test_only_words_and_media_wait_for_more(
    room: Room, name: str, body: dict[str, str], joins: bool
) -> None:
    with room.database.transaction() as session:
        key = chats.ChatKey("preview", "sam")
        chat_id = chats.chat_id_for(session, key, now=room.clock.now())
        marks = Marks(expects_text=True, missed_reply=False, flooded_at=None)
        chats.save_marks(session, {chat_id: marks})
    await room.post(name, body)
    (row,) = room.inbox()
    assert row.joins is joins
    assert (row.ready_at > room.clock.now()) is joins


async def test_long_words_go_in_parts_as_from_a_phone(room: Room) -> None:
    text = "word " * 2000
    answer = await room.post("say", {"text": text})
    numbers = (await answer.json())["numbers"]
    await room.settle()
    assert len(numbers) == len(room.echo.arrivals) == 3
    assert " ".join(arrival.text for arrival in room.echo.arrivals).split() == text.split()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("say", {}),
        ("say", {"text": "   "}),
        ("say", {"text": "x" * (LONGEST_WORDS + 1)}),
        ("say", {"text": "x", "more": 1}),
        ("say", {"text": "x", "reply_to": -1}),
        ("edit", {"number": 1, "text": ""}),
        ("press", {"number": 1, "token": "nonsense"}),
        ("press", {"number": 1, "token": "1.1; drop"}),
        ("share", {"kind": "house"}),
        ("share", {"kind": "contact"}),
        ("share", {"kind": "contact", "phone": "call me"}),
    ],
)
async def test_nonsense_is_refused_in_words(room: Room, name: str, body: dict[str, str]) -> None:
    answer = await room.post(name, body)
    assert answer.status == 400
    assert (await answer.json())["error"]
    assert room.inbox() == []


async def test_other_kinds_of_body_are_refused(room: Room) -> None:
    for name in ("say", "attach"):
        answer = await room.client.post(f"/preview/{name}", data=b"text=hi", headers=PAGE)
        assert answer.status == 400


async def test_a_picture_is_kept_shown_and_served(room: Room) -> None:
    form = FormData({"text": "our hut"}, quote_fields=False)
    form.add_field("file", BytesIO(PNG), filename="../../hut.png", content_type="image/png")
    answer = await room.client.post("/preview/attach", data=form, headers=PAGE)
    assert answer.status == 200
    await room.settle()
    said = room.echo.arrivals[0]
    (photo,) = said.attachments
    assert said.text == "our hut"
    assert (photo.medium, photo.file_name, photo.size) == (Medium.PHOTO, "hut.png", len(PNG))
    served = await room.client.get(f"/preview/files/{photo.file_id}")
    assert (served.content_type, await served.read()) == ("image/png", PNG)
    assert f'<img src="/preview/files/{photo.file_id}" alt="hut.png"' in await room.page()


async def test_files_go_once_nobody_holds_them(room: Room) -> None:
    for name in ("kept", "forgotten"):
        form = FormData()
        form.add_field("file", PNG[:50], filename=f"{name}.png", content_type="image/png")
        await room.client.post("/preview/attach", params={"as": name}, data=form, headers=PAGE)
    await room.settle()
    kept, forgotten = (arrival.attachments[0].file_id for arrival in room.echo.arrivals)
    with room.database.transaction() as session:
        chat_id = chats.find_chat_id(session, channel="preview", external_id="forgotten")
        messages.delete_history(session, chat_id or 0)
    room.clock.move_to(datetime.fromtimestamp(time.time(), UTC))
    await room.preview.prepare()
    assert len(list(room.files.iterdir())) == 2  # it might still be waiting for its turn
    room.clock.move_on(timedelta(days=2))
    await room.preview.prepare()
    assert [path.name for path in room.files.iterdir()] == [kept] != [forgotten]


async def test_a_voice_note_is_one(room: Room) -> None:
    form = FormData({"voice": "1"})
    form.add_field("file", b"sound", filename="v.weba", content_type="audio/webm;codecs=opus")
    await room.client.post("/preview/attach", data=form, headers=PAGE)
    await room.settle()
    (voice,) = room.echo.arrivals[0].attachments
    assert (voice.medium, voice.mime_type) == (Medium.VOICE, "audio/webm")
    served = await room.client.get(f"/preview/files/{voice.file_id}")
    assert served.content_type == "audio/webm"


@pytest.mark.parametrize("mime_type", ["text/html", "image/svg+xml", "application/pdf", "x/y"])
async def test_what_could_run_is_only_a_download(room: Room, mime_type: str) -> None:
    form = FormData()
    form.add_field("file", b"<script>alert(1)</script>", filename="x", content_type=mime_type)
    await room.client.post("/preview/attach", data=form, headers=PAGE)
    await room.settle()
    (file,) = room.echo.arrivals[0].attachments
    served = await room.client.get(f"/preview/files/{file.file_id}")
    assert served.content_type == "application/octet-stream"
    assert served.headers["Content-Disposition"] == "attachment"


async def test_a_file_too_big_is_refused_and_not_kept(room: Room) -> None:
    form = FormData()
    form.add_field("file", BytesIO(bytes(LARGEST + 1)), filename="x.png", content_type="image/png")
    answer = await room.client.post("/preview/attach", data=form, headers=PAGE)
    assert answer.status == 413
    assert "20 MB" in (await answer.json())["error"]
    assert list(room.files.iterdir()) == []
    assert room.inbox() == []


async def test_an_attachment_without_a_file_is_refused(room: Room) -> None:
    form = FormData({"text": "look"}, default_to_multipart=True)
    answer = await room.client.post("/preview/attach", data=form, headers=PAGE)
    assert answer.status == 400


@pytest.mark.parametrize("handle", ["..%2f..%2fpyproject.toml", "x.png", "0" * 32 + ".png"])
async def test_only_kept_files_are_served(room: Room, handle: str) -> None:
    assert (await room.client.get(f"/preview/files/{handle}")).status == 404
