"""The card of a lead: what stands on it, which buttons, and who of two gets it."""

import threading
from datetime import timedelta

from bot.desk.leads.claiming import Claiming
from bot.desk.moment import Moment, Outcome
from bot.pipeline.arrival import Arrival, Happened, Sender
from storage import chats, messages, staff
from storage.models import LeadLabel
from storage.staff import Role
from tests.desk.leads_sent import (
    card,
    card_labels,
    lead_of,
    press_on_card,
    ring_me,
    send_idea,
    staff_say,
)
from tests.world import CHANNEL, STAFF, World

OPEN_BUTTONS = ["Assign", "Ask changes", "Qualify", "Decline", "Snooze", "Done"]


async def test_its_buttons_follow_where_it_stands(world: World) -> None:
    reference = await send_idea(world)
    assert card_labels(world, reference) == ["Claim", *OPEN_BUTTONS]
    await press_on_card(world, "alex", "Claim", reference)
    assert card_labels(world, reference) == OPEN_BUTTONS
    await press_on_card(world, "alex", "Ask changes", reference)
    assert "1. What's wrong:</b> Rust" in world.last(STAFF).text
    await staff_say(world, f"/changes {reference} 1 say more")
    assert lead_of(world, reference).status == "changes_asked"
    assert "changes asked" in card(world, reference).text
    await world.presses("sam", "Not now")
    await world.says("sam", "take it back")
    await world.presses("sam", "Yes, take it back")
    assert card_labels(world, reference) == []


async def test_what_staff_noted_stands_on_it(world: World) -> None:
    reference = await send_idea(world)
    with world.core.database.transaction() as session:
        lead = session.merge(lead_of(world, reference))
        lead.next_action = "Visit the sheds"
        lead.next_action_at = world.clock.now() + timedelta(days=2)
        lead.snoozed_until = world.clock.now() + timedelta(days=1)
        session.add(LeadLabel(lead_id=lead.id, label="sheds"))
    await press_on_card(world, "alex", "Claim", reference)
    shown = card(world, reference).text
    for part in ("🏷 sheds", "Next:</b> Visit the sheds, ", "💤 until ", "1pm on Tuesday 2 June"):
        assert part in shown, shown


async def test_however_long_staff_put_it_there_is_a_card(world: World) -> None:
    reference = await send_idea(world)
    await staff_say(world, f"/next {reference} ring them {'and ask ' * 400}")
    await staff_say(world, f"/done {reference} It goes {'on and ' * 400}on.")
    shown = card(world, reference).text
    assert "Outcome:</b> It goes on and" in shown
    assert "ring them and ask" in shown
    assert len(shown) < 2000


async def test_a_button_that_is_pressed_late_is_not_taken_for_another(world: World) -> None:
    reference = await send_idea(world)
    [claim] = [it.token for it in card(world, reference).keys if it.button.label == "Claim"]
    for who in ("alex", "bo"):
        await world.presses_token(who, claim, chat=STAFF)
    assert "Alex already has this one" in world.sender.notices[-1]
    assert not any("Who takes" in it for it in world.heard(STAFF))
    await world.presses_token("alex", claim, chat=STAFF)
    assert "no longer does anything" in world.sender.notices[-1]


async def test_a_card_is_one_message_however_much_was_told(world: World) -> None:
    reference = await send_idea(world)
    with world.core.database.transaction() as session:
        lead = session.merge(lead_of(world, reference))
        long = dict.fromkeys(world.core.programme.canvas.questions, "word " * 90)
        lead.idea = {"title": "Sheds", "answers": long}
        lead.facts = {}
    await press_on_card(world, "alex", "Claim", reference)
    assert len(card(world, reference).text) < 4096
    assert card_labels(world, reference) == OPEN_BUTTONS


async def test_it_names_the_language_of_their_app_where_it_is_none_of_ours(world: World) -> None:
    asks = ("just ring me", "Ann Example", "07700 900123")
    for number, words in enumerate(asks, 1):
        sender = Sender("ann", "Ann", language="pl")
        said = Arrival(Happened.SAID, sender=sender, text=words, message_id=number)
        await world.arrives(said, chat="ann")
    assert "Their language:</b> Polish" in world.heard(STAFF)[-1]


async def test_a_person_hears_which_language_somebody_writes_in(world: World) -> None:
    for words in ("cześć, proszę o pomoc", "człowiek", "Gdzie jest wasze biuro?"):
        await world.says("ann", words)
    assert "Their language:</b> Polish" in world.heard(STAFF)[-1]
    await world.says("bo", "/human")
    await world.says("bo", "Where is your office?")
    assert "language" not in world.heard(STAFF)[-1]


async def test_two_press_claim_at_once_and_the_other_sees_who(world: World) -> None:
    reference = await ring_me(world)
    lead = lead_of(world, reference)
    names = ["Alex", "Bo"]
    ready = threading.Barrier(len(names))
    told: dict[str, Outcome] = {}

    def claim(name: str) -> None:
        with world.core.database.reading() as session:
            desk_id = staff.staff_chat_id(session, channel=CHANNEL)
            assert desk_id is not None
            post = messages.card_of_lead(session, lead_id=lead.id, chat_id=desk_id)
        ready.wait(timeout=20)
        with world.core.database.transaction() as session:
            moment = Moment(
                session,
                chats.get_chat(session, desk_id),
                Arrival(Happened.PRESSED),
                staff.staff_member(
                    session,
                    channel=CHANNEL,
                    external_id=name,
                    name=name,
                    now=world.clock.now(),
                ),
                Role.CASEWORKER,
                world.clock.now(),
                desk_id=desk_id,
                post=post,
            )
            told[name] = Claiming(wording=world.core.wording).deeds["claim"](moment, "")

    threads = [threading.Thread(target=claim, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    notices = {name: outcome.notice.text for name, outcome in told.items() if outcome.notice}
    [winner] = [name for name, notice in notices.items() if "this one is yours" in notice]
    [loser] = set(names) - {winner}
    assert notices[loser] == f"{winner} already has this one."
    assert lead_of(world, reference).status == "claimed"
