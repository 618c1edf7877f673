"""A day at the desk, from "can I talk to someone" to leads that are closed: three residents, one of
them for a group, and a team of five, in a forum and in a plain group, with trouble in between. What
each of them reads they read once."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.botapi import BotApi, Group, Person
from tests.botapi.messages import Message
from tests.process import unhurried
from tests.process.assistant import Assistant
from tests.process.test_desk import ring_me, send_an_idea
from tests.process.test_desk_staff import become_admin, connect
from tests.process.test_group_applies import SECRET, gather

PATIENT = 60  # seconds, where a process has died and its work is taken up
RECEIPT = re.compile(r"LCR-\w{5}")
pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.timeout(300),
]


@dataclass
class Desk:
    """The team and whom it works for."""

    api: BotApi
    assistant: Assistant
    group: Group
    ada: Person  # admin by the first link; Mo manages, Vi looks, Cal and Bo do casework
    mo: Person
    vi: Person
    cal: Person
    bo: Person
    ann: Person
    ben: Person
    gil: Person  # the contact of a group
    fay: Person  # its second contact

    async def writes(self, words: str, by: Person, *, to: Message) -> None:
        """In the topic of that post, where there are topics; else as a reply to it."""
        if self.group.topics and to.thread_id:
            await self.group.send(words, by=by, topic=to.thread_id)
        else:
            await self.group.reply(to, words, by=by)

    async def presses(self, label: str, by: Person, on: Message) -> None:
        await self.group.press(label, by=by, on_message=on)

    async def card_shows(self, reference: str, *words: str, timeout: float = 20) -> Message:  # noqa: ASYNC109
        """The newest card of this lead, once it says all this."""

        def cards() -> list[Message]:
            said = [it for it in self.group.transcript.messages if "Sent at" in it.text]
            return [it for it in said if reference in it.text.splitlines()[0]]

        def shows() -> bool:
            return bool(cards()) and all(it in cards()[-1].text for it in words)

        await self.api.until(shows, f"a card of {reference} with {words}:\n{cards()}", timeout)
        return cards()[-1]


async def invite(by: Person, who: Person, role: str) -> None:
    await by.send(f"/staff invite {role}")
    told = await by.receives("Send this link to one person", role)
    found = re.search(r"start=(staff-\w+)", told.text)
    assert found is not None
    await who.start(found[1])
    await who.receives("on the staff list now", role)
    await by.receives(who.name, "has opened your link")


@pytest.fixture(params=["forum", "plain group"])
async def desk(
    request: pytest.FixtureRequest, api: BotApi, assistant: Assistant
) -> AsyncIterator[Desk]:
    """Everybody is there, and the group is the staff's."""
    api.limits.group = unhurried.MOST
    assistant.module = unhurried.__name__
    assistant.set("SECRET_KEY", SECRET)
    team = [api.person(it, last_name="Sample") for it in ("Ada", "Mo", "Vi", "Cal", "Bo")]
    others = [api.person(it, last_name="Example") for it in ("Ann", "Ben", "Gil", "Fay")]
    group = api.group("The team", members=team, forum=request.param == "forum")
    made = Desk(api, assistant, group, *team, *others)
    await assistant.start()
    await become_admin(assistant, api, made.ada)
    await connect(made.ada, group)
    if request.param == "forum":
        await group.promote_bot(by=made.ada)
    await invite(made.ada, made.mo, "manager")
    for who, role in ((made.vi, "viewer"), (made.cal, "caseworker"), (made.bo, "caseworker")):
        await invite(made.mo, who, role)
    code, _out, err = await assistant.command("calls", "import", str(calls_file(assistant)))
    assert code == 0, err
    yield made
    assert api.violations == []


def calls_file(assistant: Assistant) -> Path:
    """Two open calls, so that there is a choice."""
    path, call = assistant.folder / "calls.yml", "  - {code: %s, title: About %s, %s}\n"
    rest = (
        "theme: community_assets, summary: For people., criteria: [], "
        "opens_at: 2026-01-01 09:00, closes_at: 2036-12-31 17:00"
    )
    path.write_text("calls:\n" + "".join(call % (it, it, rest) for it in ("huts", "halls")))
    return path


def heard(where: Person | Group, words: str) -> int:
    """In how many messages that stand these words are."""
    said = (" ".join(it.text.split()) for it in where.transcript.messages)
    return sum(words in it for it in said)


async def stands(who: Person, *words: str) -> None:
    """What `/status` says."""
    await who.send("/status")
    await who.receives("Sent at", *words)


async def test_a_day(desk: Desk, database_url: str) -> None:
    await talks_with_two(desk)
    idea = await a_lead_that_two_want(desk)
    await changes_are_asked_and_the_process_dies(desk, idea)
    await one_is_the_same_and_then_it_is_not(desk, idea)
    await it_is_qualified_declined_and_reopened(desk, idea)
    await it_rests_and_goes_to_bo(desk, idea)
    await bo_leaves_in_the_middle_and_cal_closes_it(desk, idea)
    await a_group_is_answered(desk, database_url)
    for who in (desk.ann, desk.ben, desk.gil, desk.fay):
        assert heard(who, "Vi") == 0
        assert heard(who, "among us") == 0


async def talks_with_two(desk: Desk) -> None:
    """Two residents, one caseworker; then two. A viewer gets no word through."""
    posts = {}
    for who in (desk.ann, desk.ben):
        await who.start()
        await who.send("can I talk to someone")
        await who.receives("pass it to the team")
        await who.send(f"I am {who.name}, who owns the hut?")
        await who.receives("passed it on")
        posts[who.id] = await desk.group.receives(f"{who.name} asks for a person")
    ann, ben = posts[desk.ann.id], posts[desk.ben.id]
    desk.api.fail_next("sendMessage", status=502)
    await desk.writes("Hello Ann", desk.cal, to=ann)
    await desk.writes("Hello Ben", desk.cal, to=ben)
    await desk.ann.receives("Cal from")
    await desk.ben.receives("Hello Ben")
    await desk.writes("// among us: she is new", desk.cal, to=ann)
    await desk.writes("Vi says hello", desk.vi, to=ann)
    await desk.group.receives("Your role doesn't cover this")
    await desk.ann.send("It is the one on Mill Lane")
    line = await desk.group.receives("Ann Example", "It is the one on Mill Lane")
    await desk.writes("I know that one", desk.bo, to=line)
    await desk.ann.receives("I know that one")
    for who, post in ((desk.ann, ann), (desk.ben, ben)):
        await desk.writes(f"/end@{desk.api.bot.username}", desk.cal, to=post)
        await who.receives("Cal has finished", "back with me")
    for words in ("Cal from", "Hello Ann", "Bo from", "I know that one", "has finished"):
        assert heard(desk.ann, words) == 1, words
    assert heard(desk.ben, "Hello Ben") == heard(desk.group, "who owns the hut?") - 1 == 1


async def a_lead_that_two_want(desk: Desk) -> str:
    """One has it, the other reads who. The group is too busy for Telegram for a moment."""
    reference = await send_an_idea(desk.ann)
    card = await desk.card_shows(reference, "new")
    desk.api.flood(desk.group, retry_after=2)
    await desk.presses("Claim", desk.vi, card)
    await desk.api.until(lambda: "Your role doesn't cover this" in str(desk.vi.toasts))
    await asyncio.gather(
        desk.presses("Claim", desk.cal, card), desk.presses("Claim", desk.bo, card)
    )
    await desk.api.until(lambda: bool(desk.cal.toasts and desk.bo.toasts), "both hear of it")
    said = sorted(desk.cal.toasts + desk.bo.toasts, key=lambda it: "already" in it)
    assert "this one is yours" in said[0]
    assert "already has this one" in said[1]
    if "already" in desk.cal.toasts[0]:  # the day goes on as if Cal had been the quicker one
        await desk.cal.send(f"/assign {reference} me")
        await desk.cal.receives(reference, "is with Cal Sample now")
        await desk.bo.receives("Cal Sample gave", reference)
    await desk.card_shows(reference, "taken", "Cal Sample")
    await desk.presses("Claim", desk.bo, card)
    await desk.api.until(lambda: "Cal Sample already has" in str(desk.bo.toasts[-1]))
    assert heard(desk.group, "Who takes") == 0
    await stands(desk.ann, reference, "Cal Sample is looking at it")
    return reference


async def changes_are_asked_and_the_process_dies(desk: Desk, reference: str) -> None:
    card, at = await desk.card_shows(reference), f"@{desk.api.bot.username}"
    await desk.presses("Ask changes", desk.cal, card)
    listed = await desk.group.receives("1. What's wrong", "no answer yet")
    await desk.group.reply(listed, f"/changes{at} {reference} 1 which hut?", by=desk.cal)
    await desk.ann.receives("Cal Sample", "which hut?")
    await desk.ann.receives("How would you put it now")
    await stands(desk.ann, "asks you to change something")
    await desk.assistant.kill()
    await desk.ann.send("The scout hut on Mill Lane")
    await desk.assistant.start()
    await desk.ann.receives("before:", "scout hut", timeout=PATIENT)
    await desk.ann.receives(button="Yes, send it")
    await desk.ann.press("Yes, send it")
    await desk.ann.receives(reference, "scout hut")
    await desk.card_shows(reference, "answered, look again", "scout hut")
    await stands(desk.ann, "has your new version")
    await desk.group.send(f"/score{at} {reference} 85 They know the owner", by=desk.cal)
    await desk.card_shows(reference, "Score 85", "They know the owner")
    assert heard(desk.ann, "which hut?") == heard(desk.group, "in version 2") == 1
    assert heard(desk.ann, "Score 85") == heard(desk.ann, "know the owner") == 0


async def one_is_the_same_and_then_it_is_not(desk: Desk, idea: str) -> None:
    """Ann also wants to be rung. That goes with her idea, and then by itself again."""
    ring = await ring_me(desk.ann)
    card = await desk.card_shows(ring, "same person")
    await desk.presses(f"Merge {idea[-5:]}", desk.bo, card)
    await desk.group.receives(ring, "is merged into", idea)
    await desk.card_shows(ring, "merged")
    await stands(desk.ann, ring, f"together with {idea}")
    await desk.bo.send(f"/unmerge {ring}")
    await desk.bo.receives(ring, "stands by itself again")
    await desk.card_shows(ring, "new", "same person")
    await stands(desk.ann, ring, "The team has it")


async def decide(desk: Desk, label: str, by: Person, card: Message, *, reason: str = "") -> Message:
    """The preview that is shown."""
    await desk.presses(label, by, card)
    if reason:
        asked = await desk.group.receives("Why is", button=reason)
        await desk.presses(reason, by, asked)
    return await desk.group.receives("Nothing has been sent yet", button="Send")


async def it_is_qualified_declined_and_reopened(desk: Desk, reference: str) -> None:
    """The words are Cal's own, with what could be taken for markup; Bo's late preview is told of,
    and goes nowhere. In the forum somebody deletes the topic, and in the group the card."""
    card = await desk.card_shows(reference)
    of_bo = await decide(desk, "Qualify", desk.bo, card)
    shown = await decide(desk, "Qualify", desk.cal, card)
    await desk.group.reply(shown, "The hut <b>it is</b> & well done 🎉", by=desk.cal)
    await desk.group.receives("The hut <b>it is</b> & well done 🎉", button="Send")
    await desk.presses("Send", desk.cal, shown)
    await desk.ann.receives(reference, "The hut <b>it is</b> & well done 🎉", "Cal gets in touch")
    await desk.presses("Send", desk.bo, of_bo)
    await desk.group.receives("has changed since you looked", "Cal Sample qualified it")
    await stands(desk.ann, reference, "it goes further")
    card = await desk.card_shows(reference, "qualified", "Outcome: The hut")
    await (desk.group.delete_topic(card.thread_id) if card.thread_id else desk.group.delete(card))
    await desk.cal.send(f"/label {reference} milllane")
    await desk.cal.receives(reference, "milllane")
    card = await desk.card_shows(reference, "qualified", "milllane")
    shown = await decide(desk, "Decline", desk.cal, card, reason="No room now")
    await desk.presses("Send", desk.cal, shown)
    await desk.ann.receives(reference, "no room for more")
    await stands(desk.ann, reference, "doesn't go further for now")
    shown = await decide(desk, "Reopen", desk.cal, await desk.card_shows(reference, "declined"))
    await desk.presses("Send", desk.cal, shown)
    await desk.ann.receives(reference, "looking at this again")
    await stands(desk.ann, reference, "Cal Sample is looking at it")
    for words in (
        "well done 🎉",
        "no room for more right now. That's not about you or your idea. W",
    ):
        assert heard(desk.ann, words) == 1, words
    assert heard(desk.ann, "looking at this again") == 1


async def it_rests_and_goes_to_bo(desk: Desk, reference: str) -> None:
    card = await desk.card_shows(reference, "taken")
    await desk.presses("Snooze", desk.cal, card)
    asked = await desk.group.receives("Until when shall", reference)
    await desk.presses("Tomorrow", desk.cal, asked)
    await desk.card_shows(reference, "💤 until")
    await desk.cal.send(f"/wake {reference}")
    await desk.cal.receives("Cal Sample woke", reference)
    await desk.presses("Assign", desk.cal, card)
    asked = await desk.group.receives("Who takes", reference)
    assert "Vi Sample" not in asked.buttons
    await desk.presses("Bo Sample", desk.cal, asked)
    await desk.bo.receives("Cal Sample gave you", reference)
    await desk.card_shows(reference, "Bo Sample")
    await desk.bo.send(f"/next {reference} today 23:59 ring Ann")
    await desk.bo.receives(reference, "ring Ann")
    await desk.bo.send("/today")
    await desk.bo.receives("What's on for Bo Sample", "ring Ann", button=reference)
    await desk.bo.send("/digest 08:15")
    await desk.bo.receives("I'll tell you at 08:15")
    await desk.vi.send(f"/done {reference} nothing")
    await desk.vi.receives("Your role doesn't cover this")


async def bo_leaves_in_the_middle_and_cal_closes_it(desk: Desk, reference: str) -> None:
    """What Bo had begun goes nowhere; Cal takes the lead over and closes it."""
    card = await desk.card_shows(reference, "Bo Sample")
    shown = await decide(desk, "Done", desk.bo, card)
    await desk.mo.send("/staff")
    await desk.mo.receives(button="Bo Sample")
    await desk.mo.press("Bo Sample")
    await desk.mo.receives(button="Take Bo Sample off the list")
    await desk.mo.press("Take Bo Sample off the list")
    await desk.mo.receives(button="Yes, take Bo Sample off")
    await desk.mo.press("Yes, take Bo Sample off")
    await desk.mo.receives("Bo Sample is off the staff list", reference)
    await desk.bo.receives("You're off the staff list")
    await desk.ada.receives("Bo Sample is off the staff list", reference)
    await desk.presses("Send", desk.bo, shown)
    await desk.api.until(lambda: "not on the staff list" in desk.bo.toasts[-1])
    card = await desk.card_shows(reference, "new")
    await desk.presses("Claim", desk.cal, card)
    card = await desk.card_shows(reference, "👤 Cal Sample")
    shown = await decide(desk, "Done", desk.cal, card)
    await desk.group.reply(shown, "The hut is yours from May.", by=desk.cal)
    await desk.group.receives("The hut is yours from May.", button="Send")
    await asyncio.gather(*(desk.presses("Send", desk.cal, shown) for _ in range(2)))
    await desk.ann.receives(reference, "The hut is yours from May.")
    await stands(desk.ann, reference, "The hut is yours from May.")
    await desk.card_shows(reference, "done", "The hut is yours from May.")
    updates = [it for it in desk.ann.transcript.messages if "An update on" in it.text]
    assert sum("from May" in it.text for it in updates) == 1


async def a_group_is_answered(desk: Desk, database_url: str) -> None:
    """Its contact and its second one agree; the team's words go to the contact."""
    gardens = desk.api.group("Nan's gardeners", members=[desk.gil, desk.fay])
    for who in (desk.gil, desk.fay):
        await who.start()
        await who.receives("free")
    gather(database_url, gardens, desk.gil, desk.fay)
    for words, answer in (
        ("send it to the team", "Which call"),
        ("just the team", "OK with you, for the group"),
        ("yes", "your name"),
        ("Gil Example", "get in touch"),
        ("here on telegram", "Shall I send it"),
        ("yes", "I've asked"),
    ):
        await desk.gil.send(words)
        await desk.gil.receives(answer)
    await desk.fay.receives(button="I agree, send it")
    await desk.fay.press("I agree, send it")
    found = RECEIPT.search((await desk.fay.receives(RECEIPT)).text)
    assert found is not None
    await desk.gil.receives(found[0])
    card = await desk.card_shows(found[0], "Nan's gardeners", "Fay Example")
    await desk.writes("May I come on Friday?", desk.cal, to=card)
    await desk.gil.receives("May I come on Friday?")
    await desk.cal.send(f"/done {found[0]} We meet on Friday.")
    await desk.cal.receives(found[0], "is closed")
    await desk.gil.receives("We meet on Friday.")
    await desk.card_shows(found[0], "done", "We meet on Friday.")
    assert heard(desk.gil, "May I come on Friday?") == 1
