"""Finding somebody, all that is held about them, handing it out, and deleting it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from bot.console.people.export import in_plain_words
from storage import applicants, console_chats, ideas
from storage.models import (
    Applicant,
    AuditEntry,
    Chat,
    Lead,
    Message,
    Misunderstood,
    OutboxRow,
)
from storage.staff import Role
from tests.actions.test_privacy import everything
from tests.console.conftest import Browser, Office
from tests.console.lives import chat_of, live, world_of
from tests.console.test_conversations import give_reason

DRAFT = "The lot at nans sit in all day looking at walls"


async def lived(office: Office) -> int:
    with world_of(office) as world:
        await live(world)
    return chat_of(office, "ann")


def reference(office: Office) -> str:
    with office.core.database.reading() as session:
        return session.scalars(select(Lead.reference)).one()


async def found(browser: Browser, words: str) -> list[str]:
    response = await browser.client.get("/staff/people", params={"words": words})
    return re.findall(r'/staff/people/(\d+)"', await response.text())


async def test_somebody_is_found_by_what_staff_know_of_them(office: Office) -> None:
    ann = str(await lived(office))
    with world_of(office) as world:
        await world.says("bob", "/start")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    sent = reference(office)
    for words in (
        sent,
        sent.lower(),
        "Exam",
        "example ann",
        "07700 900123",
        "+447700900123",
        f"#{ann}",
    ):
        assert await found(kim, words) == [ann], words
    for words in ("", "Bob Nobody", "07700 900999", "LCR-ZZZZZ", "#999999", "  "):
        assert await found(kim, words) == [], words


async def test_somebody_who_sent_nothing_is_found_by_their_contact(office: Office) -> None:
    with world_of(office) as world:
        await world.says("bob", "/start")
    chat_id, now = chat_of(office, "bob"), office.clock.now()
    with office.core.database.transaction() as session:
        bob = applicants.applicant_of(session, chat_id=chat_id, now=now)
        applicants.save_contact(session, bob, name="Bob", contact="bob@example.org", now=now)
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    assert await found(kim, "Bob@Example.org") == [str(chat_id)]


async def test_a_chat_is_found_by_its_number_in_the_channel(office: Office) -> None:
    with world_of(office) as world:
        await world.says("700900123", "/start")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    assert await found(kim, "700900123") == [str(chat_of(office, "700900123"))]


async def test_all_that_is_held_is_in_the_page_but_what_was_not_sent(office: Office) -> None:
    chat_id = await lived(office)
    now = office.clock.now()
    with office.core.database.transaction() as session:
        ann = session.scalars(select(Applicant).where(Applicant.chat_id == chat_id)).one()
        facts = {"borough": "sefton", "adult": True, "gone_from_the_content": 3}
        applicants.save_facts(session, ann, facts=facts, kind="individual", now=now)
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    assert (await kim.get(f"/staff/people/{chat_id}")).status == 200
    shown = unescape(kim.page)
    for words in (
        "Ann Example",
        "+447700900123",
        "Sefton",
        "gone_from_the_content",
        reference(office),
        "A draft, which is theirs until they send it",
        ": asked for a person; not answered",
        "Nobody of the staff has",
    ):
        assert words in shown
    assert DRAFT not in shown
    assert "Delete" not in shown  # a manager's


async def test_who_read_or_saved_it_stands_in_the_page(office: Office) -> None:
    chat_id = await lived(office)
    kim = await office.signed_in("Kim", Role.MANAGER)
    await give_reason(kim, f"/staff/conversations/{chat_id}")
    await kim.post(f"/staff/people/{chat_id}/export")
    await kim.get(f"/staff/people/{chat_id}")
    assert "Kim saved all that is held" in kim.page
    assert "Kim read what was said: a complaint" in kim.page


async def test_what_is_saved_is_what_the_resident_is_shown(office: Office) -> None:
    chat_id = await lived(office)
    kim = await office.signed_in("Kim", Role.MANAGER)
    await kim.get(f"/staff/people/{chat_id}")
    response = await kim.post(f"/staff/people/{chat_id}/export")
    assert "attachment" in response.headers["Content-Disposition"]
    saved = kim.page
    with world_of(office) as world:
        await world.says("ann", "/mydata")
        heard = [in_plain_words(it) for it in world.heard("ann")]
    assert DRAFT in saved
    count = re.compile(r"\d+ messages")  # there is one more by then: the one that asks
    told = count.sub("", "\n\n".join(heard))
    assert told.startswith(count.sub("", saved).strip())
    assert len(saved) > 300


async def test_saving_is_written_down_without_what_was_saved(office: Office) -> None:
    chat_id = await lived(office)
    kim = await office.signed_in("Kim", Role.MANAGER)
    await kim.get(f"/staff/people/{chat_id}")
    await kim.post(f"/staff/people/{chat_id}/export")
    with office.core.database.reading() as session:
        verb = AuditEntry.verb == "export_person"
        entry = session.scalars(select(AuditEntry).where(verb)).one()
        assert (entry.chat_id, entry.detail, entry.who) == (chat_id, None, "Kim")


async def test_the_wrong_name_deletes_nothing(office: Office) -> None:
    chat_id = await lived(office)
    kim = await office.signed_in("Kim", Role.MANAGER)
    await kim.get(f"/staff/people/{chat_id}/delete")
    with office.core.database.reading() as session:
        before = session.scalars(select(Lead.applicant_name)).all()
    for typed in ("", "Bob", "LCR-ZZZZZ"):
        response = await kim.post(f"/staff/people/{chat_id}/delete", typed=typed)
        assert response.headers["Location"].endswith("?wrong=1")
        await kim.get(response.headers["Location"])
        assert "Nothing was deleted" in kim.page
    with office.core.database.reading() as session:
        assert session.scalars(select(Lead.applicant_name)).all() == before


@pytest.mark.parametrize("typed", ["reference", "ann  EXAMPLE"])
async def test_deleting_leaves_no_trace_in_any_table(office: Office, typed: str) -> None:
    chat_id = await lived(office)
    kim = await office.signed_in("Kim", Role.MANAGER)
    sent = reference(office)
    await kim.get(f"/staff/people/{chat_id}/delete")
    assert sent in kim.page
    given = sent if typed == "reference" else typed
    response = await kim.post(f"/staff/people/{chat_id}/delete", typed=given)
    assert response.headers["Location"] == "/staff/people?deleted=1"
    await kim.get("/staff/people?deleted=1")
    assert "only the reference stays" in kim.page
    with office.core.database.reading() as session:
        left = everything(session)
        assert session.scalars(select(Misunderstood)).all() == []
        assert session.scalars(select(Lead.status)).one() == "withdrawn"
        verb = AuditEntry.verb == "delete_person"
        entry = session.scalars(select(AuditEntry).where(verb)).one()
        assert (entry.chat_id, entry.detail) == (chat_id, {"references": [sent]})
    for words in ("Ann Example", "7700900123", DRAFT, "wibble"):
        assert words not in left


async def test_what_the_console_answered_about_them_goes_and_waits_for_nobody(
    office: Office,
) -> None:
    await lived(office)
    kim, place = await office.signed_in("Kim", Role.MANAGER), f"/staff/leads/{reference(office)}"
    await kim.get(place)
    for fields in (
        {"verb": "note", "words": "Ann Example rang"},
        {"verb": "qualify"},
        {"verb": "merge", "other": "LCR-ZZZZZ"},
        {"verb": "tell", "words": "Hello Ann Example"},
    ):
        await kim.post(f"{place}/do", **fields)
    with world_of(office) as world:
        await world.says("ann", "/forget")
        await world.says("ann", "yes")
        await world.settle()
    with office.core.database.reading() as session:
        in_console = Chat.channel == console_chats.CHANNEL
        said = select(Message.text).join(Chat, Chat.id == Message.chat_id).where(in_console)
        texts = session.scalars(said).all()
        assert len(texts) >= 3
        assert not any("Ann" in (it or "") for it in texts)
        assert not any("shared" in (it or "") for it in texts)
        waits = select(OutboxRow.kind).join(Chat, Chat.id == OutboxRow.chat_id)
        assert session.scalars(waits.where(in_console, OutboxRow.state == "waiting")).all() == []


async def test_who_is_deleted_is_told_and_can_begin_afresh(office: Office) -> None:
    chat_id = await lived(office)
    kim = await office.signed_in("Kim", Role.MANAGER)
    sent = reference(office)
    await kim.get(f"/staff/people/{chat_id}/delete")
    await kim.post(f"/staff/people/{chat_id}/delete", typed=sent)
    with world_of(office) as world:
        await world.settle()
        assert sent in world.heard("ann")[-1]
        await world.says("ann", "/mydata")
        assert "Ann Example" not in " ".join(world.heard("ann"))


async def test_it_is_the_same_as_when_they_ask_for_it(office: Office) -> None:
    """Two who lived alike: one says /forget, the other is deleted. The same is left of both."""
    with world_of(office) as world:
        for who in ("ann", "bob"):
            await live(world, who, "Same Name")
        await world.says("bob", "/forget")
        await world.says("bob", "yes")
    kim = await office.signed_in("Kim", Role.MANAGER)
    ann = chat_of(office, "ann")
    await kim.get(f"/staff/people/{ann}/delete")
    await kim.post(f"/staff/people/{ann}/delete", typed="Same Name")
    with world_of(office) as world:
        await world.settle()
    with office.core.database.reading() as session:
        kept = ("chat_id", "applicant_name", "contact", "status", "idea", "facts", "borough")
        rows = [
            tuple(getattr(lead, name) for name in kept) for lead in session.scalars(select(Lead))
        ]
        assert len(rows) == 2
        assert len({repr(row) for row in rows}) == 1
        people = session.scalars(select(Applicant).where(Applicant.name.is_not(None))).all()
        assert people == []
        assert "Same Name" not in everything(session)


async def test_the_audit_of_reading_outlives_the_person_without_naming_them(
    office: Office,
) -> None:
    chat_id = await lived(office)
    kim = await office.signed_in("Kim", Role.MANAGER)
    await give_reason(kim, f"/staff/conversations/{chat_id}")
    await kim.get(f"/staff/people/{chat_id}/delete")
    await kim.post(f"/staff/people/{chat_id}/delete", typed="Ann Example")
    office.wait(timedelta(days=1))
    kim = await office.signed_in("Kim", Role.MANAGER)
    await kim.get(f"/staff/people/{chat_id}")
    assert "Kim read what was said" in kim.page
    assert "Ann Example" not in kim.page


async def test_caseworkers_neither_save_nor_delete(office: Office) -> None:
    chat_id = await lived(office)
    cas = await office.signed_in("Cas", Role.CASEWORKER)
    await cas.get(f"/staff/people/{chat_id}")
    assert (await cas.post(f"/staff/people/{chat_id}/export")).status == 403
    assert (await cas.get(f"/staff/people/{chat_id}/delete")).status == 403
    response = await cas.post(f"/staff/people/{chat_id}/delete", typed="Ann Example")
    assert response.status == 403
    with office.core.database.reading() as session:
        assert session.scalars(select(Lead.applicant_name)).one() == "Ann Example"
        assert session.scalars(select(ideas.Idea)).all()
