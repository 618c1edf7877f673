"""Ready replies: looked at first or sent at once, and read as from who sends them."""

from storage import handoffs
from storage.chats import find_chat_id
from storage.models import Chat
from tests.desk.office import bring, events_of, hire, labels, lead_of
from tests.world import CHANNEL, STAFF, World

GOT_IT = "Hi Sam, thanks for sending {}. I've got it and I'll read it properly this week. Alex"


async def test_the_list_shows_them_filled_in_and_one_is_sent_after_a_look(world: World) -> None:
    reference = bring(world)
    await world.settle()
    await world.says("alex", f"/say {reference}", chat=STAFF)
    assert GOT_IT.format(reference) in world.last(STAFF).text
    assert "got it" in labels(world, STAFF)
    await world.presses("alex", "visit", chat=STAFF)
    assert "Sam will read this" in world.last(STAFF).text
    assert world.heard("sam") == []
    await world.presses("alex", "Another one", chat=STAFF)
    await world.presses("alex", "got it", chat=STAFF)
    await world.presses("alex", "Send it", chat=STAFF)
    assert "Sent to Sam" in world.last(STAFF).text
    assert len([it for it in world.heard("sam") if GOT_IT.format(reference) in it]) == 1
    assert lead_of(world, reference).status == "in_contact"
    assert ("staff_said", "Alex", GOT_IT.format(reference)) in events_of(world, reference)


async def test_pressed_twice_it_goes_once(world: World) -> None:
    reference = bring(world)
    await world.settle()
    await world.says("alex", f"/say {reference}", chat=STAFF)
    first = world.last(STAFF).keys[0].token
    await world.presses_token("alex", first, chat=STAFF)
    await world.presses_token("alex", first, chat=STAFF)
    assert world.heard("sam") == []
    send = next(key.token for key in world.last(STAFF).keys if key.button.label == "Send it")
    await world.presses_token("alex", send, chat=STAFF)
    await world.presses_token("bo", send, chat=STAFF)
    assert len([it for it in world.heard("sam") if reference in it]) == 1
    assert "no longer does anything" in world.sender.notices[-1]


async def test_by_its_name_it_goes_at_once_and_answers_who_waits(world: World) -> None:
    await hire(world, "alex")
    reference = bring(world)
    await world.settle()
    with world.core.database.transaction() as session:
        chat_id = find_chat_id(session, channel=CHANNEL, external_id="sam")
        handoffs.open_handoff(
            session, chat_id=chat_id, reason="asked", words=None, now=world.clock.now()
        )
    await world.says("alex", f"/say {reference} got it")
    assert any(GOT_IT.format(reference) in it for it in world.heard("sam"))
    with world.core.database.reading() as session:
        assert handoffs.handoffs_of(session, chat_id=chat_id)[0].answered_at is not None
    await world.says("alex", f"/say {reference} hello there")
    assert "no ready reply called “hello there”" in world.last("alex").text


async def test_who_blocked_the_assistant_is_not_written_to(world: World) -> None:
    reference = bring(world)
    await world.settle()
    with world.core.database.transaction() as session:
        chat_id = find_chat_id(session, channel=CHANNEL, external_id="sam")
        session.get_one(Chat, chat_id).blocked_at = world.clock.now()
    await world.says("alex", f"/say {reference} got_it", chat=STAFF)
    assert "blocked the assistant" in world.last(STAFF).text
    assert events_of(world, reference)[-1][0] == "sent"


async def test_each_ready_reply_has_words_for_somebody_without_a_name(world: World) -> None:
    reference = bring(world, applicant_name=None)
    await world.settle()
    await world.says("alex", f"/say {reference}", chat=STAFF)
    for name in world.core.programme.staffing.canned:
        assert f"<b>{name}</b>: Hi there, " in world.last(STAFF).text
