"""What does not belong before everybody: words of crisis, and what is nobody's business."""

from collections.abc import Iterator

import pytest

from actions.groups.personal import masked
from bot.pipeline.arrival import Happened
from dialogues.exchange import Attachment, Medium
from tests.groups.gathering import Gathering
from tests.groups.test_offers import FIRST
from tests.pipeline.test_foresight import Slow
from tests.world import STAFF, World

UNSEEN = "there is a dark place where i keep going back of late"  # not by the rules
CRISIS = "i cant go on any more i want to die"
LOOKING = "You're looking on here, so this is for the others. Your contact can make you a member."


async def test_words_of_crisis_are_not_kept_and_nobody_is_named(group: Gathering) -> None:
    await group.begin()
    asked = group.asked()
    for _ in range(2):
        await group.replies("kim", CRISIS, asked)
    await group.lets(6)
    shown = "\n".join(group.texts())
    assert group.said() == []
    assert shown.count("116 123") == 1
    assert "Kim" not in shown
    assert "die" not in shown
    assert group.labels("116 123") == ["Talk to me in private"]


async def test_words_of_crisis_that_come_by_an_edit(group: Gathering) -> None:
    await group.begin()
    said = await group.replies("kim", FIRST)
    await group.does(Happened.EDITED, "kim", text=CRISIS, message_id=said)
    assert group.answers()["idea_problem"] == FIRST
    assert "116 123" in "\n".join(group.texts())


@pytest.fixture
def model(world: World) -> Iterator[Slow]:
    """Sees danger where the rules do not."""
    slow = Slow(world.core.database, dangers=frozenset({UNSEEN}))
    slow.watch()
    learner = world.core.content.language.intents.learner
    before, learner.model = learner.model, slow
    yield slow
    learner.model = before


async def test_words_of_crisis_that_the_model_sees_before_the_turn(
    group: Gathering, model: Slow
) -> None:
    await group.begin()
    await group.says(UNSEEN, who="ann")  # to the others: their own talk
    assert model.thought == []
    await group.replies("kim", UNSEEN)
    await group.lets(6)
    assert model.thought == [(UNSEEN, 0)]
    assert group.said() == []
    assert "116 123" in "\n".join(group.texts())


async def test_a_number_is_not_shown_and_can_be_taken_out(group: Gathering) -> None:
    await group.begin()
    await group.replies("kim", "Ring me on 07700 900123, I see it daily")
    await group.lets(6)
    shown = "\n".join(group.texts())
    assert "900123" not in shown
    assert "There's a phone number" in shown
    assert "900123" in str(group.answers()["idea_problem"])
    assert await group.presses("Take it out of the answer") == ["I've taken it out."]
    assert group.answers()["idea_problem"] == "Ring me on •••, I see it daily"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("mail kim@example.org please", "mail ••• please"),
        ("I live at 12 Mill Lane, Bootle L20 3AB", "I live at •••"),
        ("flat 3 14 Mill Lane L20 3AB", "•••"),
        ("about 40 people in L20", "about 40 people in L20"),
        ("the 12 flats on Mill Lane", "the 12 flats on Mill Lane"),
        ("since 2019, 30 a year", "since 2019, 30 a year"),
        ("call 0151 496 0000 or +44 7700 900123", "call ••• or •••"),
    ],
)
def test_what_is_nobodys_business(text: str, left: str) -> None:
    assert masked(text, country="GB") == left


VOICE = Attachment(Medium.VOICE, file_id="AwACAgQ", size=9000)
PHOTO = Attachment(Medium.PHOTO, file_id="AgACAgQ", size=9000)


async def test_a_voice_note_and_a_photo_are_answers(group: Gathering) -> None:
    await group.begin()
    await group.sends("kim", VOICE)
    await group.lets(6)
    assert "(voice note)" in group.board()
    await group.sends("bo", PHOTO, "About 40 of us, like this")
    await group.lets(6)
    assert "About 40 of us, like this" in group.board()
    assert set(group.world.attached.fetched) == {"AwACAgQ", "AgACAgQ"}


async def test_pictures_that_are_sent_together_are_one_answer(group: Gathering) -> None:
    await group.begin()
    asked = group.asked()
    for number in range(3):
        photo = Attachment(Medium.PHOTO, file_id=f"AgACAgQ{number}", size=9000)
        text = "Our hut" if number == 0 else ""
        await group.replies("kim", text, asked, attachments=(photo,))
    assert group.said() == [("Our hut", "Kim Example", "kept")]
    assert len(group.world.attached.fetched) == 3


async def test_a_sticker_is_no_answer(group: Gathering) -> None:
    await group.begin()
    await group.sends("kim", Attachment(Medium.STICKER, file_id="x"))
    assert group.said() == []


async def test_what_one_group_says_is_not_known_in_another(group: Gathering) -> None:
    other = Gathering(group.world, "group two")
    await group.begin()
    await other.begin()
    await group.replies("kim", FIRST)
    await other.lets(6)
    assert other.answers() == {}
    assert FIRST not in "\n".join(other.texts())


async def test_two_topics_are_two_conversations(group: Gathering) -> None:
    topic = Gathering(group.world, "group one/7")
    await group.begin()
    await topic.begin()
    await topic.replies("kim", FIRST)
    assert group.answers() == {}
    assert topic.answers()["idea_problem"] == FIRST


async def test_long_answers_and_many_people_fit_on_the_board(group: Gathering) -> None:
    await group.begin()
    for number in range(60):
        group.joins(f"p{number}", "member")
    for number in range(16):
        if any("That's all of it" in text for text in group.texts()):
            break
        words = f"<b>& we know 12 people, room and help, we count {number} </b>" * 60
        await group.replies(f"x{number}", words[:3900])
    await group.lets(6)
    board = group.board()
    assert "9 of 9 answered" in board
    assert len(board) < 4096
    assert board.count("<b>") == board.count("</b>")


async def test_staff_hear_of_distress_and_not_what_was_said(group: Gathering) -> None:
    await group.begin()
    group.joins("kim")
    for _ in range(2):
        await group.replies("kim", CRISIS)
    heard = group.world.heard(STAFF)
    assert [it for it in heard if "may be in distress" in it and "Kim" in it] == heard[-1:]
    assert "die" not in heard[-1]


async def test_of_who_has_no_private_chat_staff_hear_where_it_was(group: Gathering) -> None:
    await group.begin()
    await group.replies("kim", CRISIS, group.find("What I read here"))
    heard = group.world.last(STAFF).text
    assert "Somebody in the group <b>Group one</b>" in heard
    assert "Kim" not in heard
    assert "116 123" in "\n".join(group.texts())


async def test_who_only_looks_on_answers_and_votes_for_nobody(group: Gathering) -> None:
    await group.begin()
    group.joins("ann", "contact")
    group.joins("kim", "viewer")
    for _ in range(2):
        await group.replies("kim", FIRST)
    assert group.said() == []
    assert sum("You joined to look on" in it for it in group.texts()) == 1
    await group.replies("ann", FIRST)
    asked = group.find("Reply to this message to answer")
    await group.replies("ann", "We", asked)
    await group.replies("bo", "All of us", asked)
    await group.presses("Vote")
    assert await group.presses("1. We", "kim") == [LOOKING]
    assert await group.presses("Skip for now", "kim") == [LOOKING]
