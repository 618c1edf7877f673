"""A photo, a sticker, an old button, an edit, nonsense: a kind answer, and nothing is lost."""

import pytest

from tests.botapi import BotApi, Person
from tests.process.assistant import Assistant

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def ann(assistant: Assistant, api: BotApi) -> Person:
    """A resident in the middle of an idea, at the second question."""
    await assistant.start()
    person = api.person("Ann", last_name="Example")
    await person.start()
    await person.receives(button="Tell us your idea")
    await person.press("Tell us your idea")
    await person.receives("1 of 9")
    await person.send("I see the hut empty year after year")
    await person.receives("2 of 9")
    return person


async def still_at_the_second_question(ann: Person) -> None:
    await ann.send("About thirty people on our estate")
    await ann.receives("3 of 9")


async def test_a_sticker(ann: Person) -> None:
    await ann.sticker()
    await ann.receives("sticker")
    await still_at_the_second_question(ann)


async def test_a_photo_a_voice_note_and_a_place_are_answers_where_words_are(ann: Person) -> None:
    await ann.photo("us last summer")
    await ann.receives("3 of 9")
    await ann.voice()
    await ann.receives("4 of 9")
    await ann.location(53.4, -2.9)
    await ann.receives("5 of 9")
    await ann.document("plan.pdf")
    await ann.receives("6 of 9")


async def test_an_album_is_one_answer(ann: Person) -> None:
    await ann.album(3, "our park")
    await ann.receives("3 of 9")
    await ann.hears_nothing(within=2)


async def test_three_short_messages_are_one_answer(ann: Person, api: BotApi) -> None:
    for words in ("about thirty", "mostly older", "some with dogs"):
        await ann.send(words)
    await ann.receives("3 of 9")
    await ann.hears_nothing(within=2)
    assert api.calls("sendChatAction")
    await ann.send("/idea")
    await ann.receives("3 of 9")


async def test_an_edited_answer_is_a_correction(ann: Person) -> None:
    said = await ann.send("About thirty people")
    await ann.receives("3 of 9")
    await ann.edit(said, "About forty people")
    await ann.receives("About forty people")
    await ann.receives("3 of 9")


async def test_an_old_button_is_known_as_old(ann: Person) -> None:
    await ann.send("About thirty people")
    await ann.receives("3 of 9")
    await ann.press("Check if I can apply")  # a menu button works at any age
    await ann.receives("Who would be applying")
    assert all(press.answered for press in ann.presses) or ann.spinning == []


async def test_nonsense_twice_offers_a_person(assistant: Assistant, api: BotApi) -> None:
    await assistant.start()
    person = api.person("Bo")
    await person.start()
    await person.receives("free")
    await person.send("qwrtzp")
    await person.receives("didn't get that")
    await person.send("xkcd flurb")
    await person.receives(button="Just ring me")


async def test_it_goes_on_where_it_was_after_a_restart(ann: Person, assistant: Assistant) -> None:
    await assistant.stop()
    await assistant.start()
    await still_at_the_second_question(ann)


async def test_cancel_help_and_a_person_always_work(ann: Person) -> None:
    await ann.send("/help")
    await ann.receives("/human")
    await ann.send("can i talk to a person")
    await ann.receives("team")
    await ann.send("/cancel")
    await ann.receives("2 of 9")
    await still_at_the_second_question(ann)


async def test_the_number_keyboard_comes_and_goes(assistant: Assistant, api: BotApi) -> None:
    await assistant.start()
    person = api.person("Bo")
    await person.start()
    await person.send("just ring me")
    await person.receives("name")
    await person.send("Bo Example")
    await person.receives("number")
    assert any("Share my number" in str(row) for row in person.keyboard)
    await person.send("never mind")
    await person.receives("stopped")
