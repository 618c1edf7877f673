"""What was passed on follows what was said: edits, captions, and words too long for one post."""

import pytest

from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.pipeline.parcel import RefusedError
from dialogues.exchange import Attachment, Medium
from tests.desk.office import bring, hire
from tests.desk.talking import edits, make_forum, number_of, passes, posts, refuse, talk
from tests.world import STAFF, World

GATHERED = 4  # seconds, by which lines have gone
LONG = " ".join(f"word{number}" for number in range(600))  # more than one message holds
LONGER = LONG + " and " + LONG
CAPTION = "x" * 1020


@pytest.fixture(params=["forum", "group"])
def place(request: pytest.FixtureRequest, world: World) -> World:
    """A staff group of each kind."""
    if request.param == "forum":
        make_forum(world)
    return world


def said(who: str, words: str, number: int, **more: object) -> Arrival:
    sender = Sender(who, who.capitalize())
    happened = Happened.EDITED if more.pop("edited", False) else Happened.SAID
    return Arrival(happened, sender=sender, text=words, message_id=number, **more)  # type: ignore[arg-type]


def standing(world: World, chat: str) -> list[str]:
    """What stands in this chat now, in order: sent, edited, or taken away again."""
    numbers, texts = iter(range(1000, 9999)), dict[int, str]()
    for _at, parcel in world.sender.sent:
        number = parcel.edits or next(numbers)
        if parcel.external_chat_id != chat or parcel.topic is not None:
            continue
        if parcel.deletes:
            del texts[number]
        else:
            texts[number] = parcel.text
    return list(texts.values())


def reply_in(world: World, where: str) -> int | None:
    """What staff have to reply to there, if they have to."""
    return number_of(world, STAFF, "asks for a person") if where == STAFF else None


PICTURE = (Attachment(Medium.PHOTO, file_id="AgACAgQ"),)


async def test_a_caption_that_is_edited_is_edited_there_too(place: World) -> None:
    where = await talk(place, "ann")
    await place.arrives(said("ann", "my letter", 501, attachments=PICTURE), chat="ann")
    await passes(place, seconds=GATHERED)
    edit = said("ann", "the letter of May", 501, attachments=PICTURE, edited=True)
    await place.arrives(edit, chat="ann")
    changed = place.last(where)
    assert changed.text == "📎 <b>Ann:</b> the letter of May"
    assert changed.edits is not None
    assert changed.captions
    reply_to = reply_in(place, where)
    form = said("alex", "the form", 601, attachments=PICTURE, reply_to=reply_to)
    await place.arrives(form, chat=where)
    await place.arrives(said("alex", "the new form", 601, edited=True), chat=where)
    assert place.last("ann").text == "<b>Alex:</b> the new form"
    assert place.last("ann").captions


async def test_what_stands_where_somebody_is_changes_nothing_while_they_move(place: World) -> None:
    where = await talk(place, "ann")
    here = (Attachment(Medium.LOCATION, latitude=53.4, longitude=-2.9),)
    there = (Attachment(Medium.LOCATION, latitude=53.5, longitude=-2.9),)
    await place.arrives(said("ann", "", 501, attachments=here), chat="ann")
    await passes(place, seconds=GATHERED)
    before = len(place.heard(where))
    await place.arrives(said("ann", "", 501, attachments=there, edited=True), chat="ann")
    assert len(place.heard(where)) == before


async def test_a_caption_with_no_room_for_a_name_stands_below(place: World) -> None:
    where = await talk(place, "ann")
    await place.arrives(said("ann", CAPTION, 501, attachments=PICTURE), chat="ann")
    await passes(place, seconds=GATHERED)
    assert standing(place, where)[-2:] == ["", f"📎 <b>Ann:</b> {CAPTION}"]
    await place.arrives(said("ann", "short", 501, attachments=PICTURE, edited=True), chat="ann")
    assert standing(place, where)[-1] == "📎 <b>Ann:</b> short"


async def test_a_long_line_goes_whole_before_the_next_and_is_edited_whole(place: World) -> None:
    where = await talk(place, "ann")
    number = await place.says("ann", LONG)
    await place.says("ann", "that was long")
    await passes(place, seconds=GATHERED)
    there = standing(place, where)[-3:]
    assert " ".join("".join(there[:2]).split()).endswith(LONG)
    assert there[2] == "💬 <b>Ann:</b> that was long"
    await place.arrives(said("ann", "in short", number, edited=True), chat="ann")
    assert standing(place, where)[-2:] == ["💬 <b>Ann:</b> in short", there[2]]


async def test_a_line_that_gets_long_goes_on_below(place: World) -> None:
    where = await talk(place, "ann")
    number = await place.says("ann", "short")
    await passes(place, seconds=GATHERED)
    await place.arrives(said("ann", LONGER, number, edited=True), chat="ann")
    there = " ".join("".join(standing(place, where)[-3:]).split())
    assert there.endswith(LONGER)
    await place.says("alex", LONG, chat=where, reply_to=reply_in(place, where))
    await place.says("alex", "read it?", chat=where, reply_to=reply_in(place, where))
    here = standing(place, "ann")[-3:]
    assert "".join(here[:2]).endswith(LONG)
    assert here[2] == "<b>Alex:</b> read it?"


async def test_words_that_were_shown_once_are_edited_there_too(place: World) -> None:
    where = await talk(place, "ann")
    reply_to = reply_in(place, where)
    await place.says("ann", "/end")
    first = await place.says("alex", "Come at 5", chat=where, reply_to=reply_to)
    second = await place.says("alex", "with the form", chat=where, reply_to=reply_to)
    for number, words in ((first, "Come at 6"), (second, "and bring tea")):
        await place.arrives(said("alex", words, number, edited=True), chat=where)
    shown = [it for it in standing(place, "ann") if "Alex from Capacity writes" in it]
    assert [it.split("\n\n")[1] for it in shown] == ["Come at 6", "and bring tea"]
    assert len(edits(place, "ann")) == 2


async def test_who_is_refused_a_line_hears_it(place: World) -> None:
    where = await talk(place, "ann")
    refuse(place, RefusedError, only=where)
    number = await place.says("ann", "a line that nobody takes")
    await passes(place, seconds=GATHERED)
    told = place.last("ann")
    assert "didn't get to the team" in told.text
    assert told.reply_to == number
    await place.says("ann", "in other words")
    await passes(place, seconds=GATHERED)
    assert posts(place, where)[-1] == "💬 <b>Ann:</b> in other words"


async def test_what_was_said_before_the_end_goes_before_the_end(place: World) -> None:
    where = await talk(place, "ann")
    await place.says("ann", "thanks and bye")
    await place.arrives(said("ann", "my letter", 501, attachments=PICTURE), chat="ann")
    await place.says("ann", "/end")
    line, letter, end = posts(place, where)[-3:]
    assert line == "💬 <b>Ann:</b> thanks and bye"
    assert letter == "📎 <b>Ann:</b> my letter"
    assert "has ended the talk" in end


async def test_who_writes_many_lines_holds_up_no_later_one(place: World) -> None:
    where = await talk(place, "ann")
    for number in range(6):
        await place.says("ann", f"line {number}")
    await place.says("ann", "/end")
    await place.says("ann", "/human")
    await place.says("ann", "me again")
    await place.says("ann", "/human")
    await place.says("ann", "one more")
    assert posts(place, where)[-1] == "💬 <b>Ann:</b> one more"


async def test_in_distress_the_line_goes_and_the_flag_is_no_copy_of_it(place: World) -> None:
    where = await talk(place, "ann")
    number = await place.says("ann", "i want to die")
    await place.arrives(said("ann", "i want to die now", number, edited=True), chat="ann")
    await passes(place, seconds=GATHERED)
    await place.arrives(said("ann", "i feel very low", number, edited=True), chat="ann")
    there = standing(place, where)
    assert there[-1] == "💬 <b>Ann:</b> i feel very low"
    assert sum("may be in distress" in it for it in there) == 1


async def test_what_was_said_in_private_is_edited_there_too(place: World) -> None:
    await hire(place, "alex")
    reference = bring(place, "ann")
    await place.settle()
    await place.says("alex", f"/lead {reference}")
    card = number_of(place, "alex", reference)
    number = await place.says("alex", "Come at 5", reply_to=card)
    assert "Come at 5" in "".join(standing(place, "ann"))
    before = len(place.heard("alex"))
    await place.arrives(said("alex", "Come at 6", number, edited=True), chat="alex")
    assert "Come at 6" in "".join(standing(place, "ann"))
    assert "Come at 5" not in "".join(standing(place, "ann"))
    assert len(place.heard("alex")) == before
