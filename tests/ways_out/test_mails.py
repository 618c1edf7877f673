"""E-mail to staff who asked for it, and to residents who gave nothing but an address."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.ways_out import mails as craft
from bot.ways_out import overdue
from storage import hand_entered, lead_senders, lead_work, leads, mailboxes, mails, staff
from storage.hand_entered import Entry
from storage.models import Chat, Lead, LeadEvent, OutboxRow
from storage.staff import Role
from tests.desk.office import bring, hire, lead_of, member_of
from tests.ways_out.conftest import Outpost

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


async def office(outpost: Outpost, *kinds: str, who: str = "alex") -> str:
    """Somebody who wants these by e-mail; their address."""
    await hire(outpost.world, who)
    return outpost.give_mailbox(who, *kinds)


def assign(outpost: Outpost, reference: str, to: str, *, by: str = "Kim") -> None:
    with outpost.world.core.database.transaction() as session:
        lead = session.get_one(Lead, lead_of(outpost.world, reference).id)
        member = session.merge(member_of(outpost.world, to))
        lead_work.assign(session, lead, member, who=by, now=outpost.world.clock.now())


async def pass_time(outpost: Outpost, span: timedelta, *, step: timedelta = HOUR) -> None:
    """Let it pass, and do what falls due on the way."""
    for _ in range(int(span / step)):
        outpost.world.clock.move_on(step)
        await outpost.settle()


async def test_a_new_lead_is_told_with_a_link_and_without_a_name(outpost: Outpost) -> None:
    address = await office(outpost, mails.NEW)
    reference = bring(outpost.world, "sam", borough="sefton", theme="ageing")
    await outpost.settle()
    [taken] = outpost.post_office.taken
    assert taken.to == [address]
    assert taken.message["Subject"] == f"{reference}: Ageing, Sefton"
    assert f"https://assistant.example.org/staff/leads/{reference}" in taken.text
    assert f"https://assistant.example.org/staff/leads/{reference}" in taken.html
    assert "Sam" not in taken.text + taken.html + str(taken.message["Subject"])


async def test_what_is_assigned_is_told_to_who_gets_it_and_not_of_oneself(
    outpost: Outpost,
) -> None:
    address = await office(outpost, mails.MINE)
    await hire(outpost.world, "bo")
    first, second = bring(outpost.world, "sam"), bring(outpost.world, "jo")
    assign(outpost, first, "alex")
    assign(outpost, second, "bo")
    assign(outpost, second, "alex", by="Alex")
    await outpost.settle()
    [taken] = outpost.post_office.taken
    assert taken.to == [address]
    assert first in taken.text
    assert "yours now" in taken.text


async def test_the_mails_about_a_lead_stand_together(outpost: Outpost) -> None:
    await office(outpost, mails.NEW, mails.MINE)
    reference = bring(outpost.world, "sam")
    bring(outpost.world, "jo")
    assign(outpost, reference, "alex")
    await outpost.settle()
    about = [it.message for it in outpost.post_office.taken if reference in it.message["Subject"]]
    assert len(about) == 2
    assert len({it["References"] for it in about}) == 1
    assert len({it["Subject"] for it in about}) == 1
    assert len({it["Message-ID"] for it in about}) == 2
    assert len({it.message["References"] for it in outpost.post_office.taken}) == 2


async def test_what_is_overdue_is_told_once_to_who_has_it(outpost: Outpost) -> None:
    address = await office(outpost, mails.OVERDUE)
    await office(outpost, mails.NEW, who="bo")
    mine, theirs, nobodys = (bring(outpost.world, it) for it in ("sam", "jo", "pat"))
    assign(outpost, mine, "alex")
    assign(outpost, theirs, "bo")
    due = outpost.world.clock.now() + HOUR
    with outpost.world.core.database.transaction() as session:
        for reference in (mine, theirs, nobodys):
            lead = leads.find_by_reference(session, reference=reference)
            assert lead is not None
            now = outpost.world.clock.now()
            lead_work.plan_next(session, lead, action="ring", at=due, who="Kim", now=now)
    outpost.post_office.taken.clear()
    for _ in range(4):
        with outpost.world.core.database.transaction() as session:
            outpost.ways_out.overdue.look(session)
        await outpost.settle()
        outpost.world.clock.move_on(HOUR)
    told = [it for it in outpost.post_office.taken if "overdue" in it.text]
    assert {tuple(it.to) for it in told} == {(address,)}
    assert sorted(re.findall(r"\bLCR-\w+:", " ".join(it.message["Subject"] for it in told))) == (
        sorted(f"{it}:" for it in (mine, nobodys))
    )


async def test_of_much_that_is_overdue_the_latest_is_told(
    outpost: Outpost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overdue, "MOST_AT_ONCE", 2)
    await office(outpost, mails.OVERDUE)
    begun, references = outpost.world.clock.now(), []
    for hours, who in enumerate(("sam", "jo", "pat", "ali"), 1):
        references.append(bring(outpost.world, who))
        with outpost.world.core.database.transaction() as session:
            lead = session.get_one(Lead, lead_of(outpost.world, references[-1]).id)
            at = begun + hours * HOUR
            lead_work.plan_next(session, lead, action="ring", at=at, who="Kim", now=begun)
    for _ in references:
        outpost.world.clock.move_on(HOUR)
        with outpost.world.core.database.transaction() as session:
            outpost.ways_out.overdue.look(session)
        await outpost.settle()
    subjects = " ".join(it.message["Subject"] for it in outpost.post_office.taken)
    assert [it for it in references if it not in subjects] == []


async def test_the_digest_comes_each_morning_of_the_team(outpost: Outpost) -> None:
    await office(outpost, mails.DIGEST)
    reference = bring(outpost.world, "sam")
    assign(outpost, reference, "alex")
    world = outpost.world
    with world.core.database.transaction() as session:
        member = session.merge(member_of(world, "alex"))
        lead = session.get_one(Lead, lead_of(world, reference).id)
        now = world.clock.now()
        lead_work.plan_next(session, lead, action="ring", at=now + DAY, who="Kim", now=now)
        mornings = [(now.date() + DAY, now + timedelta(hours=20))]
        mails.arm_digest(session, member, mornings, now=now)
    await pass_time(outpost, timedelta(days=3))
    subjects = [it.message["Subject"] for it in outpost.post_office.taken]
    assert subjects == [
        "Your day, Tuesday 2 June",
        "Your day, Wednesday 3 June",
        "Your day, Thursday 4 June",
    ]
    assert reference in outpost.post_office.taken[0].text


async def test_nothing_goes_to_an_address_that_nobody_has_proved(outpost: Outpost) -> None:
    await hire(outpost.world, "alex")
    with outpost.world.core.database.transaction() as session:
        member = session.merge(member_of(outpost.world, "alex"))
        mailboxes.ask_to_confirm(session, member, "alex@example.org")
        mailboxes.choose(session, member, mails.WANTED)
    bring(outpost.world)
    await outpost.settle()
    assert outpost.post_office.taken == []


async def test_who_leaves_gets_nothing_more(outpost: Outpost) -> None:
    await office(outpost, mails.NEW)
    bring(outpost.world)
    with outpost.world.core.database.transaction() as session:
        member = session.merge(member_of(outpost.world, "alex"))
        staff.let_go(session, member, now=outpost.world.clock.now())
        assert member.email is None
    await outpost.settle()
    assert outpost.post_office.taken == []


async def test_what_the_server_takes_later_is_tried_again_and_is_the_same(
    outpost: Outpost,
) -> None:
    await office(outpost, mails.NEW)
    outpost.post_office.refusals = ["451 greylisted", "451 greylisted"]
    bring(outpost.world)
    await outpost.settle()
    assert outpost.post_office.taken == []
    await pass_time(outpost, timedelta(minutes=10), step=MINUTE)
    assert len(outpost.post_office.taken) == 1


async def test_what_it_never_takes_is_given_up_at_once_and_shown(outpost: Outpost) -> None:
    address = await office(outpost, mails.NEW)
    outpost.post_office.unknown = {address}
    bring(outpost.world)
    await outpost.settle()
    with outpost.world.core.database.reading() as session:
        [row] = mails.sent_to_member(session, member_of(outpost.world, "alex").id, limit=9)
        assert row.state == "set_aside"
        assert row.error is not None
        assert row.error.startswith("550 5.1.1 no such user")


async def test_a_mail_that_waits_too_long_is_given_up(outpost: Outpost) -> None:
    await office(outpost, mails.MINE)
    reference = bring(outpost.world)
    outpost.post_office.refusals = ["451 later"] * 99
    assign(outpost, reference, "alex")
    await outpost.settle()
    await pass_time(outpost, timedelta(days=2))
    assert len(craft.TRIED_AGAIN_AFTER) == 99 - len(outpost.post_office.refusals) - 1
    with outpost.world.core.database.reading() as session:
        states = session.scalars(select(OutboxRow.state).where(OutboxRow.kind == mails.KIND))
        assert list(states) == ["set_aside"]


def enter(outpost: Outpost, *, contact: str = "pat@example.org", consented: bool = True) -> str:
    """Staff enter a lead for somebody who came in."""
    entry = Entry(
        reference="LCR-PATPAT",
        dedupe_key="entered:1",
        kind="incubator",
        name="Pat Example",
        contact=contact,
        idea={"title": None, "answers": {"entered_words": "A shed for tools"}},
        consented=consented,
    )
    world = outpost.world
    with world.core.database.transaction() as session:
        by = session.merge(member_of(world, "kim"))
        lead, _new = hand_entered.enter_lead(session, entry, by=by, now=world.clock.now())
        return lead.reference


async def decide(outpost: Outpost, reference: str) -> str:
    """Kim qualifies the lead, as in the chat; what the preview said."""
    await outpost.world.says("kim", f"/qualify {reference}")
    preview = outpost.world.last("kim").text
    await outpost.world.presses("kim", "Send")
    await outpost.settle()
    return preview


@pytest.fixture
async def kim(outpost: Outpost) -> None:
    await hire(outpost.world, "kim", Role.ADMIN)


@pytest.mark.usefixtures("kim")
async def test_a_decision_goes_by_e_mail_to_who_gave_only_an_address(outpost: Outpost) -> None:
    reference = enter(outpost)
    preview = await decide(outpost, reference)
    assert "by e-mail" in preview
    assert "pat@example.org" in preview
    [taken] = outpost.post_office.taken
    assert taken.to == ["pat@example.org"]
    assert taken.message["Reply-To"] == "hello@example.org"
    assert taken.message["List-Unsubscribe"] is None
    assert reference in taken.message["Subject"]
    assert "Hello Pat Example" in taken.text
    assert "reply to this e-mail" in taken.text
    shown = re.search(r"———\n(.*?)\n———", preview, re.DOTALL)
    assert shown is not None
    first = re.sub(r"<[^>]*>", "", shown[1]).splitlines()[0]
    assert first in taken.text
    assert lead_of(outpost.world, reference).status == "qualified"


@pytest.mark.usefixtures("kim")
async def test_closing_with_words_goes_by_e_mail_as_well(outpost: Outpost) -> None:
    reference = enter(outpost)
    await outpost.world.says("kim", f"/done {reference} We visit you on Friday")
    assert "by e-mail" in outpost.world.last("kim").text
    await outpost.settle()
    [taken] = outpost.post_office.taken
    assert "We visit you on Friday" in taken.text


@pytest.mark.usefixtures("kim")
@pytest.mark.parametrize(
    ("contact", "consented"), [("+441514960123", True), ("pat@example.org", False)]
)
async def test_all_others_staff_tell_themselves(
    outpost: Outpost, contact: str, *, consented: bool
) -> None:
    reference = enter(outpost, contact=contact, consented=consented)
    preview = await decide(outpost, reference)
    assert "tell them yourself" in preview
    assert outpost.post_office.taken == []


@pytest.mark.usefixtures("kim")
async def test_of_a_decision_that_does_not_get_through_staff_are_told(outpost: Outpost) -> None:
    outpost.post_office.unknown = {"pat@example.org"}
    reference = enter(outpost)
    await decide(outpost, reference)
    await outpost.world.settle()
    assert "did not get through" in outpost.world.last("kim").text
    assert reference in outpost.world.last("kim").text
    with outpost.world.core.database.reading() as session:
        event = session.scalars(select(LeadEvent).where(LeadEvent.kind == "mail_failed")).one()
        assert (event.words or "").startswith("550")


@pytest.mark.usefixtures("kim")
async def test_a_domain_in_other_letters_is_written_as_mail_servers_know_it(
    outpost: Outpost,
) -> None:
    await decide(outpost, enter(outpost, contact="pat@bücher.example"))
    [taken] = outpost.post_office.taken
    assert taken.to == ["pat@xn--bcher-kva.example"]
    assert taken.message["To"] == "pat@xn--bcher-kva.example"


@pytest.mark.usefixtures("kim")
@pytest.mark.parametrize("contact", ["pät@example.org", "pat.@example.org"])
async def test_where_no_e_mail_can_go_to_staff_are_told_at_once(
    outpost: Outpost, contact: str
) -> None:
    await decide(outpost, enter(outpost, contact=contact))
    await outpost.world.settle()
    assert outpost.post_office.taken == []
    assert "did not get through" in outpost.world.last("kim").text
    with outpost.world.core.database.reading() as session:
        states = session.scalars(select(OutboxRow.state).where(OutboxRow.kind == mails.KIND))
        assert list(states) == ["set_aside"]


@pytest.mark.usefixtures("kim")
async def test_who_is_forgotten_leaves_no_e_mail_behind(outpost: Outpost) -> None:
    reference = enter(outpost)
    await decide(outpost, reference)
    with outpost.world.core.database.transaction() as session:
        lead = session.get_one(Lead, lead_of(outpost.world, reference).id)
        lead_senders.make_anonymous(session, lead, now=outpost.world.clock.now())
    with outpost.world.core.database.reading() as session:
        left = session.scalars(select(Chat).where(Chat.channel == mails.CHANNEL))
        assert [it.external_id for it in left] == []
        kept = select(OutboxRow.id).where(OutboxRow.kind == mails.KIND)
        assert session.scalars(kept).all() == []


async def test_the_link_that_stops_it_needs_no_signing_in_and_fits_one_address(
    outpost: Outpost,
) -> None:
    await office(outpost, mails.NEW)
    bring(outpost.world)
    await outpost.settle()
    [taken] = outpost.post_office.taken
    token = str(taken.message["List-Unsubscribe"]).strip("<>").rpartition("/")[2]
    with outpost.world.core.database.transaction() as session:
        found = mailboxes.of_stop_token(session, token)
        assert found is not None
        assert found.name == "Alex"
        other = "1" if token[-1] == "0" else "0"
        assert mailboxes.of_stop_token(session, token[:-1] + other) is None
        mailboxes.ask_to_confirm(session, found, "other@example.org")
        assert mailboxes.of_stop_token(session, token) is None
