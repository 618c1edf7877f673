"""Parcels through the real client against the emulated Bot API, and its errors in our words."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.pipeline.parcel import (
    ChatGoneError,
    ChatMovedError,
    CredentialError,
    File,
    Key,
    MessageLostError,
    Parcel,
    RefusedError,
    SendError,
    SilencedError,
    TryLaterError,
    UnreachableError,
)
from bot.telegram.bot import TokenRefusedError, open_bot
from bot.telegram.sender import TelegramSender
from dialogues.exchange import Attachment, Button, Medium
from tests.botapi import BotApi, Person

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as served:
        yield served


@pytest.fixture
async def ann(api: BotApi) -> Person:
    person = api.person("Ann")
    await person.start()
    return person


@pytest.fixture
async def sender(api: BotApi, tmp_path: Path) -> AsyncIterator[TelegramSender]:
    (tmp_path / "pic.png").write_bytes(PNG)
    (tmp_path / "guide.pdf").write_bytes(b"%PDF-1.4")
    async with open_bot(api.token, api_url=api.url) as (bot, _me):
        yield TelegramSender(bot, pictures=tmp_path)


def keys(*buttons: Button) -> tuple[Key, ...]:
    return tuple(Key(button, f"1f.{place}") for place, button in enumerate(buttons))


async def test_words_with_choices(sender: TelegramSender, ann: Person) -> None:
    choices = keys(
        Button("Yes", payload="/yes"),
        Button("Read more", url="https://example.org/"),
        Button("Copy", copy_text="LCR-AB2CD"),
    )
    number = await sender.send(Parcel(str(ann.id), "<b>Sure?</b>", keys=choices))
    said = await ann.receives("Sure?", button="Yes")
    assert said.id == number
    assert [entity["type"] for entity in said.entities] == ["bold"]


async def test_a_deadline_is_a_date_time_entity(sender: TelegramSender, ann: Person) -> None:
    text = 'It closes at <tg-time unix="1780315200">5pm on Friday (UK time)</tg-time>.'
    await sender.send(Parcel(str(ann.id), text))
    said = await ann.receives("5pm on Friday (UK time)")
    assert [(it["type"], it["unix_time"]) for it in said.entities] == [("date_time", 1780315200)]


async def test_the_keyboard_for_a_number_comes_and_goes(
    sender: TelegramSender, ann: Person
) -> None:
    ask = keys(Button("Share my number", request_contact=True), Button("Never mind", payload="x"))
    await sender.send(Parcel(str(ann.id), "Your number?", keys=ask))
    await ann.receives("Your number?")
    assert ann.keyboard
    await sender.send(Parcel(str(ann.id), "Thanks.", ends_keyboard=True))
    await ann.receives("Thanks.")
    assert not ann.keyboard


async def test_a_picture_and_a_document_of_the_content(sender: TelegramSender, ann: Person) -> None:
    await sender.send(Parcel(str(ann.id), "Look", image="pic.png"))
    assert (await ann.receives("Look")).medium == "photo"
    await sender.send(Parcel(str(ann.id), "Read", document="guide.pdf"))
    assert (await ann.receives("Read")).medium == "document"


async def test_a_picture_that_is_kept_is_uploaded(
    sender: TelegramSender, ann: Person, api: BotApi
) -> None:
    await sender.send(Parcel(str(ann.id), "Your page", picture=File("page.png", PNG)))
    said = await ann.receives("Your page")
    assert said.medium == "photo"
    assert api.world.files.found(said.content["photo"][-1]["file_id"]).data == PNG


async def test_a_document_that_was_just_written_is_uploaded(
    sender: TelegramSender, ann: Person, api: BotApi
) -> None:
    written = File("gardens.ics", b"BEGIN:VCALENDAR")
    choices = keys(Button("Menu", payload="/menu"))
    await sender.send(Parcel(str(ann.id), "<b>Its dates</b>", keys=choices, file=written))
    said = await ann.receives("Its dates", button="Menu")
    document = said.content["document"]
    assert (document["file_name"], document["mime_type"]) == ("gardens.ics", "text/calendar")
    assert api.world.files.found(document["file_id"]).data == b"BEGIN:VCALENDAR"


@pytest.mark.parametrize("medium", [Medium.VOICE, Medium.PHOTO, Medium.DOCUMENT])
async def test_what_somebody_sent_is_passed_on_by_its_handle(
    sender: TelegramSender, ann: Person, api: BotApi, medium: Medium
) -> None:
    bo = api.person("Bo")
    await bo.start()
    sent = {Medium.VOICE: ann.voice, Medium.PHOTO: ann.photo, Medium.DOCUMENT: ann.document}
    message = await sent[medium]()
    file_id = _file_id(message.content)
    await sender.send(Parcel(str(bo.id), "From Ann", media=Attachment(medium, file_id=file_id)))
    assert (await bo.receives("From Ann")).medium == medium.value


def _file_id(content: object) -> str:
    """The handle of the file in a message, wherever it stands."""
    if isinstance(content, dict):
        if isinstance(content.get("file_id"), str):
            return str(content["file_id"])
        return next(found for value in content.values() if (found := _file_id(value)))
    if isinstance(content, list):
        return next((found for value in reversed(content) if (found := _file_id(value))), "")
    return ""


async def test_an_edit_and_one_that_changes_nothing(sender: TelegramSender, ann: Person) -> None:
    number = await sender.send(Parcel(str(ann.id), "New"))
    for _ in range(2):
        assert await sender.send(Parcel(str(ann.id), "Taken", edits=number)) == number
    await ann.receives("Taken")
    await sender.send(Parcel(str(ann.id), "", edits=number, deletes=True))
    with pytest.raises(MessageLostError):
        await sender.send(Parcel(str(ann.id), "Gone", edits=number))


async def test_errors_are_told_apart(
    sender: TelegramSender, ann: Person, api: BotApi, tmp_path: Path
) -> None:
    stranger = api.person("Stranger")

    async def refusal(parcel: Parcel) -> SendError:
        with pytest.raises(SendError) as caught:
            await sender.send(parcel)
        return caught.value

    hello = Parcel(str(ann.id), "Hello")
    assert isinstance(await refusal(Parcel(str(ann.id), "<b>open")), RefusedError)
    assert isinstance(await refusal(Parcel(str(stranger.id), "Hello")), ChatGoneError)
    assert isinstance(await refusal(Parcel("424242", "Hello")), ChatGoneError)
    api.flood(ann, retry_after=3)
    wait = await refusal(hello)
    assert isinstance(wait, TryLaterError)
    assert wait.seconds == 3
    api.fail_next("sendMessage", status=502)
    assert isinstance(await refusal(hello), UnreachableError)
    api.fail_next("sendMessage", status=401)
    unknown = await refusal(hello)
    assert isinstance(unknown, CredentialError)
    assert api.token not in str(unknown)
    await ann.block()
    assert isinstance(await refusal(hello), ChatGoneError)
    group = api.group("Desk", members=[stranger])
    await group.silence_bot(by=stranger)
    assert isinstance(await refusal(Parcel(str(group.id), "Hello")), SilencedError)


async def test_a_group_that_moved_says_where(sender: TelegramSender, api: BotApi) -> None:
    alex = api.person("Alex")
    group = api.group("Desk", members=[alex])
    old = str(group.id)
    new = await group.upgrade()
    with pytest.raises(ChatMovedError) as caught:
        await sender.send(Parcel(old, "Hello"))
    assert caught.value.external_id == str(new)


async def test_a_wrong_token_is_said_without_telling_it(api: BotApi) -> None:
    with pytest.raises(TokenRefusedError) as caught:
        async with open_bot("1234:" + "z" * 35, api_url=api.url):
            pass
    assert "zzz" not in repr(caught.value)


async def test_a_topic_gets_its_own_posts(sender: TelegramSender, api: BotApi, ann: Person) -> None:
    forum = api.group("Gardeners", members=[ann], forum=True)
    topic = await forum.open_topic("The hut", by=ann)
    place = f"{forum.id}/{topic}"
    number = await sender.send(Parcel(place, "Board", pins=True))
    await sender.send(Parcel(place, "Board, changed", edits=number))
    await sender.send(Parcel(place, "", media=Attachment(Medium.LOCATION, latitude=1, longitude=2)))
    await sender.show_typing(place)
    assert [(it.thread_id, it.text) for it in forum.said_in(topic) if it.sender is api.bot] == [
        (topic, "Board, changed"),
        (topic, ""),
        (topic, ""),
    ]
    assert forum.chat.pinned == [number]
    await forum.delete_topic(topic)
    with pytest.raises(ChatGoneError):
        await sender.send(Parcel(place, "x"))
    assert api.violations == []


async def test_pinning_that_is_not_allowed_is_no_trouble(
    sender: TelegramSender, api: BotApi, ann: Person
) -> None:
    group = api.group("Gardeners", members=[ann])
    assert await sender.send(Parcel(str(group.id), "Board", pins=True))
    assert (group.chat.pinned, api.violations) == ([], [])
