"""What staff teach: kept without the person, for as long as the person lets it be kept."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from actions.learning import learning
from actions.learning.learning import IGNORED, PERSONAL
from bot.training.lesson_plan import eraser_for, plan
from storage import applicants, chats, handoffs, misunderstood, retention, training_examples
from storage.chats import ChatKey
from storage.models import Message, Misunderstood, TrainingExample
from tests.world import World, open_world

KIM = 7


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, quiet_hours="off") as opened:
        yield opened


def puzzle(world: World, *texts: str, who: str = "ann") -> list[int]:
    """These were not understood; their ids."""
    now = world.clock.now()
    with world.core.database.transaction() as session:
        chat_id = chats.chat_id_for(session, ChatKey("preview", who, name="Zebedee"), now=now)
        for text in texts:
            misunderstood.note(
                session, chat_id=chat_id, text=text, language="en", question=None, now=now
            )
    with world.core.database.reading() as session:
        found = select(Misunderstood.id).order_by(Misunderstood.id.desc()).limit(len(texts))
        return list(session.scalars(found))[::-1]


def teach(world: World, ids: list[int], intent: str = "ask_deadline") -> int:
    eraser = eraser_for(world.core.content)
    with world.core.database.transaction() as session:
        return learning.teach(
            session, ids, intent=intent, eraser=eraser, by=KIM, now=world.clock.now()
        )


def examples(world: World) -> list[TrainingExample]:
    with world.core.database.reading() as session:
        return training_examples.wanted(session)


def test_what_is_kept_names_nobody(world: World) -> None:
    ids = puzzle(world, "can zebedee at 12 elm road still get on it", "hows the wibble lad")
    assert teach(world, ids) == 2
    texts = [it.text for it in examples(world)]
    assert texts == ["can at still get on it", "hows the wibble lad"]
    assert {(it.intent, it.given_by) for it in examples(world)} == {("ask_deadline", KIM)}


def test_a_name_that_they_gave_is_taken_out(world: World) -> None:
    (number,) = puzzle(world, "is xanthe on the list for that")
    with world.core.database.transaction() as session:
        chat_id = session.get_one(Misunderstood, number).chat_id
        ann = applicants.applicant_of(session, chat_id=chat_id, now=world.clock.now())
        ann.name = "Xanthe Example"
    teach(world, [number])
    assert [it.text for it in examples(world)] == ["is on the list for that"]


def test_what_says_nothing_without_the_person_is_refused(world: World) -> None:
    ids = puzzle(world, "Zebedee", "L20 5AB", "wibble flumph")
    assert teach(world, ids) == 1
    with world.core.database.reading() as session:
        left_out = [it.left_out for it in misunderstood.get_many(session, ids)]
    assert left_out == [PERSONAL, PERSONAL, None]


def test_said_otherwise_it_is_another_example_and_said_again_the_same(world: World) -> None:
    ids = puzzle(world, "wibble flumph")
    teach(world, ids)
    (first,) = examples(world)
    assert teach(world, ids) == 1
    assert [it.id for it in examples(world)] == [first.id]
    teach(world, ids, "list_calls")
    (other,) = examples(world)
    assert (other.intent, other.id > first.id) == ("list_calls", True)


def test_what_is_taken_back_or_left_out_is_not_learnt(world: World) -> None:
    one, two, three = puzzle(world, "wibble flumph", "quux narf", "zork plugh")
    teach(world, [one, two, three])
    now = world.clock.now()
    with world.core.database.transaction() as session:
        learning.take_back(session, [one], by=KIM, now=now)
        learning.leave_out(session, [two], why=IGNORED, by=KIM, now=now)
        learning.leave_out(session, [three], why=PERSONAL, by=KIM, now=now)
    assert examples(world) == []
    with world.core.database.reading() as session:
        kept = [it.text for it in training_examples.everything(session)]
        fates = [
            (it.intent, it.left_out) for it in misunderstood.get_many(session, [one, two, three])
        ]
    assert kept == ["wibble flumph", "quux narf"]  # what is personal goes at once
    assert fates == [(None, None), (None, IGNORED), (None, PERSONAL)]


async def test_forgotten_people_have_taught_nothing(world: World) -> None:
    await world.says("sam", "/start")
    await world.says("sam", "wibble flumph quux")
    await world.says("ann", "/start")
    await world.says("ann", "zork plugh narf")
    with world.core.database.reading() as session:
        ids = list(session.scalars(select(Misunderstood.id)))
    assert teach(world, ids) == 2
    await world.says("sam", "/mydata")
    assert "teach me" in " ".join(world.heard("sam")[-3:])
    await world.says("sam", "/forget")
    await world.says("sam", "yes")
    with world.core.database.reading() as session:
        assert [it.text for it in training_examples.everything(session)] == ["zork plugh narf"]


def test_an_example_outlives_its_message_and_goes_after_its_own_time(world: World) -> None:
    ids = puzzle(world, "wibble flumph")
    teach(world, ids)
    begun = world.clock.now()
    for days, names in ((364, []), (366, ["misunderstood"]), (1096, ["examples"])):
        gone = []
        for rule in retention.rules(now=begun + timedelta(days=days), days={}):
            if rule.name not in ("misunderstood", "examples"):
                continue
            with world.core.database.transaction() as session:
                found = retention.walk(session, rule, after_id=0)
                rule.remove(session, found.ids)
            gone += [rule.name] if found.ids else []
        assert gone == names
    assert examples(world) == []


def test_what_was_named_before_there_were_examples_is_gathered_once(world: World) -> None:
    ids = puzzle(world, "wibble flumph", "Zebedee")
    with world.core.database.transaction() as session:
        misunderstood.give_intent(session, ids, intent="thank", by=KIM, now=world.clock.now())
    for _again in range(2):
        with world.core.database.transaction() as session:
            found = plan(session, world.core)
        assert [it.text for it in found.new] == ["wibble flumph"]
        assert found.in_force is None


async def test_an_alarm_that_was_none_is_an_example(world: World) -> None:
    await world.says("sam", "/start")
    await world.says("sam", "I want to kill myself")
    eraser = eraser_for(world.core.content)
    with world.core.database.transaction() as session:
        sam = chats.find_chat_id(session, channel="preview", external_id="sam")
        assert sam is not None
        (alarm,) = handoffs.alarms_in(session, chat_id=sam)
        message = session.get_one(Message, alarm)
        assert message.text == "I want to kill myself"
        for intent, expected in (("thank", True), ("complaint", True), (None, False)):
            assert expected is learning.teach_message(
                session, message, intent=intent, eraser=eraser, by=KIM, now=world.clock.now()
            )
            wanted = [(it.intent, it.text) for it in training_examples.wanted(session)]
            assert wanted == ([(intent, "I want to kill myself")] if intent else [])


def test_the_rules_that_still_alarm_are_told(world: World) -> None:
    now = world.clock.now()
    with world.core.database.transaction() as session:
        chat_id = chats.chat_id_for(session, ChatKey("preview", "ann"), now=now)
        for number, text in enumerate(("i want to kill myself", "wibble flumph")):
            training_examples.add(
                session,
                chat_id=chat_id,
                intent="complaint",
                text=text,
                by=KIM,
                now=now,
                message_id=number + 1,
            )
        assert plan(session, world.core).still_alarming == ["i want to kill myself"]
