"""Wording without YAML: drafted, checked, published for all, undone, and taken home."""

import asyncio
import html
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from bot.loops import Channels
from bot.web import build_console
from dialogues.rewording import words_of
from dialogues.specs import DomainFile
from storage.models import AuditEntry, Rewording
from storage.staff import Role
from tests.console.conftest import Browser, Office, open_office
from tests.content import EditableContent

HELP = "/staff/content/words/utter_help"
SHORT = "<b>In short</b>\n\nPress a button, or write to {organisation_email}."


def said(office: Office, name: str = "utter_help") -> str:
    """As this process says it now."""
    return str(office.core.wording.say(name, {}))


def hidden(page: str, name: str) -> str:
    """What a hidden field holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


async def post(browser: Browser, path: str, **fields: str) -> int:
    """Send the form of the page that was shown last, with these fields; the status."""
    kept = {it: hidden(browser.page, it) for it in ("draft", "counting") if it not in fields}
    response = await browser.post(path, **{**kept, **fields})
    if response.status == 303:
        await browser.get(response.headers["Location"])
    return response.status


async def publish(browser: Browser, text: str, **fields: str) -> int:
    await browser.get(HELP)
    return await post(browser, f"{HELP}/publish", text_0=text, **fields)


@pytest.fixture
async def mia(office: Office) -> Browser:
    return await office.signed_in("Mia", Role.MANAGER)


async def test_a_draft_is_seen_by_staff_and_published_by_a_manager(office: Office) -> None:
    cal = await office.signed_in("Cal", Role.CASEWORKER)
    await cal.get(HELP)
    assert "Publish</button>" not in cal.page
    assert await post(cal, HELP, act="save", text_0=SHORT) == 303
    assert "The draft is saved" in cal.page
    assert "In short" not in said(office)
    assert (await cal.post(f"{HELP}/publish", text_0=SHORT)).status == 403
    mia = await office.signed_in("Mia", Role.MANAGER)
    await mia.get("/staff/content/words?shown=drafts")
    assert mia.page.count('href="/staff/content/words/utter_help?') == 1
    await mia.get(HELP)
    assert "Drafted by Cal" in mia.page
    assert html.escape(SHORT, quote=False) in mia.page
    assert await post(mia, f"{HELP}/publish", text_0=SHORT) == 303
    assert "In short" in said(office)


async def test_a_look_shows_it_as_people_see_it_and_keeps_nothing(
    office: Office, mia: Browser
) -> None:
    await mia.get(HELP)
    assert await post(mia, HELP, act="look", text_0=SHORT, button_0_0="Ask somebody") == 200
    shown = mia.page.split('class="chat"')[1]
    assert "<b>In short</b>" in shown
    assert office.core.programme.organisation.email in shown
    assert "Ask somebody</li>" in shown
    with office.core.database.reading() as session:
        assert not session.scalars(select(Rewording)).all()
        assert not session.scalars(
            select(AuditEntry).where(AuditEntry.verb.startswith("wording"))
        ).all()


async def test_what_is_wrong_is_told_and_not_published(office: Office, mia: Browser) -> None:
    for text, fault in (
        ("<b>Bold", "&lt;b&gt; is not closed"),
        ("Ring {organisation_fone}", "nothing fills {organisation_fone}"),
        ("", "nothing to say"),
        ("A {brace", "single brace"),
    ):
        assert await publish(mia, text) == 422
        assert fault in mia.page
        assert "mend what is marked" in mia.page
    assert "In short" not in said(office)


async def test_what_people_miss_is_asked_about_first(office: Office, mia: Browser) -> None:
    place = "/staff/content/words/staff_people_role_given"
    await mia.get(place)
    assert await post(mia, f"{place}/publish", text_0="{name} may do more now.") == 422
    assert "{role} is left out" in mia.page
    assert await post(mia, f"{place}/publish", text_0="{name} may do more now.", meant="yes") == 303
    with office.core.database.reading() as session:
        assert [it.response for it in session.scalars(select(Rewording))] == [
            "staff_people_role_given"
        ]


async def test_undo_goes_back_one_step_at_a_time(office: Office, mia: Browser) -> None:
    file = said(office)
    assert await publish(mia, "First") == 303
    assert await publish(mia, "Second") == 303
    assert said(office) == "Second"
    undo = re.search(r'name="rewording" value="(\d*)"', mia.page)
    assert undo is not None
    assert await post(mia, f"{HELP}/restore", rewording=undo[1]) == 303
    assert said(office) == "First"
    assert await post(mia, f"{HELP}/restore", rewording="") == 303
    assert said(office) == file
    with office.core.database.reading() as session:
        rows = session.scalars(select(Rewording).order_by(Rewording.id)).all()
        assert [it.words[0]["text"] for it in rows] == ["First", "Second", "First"]
        assert all(it.ended_at is not None for it in rows)


async def test_each_step_stands_in_the_trail_with_the_words_before_and_after(
    office: Office, mia: Browser
) -> None:
    before = words_of(office.core.content, "utter_help", "en")[0].text
    await publish(mia, "First")
    await post(mia, f"{HELP}/restore", rewording="")
    with office.core.database.reading() as session:
        found = session.scalars(
            select(AuditEntry).where(AuditEntry.verb.startswith("wording")).order_by(AuditEntry.id)
        ).all()
        assert [(it.verb, it.who) for it in found] == [
            ("wording_publish", "Mia"),
            ("wording_take_back", "Mia"),
        ]
        told = [
            (it.detail["before"][0]["text"], it.detail["after"][0]["text"])  # type: ignore[index]
            for it in found
        ]
        assert told == [(before, "First"), ("First", before)]
    await mia.get("/staff/audit?verb=wording_publish")
    assert "First" in mia.page


async def test_of_two_who_publish_at_once_one_is_shown_what_the_other_wrote(
    office: Office, mia: Browser
) -> None:
    max_ = await office.signed_in("Max", Role.MANAGER)
    await mia.get(HELP)
    await max_.get(HELP)
    statuses = await asyncio.gather(
        post(mia, f"{HELP}/publish", text_0="Hers"), post(max_, f"{HELP}/publish", text_0="His")
    )
    assert sorted(statuses) == [303, 409]
    late, words = (mia, "His") if statuses[0] == 409 else (max_, "Hers")
    assert "Somebody else changed this" in late.page
    assert f'<div class="plain">{words}' in late.page
    assert said(office) == words
    with office.core.database.reading() as session:
        counting = select(Rewording).where(
            Rewording.published_at.is_not(None), Rewording.ended_at.is_(None)
        )
        assert len(session.scalars(counting).all()) == 1


async def test_nobodys_draft_is_written_over_unseen(office: Office, mia: Browser) -> None:
    cal = await office.signed_in("Cal", Role.CASEWORKER)
    await cal.get(HELP)
    await mia.get(HELP)
    assert await post(cal, HELP, act="save", text_0="Cal's") == 303
    assert await post(mia, HELP, act="save", text_0="Mia's") == 409
    assert "Cal&#39;s" in mia.page
    await mia.get(HELP)
    assert await post(mia, HELP, act="drop") == 303
    assert "thrown away" in mia.page
    with office.core.database.reading() as session:
        assert not session.scalars(select(Rewording)).all()


async def test_another_process_says_it_too(office: Office, mia: Browser, tmp_path: Path) -> None:
    url = office.core.settings.database
    key = office.core.settings.secret_key
    assert key is not None
    async with open_office(url, tmp_path / "other", secret=key.get_secret_value()) as other:
        assert await publish(mia, "First") == 303
        assert other.core.rewordings is not None
        await other.core.rewordings.look_now()  # as its loop does every other second
        assert said(other) == "First"
        assert build_console(other.core, Channels()) is not None


async def test_buttons_keep_what_they_do(office: Office, mia: Browser) -> None:
    before = office.core.content.responses["utter_help"].variations[0].choices
    assert await publish(mia, "Help", button_0_0="A person, please") == 303
    assert office.core.live is not None
    after = office.core.live.current().responses["utter_help"].variations[0].choices
    assert after[0].title.plain == "A person, please"
    assert [it.payload for it in after] == [it.payload for it in before]
    assert [it.title for it in after[1:]] == [it.title for it in before[1:]]


async def test_the_export_takes_the_words_home(
    office: Office, mia: Browser, tmp_path: Path
) -> None:
    """Put into a file in place of the response, the content says the same without the console."""
    assert await publish(mia, "One\n---\nTwo {organisation_email}", button_0_1="Ring me") == 303
    response = await mia.get("/staff/content/words.yml")
    assert "attachment" in response.headers["Content-Disposition"]
    data = yaml.safe_load(mia.page)
    taken = DomainFile.model_validate(data).responses["utter_help"]
    assert taken[0].text == "One\n---\nTwo {organisation_email}"
    assert [it.title for it in taken[0].buttons][1] == "Ring me"
    file = words_of(office.core.content, "utter_help", "en")[0].buttons
    assert taken[0].buttons[0].title == file[0]
    assert taken[0].buttons[0].payload is not None


@pytest.fixture
async def edited(sqlite_url: str, tmp_path: Path) -> AsyncIterator[tuple[Office, EditableContent]]:
    """A console whose content's files can change."""
    content = EditableContent.copied_to(tmp_path / "dialogues")
    async with open_office(sqlite_url, tmp_path, dialogues=content.folder, dev=True) as office:
        yield office, content


async def test_a_file_that_changes_is_shown_as_a_conflict_and_staff_decide(
    edited: tuple[Office, EditableContent],
) -> None:
    office, content = edited
    mia = await office.signed_in("Mia", Role.MANAGER)
    assert await publish(mia, "Ours") == 303
    await mia.get("/staff/content/words?shown=conflicts")
    assert "Nothing is said like that" in mia.page
    content.edit("domain/account.yml", "<b>How this works</b>", "<b>How it goes</b>")
    assert said(office) == "Ours"
    await mia.get("/staff/content/words?shown=conflicts")
    assert 'href="/staff/content/words/utter_help?' in mia.page
    await mia.get(HELP)
    assert "The file says something else now" in mia.page
    assert "How it goes" in mia.page
    counting = hidden(mia.page, "counting")
    assert await post(mia, f"{HELP}/restore", rewording=counting) == 303  # keep ours
    assert said(office) == "Ours"
    assert "The file says something else now" not in mia.page
    content.edit("domain/account.yml", "<b>How it goes</b>", "<b>What to do</b>")
    await mia.get(HELP)
    assert await post(mia, f"{HELP}/restore", rewording="") == 303  # take the file's
    assert "What to do" in said(office)


async def test_words_for_buttons_that_are_gone_are_not_said_and_that_is_told(
    edited: tuple[Office, EditableContent],
) -> None:
    office, content = edited
    mia = await office.signed_in("Mia", Role.MANAGER)
    assert await publish(mia, "Ours") == 303
    ring = "        - title: Just ring me\n          payload: /ring_me\n"
    menu = "        - title: Menu\n          payload: /menu\n\n  utter_ask_forget"
    content.edit("domain/account.yml", ring + menu, menu)
    assert "How this works" in said(office)
    await mia.get(HELP)
    assert "not in use: it has more or fewer buttons now" in mia.page
    await mia.get("/staff/health")
    assert "1 reworded responses do not fit" in mia.page
    await mia.get(HELP)
    assert await post(mia, f"{HELP}/restore", rewording="") == 303
    assert "not in use" not in mia.page


async def test_a_response_that_was_published_elsewhere_cannot_be_restored_here(
    office: Office, mia: Browser
) -> None:
    assert await publish(mia, "First") == 303
    with office.core.database.reading() as session:
        row = session.scalars(select(Rewording)).one()
    menu = "/staff/content/words/utter_menu"
    await mia.get(menu)
    assert await post(mia, f"{menu}/restore", rewording=str(row.id)) == 409
    assert await post(mia, f"{menu}/restore", rewording="999") == 409
