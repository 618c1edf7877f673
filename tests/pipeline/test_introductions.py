"""Two residents and the staff: who is like whom, and how they are brought together."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.idea_commands import alike_table
from bot.loops import build_retention
from bot.settings import SettingError
from storage import chats, lead_events, leads, outbox, staff
from storage.models import IdeaWord, Introduction, LeadEvent
from storage.outbox import Lane
from tests.neighbourhood import BEDS, GARDEN, TOOLS, Sender, has_idea, has_sent
from tests.world import CHANNEL, STAFF, World, open_world

ANN = Sender("Ann Example", GARDEN)
BOB = Sender("Bob Sample", BEDS)
QUESTION = "would you like to be put in touch"
OVER = "It didn't work out this time"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path) as opened:
        yield opened


async def sends(world: World, who: str, sender: Sender) -> str:
    """They are here, and their idea has gone to the team; its reference."""
    await world.says(who, "/start")
    now = world.clock.now()
    with world.core.database.transaction() as session:
        chat_id = chats.find_chat_id(session, channel=CHANNEL, external_id=who)
        assert chat_id is not None
        idea = has_idea(session, chat_id, sender, programme=world.core.programme, now=now)
        lead = has_sent(session, idea, sender, chat_id=chat_id, now=now)
        desk = staff.staff_chat_id(session, channel=CHANNEL)
        assert desk is not None
        payload = {"lead_id": lead.id}
        outbox.queue(
            session, chat_id=desk, kind="lead_card", lane=Lane.LEADS, now=now, payload=payload
        )
    await world.settle()
    return lead.reference


async def asked(world: World, ann: Sender = ANN, bob: Sender = BOB, note: str = "") -> list[str]:
    """Both have sent an idea and are asked; the references."""
    references = [await sends(world, "ann", ann), await sends(world, "bob", bob)]
    await introduce(world, *references, note)
    return references


async def introduce(world: World, *words: str) -> str:
    await world.says("alex", " ".join(("/introduce", *words)), chat=STAFF)
    return world.last(STAFF).text


async def says_yes(world: World, who: str, *, shares: bool = True) -> None:
    await world.presses(who, "Yes")
    await world.presses(who, "Yes, you may" if shares else "Just my first name")


def events(world: World, reference: str) -> list[str]:
    with world.core.database.reading() as session:
        lead = leads.find_by_reference(session, reference=reference)
        assert lead is not None
        return [it.kind for it in lead_events.events_of(session, lead)]


def states(world: World) -> list[str]:
    with world.core.database.reading() as session:
        return list(session.scalars(select(Introduction.state).order_by(Introduction.id)))


def said(world: World, who: str) -> str:
    return "\n".join(world.heard(who))


async def test_both_say_yes_and_only_then_they_hear_each_others_name(world: World) -> None:
    references = await asked(world, note="You could share the tools.")
    for who in ("ann", "bob"):
        assert QUESTION in said(world, who)
        assert "You're both in Sefton" in said(world, who)
    await says_yes(world, "ann")
    await world.presses("bob", "Yes")
    for who, other, words in (("ann", "Bob", "Raised beds"), ("bob", "Ann", "grow veg")):
        assert other not in said(world, who)
        assert words not in said(world, who)
        assert "share the tools" not in said(world, who)
    await world.presses("bob", "Yes, you may")
    for who, other, last_name in (("ann", "Bob", "Sample"), ("bob", "Ann", "Example")):
        assert f"Meet <b>{other}</b>" in world.last(who).text
        assert "a link to write to them stands here" in world.last(who).text
        assert "share the tools" in world.last(who).text
        assert last_name not in said(world, who)
    assert "both said yes" in world.last(STAFF).text
    for reference in references:
        assert reference in world.last(STAFF).text
        assert events(world, reference)[1:] == [
            "introduction_proposed",
            "introduction_yes",
            "introduction_made",
        ]


async def test_how_to_be_reached_is_told_only_if_both_share_it(world: World) -> None:
    await asked(
        world, Sender("Ann", GARDEN, contact="+447700900123"), Sender("Bob", BEDS, contact="b@x.uk")
    )
    await says_yes(world, "ann")
    assert "your phone number, 07700 900123" in said(world, "ann")
    await says_yes(world, "bob", shares=False)
    for who in ("ann", "bob"):
        assert "The team will bring you together" in world.last(who).text
    assert "07700" not in said(world, "bob")
    assert "b@x.uk" not in said(world, "ann")
    assert "Please bring them together" in world.last(STAFF).text


async def test_what_both_share_they_can_be_reached_by(world: World) -> None:
    await asked(
        world, Sender("Ann", GARDEN, contact="+447700900123"), Sender("Bob", BEDS, contact="b@x.uk")
    )
    for who in ("ann", "bob"):
        await says_yes(world, who)
    assert "your email address, b@x.uk" in said(world, "bob")
    assert "You can ring or text: 07700 900123" in world.last("bob").text
    assert "You can write an email: b@x.uk" in world.last("ann").text


async def test_what_is_shared_is_what_they_were_asked_about(world: World) -> None:
    references = await asked(world)
    await says_yes(world, "ann")
    with world.core.database.transaction() as session:
        lead = leads.find_by_reference(session, reference=references[0])
        assert lead is not None
        lead.contact = "+447700900123"
    await says_yes(world, "bob")
    assert "07700" not in said(world, "bob")
    assert "a link to write to them stands here" in world.last("bob").text


async def test_a_no_is_told_without_who_and_why(world: World) -> None:
    await asked(world)
    await says_yes(world, "ann")
    await world.presses("bob", "No thanks")
    assert OVER in world.last("ann").text
    assert "Bob" not in said(world, "ann")
    assert "didn't work out" in world.last(STAFF).text
    assert states(world) == ["declined"]
    await world.presses("bob", "Yes")
    await world.presses("ann", "I've changed my mind")
    assert "not about to be put in touch" in world.last("ann").text
    assert states(world) == ["declined"]


async def test_it_comes_in_between_and_leaves_what_somebody_was_doing(world: World) -> None:
    references = [await sends(world, "ann", ANN), await sends(world, "bob", BOB)]
    await world.says("ann", "/eligibility")
    before = world.last("ann").text
    await introduce(world, *references)
    assert QUESTION in world.last("ann").text
    await world.presses("ann", "Tell me more")
    assert "Here's how it goes" in said(world, "ann")
    assert QUESTION in world.last("ann").text
    await world.says("ann", "who sees this")
    assert "What we keep, in plain words" in said(world, "ann")
    await world.presses("ann", "Not now")
    assert world.last("ann").text == before
    await world.says("ann", "/cancel")
    await world.presses("ann", "Ask me again")
    assert QUESTION in world.last("ann").text
    await world.says("ann", "yeah go on")
    await world.says("ann", "no ta")
    assert "They get the same question" in world.last("ann").text


async def test_the_question_runs_out_after_some_days(world: World) -> None:
    await asked(world)
    await says_yes(world, "ann")
    await world.live_until(world.clock.now() + timedelta(days=8))
    assert OVER in world.last("ann").text
    assert OVER not in said(world, "bob")
    assert "didn't work out" in world.last(STAFF).text
    assert states(world) == ["expired"]
    await world.presses("bob", "Yes")
    assert "didn't work out in the end" in said(world, "bob")
    assert states(world) == ["expired"]


@pytest.mark.parametrize("words", ["dont put me in touch", "stop matching me"])
async def test_a_yes_can_be_taken_back_until_both_have_said_it(world: World, words: str) -> None:
    await asked(world)
    await says_yes(world, "ann")
    await world.says("ann", words)
    assert OVER in world.last("bob").text
    await world.presses("bob", "Yes")
    assert "Ann" not in said(world, "bob")
    assert states(world) == ["withdrawn"]


async def test_who_is_forgotten_in_the_middle_ends_it_kindly(world: World) -> None:
    await asked(world)
    await says_yes(world, "bob")
    await world.says("ann", "/forget")
    await world.presses("ann", "Yes, delete it all")
    assert OVER in world.last("bob").text
    assert states(world) == []
    assert "didn't work out" in said(world, STAFF)


async def test_who_is_forgotten_later_goes_from_the_others_chat_as_well(world: World) -> None:
    await asked(world)
    await says_yes(world, "ann")
    await says_yes(world, "bob")
    await world.says("ann", "/forget")
    await world.presses("ann", "Yes, delete it all")
    edit = world.last("bob")
    assert edit.edits is not None
    assert "asked us to delete" in edit.text
    with world.core.database.reading() as session:
        whole = [it.who or "" for it in session.scalars(select(LeadEvent))]
        assert not any("Ann" in who for who in whole)
    assert states(world) == []


async def test_two_who_ask_for_the_same_ask_once(world: World) -> None:
    one, other = await asked(world)
    await world.says("bo", f"/introduce {other} {one.lower()}", chat=STAFF)
    assert "being asked already" in world.last(STAFF).text
    assert sum(QUESTION in text for text in world.heard("ann")) == 1
    assert states(world) == ["asked"]


async def test_staff_hear_why_two_cannot_be_asked(world: World) -> None:
    ann = await sends(world, "ann", ANN)
    bob = await sends(world, "bob", BOB)
    shy = await sends(world, "shy", Sender("Shy", TOOLS, agrees=False))
    again = await sends(world, "ann", Sender("Ann", TOOLS))
    kim = await sends(world, "kim", Sender("Kim", TOOLS))
    assert "send both references" in await introduce(world)
    assert "send both references" in await introduce(world, ann)
    assert "can't find" in await introduce(world, ann, "LCR-ZZZZZ")
    assert "same person" in await introduce(world, ann, again)
    assert "hasn't agreed to be matched" in await introduce(world, ann, shy)
    await introduce(world, ann, bob)
    assert f"The sender of <b>{bob}</b> is being asked" in await introduce(world, kim, bob)
    await world.presses("bob", "No thanks")
    assert "asked not long ago" in await introduce(world, ann, bob)
    with world.core.database.transaction() as session:
        chat_id = chats.find_chat_id(session, channel=CHANNEL, external_id="kim")
        chats.mark_blocked(session, chat_id or 0, now=world.clock.now())
    assert f"Nobody can be reached about <b>{kim}</b>" in await introduce(world, ann, kim)
    assert QUESTION not in said(world, "shy") + said(world, "kim")


async def test_a_card_says_which_are_like_it_and_why_and_the_other_card_follows(
    world: World,
) -> None:
    ann = await sends(world, "ann", ANN)
    tools = await sends(world, "kim", Sender("Kim", TOOLS, theme=None))
    assert "Alike" not in said(world, STAFF)
    bob = await sends(world, "bob", BOB)
    cards = {it: card(world, it) for it in (ann, bob, tools)}
    assert f"{ann}: both in Sefton; both about Ageing; both mention:" in cards[bob]
    assert "garden" in cards[bob]
    assert f"{bob}: both in Sefton" in cards[ann]
    assert "Alike" not in cards[tools]
    edits = len(world.heard(STAFF))
    await world.says("alex", "/help", chat=STAFF)
    assert len(world.heard(STAFF)) == edits + 1  # nothing goes round in circles
    await world.says("bob", "stop matching me")
    assert "Alike" not in card(world, ann) + card(world, bob)


def card(world: World, reference: str) -> str:
    """The card of a lead as it stands now."""
    shown = [text for text in world.heard(STAFF) if f"<b>{reference}</b> ·" in text]
    return shown[-1]


async def test_who_agrees_after_sending_is_named_on_cards_from_then_on(world: World) -> None:
    ann = await sends(world, "ann", Sender("Ann", GARDEN, agrees=False))
    bob = await sends(world, "bob", BOB)
    assert "Alike" not in said(world, STAFF)
    await world.says("ann", "is anyone doing something like this")
    await world.presses("ann", "Yes, match my idea")
    assert [text[:15] for text in world.heard("ann")[-2:]] == [
        "I'm looking now",
        "🤝 You're not th",
    ]
    assert bob in card(world, ann)
    assert ann in card(world, bob)


async def test_the_command_line_tells_the_same(world: World) -> None:
    ann = await sends(world, "ann", ANN)
    kim = await sends(world, "kim", Sender("Kim", TOOLS, borough="wirral"))
    assert alike_table(world.core, ann).startswith(f"nothing is like {ann}")
    bob = await sends(world, "bob", BOB)
    told = alike_table(world.core, ann.lower())
    assert told.splitlines()[1].split(None, 2)[:2] == [bob, "Sefton"]
    assert "both in Sefton; both about Ageing; both mention:" in told
    assert kim not in told
    with pytest.raises(SettingError, match="no lead is called LCR-ZZZZZ"):
        alike_table(world.core, "LCR-ZZZZZ")


async def test_what_is_kept_long_enough_goes_from_cards_and_index(world: World) -> None:
    ann, bob = await sends(world, "ann", ANN), await sends(world, "bob", BOB)
    await introduce(world, ann, bob)
    await world.presses("ann", "No thanks")
    world.clock.move_on(timedelta(days=400))
    with world.core.database.transaction() as session:
        lead = leads.find_by_reference(session, reference=bob)
        assert lead is not None
        lead_events.record_event(
            session, lead, kind="staff_said", who="Alex", words="hi", now=world.clock.now()
        )
    world.clock.move_on(timedelta(days=400))
    gone = await build_retention(world.core).clean_up()
    assert gone["introductions"] == 1
    await world.settle()
    assert "Alike" not in card(world, bob)
    with world.core.database.reading() as session:
        lead = leads.find_by_reference(session, reference=ann)
        assert lead is not None
        assert lead.status == "withdrawn"
        assert session.scalars(select(IdeaWord)).all() == []
