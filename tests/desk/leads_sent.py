"""Leads that residents send, and how tests look at them."""

import re

from bot.pipeline.parcel import Parcel
from storage import leads
from storage.models import Lead
from tests.world import STAFF, World

CODE = "ageing_well"


async def send_idea(world: World, who: str = "sam") -> str:
    """An idea in three answers, for a sample call; its reference."""
    load_samples(world)
    for words in (f"/start call-{CODE}", "Tell us your idea", "Rust", "skip", "Kids"):
        await world.says(who, words)
    while "Send it to the team" not in labels(world, who):
        await world.says(who, "skip")
    for words in ("Send it to the team", "no", "yes", "Sam", "here on telegram", "yes"):
        await world.says(who, words)
    return reference_in(world, who)


def load_samples(world: World) -> None:
    """The sample calls are there."""
    with world.core.database.transaction() as session:
        world.core.load_samples(session)


async def ring_me(world: World, who: str = "ann", number: str = "07700 900123") -> str:
    """Somebody wants to be rung; the reference."""
    for words in ("just ring me", f"{who.capitalize()} Example", number):
        await world.says(who, words)
    return reference_in(world, who)


def reference_in(world: World, who: str) -> str:
    found = [it[0] for text in world.heard(who) if (it := re.search(r"LCR-\w{5}", text))]
    return found[-1]


def labels(world: World, who: str = STAFF) -> list[str]:
    """The buttons of the newest message."""
    return [key.button.label for key in world.last(who).keys]


def lead_of(world: World, reference: str) -> Lead:
    with world.core.database.reading() as session:
        lead = leads.find_by_reference(session, reference=reference)
        assert lead is not None
        return lead


def card(world: World, reference: str) -> Parcel:
    """The card of this lead as it stands."""
    posts = [it for _at, it in world.sender.sent if it.external_chat_id == STAFF]
    shown = [it for it in posts if f"<b>{reference}</b> ·" in it.text and "Sent at" in it.text]
    return shown[-1]


def card_labels(world: World, reference: str) -> list[str]:
    return [key.button.label for key in card(world, reference).keys]


async def press_on_card(world: World, who: str, label: str, reference: str) -> None:
    """Somebody of the staff presses a button of the card."""
    [token] = [it.token for it in card(world, reference).keys if it.button.label == label]
    await world.presses_token(who, token, chat=STAFF)


async def press(world: World, who: str, label: str) -> None:
    """Somebody of the staff presses the newest button of this name."""
    await world.presses(who, label, chat=STAFF)


async def staff_say(world: World, words: str, *, who: str = "alex") -> str:
    await world.says(who, words, chat=STAFF)
    return world.last(STAFF).text


def number_of(world: World, text: str, *, chat: str = STAFF) -> int:
    """The channel's number of the newest post of ours in this chat that says this."""
    number = 999
    found = 0
    for _at, parcel in world.sender.sent:
        number += 0 if parcel.edits else 1
        if parcel.external_chat_id == chat and text in parcel.text:
            found = parcel.edits or number
    assert found
    return found
