"""How the assistant is doing and how it is set up: plain words, and nothing secret."""

import re
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.console.settings.health import LANES, troubles
from bot.console.settings.setup import HIDDEN, by_content, by_environment
from bot.pipeline.vigil import PREFIX
from bot.settings import Settings
from storage import chats, health, leases, loop_failures, outbox, staff
from storage.chats import ChatKey
from storage.loop_failures import Failing
from storage.models import StaffChat
from storage.outbox import SENT, Lane
from storage.staff import Role
from tests.console.conftest import Browser, Office

DESK = ChatKey("telegram", "-100", "group", "The example team")


def connect(office: Office) -> None:
    with office.core.database.transaction() as session:
        staff.seed_staff_chat(session, DESK, now=office.clock.now())


def live(office: Office) -> None:
    """A process that handles messages."""
    with office.core.database.transaction() as session:
        leases.hold(
            session,
            name=f"{PREFIX}a",
            owner="example-host:12",
            now=office.clock.now(),
            period=timedelta(seconds=30),
        )


@pytest.fixture
async def ada(office: Office) -> Browser:
    return await office.signed_in("Ada", Role.ADMIN)


async def test_all_is_well_is_said_when_it_is(office: Office, ada: Browser) -> None:
    connect(office)
    live(office)
    assert (await ada.get("/staff/health")).status == 200
    assert "All is well." in ada.page
    assert "example-host:12" in ada.page
    assert re.search(r"(SQLite|PostgreSQL), [\d.]+ MB", ada.page)
    assert "730 days" in ada.page


async def test_what_is_not_well_is_said_with_what_to_do(office: Office, ada: Browser) -> None:
    await ada.get("/staff/health")
    assert "No process takes messages." in ada.page
    assert "No group is connected" in ada.page
    connect(office)
    live(office)
    with office.core.database.transaction() as session:
        found = session.get_one(StaffChat, 1)
        found.trouble, found.troubled_at = "gone", office.clock.now()
        chat_id = chats.chat_id_for(
            session, ChatKey("telegram", "ann", "private", "Ann"), now=office.clock.now()
        )
        outbox.queue(
            session, chat_id=chat_id, kind="message", lane=Lane.REPLIES, now=office.clock.now()
        )
    office.wait(timedelta(minutes=3))
    live(office)
    await ada.get("/staff/health")
    assert "Posts do not get into The example team." in ada.page
    assert "Answers to residents wait to be sent." in ada.page
    assert "All is well" not in ada.page
    assert re.search(r"Answers to residents</th><td[^>]*>1</td>", ada.page)


async def test_a_silent_line_to_telegram_is_told_where_telegram_is_spoken(office: Office) -> None:
    with office.core.database.reading() as session:
        seen = health.look(session, now=office.clock.now())
    now = office.clock.now()
    assert any("Telegram" in it.what for it in troubles(seen, now=now, speaks_telegram=True))
    assert not any("Telegram" in it.what for it in troubles(seen, now=now, speaks_telegram=False))


async def test_a_loop_that_fails_is_named_with_since_when(office: Office, ada: Browser) -> None:
    connect(office)
    live(office)
    now = office.clock.now()
    failing = Failing("planner", "example-host:12", now, 2, now + timedelta(minutes=1))
    with office.core.database.transaction() as session:
        loop_failures.note(session, failing)
    await ada.get("/staff/health")
    assert "The loop “planner” of the process example-host:12 fails: 2 times since" in ada.page
    assert "All is well" not in ada.page
    office.wait(timedelta(minutes=2))
    live(office)
    await ada.get("/staff/health")
    assert "All is well." in ada.page


def test_every_lane_has_a_name() -> None:
    assert set(LANES) == set(SENT)


async def test_the_groups_page_shows_trouble_and_opens_and_closes(
    office: Office, ada: Browser
) -> None:
    connect(office)
    await ada.get("/staff/groups")
    assert "The example team" in ada.page
    assert "Posts get there." in ada.page
    assert "Everybody in the group, on the list or not" in ada.page
    response = await ada.post("/staff/groups/open", open="no")
    await ada.get(response.headers["Location"])
    assert "Only people on the staff list" in ada.page
    with office.core.database.transaction() as session:
        found = session.get_one(StaffChat, 1)
        assert found.open_role is None
        found.trouble, found.troubled_at = "silenced", office.clock.now()
    await ada.get("/staff/groups")
    assert "may not write in this group" in ada.page
    await ada.post("/staff/groups/open", open="yes")
    with office.core.database.reading() as session:
        assert session.get_one(StaffChat, 1).open_role == Role.CASEWORKER


async def test_a_code_to_connect_is_shown_once(office: Office, ada: Browser) -> None:
    await ada.get("/staff/groups")
    await ada.post("/staff/groups/code")
    found = re.search(r"/connect ([0-9a-f]{10})", ada.page)
    assert found is not None
    await ada.get("/staff/groups")
    assert found[1] not in ada.page
    mia = await office.signed_in("Mia", Role.MANAGER)
    await mia.get("/staff/groups")
    assert "Make a code" not in mia.page


async def test_the_setup_names_every_setting_and_no_secret(office: Office, ada: Browser) -> None:
    secret = office.core.settings.secret_key
    assert secret is not None
    await ada.get("/staff/settings")
    for name in Settings.model_fields:
        assert f"<code>{name.upper()}</code>" in ada.page
    assert secret.get_secret_value() not in ada.page
    assert HIDDEN in ada.page
    for name, _value, file in by_content(office.core.programme):
        assert name in ada.page
        assert (office.core.settings.dialogues / file).is_file()


def test_passwords_in_addresses_are_hidden() -> None:
    settings = Settings(
        database_url="postgresql://who:hidden-word@host/name?password=hidden-too&x=1",
        telegram_token=SecretStr("123456789:AAExampleExampleExampleExample"),
        _env_file=None,
    )
    shown = {it.name: it.value for it in by_environment(settings)}
    assert not any("hidden" in it or "AAExample" in it for it in shown.values() if it != HIDDEN)
    assert "host" in shown["DATABASE_URL"]
    sources = {it.name: it.is_set for it in by_environment(settings)}
    assert sources["DATABASE_URL"]
    assert not sources["PORT"]
