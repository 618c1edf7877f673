"""Another incubator has its own offers, boroughs and words; no Python is touched for it."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from actions.leads.exports import leads_for_export
from actions.registry import RESPONSES
from actions.times.planning import plan_subscription
from bot.clock import ManualClock
from bot.core import Core, open_core, read_checked
from bot.settings import Settings
from dialogues.findings import ContentError
from dialogues.testcases import Case, read_cases, run_case
from storage import applicants, calls, chats, subscriptions
from storage.calls import CallDetails
from storage.crypto import new_secret
from tests.conversations.resident import Resident, somebody_new
from tests.pipeline.test_news import act, keep, pass_by
from tests.world import CHANNEL, MONDAY, ROOT, World, open_world

ELSEWHERE = ROOT / "tests" / "elsewhere"
CASES = read_cases(Path(__file__).with_name("another_programme.yml"))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("elsewhere"),
        dialogues=ELSEWHERE,
        secret_key=new_secret(),
        _env_file=None,
    )
    with open_core(settings, clock=ManualClock(MONDAY), read=read_checked) as opened:
        yield opened


@pytest.mark.parametrize("case", CASES, ids=str)
def test_its_conversations_go_as_written(core: Core, case: Case) -> None:
    with somebody_new(core) as resident:
        failures = run_case(case, resident)
        assert not failures, "\n".join(failures)


def test_without_words_for_what_is_told_unasked_it_does_not_start(tmp_path: Path) -> None:
    """Each that is missing is found by its name, and nothing else is."""
    folder = shutil.copytree(ELSEWHERE, tmp_path / "content")
    for file in (folder / "domain").glob("*.yml"):
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        text = "".join(line for line in lines if not is_unasked(line))
        rest, _, responses = text.partition("responses:\n")
        file.write_text(text if "  utter_" in responses else rest, encoding="utf-8")
    with pytest.raises(ContentError) as refused:
        read_checked(folder)
    told = [(it.rule, it.message.partition(" without asking")[0]) for it in refused.value.findings]
    assert sorted(told) == [("no-response", f"people are told {it}") for it in sorted(RESPONSES)]


def is_unasked(line: str) -> bool:
    """Whether it is a response, whole, that is told unasked."""
    name = line.strip().partition(":")[0]
    return line.startswith(f"  {name}:") and name in RESPONSES


NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
IN_FERRY_TOWN = {
    "fact": "borough",
    "one_of": ["ferry_town"],
    "unmet": "no",
    "met": "By the ferry.",
    "unmet_text": "It is by the ferry.",
    "fix": "Cross over.",
}
REGATTA = CallDetails(
    code="garden",
    title="Regatta",
    theme="boats",
    summary="Row.",
    opens_at=NOON + timedelta(days=1),
    closes_at=NOON + timedelta(days=10),
    criteria=[],
    offering="A boat",
    link="https://example.org/row",
    may_close_early="nine boats",
)


async def test_news_and_reminders_come_in_its_words(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, at=NOON, dialogues=ELSEWHERE) as world:
        await world.says("ada", "hello")
        keep(world, REGATTA)
        follow(world, "ada")
        await pass_by(world, days=2)
        keep(world, REGATTA, closes_at=NOON + timedelta(days=8))
        await pass_by(world, hours=1)
        for criteria in ([IN_FERRY_TOWN], [{**IN_FERRY_TOWN, "unmet": "not_yet"}], []):
            keep(world, REGATTA, closes_at=NOON + timedelta(days=8), criteria=criteria)
            await pass_by(world, hours=1)
        await world.live_until(NOON + timedelta(days=7, hours=1))
        for act_of_staff in ("withdraw", "reopen", "close"):
            act(world, act_of_staff)
            await pass_by(world, hours=1)
        told = [text.split(":")[0] for text in world.heard("ada")[1:]]
    assert told == [
        *("Gate up", "Tide turned", "Another boat", "Nearly aboard", "Come aboard"),
        *("Ding", "Washed away", "Afloat again", "Gate down"),
    ]


def follow(world: World, who: str) -> None:
    """As if they had asked to be reminded, from the north bank."""
    programme, now = world.core.programme, world.clock.now()
    with world.core.database.transaction() as session:
        chat_id = chats.find_chat_id(session, channel=CHANNEL, external_id=who) or 0
        call = calls.find_call(session, code="garden")
        assert call is not None
        subscription, _new = subscriptions.subscribe(session, chat_id=chat_id, call=call, now=now)
        plan_subscription(session, subscription, call, programme=programme, now=now)
        applicant = applicants.applicant_of(session, chat_id=chat_id, now=now)
        facts = {"borough": "north_bank"}
        applicants.save_facts(session, applicant, facts=facts, kind="individual", now=now)
    world.clock.move_on(timedelta(seconds=1))


def test_its_leads_are_its_own(core: Core) -> None:
    by_tools = CASES[1]
    with core.database.transaction() as session:
        resident = Resident(core, session, "ada")
        assert not run_case(by_tools, resident)
        [lead] = leads_for_export(session)
        session.rollback()
    assert (lead["kind"], lead["borough"]) == ("quayside", "ferry_town")
    assert lead["idea"]["answers"] == {"offer_tools": "metal and fire"}
    assert lead["reference"].startswith("HUM-")
