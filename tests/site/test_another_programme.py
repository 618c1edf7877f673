"""Another incubator's pages and calendar speak its own words; no Python is touched for it."""

from pathlib import Path

import vobject

from tests.bot.test_another_programme import ELSEWHERE
from tests.site.conftest import open_visit


async def test_its_pages_and_calendar_are_its_own(database_url: str, tmp_path: Path) -> None:
    async with open_visit(database_url, tmp_path, dialogues=ELSEWHERE) as visit:
        visit.keep(code="boats", title="Boats for all", theme="boats", criteria=[])
        page, feed = await visit.page("/calls"), await visit.page("/calls.ics")
        poster = await visit.page("/calls/boats")
    assert "<h2>Heading open</h2>" in page
    assert "The Seed Shed on Humber" in page
    assert "Boats for all" in poster
    assert "Capacity" not in page + poster + feed
    assert vobject.readOne(feed).vevent.uid.value == "boats@hum.calls"
    assert vobject.readOne(feed).vevent.summary.value == "Closes Boats for all"
