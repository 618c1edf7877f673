"""Every row of the access table, in every way and place, for everybody: what is done, what is
refused, and that nothing happens where it is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.desk.access import ACCESS, Way, may_change
from bot.desk.deeds import deeds_of
from bot.desk.questions import asking
from bot.pipeline import speech
from bot.pipeline.arrival import Arrival, Happened, Sender
from dialogues.exchange import Button, Reply
from storage import chats, leads, messages
from storage.chats import ChatKey
from storage.models import (
    AuditEntry,
    Call,
    ChangeRequest,
    Decision,
    Handoff,
    Introduction,
    Lead,
    LeadEvent,
    LeadLabel,
    StaffChat,
    StaffLink,
    StaffMember,
    Submission,
)
from storage.staff import Role
from tests.desk.team import enrol, let_go, open_chat
from tests.world import CHANNEL, STAFF, World, open_world

GUARDED = (Lead, LeadEvent, LeadLabel, Decision, ChangeRequest, Submission, Introduction, Call)
GUARDED += (StaffMember, StaffChat, StaffLink)
TOPIC = f"{STAFF}/7"
PRIVATE = "private"
ANONYMOUS = "anonymous"
PEOPLE: dict[str, Role | None] = {
    "nobody": None,
    "viewer": Role.VIEWER,
    "caseworker": Role.CASEWORKER,
    "manager": Role.MANAGER,
    "admin": Role.ADMIN,
    "removed": None,  # was an admin once
    ANONYMOUS: None,
}
LINKS = {"join": "staff"}  # how deep links begin that do not begin with the verb
_numbers = count(90_000)


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """With everybody of PEOPLE, a second admin, and a staff chat that is not open."""
    with open_world(sqlite_url, tmp_path, quiet_hours="off") as opened:
        for who, role in PEOPLE.items():
            if role is not None:
                enrol(opened, who, role)
        enrol(opened, "other", Role.ADMIN)
        enrol(opened, "removed", Role.ADMIN)
        let_go(opened, "removed")
        open_chat(opened, None)
        yield opened


@dataclass(frozen=True)
class Act:
    """Somebody asks for something somewhere."""

    who: str
    verb: str
    way: Way
    place: str

    @property
    def chat(self) -> str:
        return self.who if self.place == PRIVATE else self.place

    @property
    def sender(self) -> Sender:
        return Sender(self.who, self.who.capitalize(), is_anonymous=self.who == ANONYMOUS)

    def role(self, open_role: Role | None) -> Role | None:
        """What they may do there."""
        if self.who in ("removed", ANONYMOUS):
            return None
        own = PEOPLE[self.who]
        may = [it for it in (own, None if self.place == PRIVATE else open_role) if it]
        return max(may, key=list(Role).index, default=None)

    @property
    def is_for_dialogue(self) -> bool:
        """Whether the desk is not even asked: in private it is there for members, and for links."""
        if self.place != PRIVATE or self.verb == "join":
            return False
        return PEOPLE[self.who] is None or not ACCESS[self.verb].private


async def ring_me(world: World) -> int:
    """A resident has sent a lead; its id."""
    for words in ("ring me", "Ann Example", "07700 900123"):
        await world.says("ann", words)
    with world.core.database.reading() as session:
        return session.execute(select(func.max(Lead.id))).scalar_one()


async def do(world: World, act: Act, lead_id: int) -> None:
    """It is asked for in just the way in which people do."""
    if act.way is Way.BUTTON:
        token = post_with(world, act, lead_id, payload=f"/{act.verb}").token
        await press(world, act, token)
        return
    reply_to = post_with(world, act, lead_id).number if act.way is Way.WORDS else None
    text = {
        Way.COMMAND: "/" + act.verb.replace("_", " ", 1),
        Way.LINK: f"/start {LINKS.get(act.verb, act.verb)}-nosuchlink",
        Way.WORDS: "We will ring you on Friday.",
    }[act.way]
    said = Arrival(
        Happened.SAID,
        sender=act.sender,
        text=text,
        message_id=next(_numbers),
        reply_to=reply_to,
        sent_at=world.clock.now(),
    )
    await world.arrives(said, chat=act.chat)


async def press(world: World, act: Act, token: str, *, chat: str | None = None) -> None:
    pressed = Arrival(
        Happened.PRESSED, sender=act.sender, token=token, callback_id=f"{next(_numbers)}"
    )
    await world.arrives(pressed, chat=chat or act.chat)


@dataclass(frozen=True)
class Post:
    """A post of ours about the lead: its id, the channel's number, and its first button's token."""

    id: int
    number: int
    token: str


def post_with(world: World, act: Act, lead_id: int, payload: str = "/claim") -> Post:
    number = next(_numbers)
    reply = Reply("A post", (Button("Press", payload=payload),))
    if act.way is Way.WORDS and act.verb != "reply":
        reply = asking(Reply("A post"), act.verb)
    with world.core.database.transaction() as session:
        kind = "private" if act.place == PRIVATE else "group"
        key = ChatKey(CHANNEL, act.chat, kind, act.chat.capitalize())
        lead = leads.get_lead(session, lead_id)
        post_id = speech.keep_reply(
            session,
            chat_id=chats.chat_id_for(session, key, now=world.clock.now()),
            reply=reply,
            now=world.clock.now(),
            lead_id=lead_id,
            peer_chat_id=lead.chat_id if lead else None,
        )
        messages.record_sent(session, post_id, external_id=number)
        return Post(post_id, number, f"{post_id:x}.0")


def guarded(world: World, *more: Any) -> dict[str, list[Any]]:
    """All that staff could change."""
    with world.core.database.reading() as session:
        return {
            it.__tablename__: [tuple(row) for row in session.execute(select(it.__table__))]
            for it in (*GUARDED, *more)
        }


def entries(world: World) -> list[AuditEntry]:
    with world.core.database.reading() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def forget_what_was_said(world: World) -> None:
    world.sender.sent.clear()
    world.sender.notices.clear()


async def check(world: World, act: Act, lead_id: int, *, open_role: Role | None = None) -> None:
    """It is done for those who may, refused to others, and both stand in the audit trail."""
    before, known = guarded(world), len(entries(world))
    handoffs = guarded(world, Handoff)
    forget_what_was_said(world)
    await do(world, act, lead_id)
    written = entries(world)[known:]
    if act.is_for_dialogue:
        assert not written, act
        assert guarded(world) == before, act
        return
    [entry] = written
    assert entry.verb == act.verb, act
    needed, role = ACCESS[act.verb].role, act.role(open_role)
    is_anonymous = act.who == ANONYMOUS
    words = " ".join([*world.heard(act.chat), *world.sender.notices])
    if not is_anonymous and (needed is None or (role is not None and role.includes(needed))):
        assert not any(it in words for it in REFUSALS), (act, words)
        return
    assert entry.result == "refused", act
    assert guarded(world, Handoff) == handoffs, act
    assert not world.heard("ann"), act  # nothing of it reached the resident
    assert any(it in words for it in REFUSALS), (act, words)
    if open_role is None:
        assert (entry.staff_id is None) == (act.who in ("nobody", ANONYMOUS)), act


REFUSALS = ("not on the staff list yet", "role doesn't cover this", "posting as the group")


def test_each_thing_that_can_be_done_has_its_row_and_each_row_something(world: World) -> None:
    core = world.core
    done = deeds_of(wording=core.wording, programme=core.programme)
    assert set(done) == set(ACCESS)


@pytest.mark.parametrize("verb", sorted(ACCESS))
async def test_everybody_in_every_place(world: World, verb: str) -> None:
    lead_id = await ring_me(world)
    everywhere = product(sorted(ACCESS[verb].ways), (STAFF, TOPIC, PRIVATE), PEOPLE)
    for way, place, who in everywhere:
        if (place, who) != (PRIVATE, ANONYMOUS):
            await check(world, Act(who, verb, way, place), lead_id)
            open_chat(world, None)


@pytest.mark.parametrize("verb", sorted(ACCESS))
async def test_in_an_open_chat_everybody_may_what_it_grants_but_who_was_removed(
    world: World, verb: str
) -> None:
    lead_id = await ring_me(world)
    open_chat(world, Role.CASEWORKER)
    await world.says("nobody", "/help", chat=STAFF)  # and is known from now on
    people = ("nobody", "viewer", "removed", ANONYMOUS)
    for way, place, who in product(sorted(ACCESS[verb].ways), (STAFF, TOPIC), people):
        open_chat(world, Role.CASEWORKER)
        await check(world, Act(who, verb, way, place), lead_id, open_role=Role.CASEWORKER)


BUTTONS = sorted(verb for verb, access in ACCESS.items() if Way.BUTTON in access.ways)


@pytest.mark.parametrize("verb", BUTTONS)
async def test_a_button_counts_only_where_it_stands_and_while_it_does(
    world: World, verb: str
) -> None:
    lead_id = await ring_me(world)
    act = Act("admin", verb, Way.BUTTON, STAFF)
    post = post_with(world, act, lead_id, payload=f"/{verb}")
    before = guarded(world)
    for who, chat in (
        ("admin", TOPIC),
        ("admin", "admin"),
        ("admin", "group-of-residents"),
        ("ann", "ann"),
        ("ann", "group-of-residents"),
    ):
        await press(world, Act(who, verb, Way.BUTTON, STAFF), post.token, chat=chat)
        assert guarded(world) == before, (who, chat)
    with world.core.database.transaction() as session:
        messages.rewrite(session, post.id, text="A post", now=world.clock.now())
    await press(world, act, post.token)
    assert guarded(world) == before
    assert entries(world)[-1].verb == "old_button"


async def test_a_press_that_is_replayed_changes_nothing_more(world: World) -> None:
    lead_id = await ring_me(world)
    act = Act("caseworker", "claim", Way.BUTTON, STAFF)
    post = post_with(world, act, lead_id)
    await press(world, act, post.token)
    after = guarded(world)
    await press(world, act, post.token)
    assert guarded(world) == after
    await press(world, Act("admin", "claim", Way.BUTTON, STAFF), post.token)
    assert guarded(world) == after


async def test_words_and_buttons_that_are_passed_on_are_only_words(world: World) -> None:
    """A forwarded post has no buttons; its words are read by nobody."""
    lead_id = await ring_me(world)
    before = guarded(world)
    card = post_with(world, Act("admin", "claim", Way.BUTTON, STAFF), lead_id)
    for who, text, chat in (
        ("viewer", "A post", STAFF),
        ("admin", "/staff_open", STAFF),
        ("admin", "/staff open", STAFF),
        ("admin", "/note what I saw", STAFF),
        ("admin", "/staff open", "admin"),
    ):
        passed_on = Arrival(
            Happened.SAID,
            sender=Sender(who, who.capitalize()),
            text=text,
            message_id=next(_numbers),
            reply_to=card.number if chat == STAFF else None,
            forwarded=True,
            sent_at=world.clock.now(),
        )
        await world.arrives(passed_on, chat=chat)
        assert guarded(world) == before, text


@pytest.mark.parametrize("role", list(Role))
def test_nobody_reaches_as_high_as_themselves_but_admins(role: Role) -> None:
    reached = {other for other in Role if may_change(role, other)}
    if role is Role.ADMIN:
        assert reached == set(Role)
    else:
        assert all(role.includes(it) and it is not role for it in reached)
    assert may_change(role, None)
