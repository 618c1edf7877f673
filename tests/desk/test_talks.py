"""A resident asks for a person, somebody answers, and they talk until one of them ends it."""

from datetime import timedelta

import pytest

from bot.pipeline.arrival import Arrival, Happened, Sender
from dialogues.exchange import Attachment, Medium
from tests.desk.talking import (
    asks_for_a_person,
    edits,
    handoff_of,
    is_live,
    make_forum,
    names_of,
    number_of,
    passes,
    posts,
    talk,
    topic_of,
)
from tests.world import STAFF, World

GATHERED = 4  # seconds, by which lines have gone


@pytest.fixture(params=["forum", "group"])
def place(request: pytest.FixtureRequest, world: World) -> World:
    """A staff group of each kind."""
    if request.param == "forum":
        make_forum(world)
    return world


async def staff_say(world: World, who: str, words: str, place: str) -> int:
    """In a topic words need no reply; in a plain group they reply to the newest line."""
    reply_to = number_of(world, STAFF, "Ann</b>") if place == STAFF else None
    return await world.says(who, words, chat=place, reply_to=reply_to)


async def test_they_talk_and_the_assistant_keeps_quiet(place: World) -> None:
    where = await talk(place, "ann")
    assert "Alex from Capacity is here now" in place.heard("ann")[-2]
    assert place.last("ann").text == "<b>Alex:</b> Hello, I'm here"
    before = len(place.heard("ann"))
    for words in ("what is a constitution", "yes", "menu"):
        await place.says("ann", words)
    assert len(place.heard("ann")) == before
    await passes(place, seconds=GATHERED)
    assert posts(place, where)[-1] == "💬 <b>Ann:</b> what is a constitution\nyes\nmenu"
    await staff_say(place, "alex", "Your rules on a page", where)
    assert place.last("ann").text == "<b>Alex:</b> Your rules on a page"


async def test_a_file_is_a_post_of_its_own_and_the_order_is_kept(place: World) -> None:
    where = await talk(place, "ann")
    for words in ("one", "two"):
        await place.says("ann", words)
    await place.speaks("ann")
    await place.says("ann", "three")
    await passes(place, seconds=GATHERED)
    assert posts(place, where)[-3:] == [
        "💬 <b>Ann:</b> one\ntwo",
        "📎 <b>Ann:</b>",
        "💬 <b>Ann:</b> three",
    ]
    [voice] = [parcel for _at, parcel in place.sender.sent if parcel.media is not None]
    assert voice.media == Attachment(Medium.VOICE, file_id="AwACAgQ", size=9000)


async def test_a_file_from_staff_reaches_the_resident(place: World) -> None:
    where = await talk(place, "ann")
    card = number_of(place, STAFF, "asks for a person") if where == STAFF else None
    picture = Attachment(Medium.PHOTO, file_id="AgACAgQ")
    arrival = Arrival(
        Happened.SAID,
        sender=Sender("alex", "Alex"),
        text="the form",
        message_id=90001,
        reply_to=card,
        attachments=(picture,),
    )
    await place.arrives(arrival, chat=where)
    assert place.last("ann").media == picture
    assert place.last("ann").text == "<b>Alex:</b> the form"


async def test_what_begins_with_two_strokes_stays_among_staff(place: World) -> None:
    where = await talk(place, "ann")
    before = len(place.heard("ann"))
    await staff_say(place, "alex", "// who knows her?", where)
    assert len(place.heard("ann")) == before


async def test_edits_change_the_copy_on_the_other_side(place: World) -> None:
    where = await talk(place, "ann")
    first = await place.says("ann", "my number is 1")
    await place.says("ann", "ring me")
    await passes(place, seconds=GATHERED)
    await place.arrives(_edit("ann", first, "my number is 2"), chat="ann")
    assert edits(place, where)[-1] == "💬 <b>Ann:</b> my number is 2\nring me"
    said = await staff_say(place, "alex", "at 5", where)
    await place.arrives(_edit("alex", said, "at 6"), chat=where)
    assert edits(place, "ann")[-1] == "<b>Alex:</b> at 6"


async def test_a_line_that_was_edited_before_it_went_goes_as_it_is_then(place: World) -> None:
    where = await talk(place, "ann")
    number = await place.says("ann", "helo")
    await place.arrives(_edit("ann", number, "hello"), chat="ann")
    await passes(place, seconds=GATHERED)
    assert posts(place, where)[-1] == "💬 <b>Ann:</b> hello"
    assert edits(place, where) == []


def _edit(who: str, number: int, words: str) -> Arrival:
    sender = Sender(who, who.capitalize())
    return Arrival(Happened.EDITED, sender=sender, text=words, message_id=number)


@pytest.mark.parametrize("how", ["/end", "button"])
async def test_the_resident_ends_it(place: World, how: str) -> None:
    where = await talk(place, "ann")
    if how == "button":
        await place.presses("ann", "End the talk")
    else:
        await place.says("ann", how)
    assert not is_live(place, "ann")
    assert "back with me" in place.last("ann").text
    assert "has ended the talk" in posts(place, where)[-1]
    assert handoff_of(place, "ann").ended_by == "resident"


@pytest.mark.parametrize("how", ["/end", "button"])
async def test_staff_end_it(place: World, how: str) -> None:
    where = await talk(place, "ann")
    if how == "button":
        await place.presses("alex", "End the talk", chat=where)
    else:
        await staff_say(place, "alex", how, where)
    assert not is_live(place, "ann")
    assert "Alex has finished" in place.last("ann").text
    assert "Alex has ended the talk" in posts(place, where)[-1]


async def test_it_ends_when_nobody_writes(place: World) -> None:
    where = await talk(place, "ann")
    await passes(place, minutes=29)
    await place.says("ann", "still here")
    await passes(place, minutes=29)
    assert is_live(place, "ann")
    await passes(place, minutes=2)
    assert not is_live(place, "ann")
    assert "gone quiet" in place.last("ann").text
    assert "Nobody has written for a while" in posts(place, where)[-1]


async def test_the_dialogue_goes_on_where_it_was(place: World) -> None:
    await place.says("ann", "/start")
    await place.presses("ann", "Tell us your idea")
    question = place.last("ann").text
    await place.says("ann", "/human")
    await place.says("ann", "can my sister join in")
    card = number_of(place, _where(place), "asks for a person")
    await place.says("alex", "Just tell me", chat=_where(place), reply_to=card)
    before = len(place.heard("ann"))
    await place.says("ann", "the hut is empty")
    assert len(place.heard("ann")) == before
    await place.says("ann", "/end")
    assert "back with me" in place.heard("ann")[-2]
    assert place.last("ann").text[-60:] == question[-60:]
    await place.says("ann", "The hut on Mill Lane is empty")
    await passes(place, seconds=GATHERED)
    assert "the hut is empty" not in place.last("ann").text


def _where(world: World) -> str:
    return topic_of(world, "Ann") if names_of(world) else STAFF


async def test_start_is_for_the_assistant_and_ends_it(place: World) -> None:
    where = await talk(place, "ann")
    await place.says("ann", "/start")
    assert "moved on" in place.heard("ann")[-2]
    assert not is_live(place, "ann")
    assert "gone on with the assistant" in posts(place, where)[-1]


async def test_a_look_at_ones_data_leaves_it(place: World) -> None:
    await talk(place, "ann")
    await place.says("ann", "/mydata")
    assert is_live(place, "ann")


async def test_a_question_of_the_assistant_ends_it(place: World) -> None:
    where = await talk(place, "ann")
    await place.says("ann", "/forget")
    assert not is_live(place, "ann")
    await place.presses("ann", "Yes, delete it all")
    left = [it.text for _at, it in place.sender.sent if it.edits and it.external_chat_id == where]
    assert left
    assert not any("Ann" in it or "anybody" in it for it in left)


async def test_crisis_words_bring_the_numbers_at_once(place: World) -> None:
    where = await talk(place, "ann")
    await place.says("ann", "i want to die")
    assert "116 123" in place.last("ann").text
    await passes(place, seconds=GATHERED)
    said = "\n".join(posts(place, where))
    assert "may be in distress" in said
    assert is_live(place, "ann")


async def test_a_second_one_joins(place: World) -> None:
    where = await talk(place, "ann")
    await staff_say(place, "bo", "I can help too", where)
    assert "Bo from Capacity is here too" in place.heard("ann")[-2]
    assert place.last("ann").text == "<b>Bo:</b> I can help too"


async def test_two_residents_and_one_caseworker(place: World) -> None:
    ann = await talk(place, "ann")
    ben = await talk(place, "ben")
    await place.says("ann", "I am Ann")
    await place.says("ben", "I am Ben")
    await passes(place, seconds=GATHERED)
    assert "💬 <b>Ann:</b> I am Ann" in posts(place, ann)
    assert "💬 <b>Ben:</b> I am Ben" in posts(place, ben)
    number = number_of(place, ann, "I am Ann")
    await place.says("alex", "Dear Ann", chat=ann, reply_to=number)
    assert place.last("ann").text == "<b>Alex:</b> Dear Ann"
    assert "Dear Ann" not in place.last("ben").text


async def test_a_second_request_is_no_second_handoff(place: World) -> None:
    await asks_for_a_person(place, "ann")
    first = handoff_of(place, "ann")
    await place.says("ann", "/human")
    await place.says("ann", "I am still waiting")
    assert handoff_of(place, "ann").id == first.id
    said = posts(place, _where(place))
    assert said[-1] == "💬 <b>Ann:</b> I am still waiting"
    assert sum("asks for a person" in it for it in said) == 1


async def test_who_is_not_understood_three_times_is_handed_over(place: World) -> None:
    await place.says("ann", "/start")
    for words in ("blorf wibble", "grommit snarf", "quux flarn"):
        await place.says("ann", words)
    assert "I've asked the team" in place.last("ann").text
    assert "has not understood them three times" in posts(place, _where(place))[-1]


async def test_words_without_a_handoff_are_shown_once_and_do_not_pile_up(place: World) -> None:
    where = await talk(place, "ann")
    await staff_say(place, "alex", "/end", where)
    before = len(place.heard("ann"))
    for words in ("One more thing", "and another", "and the last"):
        await staff_say(place, "alex", words, where)
    heard = place.heard("ann")[before:]
    assert sum("Want to answer?" in it for it in heard) == 1
    assert all(any(words in it for it in heard) for words in ("One more", "another", "the last"))
    await place.says("ann", "thank you")
    assert "thank you" in "".join(posts(place, where)[-2:])


async def test_a_reply_to_what_nobody_knows_says_where_to_write(world: World) -> None:
    await asks_for_a_person(world, "ann")
    arrival = Arrival(
        Happened.SAID,
        sender=Sender("alex", "Alex"),
        text="Hello?",
        message_id=90002,
        reply_to=77,
        replies_to_us=True,
    )
    await world.arrives(arrival, chat=STAFF)
    assert "no longer know whom" in world.last(STAFF).text


async def test_a_resident_who_blocks_it_is_said_once(place: World) -> None:
    where = await talk(place, "ann")
    await place.arrives(Arrival(Happened.BLOCKED), chat="ann")
    await place.arrives(Arrival(Happened.BLOCKED), chat="ann")
    assert sum("has blocked the assistant" in it for it in posts(place, where)) == 1
    await staff_say(place, "alex", "Are you there?", where)
    assert "didn't arrive" in posts(place, where)[-1]


async def test_lines_go_when_their_time_has_come_and_not_before(place: World) -> None:
    where = await talk(place, "ann")
    await place.says("ann", "one")
    before = len(posts(place, where))
    await passes(place, seconds=2)
    assert len(posts(place, where)) == before
    began = place.clock.now()
    await passes(place, seconds=2)
    [(at, _parcel)] = [it for it in place.sender.sent if "Ann:</b> one" in it[1].text]
    assert at - began <= timedelta(seconds=1)
