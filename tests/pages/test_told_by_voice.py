"""An idea told entirely in voice notes goes the whole way: kept, on a page, heard by staff."""

from pathlib import Path

import pytest

from dialogues.exchange import Medium
from tests.pages.made import words_in
from tests.pipeline.test_copies import OGG, noted, sends
from tests.pipeline.test_first_buttons import answer
from tests.world import STAFF, open_world

QUESTIONS = 9  # the name is one of them
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
async def test_voice_notes_alone_make_an_idea(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path) as world:
        await world.core.database.write(world.core.load_samples)
        await world.says("sam", "/idea")
        for number in range(QUESTIONS):
            world.attached.files[f"v{number}"] = OGG
            await sends(world, Medium.VOICE, f"v{number}")
        await world.presses("sam", "Sefton")
        assert noted(world) == [("kept", None)] * QUESTIONS
        assert f"{QUESTIONS} of {QUESTIONS}" in world.heard("sam")[-2]
        await world.presses("sam", "Send it to the team")
        for _turn in range(20):
            if any("LCR-" in text for text in world.heard("sam")):
                break
            await answer(world, "sam")
        passed_on = [
            parcel.media.file_id
            for _at, parcel in world.sender.sent
            if parcel.external_chat_id == STAFF and parcel.media
        ]
        assert passed_on == [f"v{number}" for number in range(QUESTIONS)]
        assert "To be listened to" in "\n".join(world.heard(STAFF))
        await world.says("sam", "/page")
        document = world.last("sam").file
        assert document is not None
        on_page = words_in(document.content)
        assert on_page.count("Told in a voice note") == QUESTIONS - 1  # its name cannot be written
