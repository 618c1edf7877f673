"""What is attached to an idea is copied safely, or kindly refused, and goes with the idea."""

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.pipeline import copies
from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.pipeline.copies import LARGEST, FileGoneError, FileTooBigError
from bot.pipeline.sniffing import sniff
from dialogues.exchange import Attachment as Sent
from dialogues.exchange import Medium
from storage import retention
from storage.models import Attachment, File, IdeaAnswer, OutboxRow
from tests.world import JPEG, MONDAY, World, open_world

OGG = b"OggS\x00\x02" + bytes(20)
MP4 = b"\0\0\0\x18ftypmp42" + bytes(20)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path) as opened:
        yield opened


async def sends(
    world: World, medium: Medium, handle: str, *, size: int | None = None, words: str = ""
) -> None:
    """Sam answers the open question with a file."""
    sent = Sent(medium, file_id=handle, file_name="evil.exe", mime_type="text/html", size=size)
    arrival = Arrival(Happened.SAID, sender=Sender("sam", "Sam"), text=words, attachments=(sent,))
    await world.arrives(arrival, chat="sam")


async def attach(world: World, medium: Medium, content: bytes | Exception, **more: int) -> None:
    """Sam begins an idea, and answers the first question with this."""
    world.attached.files["h1"] = content
    await world.says("sam", "/idea")
    await sends(world, medium, "h1", size=more.get("size"))


def noted(world: World) -> list[tuple[str, str | None]]:
    with world.core.database.reading() as session:
        rows = session.scalars(select(Attachment).order_by(Attachment.id))
        return [(row.state, row.reason) for row in rows]


def kept(world: World) -> list[tuple[str, str, bytes]]:
    with world.core.database.reading() as session:
        rows = session.scalars(select(File).order_by(File.id))
        return [(row.name, row.mime_type, row.content) for row in rows]


@pytest.mark.parametrize(
    ("medium", "content", "mime_type"),
    [
        (Medium.PHOTO, JPEG, "image/jpeg"),
        (Medium.VOICE, OGG, "audio/ogg"),
        (Medium.VIDEO, MP4, "video/mp4"),
        (Medium.DOCUMENT, b"%PDF-1.7 plans", "application/pdf"),
    ],
)
async def test_a_copy_is_kept_as_it_came_under_a_name_of_ours(
    world: World, medium: Medium, content: bytes, mime_type: str
) -> None:
    await attach(world, medium, content)
    [(name, kind, bytes_)] = kept(world)
    assert (kind, bytes_) == (mime_type, content)
    assert name.startswith(f"{medium}-1.")
    assert noted(world) == [("kept", None)]
    assert (
        "Who is it for" in world.heard("sam")[-1]
    )  # nothing is said of it: the next question stands


@pytest.mark.parametrize(
    ("content", "words", "note"),
    [
        (b"MZ\x90\0 a program", "a copy of that kind", ("refused", "kind")),
        (b"<html><script>", "a copy of that kind", ("refused", "kind")),
        (JPEG + bytes(LARGEST), "too big", ("refused", "too_big")),
        (FileTooBigError(), "too big", ("refused", "too_big")),
        (FileGoneError(), "isn't there any more", ("gone", None)),
    ],
)
async def test_what_cannot_be_kept_is_noted_and_said_kindly_and_the_answer_stays(
    world: World, content: bytes | Exception, words: str, note: tuple[str, str | None]
) -> None:
    await attach(world, Medium.DOCUMENT, content)
    assert noted(world) == [note]
    assert kept(world) == []
    told = world.heard("sam")[-1]
    assert words in told
    assert "Your answer is saved all the same" in told
    with world.core.database.reading() as session:
        assert session.scalars(select(IdeaAnswer.text)).one() == "(document)"


async def test_what_is_said_to_be_too_big_is_not_even_fetched(world: World) -> None:
    await attach(world, Medium.VIDEO, MP4, size=LARGEST + 1)
    assert world.attached.fetched == []
    assert noted(world) == [("refused", "too_big")]


async def test_what_is_kept_for_one_chat_has_an_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "MOST_OF_CHAT", LARGEST)
    await attach(world, Medium.PHOTO, JPEG)
    await sends(world, Medium.PHOTO, "h2")
    assert noted(world) == [("kept", None), ("refused", "full")]
    assert "can't keep copies of more" in world.heard("sam")[-1]


async def test_a_failed_download_is_tried_again(world: World) -> None:
    await attach(world, Medium.PHOTO, OSError("the line broke"))
    assert noted(world) == [("wanted", None)]
    world.attached.files["h1"] = JPEG
    await world.live_until(world.clock.now() + timedelta(minutes=1))
    world.clock.move_on(timedelta(minutes=1))
    await world.settle()
    assert noted(world) == [("kept", None)]


async def test_after_five_attempts_the_resident_is_told_and_may_send_it_again(world: World) -> None:
    await attach(world, Medium.PHOTO, OSError("the line broke"))
    for _attempt in range(5):
        world.clock.move_on(timedelta(hours=1))
        await world.settle()
    assert len(world.attached.fetched) == 5
    assert "couldn't get hold of your photo" in world.heard("sam")[-1]
    assert noted(world) == [("failed", None)]
    world.attached.files["h1"] = JPEG
    await sends(world, Medium.PHOTO, "h1")
    assert noted(world) == [("kept", None)]


async def test_the_same_file_is_copied_once(world: World) -> None:
    await attach(world, Medium.PHOTO, JPEG)
    await sends(world, Medium.PHOTO, "h1", words="and who it is for")
    assert world.attached.fetched == ["h1"]


async def test_a_place_on_the_map_needs_no_copy(world: World) -> None:
    await world.says("sam", "/idea")
    place = Sent(Medium.LOCATION, latitude=53.4, longitude=-2.9)
    arrival = Arrival(Happened.SAID, sender=Sender("sam", "Sam"), attachments=(place,))
    await world.arrives(arrival, chat="sam")
    assert noted(world) == []


async def test_forgetting_deletes_copies_and_what_was_to_be_copied(world: World) -> None:
    await attach(world, Medium.PHOTO, JPEG)
    world.attached.files["h2"] = OSError("not now")
    await sends(world, Medium.PHOTO, "h2")
    await world.says("sam", "/forget")
    await world.presses("sam", "Yes, delete it all")
    assert (noted(world), kept(world)) == ([], [])
    with world.core.database.reading() as session:
        left = session.scalars(select(OutboxRow.state).where(OutboxRow.kind.startswith("fetch")))
        assert set(left) == {"done"}


async def test_copies_go_with_the_idea_when_it_was_kept_long_enough(world: World) -> None:
    await attach(world, Medium.PHOTO, JPEG)
    long_after = MONDAY + timedelta(days=731)
    rule = next(it for it in retention.rules(now=long_after, days={}) if it.name == "ideas")
    with world.core.database.transaction() as session:
        rule.remove(session, retention.walk(session, rule, after_id=0).ids)
    assert (noted(world), kept(world)) == ([], [])


# What a file is


def archive(**entries: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as written:
        for name, words in entries.items():
            written.writestr(name, words)
    return held.getvalue()


def office(*more: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as written:
        for name in ("[Content_Types].xml", "word/document.xml", *more):
            written.writestr(name, "<x/>")
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (JPEG, ".jpg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", ".webp"),
        (b"\0\0\0\x18ftypM4A ", ".m4a"),
        (b"ID3\x03 a song", ".mp3"),
        (office(), ".docx"),
        (archive(mimetype="application/vnd.oasis.opendocument.text"), ".odt"),
        ("Ogródek dla każdego".encode(), ".txt"),
    ],
)
def test_a_file_is_known_by_its_first_bytes(content: bytes, suffix: str) -> None:
    found = sniff(content)
    assert found is not None
    assert found.suffix == suffix


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\0",
        b"\x7fELF",
        b"#!/bin/sh\nrm -rf /",
        b"  <svg onload='x'>",
        b"\xd0\xcf\x11\xe0 old office",
        office("word/vbaProject.bin"),
        archive(mimetype="application/java-archive"),
        archive(setup="MZ"),
        b"PK\x03\x04 broken",
        b"RIFF\0\0\0\0ACON",
        b"{\\rtf1 \0",
    ],
)
def test_what_could_run_or_hide_something_is_no_kind_we_keep(content: bytes) -> None:
    assert sniff(content) is None


@given(st.binary(max_size=200))
def test_nothing_makes_it_stumble(content: bytes) -> None:
    sniff(content)
    sniff(b"PK\x03\x04" + content)
