"""Where people leave, and the question that they leave at; what was not understood."""

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from actions.insight.misses import grouped
from storage import chats, misunderstood
from storage.chats import ChatKey
from storage.models import AuditEntry, Misunderstood
from storage.staff import Role
from tests.console.conftest import Browser, Office
from tests.console.test_insight_figures import sheet

WHY = {"reason": "learning", "words": "The monthly look"}


def leave(office: Office, many: int, flow: str, step: str, *, first: int = 0) -> None:
    """So many stop at this question now."""
    now = office.clock.now()
    with office.core.database.transaction() as session:
        for number in range(first, first + many):
            key = ChatKey("preview", f"{flow} {step} {number}")
            chat_id = chats.chat_id_for(session, key, now=now)
            at = {chat_id: (flow, step)}
            chats.save_states(session, {chat_id: {}}, now=now, open_at=at)


async def left(office: Office) -> dict[tuple[str, str], str]:
    kim = await office.signed_in("Kim", Role.VIEWER)
    rows = await sheet(kim, "leaving.csv")
    return {(row[0], row[1]): row[2] for row in rows[1:]}


async def test_who_is_quiet_for_a_week_has_left(office: Office) -> None:
    leave(office, 9, "check_eligibility", "who")
    office.wait(timedelta(days=6, hours=23))
    assert await left(office) == {}
    office.wait(timedelta(hours=2))
    found = await left(office)
    assert "9" in found.values()
    office.wait(timedelta(weeks=26))
    assert await left(office) == {}


async def test_questions_stand_in_the_order_of_their_flow(office: Office) -> None:
    for step, many in (("where", 12), ("who", 7), ("gone from the content", 9)):
        leave(office, many, "check_eligibility", step)
    leave(office, 30, "shape_idea", "problem")
    leave(office, 30, "no_such_flow", "x")
    office.wait(timedelta(days=8))
    kim = await office.signed_in("Kim", Role.VIEWER)
    await kim.get("/staff/insight/leaving")
    shown = unescape(kim.page)
    assert shown.index("shape_idea") < shown.index("check_eligibility/who")
    assert shown.index("check_eligibility/who") < shown.index("check_eligibility/where")
    assert "no_such_flow" not in shown
    assert "63 %" in shown  # 12 of 19


async def test_few_are_hidden_and_not_reckoned_back(office: Office) -> None:
    leave(office, 12, "check_eligibility", "where")
    leave(office, 3, "check_eligibility", "who")
    office.wait(timedelta(days=8))
    found = [it for it in (await left(office)).values() if it != "0"]
    assert sorted(found) == ["fewer than 5", "hidden"]


async def test_the_page_of_a_question_shows_it_as_residents_see_it(office: Office) -> None:
    leave(office, 9, "check_eligibility", "who")
    office.wait(timedelta(days=8))
    kim = await office.signed_in("Kim", Role.VIEWER)
    assert (await kim.get("/staff/insight/leaving/check_eligibility/who")).status == 200
    response = office.core.wording.reply("utter_ask_applicant_who", {})
    assert response.buttons[0].label in unescape(kim.page)
    assert "9 left at this question, 100 %" in kim.page
    for path in ("check_eligibility/nothing", "nothing/who", "check_eligibility/judge"):
        assert (await kim.get(f"/staff/insight/leaving/{path}")).status == 404


async def test_each_question_of_the_content_has_a_page(small_office: Office) -> None:
    from dialogues.model import Collect  # noqa: PLC0415

    kim = await small_office.signed_in("Kim", Role.VIEWER)
    for name, flow in small_office.core.content.flows.items():
        for step in flow.steps.values():
            if isinstance(step, Collect):
                path = f"/staff/insight/leaving/{name}/{step.id}"
                assert (await kim.get(path)).status == 200, path


def puzzle(office: Office, *texts: str, who: str = "ann") -> None:
    """These were not understood."""
    now = office.clock.now()
    with office.core.database.transaction() as session:
        chat_id = chats.chat_id_for(session, ChatKey("preview", who), now=now)
        for text in texts:
            misunderstood.note(
                session,
                chat_id=chat_id,
                text=text,
                language="en",
                question=("check_eligibility", "who"),
                now=now,
            )


async def look(browser: Browser, **why: str) -> str:
    await browser.get("/staff/insight/misses")
    response = await browser.post("/staff/insight/misses/look", **(why or WHY))
    await browser.get(response.headers["Location"])
    return unescape(browser.page)


async def test_words_that_were_not_understood_are_shown_for_a_reason(office: Office) -> None:
    puzzle(office, "do yous do grants", "do you do grants?", "Grants: do you do", "flumph <b>")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await kim.get("/staff/insight/misses")
    assert "grants" not in kim.page
    assert "4 messages" in kim.page
    assert "grants" not in await look(kim, reason="learning", words="")
    shown = await look(kim)
    assert "3 × “" in shown
    assert "flumph" in shown
    assert "flumph <b>" not in kim.page  # escaped
    office.wait(timedelta(minutes=31))
    await kim.get("/staff/insight/misses")
    assert "grants" not in kim.page
    with office.core.database.reading() as session:
        verb = AuditEntry.verb == "read_not_understood"
        assert session.scalars(select(AuditEntry).where(verb)).one().detail == WHY


async def test_a_group_is_given_an_intent_and_it_can_be_taken_back(office: Office) -> None:
    puzzle(office, "do yous do grants", "do you do grants?", "flumph")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await look(kim)
    with office.core.database.reading() as session:
        ids = [it.id for it in session.scalars(select(Misunderstood)) if "grants" in it.text]
    for intent in ("check_eligibility", "no_such_intent", ""):
        data = {"form_token": kim.form_token, "intent": intent, "id": [str(it) for it in ids]}
        response = await kim.client.post(
            "/staff/insight/misses/name", data=data, allow_redirects=False
        )
        assert response.status == 303
        with office.core.database.reading() as session:
            given = {it.text: it for it in session.scalars(select(Misunderstood))}
        expected = None if intent == "" else "check_eligibility"
        assert {given[it].intent for it in given if "grants" in it} == {expected}
        assert given["flumph"].given_at is None
        assert given["do yous do grants"].given_by is not None
        assert given["do yous do grants"].given_at == office.clock.now()


async def test_nobody_names_what_they_may_not_read(office: Office) -> None:
    puzzle(office, "do yous do grants")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await kim.get("/staff/insight/misses")
    await kim.post("/staff/insight/misses/name", intent="check_eligibility", id="1")
    with office.core.database.reading() as session:
        assert session.scalars(select(Misunderstood.intent)).one() is None
    vic = await office.signed_in("Vic", Role.VIEWER)
    await vic.get("/staff/insight")
    assert "Not understood" not in vic.page
    assert (await vic.get("/staff/insight/misses")).status == 403


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("do yous do grants", "do you do grants?", True),
        ("where is your office", "your office, where is it", True),
        ("wheres the ofice", "where's the office", True),
        ("do you do grants", "where is your office", False),
        ("flumph", "quux", False),
    ],
)
def test_what_is_alike_is_put_together(one: str, other: str, together: bool) -> None:
    groups = grouped([Misunderstood(id=1, text=one), Misunderstood(id=2, text=other)])
    assert (len(groups) == 1) is together


def test_the_largest_group_comes_first() -> None:
    texts = ["flumph", "do you do grants", "do you do grants", "quux"]
    groups = grouped([Misunderstood(id=number, text=text) for number, text in enumerate(texts)])
    assert [len(it.messages) for it in groups] == [2, 1, 1]
    assert groups[0].texts == ["do you do grants"]
