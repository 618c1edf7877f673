"""The page as the server makes it."""

from datetime import timedelta

import pytest

from bot.pipeline import speech
from dialogues.exchange import Button, Reply
from storage import chats, files, messages
from storage.chats import ChatKey
from storage.files import NewFile
from tests.preview.room import Room


async def test_a_newcomer_sees_where_they_are_and_how_to_begin(room: Room) -> None:
    page = await room.page()
    assert "Local preview." in page
    assert "The Capacity helper" in page
    assert 'role="log"' in page
    assert '<label class="sr" for="words">Message</label>' in page
    assert 'data-say="/start"' in page
    assert "needs JavaScript" in page
    assert '<link rel="stylesheet" href="/preview/static/noscript.css">' in page


async def test_every_command_of_the_programme_is_in_the_menu(room: Room) -> None:
    page = await room.page()
    for command in ("start", "eligibility", "idea", "human", "forget", "help"):
        assert f'data-command="/{command}"' in page


async def test_nothing_is_inline_and_nothing_comes_from_elsewhere(room: Room) -> None:
    await room.say("hello")
    page = await room.page()
    assert " style=" not in page
    assert " onclick=" not in page
    assert "<style" not in page
    assert "<script>" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")


async def test_what_was_said_is_there_after_a_reload(room: Room) -> None:
    await room.say("<i>hello</i> & goodbye")
    page = await room.page()
    assert "&lt;i&gt;hello&lt;/i&gt; &amp; goodbye" in page
    assert "<b>You said:</b>" in page
    assert ">Yes</button>" in page
    assert '<section class="welcome" id="welcome" hidden>' in page


async def test_an_undelivered_message_does_not_show(room: Room) -> None:
    await room.post("say", {"text": "hello"})
    await room.turns.run_waiting()
    assert "You said" not in await room.page()
    await room.delivery.run_waiting()
    assert "You said" in await room.page()


async def test_people_do_not_see_each_others_chats(room: Room) -> None:
    await room.say("a secret", as_="maria")
    assert "a secret" in await room.page(**{"as": "maria"})
    assert "a secret" not in await room.page()
    assert 'href="/?as=maria"' in await room.page()


async def test_a_name_that_will_not_do_is_explained(room: Room) -> None:
    answer = await room.client.get("/", params={"as": "Dr No!"})
    assert answer.status == 400
    assert "Use letters, digits, - and _" in await answer.text()


async def test_two_caseworkers_share_the_staff_chat(room: Room) -> None:
    await room.say("Good morning", as_="staff")
    mine = await room.page(**{"as": "staff"})
    theirs = await room.page(**{"as": "staff", "who": "robin"})
    assert "said mine" in mine
    assert '<p class="who">Alex</p>' in theirs
    assert "said mine" not in theirs.replace('"said mine pending"', "")


async def test_each_kind_of_button(room: Room) -> None:
    await room.say("hello")
    buttons = (
        Button("Read", url="https://example.org/a?b=1&c=2"),
        Button("Bad", url="javascript:alert(1)"),
        Button("Copy it", copy_text="LCR-1"),
        Button("Share my number", request_contact=True),
    )
    with room.database.transaction() as session:
        chat_id = chats.find_chat_id(session, channel="preview", external_id="sam") or 0
        reply = Reply("choose", buttons=buttons)
        speech.queue_replies(session, chat_id=chat_id, replies=[reply], now=room.clock.now())
    await room.settle()
    page = await room.page()
    assert 'href="https://example.org/a?b=1&amp;c=2" target="_blank" rel="noopener' in page
    assert "javascript:" not in page
    assert 'data-copy="LCR-1"' in page
    assert "data-contact" in page


async def test_a_page_of_this_server_is_offered_as_a_download(room: Room) -> None:
    await room.say("hello")
    with room.database.transaction() as session:
        chat_id = chats.find_chat_id(session, channel="preview", external_id="sam") or 0
        said = [Reply("Its dates", document="/calls/gardens.ics"), Reply("", document="//evil/x")]
        speech.queue_replies(session, chat_id=chat_id, replies=said, now=room.clock.now())
    await room.settle()
    page = await room.page()
    assert '<a href="/calls/gardens.ics" download>gardens.ics</a>' in page
    assert 'href="//evil' not in page


async def test_a_page_that_was_made_is_shown_and_served_and_nobody_elses_is(room: Room) -> None:
    await room.say("hello")
    now = room.clock.now()
    with room.database.transaction() as session:
        chat_id = chats.find_chat_id(session, channel="preview", external_id="sam") or 0
        theirs = chats.chat_id_for(session, ChatKey("telegram", "7"), now=now)
        new = [
            NewFile("page_picture", "soup.png", "image/png", b"\x89PNG"),
            NewFile("page_document", "soup.pdf", "application/pdf", b"%PDF"),
        ]
        kept = [files.keep_file(session, it, chat_id=chat_id, idea_id=None, now=now) for it in new]
        other = files.keep_file(session, new[0], chat_id=theirs, idea_id=None, now=now)
        picture, document = (files.place_of(file) for file in kept)
        said = [Reply("Your page", image=picture), Reply("To print", document=document)]
        speech.queue_replies(session, chat_id=chat_id, replies=said, now=now)
        elsewhere = files.place_of(other)
    await room.settle()
    page = await room.page()
    assert f'<img src="{picture}" alt="Picture: soup.png"' in page
    assert f'<a href="{document}" download>soup.pdf</a>' in page
    answers = [await room.client.get(place) for place in (picture, document, elsewhere)]
    assert [answer.status for answer in answers] == [200, 200, 404]
    assert [await answer.read() for answer in answers[:2]] == [b"\x89PNG", b"%PDF"]
    assert "attachment" in answers[1].headers["Content-Disposition"]


async def test_a_reply_shows_what_it_answers(room: Room) -> None:
    number = await room.say("Is it free?")
    with room.database.transaction() as session:
        chat_id = chats.find_chat_id(session, channel="preview", external_id="sam") or 0
        question = messages.find_by_external_id(session, chat_id=chat_id, external_id=number)
        assert question is not None
        speech.queue_replies(
            session,
            chat_id=chat_id,
            replies=[Reply("Yes, all of it")],
            now=room.clock.now(),
            reply_to_id=question.id,
        )
    await room.settle()
    assert '<blockquote class="quote">Is it free?</blockquote>' in await room.page()


async def test_only_the_newest_messages_are_shown(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.preview.history.LENGTH", 3)
    for words in ("first words", "second words", "third words"):
        await room.say(words)
        room.clock.move_on(timedelta(seconds=1))
    page = await room.page()
    assert "first words" not in page
    assert "third words" in page


async def test_a_link_waits_behind_start(room: Room) -> None:
    assert 'data-say="/start call-gardens-web"' in await room.page(start="call-gardens-web")
    await room.say("hello")
    again = await room.page(start="call-gardens-web")
    assert '<section class="welcome" id="welcome" data-link>' in again
    assert 'data-say="/start">' in await room.page(start='"><script>')
