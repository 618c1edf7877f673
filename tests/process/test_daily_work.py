"""Staff at their daily work in a real process: lists, forms and choices, through the Bot API."""

import pytest

from tests.botapi import BotApi, Group, Person
from tests.process.assistant import Assistant
from tests.process.test_desk import ring_me

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
async def test_a_list_opens_a_lead_and_its_pages_turn_where_they_stand(
    desk: Group, people: tuple[Person, Person, Person], api: BotApi
) -> None:
    ann, alex, bo = people
    reference = await ring_me(ann)
    await desk.receives(reference)  # only then a bare command reaches the assistant
    for number in range(7):
        await desk.send(f"/new Pat {number}; 07700 900123; a shed", by=alex)
        await desk.receives(f"for Pat {number}")
    await desk.send("/leads all", by=alex)
    listed = await desk.receives("All open leads", "Pat 6", button="Next ›")
    await desk.press("Next ›", by=bo, on_message=listed)
    turned = await desk.receives(reference, button="‹ Back")
    assert turned.id == listed.id
    await desk.press(reference, by=bo, on_message=turned)
    await desk.receives(reference, "what happened last")
    assert api.violations == []


@on_sqlite
async def test_a_form_is_filled_in_by_replies_and_survives_a_restart(
    desk: Group, people: tuple[Person, Person, Person], assistant: Assistant
) -> None:
    ann, alex, _bo = people
    await desk.receives(await ring_me(ann))  # only then a bare command reaches the assistant
    await desk.send("/new", by=alex)
    asked = await desk.receives("What's their name?")
    await desk.reply(asked, "Pat Sample", by=alex)
    asked = await desk.receives("How can Pat Sample be reached?")
    await assistant.stop()
    await assistant.start()
    await desk.reply(asked, "pat@example.org", by=alex)
    asked = await desk.receives("Where does Pat Sample live", button="Sefton")
    await desk.press("Sefton", by=alex, on_message=asked)
    asked = await desk.receives("What is it for?", button="Accelerator")
    await desk.press("Accelerator", by=alex, on_message=asked)
    asked = await desk.receives("What do they want to do?")
    await desk.reply(asked, "Bid for the big contract", by=alex)
    asked = await desk.receives("agree", button="Consent given")
    await desk.press("Consent given", by=alex, on_message=asked)
    asked = await desk.receives("How did they come", button="Phone call")
    await desk.press("Phone call", by=alex, on_message=asked)
    await desk.receives("pat@example.org", "they rang", button="Claim")
    await desk.receives("Entered as", "Pat Sample")
