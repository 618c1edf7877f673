"""What staff say of messages waits to be learnt, is learnt, or is not; the page says which."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from playwright.async_api import Page
from sqlalchemy import select

from actions.learning import learning
from bot.training.lesson_plan import eraser_for
from dialogues.understanding.classifier.learning import FOLDER, learn
from storage import training_examples, trainings
from storage.models import AuditEntry, Message, Misunderstood, TrainingExample
from storage.staff import Role
from tests.console.browsing import look, look_at, sign_in
from tests.console.conftest import Browser, Office
from tests.console.lives import chat_of, world_of
from tests.console.test_conversations import give_reason
from tests.console.test_insight_browser import say_why
from tests.console.test_insight_leaving import look as read
from tests.console.test_insight_leaving import puzzle
from tests.world import ROOT

REPORT: dict[str, Any] = {"new": 1, "sentence": "8 more right, 2 fewer; complaint worse by 1"}


def ids_of(office: Office, words: str) -> list[str]:
    with office.core.database.reading() as session:
        return [str(it.id) for it in session.scalars(select(Misunderstood)) if words in it.text]


def taught(office: Office) -> list[tuple[str, str]]:
    with office.core.database.reading() as session:
        return [(it.intent, it.text) for it in training_examples.wanted(session)]


def train(office: Office) -> None:
    """As `python -m bot train` writes it down."""
    with office.core.database.transaction() as session:
        former = trainings.in_force(session)
        trainings.replace(
            session,
            instead_of=former.id if former else None,
            examples=[it.id for it in training_examples.wanted(session)],
            count=5000,
            report=REPORT,
            by="Robin at the command line",
            now=office.clock.now(),
        )


async def name(kim: Browser, ids: list[str], **said: str) -> str:
    """Send the form of a group; the page after it."""
    data = {"form_token": kim.form_token, "id": ids, **said}
    response = await kim.client.post("/staff/insight/misses/name", data=data, allow_redirects=False)
    assert response.status == 303
    await kim.get("/staff/insight/misses")
    return unescape(kim.page)


async def test_a_guess_is_one_press_and_what_it_came_to_is_shown(office: Office) -> None:
    puzzle(office, "wibble for sharon when does it shut")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    shown = await read(kim)
    guesses = re.findall(r'name="guess" value="(\w+)"', shown)
    assert len(guesses) == 4  # three, and "not for us"
    assert guesses[3] == "out_of_scope"
    shown = await name(kim, ids_of(office, "wibble"), guess="ask_deadline", intent="")
    assert taught(office) == [("ask_deadline", "wibble for when does it shut")]
    assert "will be learnt" in shown
    assert "“Asks until when”, said by Kim" in shown
    assert "<q>wibble for when does it shut</q>" in shown
    assert "1 that staff have named waits to be learnt" in shown
    train(office)
    office.wait(timedelta(minutes=1))
    await kim.get("/staff/insight/misses")
    assert "learnt since Mon 1 Jun 2026, 13:00" in unescape(kim.page)
    assert "to be learnt." not in kim.page


async def test_since_when_it_is_learnt_stays_with_later_trainings(office: Office) -> None:
    puzzle(office, "wibble flumph", "quux narf")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await read(kim)
    await name(kim, ids_of(office, "wibble"), intent="ask_deadline")
    train(office)
    office.wait(timedelta(minutes=10))
    shown = await name(kim, ids_of(office, "quux"), intent="out_of_scope")
    assert shown.count("will be learnt") == 1
    train(office)
    await kim.get("/staff/insight/misses")
    assert "learnt since Mon 1 Jun 2026, 13:00" in kim.page
    assert "learnt since Mon 1 Jun 2026, 13:10" in kim.page
    with office.core.database.transaction() as session:
        trainings.undo(session, now=office.clock.now())
    await kim.get("/staff/insight/misses")
    assert "13:10</" not in kim.page
    assert kim.page.count("will be learnt") == 1


@pytest.mark.parametrize(
    ("left_out", "words"),
    [("ignored", "Put aside, said by Kim"), ("personal", "It says too much about a person")],
)
async def test_what_is_left_out_is_said_and_can_be_named_after_all(
    office: Office, left_out: str, words: str
) -> None:
    puzzle(office, "wibble flumph")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await read(kim)
    ids = ids_of(office, "wibble")
    assert words in await name(kim, ids, left_out=left_out, intent="")
    assert taught(office) == []
    await name(kim, ids, intent="thank")
    assert taught(office) == [("thank", "wibble flumph")]


async def test_what_names_somebody_and_no_more_is_refused(office: Office) -> None:
    puzzle(office, "sharon 07700 900123")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await read(kim)
    assert "It says too much about a person" in await name(
        kim, ids_of(office, "sharon"), intent="thank"
    )
    assert taught(office) == []


async def test_an_unknown_meaning_and_an_unknown_way_out_are_not_taken(office: Office) -> None:
    puzzle(office, "wibble flumph")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await read(kim)
    ids = ids_of(office, "wibble")
    for said in ({"guess": "no_such"}, {"left_out": "burnt"}, {"intent": "-"}):
        await name(kim, ids, **said)
    assert taught(office) == []
    with office.core.database.reading() as session:
        assert session.scalars(select(Misunderstood.left_out)).all() == [None]


async def test_a_false_alarm_is_taught_where_it_is_read(office: Office) -> None:
    with world_of(office) as world:
        await world.says("ann", "/start")
        await world.says("ann", "this form makes me want to kill myself")
    chat_id = chat_of(office, "ann")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    page = f"/staff/conversations/{chat_id}"
    with office.core.database.reading() as session:
        found = select(Message).where(Message.direction == "in").order_by(Message.id.desc())
        message = session.scalars(found.limit(1)).one()
    fields = {"message": str(message.id), "intent": "complaint"}
    await kim.get(page)
    await kim.post(f"{page}/teach", **fields)
    assert taught(office) == []  # not without a reason for reading
    assert "(taken for danger)" in await give_reason(kim, page)
    for wrong in ({"message": "9999"}, {"message": ""}, {"intent": "no_such"}):
        await kim.post(f"{page}/teach", **{**fields, **wrong})
    assert taught(office) == []
    assert (await kim.post(f"{page}/teach", **fields)).status == 303
    assert taught(office) == [("complaint", "this form makes me want to kill myself")]
    await kim.get(page)
    assert "will be learnt" in kim.page
    await kim.post(f"{page}/teach", **{**fields, "intent": ""})
    assert taught(office) == []
    with office.core.database.reading() as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.verb == "teach_message")).all()
    assert [it.detail["intent"] for it in noted] == ["complaint", None]
    assert {it.chat_id for it in noted} == {chat_id}


async def test_danger_that_was_not_seen_is_taught_as_such(office: Office) -> None:
    with world_of(office) as world:
        await world.says("ann", "/start")
        await world.says("ann", "wibble flumph in the dark again")
    page = f"/staff/conversations/{chat_of(office, 'ann')}"
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await give_reason(kim, page)
    found = re.search(r'<option value="(\d+)">wibble', kim.page)
    assert found is not None
    await kim.post(f"{page}/teach", message=found[1], intent="crisis_or_distress")
    assert taught(office) == [("crisis_or_distress", "wibble flumph in the dark again")]


async def test_what_others_said_is_not_taught_from(office: Office) -> None:
    """A message of another conversation, and one of the assistant's own."""
    with world_of(office) as world:
        for who in ("ann", "bob"):
            await world.says(who, "/start")
            await world.says(who, "wibble flumph")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    page = f"/staff/conversations/{chat_of(office, 'ann')}"
    await give_reason(kim, page)
    bob = chat_of(office, "bob")
    with office.core.database.reading() as session:
        messages = session.scalars(select(Message)).all()
    for it in messages:
        if it.chat_id == bob or it.direction == "out":
            await kim.post(f"{page}/teach", message=str(it.id), intent="thank")
    assert taught(office) == []


async def test_the_page_of_understanding_tells_figures_and_no_words(office: Office) -> None:
    puzzle(office, "wibble flumph")
    kim = await office.signed_in("Kim", Role.CASEWORKER)
    await read(kim)
    await name(kim, ids_of(office, "wibble"), intent="complaint")
    vic = await office.signed_in("Vic", Role.VIEWER)
    await vic.get("/staff/insight/understanding")
    assert "Nothing has been learnt from staff yet" in vic.page
    assert "<dd>1</dd>" in vic.page  # waits
    train(office)
    assert office.core.lessons is not None
    await office.core.lessons.look_now()
    await vic.get("/staff/insight/understanding")
    shown = unescape(vic.page)
    assert "8 more right, 2 fewer; complaint worse by 1" in shown
    assert "Robin at the command line" in shown
    assert "in force" in shown
    assert re.search(r"Complains</th>\s*<td>\d+</td>\s*<td>1</td>", shown)
    assert "flumph" not in shown
    with office.core.database.transaction() as session:
        trainings.undo(session, now=office.clock.now())
    await vic.get("/staff/insight/understanding")
    assert "undone" in vic.page


@pytest.mark.timeout(400)
async def test_the_figures_of_the_model_are_told_by_meaning(
    small_office: Office, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The content's own model, which is trained first if nobody has yet."""
    language = small_office.core.content.language
    model = learn(language, ROOT / "build" / FOLDER, None)
    assert model is not None
    monkeypatch.setattr(language.intents.learner, "model", model)
    await sign_in(small_office, page)
    await look_at(small_office, page, "/staff/insight/understanding", name="insight-figures")
    shown = await page.inner_text("main")
    thresholds = model.thresholds
    assert f"from a confidence of {thresholds.act:.2f} on" in shown
    assert "The weakest first" in shown
    counts = model.figures["complaint"]
    percent = round(100 * counts.right / counts.examples)
    row = page.locator("tr", has=page.get_by_role("rowheader", name="Complains"))
    assert f"{percent} %" in await row.inner_text()
    assert await row.locator("meter").get_attribute("value") == str(percent)


def teach_all(office: Office, intent: str, words: str) -> None:
    with office.core.database.transaction() as session:
        learning.teach(
            session,
            [int(it) for it in ids_of(office, words)],
            intent=intent,
            eraser=eraser_for(office.core.content),
            by=session.scalars(select(TrainingExample.given_by)).first(),
            now=office.clock.now(),
        )


async def test_teaching_is_clean_and_nothing_is_cut_off(small_office: Office, page: Page) -> None:
    office = small_office
    puzzle(office, "can i bring me nephew", "can I bring my nephew along", "wheres yer office to")
    puzzle(
        office, "do yous do grants for scousers", "when does it shut like", "gis a job", who="bob"
    )
    puzzle(office, "sharon 07700 900123", "is the boat out", who="cat")
    teach_all(office, "ask_funding_amount", "grants")
    train(office)
    teach_all(office, "ask_deadline", "shut")
    teach_all(office, "thank", "sharon")
    with world_of(office) as world:
        await world.says("ann", "/start")
        await world.says("ann", "this form makes me want to kill myself")
    await sign_in(office, page)
    await look_at(office, page, "/staff/insight/understanding", name="insight-understanding")
    await page.goto(f"{office.address}/staff/insight/misses")
    await say_why(page)
    await page.get_by_text("×").first.wait_for()
    await look(page, name="insight-misses-taught")
    button = page.get_by_role("button", name=re.compile("Not for us.*gis a job"))
    await button.focus()
    await page.keyboard.press("Enter")
    await page.get_by_text("Is about something we do not do”").first.wait_for()
    await page.goto(f"{office.address}/staff/conversations/{chat_of(office, 'ann')}")
    await say_why(page)
    await page.get_by_role("heading", name="Was something taken wrongly?").wait_for()
    await look(page, name="conversation-teach")
