"""The command line beside a running assistant."""

import json
from pathlib import Path

import pytest

from tests.botapi import BotApi
from tests.process.assistant import Assistant

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

GOOD = """calls:
  - code: soup_2026
    title: Soup for all
    theme: ageing
    summary: Meals in company.
    opens_at: 2026-01-05 09:00
    closes_at: 2036-06-30 12:00
    reminders: [7d, 2h]
"""
DRAFT = """code;title;theme;summary;offering;may_close_early;draft;opens_at;closes_at
sheds;Sheds;ageing;"Mending
together";£500;650 applications;yes;2026-01-05 09:00;2036-06-30 12:00
"""
BAD = """calls:
  - code: Soup!
    title: Soup for all
    theme: soup
    summary: Meals in company.
    opens_at: 2026-03-29 01:30
    closes_at: 30 June
    colour: red
  - code: good_one
    title: Good
    theme: ageing
    summary: Fine.
    opens_at: 2026-01-05 09:00
    closes_at: 2036-06-30 12:00
"""


@on_sqlite
async def test_calls_are_imported_beside_a_running_assistant_and_heard_of_at_once(
    assistant: Assistant, api: BotApi, tmp_path: Path
) -> None:
    await assistant.start()
    _code, out, _ = await assistant.command("calls", "list")
    assert "illustrative" not in out  # with a token there are samples only on request
    file = tmp_path / "calls.yml"
    file.write_text(GOOD)
    assert await assistant.command("calls", "import", str(file)) == (0, "soup_2026: new\n", "")
    assert await assistant.command("calls", "import", str(file)) == (
        0,
        "soup_2026: as it was\n",
        "",
    )
    code, out, _ = await assistant.command("calls", "list")
    assert code == 0
    assert "soup_2026  open" in out
    assert "noon on Monday 30 June 2036 (UK time)" in out
    ann = api.person("Ann")
    await ann.start()
    await ann.send("/calls")
    said = await ann.receives("Soup for all", "noon on Monday 30 June 2036")
    (entity,) = [entity for entity in said.entities if entity["type"] == "date_time"]
    assert entity["unix_time"] == 2098436400


async def test_a_moved_deadline_is_imported_where_somebody_waits_for_it(
    assistant: Assistant, api: BotApi, tmp_path: Path
) -> None:
    await assistant.start()
    file = tmp_path / "calls.yml"
    file.write_text(GOOD)
    assert (await assistant.command("calls", "import", str(file)))[0] == 0
    ann = api.person("Ann")
    await ann.start()
    await ann.send("/remind")
    await ann.receives(button="Soup for all")
    await ann.press("Soup for all")
    await ann.receives("Soup for all")
    file.write_text(GOOD.replace("2036-06-30", "2036-07-15"))
    code, out, err = await assistant.command("calls", "import", str(file))
    assert (code, err) == (0, "")
    assert out.startswith("soup_2026: ")
    assert "its reminders moved" in out


async def test_the_life_of_a_call_beside_a_running_assistant(
    assistant: Assistant, api: BotApi, tmp_path: Path
) -> None:
    await assistant.start()
    ann = api.person("Ann")
    await ann.start()
    file = tmp_path / "calls.csv"
    file.write_text(DRAFT, encoding="utf-8-sig")
    code, out, _ = await assistant.command("calls", "import", str(file), "--by", "Bo")
    assert (code, out) == (0, "sheds: new\n")
    await ann.send("/calls")
    await ann.receives("No call is open")
    code, out, _ = await assistant.command("calls", "publish", "sheds", "--by", "Cy")
    assert (code, out) == (0, "sheds: published; it is open now\n")
    await ann.send("/calls")
    await ann.receives("Sheds", "What you get: £500", "we stop at 650 applications")
    _code, exported, _ = await assistant.command("calls", "export", "--format", "csv")
    file.write_text(exported, encoding="utf-8")
    assert (await assistant.command("calls", "import", str(file)))[1] == "sheds: as it was\n"
    code, out, _ = await assistant.command("calls", "close", "sheds", "--by", "Bo")
    assert (code, out) == (0, "sheds: closed early; it is closed now\n")
    await ann.send("/calls")
    await ann.receives("Sheds", "closed at")
    code, out, _ = await assistant.command("calls", "withdraw", "sheds", "--by", "Bo")
    assert (code, out) == (0, "sheds: withdrawn; it is withdrawn now\n")
    code, out, _ = await assistant.command("calls", "reopen", "sheds", "--by", "Bo")
    assert (code, out) == (0, "sheds: reopened; it is open now\n")
    code, out, _ = await assistant.command("calls", "history", "sheds")
    heads = [line for line in out.splitlines() if not line.startswith(" ")]
    assert [line.split("  ", 1)[1] for line in heads] == [
        "Bo  created",
        "Cy  published",
        "Bo  closed early",
        "Bo  withdrawn",
        "Bo  reopened",
    ]
    assert "  is_draft: true -> false" in out
    _code, out, _ = await assistant.command("calls", "history", "sheds", "--json")
    assert json.loads(out)[0]["after"]["offering"] == "£500"


@on_sqlite
@pytest.mark.parametrize("act", ["close", "withdraw", "publish", "reopen", "history"])
async def test_a_call_that_is_not_there_is_said_in_one_line(assistant: Assistant, act: str) -> None:
    code, out, err = await assistant.command("calls", act, "nix")
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == "error: CODE: no call is called nix; known: none"


@on_sqlite
async def test_a_file_with_mistakes_imports_nothing_and_names_each_line(
    assistant: Assistant, tmp_path: Path
) -> None:
    file = tmp_path / "calls.yml"
    file.write_text(BAD)
    code, out, err = await assistant.command("calls", "import", str(file))
    assert (code, out) == (1, "")
    for line in (2, 4, 6, 7, 8):
        assert f"{file}:{line}: Soup!: " in err
    assert "clocks" in err
    _code, out, _ = await assistant.command("calls", "list")
    assert "good_one" not in out


@on_sqlite
async def test_a_second_run_on_the_same_file_is_refused(assistant: Assistant) -> None:
    await assistant.start()
    code, out, err = await assistant.command("run")
    assert (code, out) == (3, "")
    assert err.splitlines()[-1].startswith("error: DATABASE_URL: ")


@on_sqlite
async def test_leads_as_table_json_and_csv(assistant: Assistant, api: BotApi) -> None:
    await assistant.start()
    ann = api.person("Ann")
    await ann.start()
    for words, answer in (
        ("just ring me", "name"),
        ("=Ann()", "number"),
        ("07700 900123", "LCR-"),
    ):
        await ann.send(words)
        await ann.receives(answer)
    code, table, _ = await assistant.command("leads", "list")
    assert code == 0
    assert "nobody yet" in table
    assert "Ann" not in table
    _code, out, _ = await assistant.command("leads", "export")
    (lead,) = json.loads(out)
    assert list(lead) == [
        "reference",
        "created_at",
        "kind",
        "status",
        "applicant",
        "borough",
        "theme",
        "call",
        "verdict",
        "reasons",
        "idea",
        "consent_at",
        "assignee",
    ]
    assert lead["created_at"].endswith("Z")
    _code, csv, _ = await assistant.command("leads", "export", "--format", "csv")
    assert "'=Ann()" in csv


@on_sqlite
async def test_talk_is_the_same_conversation(assistant: Assistant) -> None:
    code, out, _ = await assistant.command("talk", stdin="just ring me\nAnn\n07700 900123\n")
    assert code == 0
    assert "Your reference is LCR-" in out
    assert "[staff chat]" in out


async def test_migrate_and_help(assistant: Assistant) -> None:
    code, out, _ = await assistant.command("migrate")
    assert (code, out) == (0, "the schema is up to date\n")
    code, out, _ = await assistant.command("--help")
    assert code == 0
    for name in ("run", "talk", "calls", "leads", "migrate"):
        assert name in out


@on_sqlite
async def test_healthz_answers(assistant: Assistant) -> None:
    import aiohttp  # noqa: PLC0415

    await assistant.start()
    async with aiohttp.ClientSession() as http, http.get(f"{assistant.url}healthz") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "ok"})


@on_sqlite
async def test_a_late_link_lets_one_person_apply_to_a_closed_call(
    assistant: Assistant, api: BotApi, tmp_path: Path
) -> None:
    await assistant.start()
    file = tmp_path / "calls.yml"
    file.write_text(GOOD)
    await assistant.command("calls", "import", str(file))
    code, _out, err = await assistant.command("calls", "late", "soup_2026")
    assert (code, err) == (
        2,
        "error: CODE: soup_2026 is open: only a closed call needs such a link\n",
    )
    await assistant.command("calls", "close", "soup_2026")
    code, out, _err = await assistant.command(
        "calls", "late", "soup_2026", "--days", "5", "--by", "Alex"
    )
    assert code == 0
    link, told = out.splitlines()
    assert "who may apply to Soup for all until" in told
    address, _, parameter = link.partition("?start=")
    assert address == f"https://t.me/{api.bot.username}"
    ann, bo = api.person("Ann"), api.person("Bo")
    await ann.start(parameter)
    await ann.receives("you can still apply, until", timeout=20)
    await ann.receives(button="Check if I can apply")
    await bo.start(parameter)
    await bo.receives("opened by somebody already", button="Talk to a person", timeout=20)
    _code, out, _err = await assistant.command("calls", "history", "soup_2026")
    assert "Alex  late link" in out
    assert "the assistant  late opened" in out
    assert parameter.removeprefix("late-") not in out
