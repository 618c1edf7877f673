"""Events to web hooks: each once or more, in order, and nothing holds up anybody else."""

import asyncio
import re
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import event, select

from bot.ways_out import hooks as craft
from bot.ways_out.ways_out import HOOKS
from storage import (
    calls,
    hook_deliveries,
    lead_senders,
    lead_steps,
    lead_work,
    leads,
    web_hooks,
    works,
)
from storage.models import HookDelivery, Lead, OutboxRow, WebHook
from tests.actions.calls_made import make_call
from tests.desk.office import bring, hire, lead_of, member_of
from tests.ways_out.conftest import Outpost

DAY = timedelta(days=1)


def note(outpost: Outpost, reference: str, words: str = "rang her") -> None:
    with outpost.world.core.database.transaction() as session:
        lead = session.get_one(Lead, lead_of(outpost.world, reference).id)
        lead_work.add_note(session, lead, words, who="Kim", now=outpost.world.clock.now())


async def pass_time(outpost: Outpost, span: timedelta) -> None:
    """Let it pass, and do what falls due on the way."""
    until = outpost.world.clock.now() + span
    while outpost.world.clock.now() < until:
        outpost.world.clock.move_on(min(timedelta(minutes=30), until - outpost.world.clock.now()))
        await outpost.settle()


async def test_what_happens_to_a_lead_is_posted_and_signed(outpost: Outpost) -> None:
    outpost.add_hook()
    reference = bring(outpost.world, "sam", borough="sefton", theme="ageing")
    await outpost.settle()
    [got] = outpost.receiver.got
    assert (got.method, got.headers["content-type"]) == ("POST", "application/json")
    assert got.json == {
        "version": 1,
        "id": got.id,
        "type": "lead.sent",
        "timestamp": "2026-06-01T12:00:00Z",
        "data": {
            "event": "sent",
            "status": "new",
            "status_before": None,
            "reference": reference,
            "offer": "incubator",
            "theme": "ageing",
            "borough": "sefton",
            "call": None,
            "score": None,
            "link": f"https://assistant.example.org/staff/leads/{reference}",
        },
    }
    assert re.fullmatch(r"evt_lead_\d+", got.id)
    [delivery] = outpost.deliveries()
    assert (delivery.state, delivery.attempts, delivery.answered) == ("delivered", 1, 200)


async def test_each_step_is_one_event_with_where_it_led(outpost: Outpost) -> None:
    outpost.add_hook()
    reference = bring(outpost.world)
    await hire(outpost.world, "alex")
    now = outpost.world.clock.now()
    with outpost.world.core.database.transaction() as session:
        lead = session.get_one(Lead, lead_of(outpost.world, reference).id)
        alex = session.merge(member_of(outpost.world, "alex"))
        lead_steps.claim(session, lead_id=lead.id, staff_member=alex, now=now)
        lead_steps.decide(
            session, lead, kind="qualified", reason=None, words=None, by=alex, now=now
        )
    note(outpost, reference, "her nan has the keys")
    await outpost.settle()
    got = [(it.json["type"], it.json["data"]) for it in outpost.receiver.got]
    assert [(kind, it["status_before"], it["status"]) for kind, it in got] == [
        ("lead.sent", None, "new"),
        ("lead.claimed", "new", "claimed"),
        ("lead.decided", "claimed", "qualified"),
        ("lead.noted", None, "qualified"),
    ]
    assert not any("keys" in str(it) for it in got)


async def test_a_hook_hears_only_what_it_is_to_hear(outpost: Outpost) -> None:
    outpost.add_hook("lead.noted")
    note(outpost, bring(outpost.world))
    await outpost.settle()
    assert outpost.receiver.kinds == ["lead.noted"]


@pytest.mark.parametrize("is_personal", [False, True])
async def test_who_somebody_is_is_told_only_where_that_is_set(
    outpost: Outpost, *, is_personal: bool
) -> None:
    outpost.add_hook(is_personal=is_personal)
    bring(outpost.world, "sam")
    await outpost.settle()
    [got] = outpost.receiver.got
    assert (b"Sam" in got.body) is is_personal
    assert ("person" in got.json["data"]) is is_personal


async def test_who_is_forgotten_is_so_in_what_was_told_of_them(outpost: Outpost) -> None:
    outpost.add_hook(is_personal=True)
    reference = bring(outpost.world, "sam")
    await outpost.settle()
    outpost.receiver.always = 500
    note(outpost, reference)
    await outpost.settle()
    with outpost.world.core.database.transaction() as session:
        lead = session.get_one(Lead, lead_of(outpost.world, reference).id)
        lead_senders.make_anonymous(session, lead, now=outpost.world.clock.now())
    assert not any("person" in it.body["data"] for it in outpost.deliveries())
    outpost.receiver.always = 200
    await pass_time(outpost, timedelta(hours=1))
    assert outpost.receiver.kinds[-1] == "lead.withdrawn"
    assert b"Sam" not in outpost.receiver.got[-1].body
    assert b"Sam" not in outpost.receiver.got[-2].body


@pytest.mark.parametrize("status", [200, 500])
async def test_who_is_forgotten_while_it_is_posted_is_so_in_what_is_kept(
    outpost: Outpost, status: int
) -> None:
    outpost.add_hook(is_personal=True)
    reference = bring(outpost.world, "sam")
    lead_id = lead_of(outpost.world, reference).id

    async def forget_meanwhile() -> web.StreamResponse:
        with outpost.world.core.database.transaction() as session:
            lead = session.get_one(Lead, lead_id)
            lead_senders.make_anonymous(session, lead, now=outpost.world.clock.now())
        return web.Response(status=status, text="Sam is not known here")

    outpost.receiver.answers = [forget_meanwhile]
    await outpost.settle()
    assert b"Sam" in outpost.receiver.got[0].body
    assert not any("person" in it.body["data"] for it in outpost.deliveries())
    assert not any("Sam" in (it.error or "") for it in outpost.deliveries())


async def test_what_another_system_answers_stands_in_its_page_alone(outpost: Outpost) -> None:
    outpost.add_hook(is_personal=True)
    reference = bring(outpost.world, "sam")
    outpost.receiver.always = web.Response(status=422, text="Sam is not known here")
    await outpost.settle()
    assert outpost.deliveries()[0].error == "HTTP 422 Sam is not known here"
    with outpost.world.core.database.transaction() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.kind == hook_deliveries.KIND))
        assert [it.error for it in rows] == ["HTTP 422"]
        lead = session.get_one(Lead, lead_of(outpost.world, reference).id)
        lead_senders.make_anonymous(session, lead, now=outpost.world.clock.now())
    assert outpost.deliveries()[0].error == "HTTP 422"


async def test_calls_are_told_once_they_are_published(outpost: Outpost) -> None:
    outpost.add_hook("call.published", "call.changed", "call.withdrawn")
    now = outpost.world.clock.now()
    with outpost.world.core.database.transaction() as session:
        call = make_call(session, is_draft=True)
        calls.publish_call(session, call, by="Kim", now=now)
        calls.withdraw_call(session, call, by="Kim", now=now)
    await outpost.settle()
    assert outpost.receiver.kinds == ["call.published", "call.withdrawn"]
    data = outpost.receiver.got[0].json["data"]
    assert data["call"] == call.code
    assert data["link"] == f"https://assistant.example.org/calls/{call.code}"


async def test_what_is_rolled_back_is_told_to_nobody(outpost: Outpost) -> None:
    outpost.add_hook()
    reference = bring(outpost.world)
    await outpost.settle()
    with outpost.world.core.database.transaction() as session:
        lead = session.get_one(Lead, lead_of(outpost.world, reference).id)
        lead_work.add_note(session, lead, "no", who="Kim", now=outpost.world.clock.now())
        session.rollback()
    await outpost.settle()
    assert outpost.receiver.kinds == ["lead.sent"]


async def test_without_a_hook_an_event_costs_no_statement(outpost: Outpost) -> None:
    reference = bring(outpost.world)
    note(outpost, reference)  # who listens was looked up
    said: list[str] = []

    def listen(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(outpost.world.core.database.engine, "before_cursor_execute", listen)
    note(outpost, reference)
    assert said
    assert not [it for it in said if re.search("web_hooks|hook_deliveries|outbox|email", it)]


async def test_events_keep_their_order_behind_one_that_fails(outpost: Outpost) -> None:
    outpost.add_hook()
    reference = bring(outpost.world)
    outpost.receiver.answers = [500, 503]
    for words in ("one", "two"):
        note(outpost, reference, words)
    await outpost.settle()
    assert len(outpost.receiver.got) == 1  # nothing goes before the first
    await pass_time(outpost, timedelta(hours=1))
    assert outpost.receiver.kinds == ["lead.sent"] * 3 + ["lead.noted"] * 2
    assert len({it.id for it in outpost.receiver.got}) == 3
    assert len({it.body for it in outpost.receiver.got[:3]}) == 1  # a repeat says the same
    assert {it.state for it in outpost.deliveries()} == {"delivered"}


async def test_it_is_tried_again_later_and_later(outpost: Outpost) -> None:
    outpost.add_hook()
    outpost.receiver.always = 500
    bring(outpost.world)
    started, at = outpost.world.clock.now(), []
    for _ in range(260):
        before = len(outpost.receiver.got)
        await outpost.settle()
        if len(outpost.receiver.got) > before:
            at.append((outpost.world.clock.now() - started).total_seconds())
        outpost.world.clock.move_on(timedelta(seconds=60))
    gaps = [round(b - a) for a, b in pairwise(at)]
    assert gaps == [60, 60, 300, 900, 1800, 3600, 7200]
    assert len({it.headers["webhook-timestamp"] for it in outpost.receiver.got}) == len(at)


async def test_who_asks_for_patience_gets_it(outpost: Outpost) -> None:
    outpost.add_hook()
    outpost.receiver.answers = [web.Response(status=429, headers={"Retry-After": "1200"})]
    bring(outpost.world)
    await outpost.settle()
    outpost.world.clock.move_on(timedelta(seconds=1100))
    await outpost.settle()
    assert len(outpost.receiver.got) == 1
    outpost.world.clock.move_on(timedelta(seconds=101))
    await outpost.settle()
    assert len(outpost.receiver.got) == 2


async def test_after_a_day_it_is_paused_admins_hear_once_and_nothing_is_lost(
    outpost: Outpost,
) -> None:
    hook = outpost.add_hook()
    await outpost.world.says("kim", "/start")
    outpost.receiver.always = 500
    reference = bring(outpost.world)
    await outpost.settle()
    await pass_time(outpost, timedelta(hours=23))
    assert outpost.hook(hook).paused_at is None
    await pass_time(outpost, timedelta(hours=5))
    assert outpost.hook(hook).paused_why == web_hooks.FAILING
    tried = len(outpost.receiver.got)
    note(outpost, reference)
    await pass_time(outpost, timedelta(hours=10))
    assert len(outpost.receiver.got) == tried
    await outpost.world.settle()
    told = [it for it in outpost.world.heard("kim") if "web hook to 127.0.0.1 is paused" in it]
    assert len(told) == 1
    outpost.receiver.always = 200
    with outpost.world.core.database.transaction() as session:
        held = session.get_one(WebHook, hook.id)
        web_hooks.go_on(session, held, with_what_waited=True, now=outpost.world.clock.now())
    await outpost.settle()
    assert outpost.receiver.kinds[tried:] == ["lead.sent", "lead.noted"]


async def test_who_says_that_it_is_gone_is_paused_at_once(outpost: Outpost) -> None:
    hook = outpost.add_hook()
    outpost.receiver.answers = [410]
    reference = bring(outpost.world)
    note(outpost, reference)
    await outpost.settle()
    assert outpost.hook(hook).paused_why == web_hooks.GONE
    assert len(outpost.receiver.got) == 1
    with outpost.world.core.database.transaction() as session:
        held = session.get_one(WebHook, hook.id)
        web_hooks.go_on(session, held, with_what_waited=False, now=outpost.world.clock.now())
    note(outpost, reference)
    await outpost.settle()
    assert outpost.receiver.kinds == ["lead.sent", "lead.noted"]
    assert Counter(it.state for it in outpost.deliveries()) == {"dropped": 2, "delivered": 1}


async def test_an_event_that_is_never_taken_holds_up_the_others_not_for_long(
    outpost: Outpost,
) -> None:
    outpost.add_hook()
    outpost.receiver.answers = [400] * craft.MOST_UNTAKEN
    note(outpost, bring(outpost.world))
    await outpost.settle()
    await pass_time(outpost, timedelta(hours=2))
    assert [it.state for it in outpost.deliveries()] == ["failed", "delivered"]
    assert outpost.receiver.kinds == ["lead.sent"] * craft.MOST_UNTAKEN + ["lead.noted"]


async def test_what_was_given_up_can_be_sent_again(outpost: Outpost) -> None:
    hook = outpost.add_hook("lead.sent")
    outpost.receiver.answers = [400] * craft.MOST_UNTAKEN
    bring(outpost.world)
    await outpost.settle()
    await pass_time(outpost, timedelta(hours=2))
    now = outpost.world.clock.now()
    with outpost.world.core.database.transaction() as session:
        held = session.get_one(WebHook, hook.id)
        found = hook_deliveries.failed_since(session, held, since=now - DAY)
        assert hook_deliveries.replay(session, held, found, now) == 1
    await outpost.settle()
    assert len({it.id for it in outpost.receiver.got}) == 1
    assert [it.state for it in outpost.deliveries()] == ["delivered"]


async def test_a_private_address_gets_nothing(outpost: Outpost) -> None:
    outpost.add_hook(address=f"http://127.0.0.2:{outpost.receiver.port}/")
    bring(outpost.world)
    await outpost.settle()
    [delivery] = outpost.deliveries()
    assert delivery.state == "failed"
    assert "must begin with https" in (delivery.error or "")
    assert outpost.receiver.got == []


async def test_the_former_secret_counts_for_a_day(outpost: Outpost) -> None:
    hook = outpost.add_hook()
    reference = bring(outpost.world)
    with outpost.world.core.database.transaction() as session:
        held = session.get_one(WebHook, hook.id)
        web_hooks.rotate(session, held, now=outpost.world.clock.now())
    await outpost.settle()
    outpost.world.clock.move_on(DAY)
    note(outpost, reference)
    await outpost.settle()
    signatures = [it.headers["webhook-signature"].split() for it in outpost.receiver.got]
    assert [len(it) for it in signatures] == [2, 1]


async def test_who_dies_between_claim_and_answer_leaves_it_to_be_sent_again(
    outpost: Outpost,
) -> None:
    outpost.add_hook()
    bring(outpost.world)
    now = outpost.world.clock.now()
    with outpost.world.core.database.transaction() as session:
        claimed = works.claim(
            session,
            [hook_deliveries.KIND],
            now=now,
            lease="another's",
            lease_for=HOOKS.lease,
            most=9,
            in_order=True,
        )
    assert len(claimed) == 1
    await outpost.settle()
    assert outpost.receiver.got == []
    outpost.world.clock.move_on(HOOKS.lease + timedelta(seconds=1))
    await outpost.settle()
    assert outpost.receiver.kinds == ["lead.sent"]


async def test_a_slow_hook_holds_up_neither_another_nor_a_resident(outpost: Outpost) -> None:
    release = asyncio.Event()

    async def slowly() -> web.StreamResponse:
        await release.wait()
        return web.Response()

    outpost.add_hook(address=outpost.receiver.address(path="/slow"))
    reference = bring(outpost.world)
    outpost.receiver.answers = [slowly]
    working = asyncio.create_task(outpost.ways_out.hooks.run())
    try:
        async with asyncio.timeout(15):
            await outpost.receiver.came.wait()
            outpost.add_hook(address=outpost.receiver.address(path="/quick"))
            note(outpost, reference)
            await outpost.world.says("ann", "/start")
            assert outpost.world.heard("ann")
            await outpost.receiver.until(2)
            assert [it.path for it in outpost.receiver.got] == ["/slow", "/quick"]
            release.set()
            await outpost.receiver.until(3)
    finally:
        outpost.world.core.signals.stop()
        await working
    assert [it.path for it in outpost.receiver.got] == ["/slow", "/quick", "/slow"]


async def test_a_hook_that_was_taken_away_gets_nothing_more(outpost: Outpost) -> None:
    hook = outpost.add_hook()
    bring(outpost.world)
    with outpost.world.core.database.transaction() as session:
        held = session.get_one(WebHook, hook.id)
        web_hooks.take_away(session, held, now=outpost.world.clock.now())
    bring(outpost.world, "jo")
    await outpost.settle()
    assert outpost.receiver.got == []
    assert [it.state for it in outpost.deliveries()] == ["dropped"]
    with outpost.world.core.database.reading() as session:
        left = session.get_one(WebHook, hook.id)
        assert (left.secret, left.former_secret) == ("", None)


async def test_while_it_is_paused_what_happens_waits(outpost: Outpost) -> None:
    hook = outpost.add_hook()
    with outpost.world.core.database.transaction() as session:
        held = session.get_one(WebHook, hook.id)
        web_hooks.pause(session, held, why=web_hooks.STAFF, now=outpost.world.clock.now())
    bring(outpost.world)
    note(outpost, bring(outpost.world, "jo"))
    await outpost.settle()
    await pass_time(outpost, timedelta(days=2))
    assert outpost.receiver.got == []
    with outpost.world.core.database.reading() as session:
        assert set(session.scalars(select(OutboxRow.state).where(OutboxRow.kind == "hook"))) == {
            "held"
        }
        assert len(list(session.scalars(select(HookDelivery)))) == 3
    with outpost.world.core.database.transaction() as session:
        held = session.get_one(WebHook, hook.id)
        web_hooks.go_on(session, held, with_what_waited=True, now=outpost.world.clock.now())
        assert leads.all_leads(session)
    await outpost.settle()
    assert outpost.receiver.kinds == ["lead.sent", "lead.sent", "lead.noted"]
