"""Every kind of fault, planted in sound content, is found: with its line, and only it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dialogues.findings import ContentError, Finding
from dialogues.loader import check, load
from tests.dialogues.talk import CONTENT_FOLDER

GARDEN = "flows/garden.yml"
SLOTS = "domain/slots.yml"
RESPONSES = "domain/responses.yml"
LANGUAGE = "nlu/language.yml"

Plant = Callable[[str, str, str], list[Finding]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT_FOLDER, tmp_path / "content"))


@pytest.fixture
def plant(folder: Path) -> Plant:
    """Puts a text in place of another, and gives the findings."""

    def put(file: str, old: str, new: str) -> list[Finding]:
        path = folder / file
        text = path.read_text()
        assert text.count(old) >= 1, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1))
        return check(folder)

    return put


def test_the_sample_content_is_sound(folder: Path) -> None:
    assert check(folder) == []
    assert load(folder).digest == load(CONTENT_FOLDER).digest


FAULTS = [
    # rule, file, what is there, what is put, words of the message, words of the hint
    ("yaml", GARDEN, "flows:", "flows: [", "", ""),
    ("yaml", SLOTS, "adult: {type: bool}", "adult: {type: bool, type: text}", "given twice", ""),
    ("shape", GARDEN, "- collect: seed", "- colect: seed", "a step is one of", "collect"),
    (
        "unknown-key",
        GARDEN,
        "- collect: tool\n",
        "- collect: tool\n        ask_before_fillling: true\n",
        "flow borrow_tool, step collect tool: unknown key ask_before_fillling",
        "did you mean ask_before_filling?",
    ),
    ("unknown-key", LANGUAGE, "lexicon:", "lexikon:", "unknown key lexikon", "lexicon"),
    ("unknown-key", "programme.yml", "country:", "nation:", "nation", ""),
    ("shape", GARDEN, "description: Tells the news.", "descr: 1", "", ""),
    ("shape", SLOTS, "adult: {type: bool}", "adult: {type: boolean}", "type should be", ""),
    ("shape", "programme.yml", "zone: Europe/London", "zone: Europe/Lundun", "time zone", ""),
    ("shape", LANGUAGE, "  - intent: greet\n", "  - intent: greet\n    synonym: me\n", "or", ""),
    ("shape", GARDEN, "- intent: ring_me", "- ring_me", "item 1 of nlu_trigger should be keys", ""),
    ("shape", RESPONSES, "text: Beans are up.", "text: 12", "text should be text", ""),
    ("no-flow", GARDEN, "call: take_address", "call: take_adress", "", "take_address"),
    ("no-flow", GARDEN, "link: order_seeds", "link: order_seed", "", "order_seeds"),
    ("no-step", GARDEN, "next: again", "next: agian", "go_round", "again"),
    ("no-slot", GARDEN, "collect: seed", "collect: seeds", "step collect_seeds", "seed"),
    ("no-slot", GARDEN, "ring_count: 1", "ring_counts: 1", "", "ring_count"),
    ("no-slot", GARDEN, "[borough, dream]", "[borough, dreams]", "", "dream"),
    ("no-slot", GARDEN, 'if: slots.who = "group"', 'if: slots.whom = "group"', "", "who"),
    ("no-slot", RESPONSES, "/SetSlots(who=me)", "/SetSlots(whom=me)", "", "who"),
    ("no-response", GARDEN, "action: utter_lent", "action: utter_lend", "", "utter_lent"),
    ("no-response", GARDEN, "utter: utter_too_few", "utter: utter_few", "", ""),
    ("no-response", SLOTS, "utter_people_again", "utter_people_agin", "", "utter_people_again"),
    ("no-action", GARDEN, "action: action_book", "action: action_bok", "", "action_book"),
    ("no-question", RESPONSES, "utter_ask_tool:", "utter_ask_tol:", "nothing asks for tool", ""),
    (
        "no-answer",
        SLOTS,
        "tool: {type: text}",
        "tool: {type: text, mappings: [{type: controlled}]}",
        "offers no buttons",
        "",
    ),
    ("no-intent", RESPONSES, "/ask_news", "/ask_new", "starts nothing", "ask_news"),
    ("no-intent", GARDEN, "- intent: ring_me", "- intent: ring_mee", "no examples", "ring_me"),
    ("no-intent", "programme.yml", "intent: start}", "intent: strat}", "leads nowhere", "start"),
    ("no-value", RESPONSES, "One {tool} for", "One {tol} for", "nothing fills {tol}", "tool"),
    ("no-value", LANGUAGE, "synonym: company", "synonym: compny", "", "company"),
    ("no-pattern", "flows/patterns.yml", "pattern_crisis:", "pattern_criss:", "", "pattern_crisis"),
    ("slot-value", RESPONSES, "who=group", "who=groop", "cannot be 'groop'", "group"),
    ("slot-value", GARDEN, "ring_count: 1", "ring_count: many", "cannot be 'many'", ""),
    ("slot-value", GARDEN, 'slots.who = "group"', 'slots.who = "groop"', "no value", "group"),
    ("slot-value", SLOTS, "initial_value: 0}", "initial_value: none}", "initial value", ""),
    ("condition", GARDEN, 'slots.who = "group"', 'slots.who == "group"', "written =", ""),
    ("condition", GARDEN, "if: not slots.banned", "if: not banned", "order_seeds", ""),
    ("types", GARDEN, 'slots.who = "group"', "slots.who > 3", "only numbers", ""),
    ("types", GARDEN, "if: slots.people < 1", "if: slots.people = true", "never", ""),
    ("types", GARDEN, "if: slots.people < 1", 'if: slots.people matches "x"', "only text", ""),
    ("types", GARDEN, "if: slots.people < 1", "if: slots.people contains 1", "contains", ""),
    ("types", GARDEN, "if: slots.people < 1", "if: slots.dream contains 1", "only text", ""),
    (
        "constant",
        GARDEN,
        'if: slots.who = "group"',
        'if: slots.who = "group" and slots.who = "me"',
        "never true",
        "",
    ),
    (
        "constant",
        GARDEN,
        "if: slots.people < 1",
        "if: slots.people < 1 and slots.people > 1",
        "",
        "",
    ),
    ("constant", GARDEN, "if: slots.agreed", "if: slots.agreed or not slots.agreed", "always", ""),
    ("else", GARDEN, "          - else: where\n", "", "lack an else", ""),
    ("missing-next", GARDEN, "                next: where\n", "", "step ask_kind", ""),
    ("noop", "flows/patterns.yml", "- action: utter_anything_else", "- noop: true", "", ""),
    ("step-id", GARDEN, "id: where", "id: ask_kind", "is taken", ""),
    (
        "unreachable",
        GARDEN,
        "- action: utter_gift\n",
        "- action: utter_gift\n        next: END\n",
        "",
        "",
    ),
    ("silent", GARDEN, "      - action: utter_mood\n", "", "without a word", ""),
    (
        "endless",
        GARDEN,
        "- collect: street\n",
        "- call: order_seeds\n      - collect: street\n",
        "",
        "",
    ),
    (
        "twice",
        SLOTS,
        "actions:\n",
        "responses:\n  utter_news: [{text: x}]\nactions:\n",
        "defined twice",
        "",
    ),
    ("twice", GARDEN, "- intent: ring_me", "- intent: ask_news", "starts tell_news already", ""),
    (
        "example-twice",
        LANGUAGE,
        "- any news from the garden",
        "- Can I join?",
        "of join_garden",
        "",
    ),
    ("too-long", RESPONSES, "Beans are up.", "Beans " * 900, "4096", ""),
    (
        "too-long",
        RESPONSES,
        "[{text: Beans are up.}]",
        f"[{{text: {'Beans ' * 200}, image: a.png}}]",
        "1024",
        "",
    ),
    ("html", RESPONSES, "Beans are up.", "Beans <b>are up.", "<b> is not closed", ""),
    ("html", RESPONSES, "Beans are up.", "<i>Beans</b> are up.", "</b> closes", ""),
    ("html", RESPONSES, "Beans are up.", "<h1>Beans</h1>", "<h1> is not among", ""),
    ("html", RESPONSES, "Beans are up.", "Beans < peas", "&lt;", ""),
    ("html", RESPONSES, "Beans are up.", "Beans & peas", "&amp;", ""),
    ("empty", RESPONSES, "[{text: Beans are up.}]", '[{text: ""}]', "nothing to say", ""),
    ("placeholder", RESPONSES, "Beans are up.", '"Beans { are up."', "", ""),
    ("payload", RESPONSES, "/SetSlots(who=me)", "/SetSlots(who)", "who", ""),
    (
        "button",
        RESPONSES,
        "title: Just me,",
        "title: Just me, url: https://a.b,",
        "exactly one",
        "",
    ),
    ("buttons", RESPONSES, "title: Just me", f"title: {'me ' * 30}", "1 to 64", ""),
    (
        "buttons",
        RESPONSES,
        "payload: /SetSlots(who=me)",
        "url: example.org",
        "example.org is no address",
        "",
    ),
    (
        "buttons",
        RESPONSES,
        "payload: /SetSlots(who=me)",
        f"copy_text: {'x' * 300}",
        "1 to 256",
        "",
    ),
    ("buttons", RESPONSES, "title: Just me", "title: Ask somebody", "two buttons", ""),
    ("no-slot", RESPONSES, "utter_which_borough", "utter_which_borogh", "", "borough"),
    ("no-slot", SLOTS, "- validate_phone", "- validate_phones", "action validate_phones", "phone"),
    ("translation", "programme.yml", "[en]", "[en, fr]", "not translated into fr", ""),
    ("pattern", LANGUAGE, "['\\bend it all\\b']", "['(']", "not a regular expression", ""),
]


@pytest.mark.parametrize("fault", FAULTS, ids=[f"{i}-{it[0]}" for i, it in enumerate(FAULTS)])
def test_a_planted_fault_is_found(plant: Plant, fault: tuple[str, str, str, str, str, str]) -> None:
    rule, file, old, new, words, hint = fault
    findings = plant(file, old, new)
    found = [it for it in findings if it.rule == rule and words in it.message]
    assert found, findings
    assert hint in found[0].hint
    assert found[0].file.endswith(".yml")


def test_a_finding_has_the_line_of_the_fault(plant: Plant) -> None:
    [finding] = plant(GARDEN, "action: utter_lent", "action: utter_lend")
    lines = (CONTENT_FOLDER / GARDEN).read_text().splitlines()
    assert lines[finding.line - 1].strip() == "- action: utter_lent"
    assert str(finding).endswith(
        f"garden.yml:{finding.line}: no-response: flow borrow_tool, step utter_lend: "
        "there is no response utter_lend (did you mean utter_lent?)"
    )


def test_all_faults_are_told_at_once(folder: Path, plant: Plant) -> None:
    plant(GARDEN, "action: utter_lent", "action: utter_lend")
    plant(SLOTS, "adult: {type: bool}", "adult: {type: boolean}")
    findings = plant(RESPONSES, "who=group", "who=groop")
    assert {finding.rule for finding in findings} == {"no-response", "shape", "slot-value"}
    with pytest.raises(ContentError) as error:
        load(folder)
    assert len(error.value.findings) == 3


def test_a_broken_definition_exists_all_the_same(plant: Plant) -> None:
    findings = plant(SLOTS, "adult: {type: bool}", "adult: {type: boolean}")
    assert [finding.rule for finding in findings] == ["shape"]


def test_load_leaves_wording_to_check(folder: Path, plant: Plant) -> None:
    assert plant(RESPONSES, "Beans are up.", "Beans <b>are up.")
    assert load(folder).responses["utter_news"]


def test_actions_nobody_has_registered(folder: Path) -> None:
    known = load(folder).actions - {"action_book"} | {"action_books"}
    [finding] = check(folder, actions=known)
    assert finding.rule == "unregistered-action"
    assert finding.hint == "did you mean action_books?"
    assert finding.file.endswith(SLOTS)


def test_without_a_programme_nothing_runs(folder: Path) -> None:
    (folder / "programme.yml").unlink()
    [finding] = check(folder)
    assert finding.rule == "missing"
    with pytest.raises(ContentError):
        load(folder)


def test_a_file_that_is_no_mapping(folder: Path) -> None:
    (folder / "flows" / "list.yml").write_text("- a\n")
    (folder / "flows" / "nothing.yml").write_text("")
    [finding] = check(folder)
    assert finding.rule == "shape"


def test_staff_buttons_start_no_flows(folder: Path) -> None:
    text = "responses:\n  staff_card: [{text: x, buttons: [{title: Claim, payload: /claim}]}]\n"
    (folder / "domain" / "staff.yml").write_text(text)
    assert check(folder) == []
