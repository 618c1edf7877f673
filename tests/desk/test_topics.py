"""Topics of a staff forum: made when they are needed, named as things stand, healed when lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.pipeline.parcel import ChatGoneError, NoTopicsError, Parcel, TopicGoneError
from storage import accepting, chats, threads
from storage.accepting import Accepted
from storage.chats import ChatKey
from storage.models import Chat, InboxRow, StaffChat, Thread
from storage.staff import Role
from tests.desk.talking import (
    asks_for_a_person,
    list_member,
    make_forum,
    names_of,
    passes,
    posts,
    refuse,
    talk,
    topic_of,
)
from tests.world import CHANNEL, STAFF, World


async def rings(world: World, who: str) -> None:
    """Somebody wants to be rung, which is a lead."""
    await world.says(who, "/start")
    for words in ("ring me", who.capitalize(), "07700 900123"):
        await world.says(who, words)


async def test_each_lead_has_a_topic_with_its_card(forum: World) -> None:
    await rings(forum, "ann")
    await rings(forum, "ben")
    names = names_of(forum)
    assert [name.split()[0] for name in names] == ["🆕", "🆕"]
    for who, name in zip(("Ann", "Ben"), names, strict=True):
        [card] = posts(forum, topic_of(forum, name))
        assert who in card
    assert posts(forum, STAFF) == []


async def test_its_name_follows_how_the_lead_stands(forum: World) -> None:
    await rings(forum, "ann")
    place = topic_of(forum, "LCR-")
    await forum.presses("alex", "Claim", chat=place)
    assert [name.split()[0] for name in names_of(forum)] == ["🆕", "👤"]
    await forum.says("alex", "When suits you?", chat=place)
    reference = names_of(forum)[0].split()[1]
    await forum.says("alex", f"/done {reference} We rang.", chat=place)
    assert names_of(forum)[-1].split()[0] == "✅"
    assert all(reference in name for name in names_of(forum))


async def test_words_in_a_leads_topic_go_to_the_resident_and_back(forum: World) -> None:
    await rings(forum, "ann")
    place = topic_of(forum, "LCR-")
    await forum.says("alex", "Does 5pm suit you?", chat=place)
    assert any("Does 5pm suit you?" in it for it in forum.heard("ann"))
    await forum.says("ann", "yes it does")
    await passes(forum, seconds=2)
    assert "yes it does" in posts(forum, place)[-1]


async def test_who_has_a_lead_asks_for_a_person_in_its_topic(forum: World) -> None:
    await rings(forum, "ann")
    place = topic_of(forum, "LCR-")
    await asks_for_a_person(forum, "ann", "When do you ring?")
    assert "When do you ring?" in posts(forum, place)[-1]
    assert len(names_of(forum)) == 1


async def test_a_topic_that_was_deleted_is_made_anew_with_its_card(forum: World) -> None:
    await rings(forum, "ann")
    old = topic_of(forum, "LCR-")
    refuse(forum, TopicGoneError, only=old)
    await asks_for_a_person(forum, "ann", "Hello?")
    new = topic_of(forum, "LCR-")
    assert new != old
    card, asked = posts(forum, new)
    assert "07700 900123" in card
    assert "Hello?" in asked
    await forum.says("alex", "I'm here", chat=new)
    assert forum.last("ann").text == "<b>Alex:</b> I'm here"


async def test_so_is_that_of_a_resident_in_a_talk(forum: World) -> None:
    old = await talk(forum, "ann")
    refuse(forum, TopicGoneError, only=old)
    await forum.says("ann", "are you there?")
    await passes(forum, seconds=4)
    new = topic_of(forum, "Ann")
    assert new != old
    card, line = posts(forum, new)
    assert "asks for a person" in card
    assert "are you there?" in line


async def test_where_none_can_be_made_posts_go_to_the_group_and_admins_hear_it_once(
    forum: World,
) -> None:
    list_member(forum, "gil", Role.ADMIN)
    await forum.says("gil", "/start")
    refuse(forum, NoTopicsError, NoTopicsError, only=f"{STAFF}/")
    await rings(forum, "ann")
    await rings(forum, "ben")
    assert len(posts(forum, STAFF)) == 2
    told = [it for it in forum.heard("gil") if "can't make topics" in it]
    assert len(told) == 1
    with forum.core.database.reading() as session:
        assert session.scalars(select(StaffChat.trouble)).one() == threads.NO_TOPICS
        assert session.scalars(select(Thread)).all() == []
    await forum.presses("alex", "Claim", chat=STAFF)
    assert "Alex" in forum.last(STAFF).text


async def test_after_an_hour_it_is_tried_again(forum: World) -> None:
    refuse(forum, NoTopicsError, only=f"{STAFF}/")
    await rings(forum, "ann")
    await passes(forum, minutes=61)
    await rings(forum, "ben")
    assert "Ben" in posts(forum, topic_of(forum, "LCR-"))[0]
    with forum.core.database.reading() as session:
        assert session.scalars(select(StaffChat.trouble)).one() is None


async def test_a_lead_whose_card_stands_in_the_group_stays_there(world: World) -> None:
    await rings(world, "ann")
    make_forum(world)
    await world.presses("alex", "Claim", chat=STAFF)
    assert "Alex" in world.last(STAFF).text
    assert names_of(world) == []


async def test_what_staff_wrote_in_it_before_we_knew_is_of_the_same_chat(
    forum: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The channel tells of words in a topic before it has told us that the topic is made."""
    send, early = forum.sender.send, list[str]()

    async def send_late(parcel: Parcel) -> int | None:
        number = await send(parcel)
        if parcel.topic is not None and "/new-" in parcel.external_chat_id:
            with forum.core.database.transaction() as session:
                said = _hello(f"{STAFF}/{number}")
                accepting.accept(session, said, now=forum.clock.now())
            await forum.turns.run_waiting()
            early.extend(_waiting(forum, f"{STAFF}/{number}"))
        return number

    monkeypatch.setattr(forum.sender, "send", send_late)
    await asks_for_a_person(forum, "ann")
    assert early == ["NotYetError"]
    await passes(forum, seconds=1)
    assert sum("Hello Ann" in it for it in forum.heard("ann")) == 1
    with forum.core.database.reading() as session:
        [topic] = session.scalars(select(Chat).where(Chat.topic_of == STAFF))
        assert threads.thread_of(session, topic.id) is not None
        assert threads.is_made(topic.external_id)


def _waiting(world: World, chat: str) -> list[str]:
    """Why what was said in this chat waits still."""
    with world.core.database.reading() as session:
        chat_id = chats.find_chat_id(session, channel=CHANNEL, external_id=chat)
        waits = select(InboxRow.error).where(
            InboxRow.chat_id == chat_id, InboxRow.state == "waiting"
        )
        return [(error or "").split()[0] for error in session.scalars(waits)]


def _hello(chat: str) -> Accepted:
    said = Arrival(Happened.SAID, sender=Sender("alex", "Alex"), text="Hello Ann", message_id=90001)
    key = ChatKey(CHANNEL, chat, "group", "Staff")
    return Accepted(dedupe_key="early", chat=key, payload=said.to_json())


async def test_forgetting_takes_the_name_from_the_topic(forum: World) -> None:
    await rings(forum, "ann")
    await talk(forum, "ben")
    for who in ("ann", "ben"):
        await forum.says(who, "/forget")
        await forum.presses(who, "Yes, delete it all")
    assert sum(name.startswith("🗑") for name in names_of(forum)) == 2
    assert names_of(forum)[-1].startswith("🗑")
    with forum.core.database.reading() as session:
        titles = [it or "" for it in session.scalars(select(Thread.title))]
    assert not any("Ben" in it for it in titles)


@pytest.mark.parametrize("minutes", [1, 30])
async def test_a_group_that_is_gone_keeps_what_belongs_into_its_topics(
    forum: World, minutes: int
) -> None:
    place = await talk(forum, "ann")
    refuse(forum, ChatGoneError, only=place)
    await forum.says("ann", "are you there?")
    await passes(forum, seconds=4)
    assert "are you there?" not in "".join(posts(forum, place))
    back = Arrival(Happened.SAID, sender=Sender("alex", "Alex"), text="hm", message_id=90003)
    forum.clock.move_to(forum.clock.now() + timedelta(minutes=minutes))
    await forum.arrives(back, chat=STAFF)
    assert "are you there?" in "".join(posts(forum, place))
