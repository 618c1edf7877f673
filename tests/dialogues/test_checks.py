"""Every kind of fault, planted in sound content, is found: with its line, and only it."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from dialogues.findings import ContentError, Finding
from dialogues.loader import check, load
from tests.dialogues.talk import CONTENT_FOLDER

GARDEN = "flows/garden.yml"
SLOTS = "domain/slots.yml"
RESPONSES = "domain/responses.yml"
LANGUAGE = "nlu/language.yml"
MANY_BUTTONS = [f"{{title: b{i}, payload: b{i}}}" for i in range(101)]
SAY_NOTHING = """flows:
  say_nothing:
    description: Only keeps something.
    steps:
      - set_slots:
          - ring_count: 2
"""

Plant = Callable[[str, str, str], list[Finding]]


class Fault(NamedTuple):
    """What is put in place of what, and what is then found. `at` is the line where it is found, as
    it reads; without it, that is the first line that was changed."""

    rule: str
    file: str
    old: str
    new: str
    message: str
    hint: str = ""
    at: str | None = None


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


PROGRAMME = "programme.yml"

FAULTS = [
    Fault(
        "no-slot",
        PROGRAMME,
        "facts:\n",
        "facts:\n  adlut: {}\n",
        "there is no slot adlut",
        "did you mean adult?",
        at="adlut: {}",
    ),
    Fault(
        "fact", PROGRAMME, "facts:\n", "facts:\n  dream: {}\n", "its slot is text", at="dream: {}"
    ),
    Fault(
        "no-question",
        PROGRAMME,
        "facts:\n",
        "facts:\n  adult: {}\n",
        "there is no response label_adult",
        at="adult: {}",
    ),
    Fault(
        "no-question",
        RESPONSES,
        "  label_who_pets: [{text: my pets}]\n",
        "",
        "fact who: nothing words it: there is no response label_who_pets",
        at="who: {}",
    ),
    Fault("fact", PROGRAMME, "people: {}", "people: {ordered: true}", "it is ordered"),
    Fault(
        "fact",
        PROGRAMME,
        "who: {}",
        "who: {implied_by: {people: {2: group}}}",
        "it is implied by people, which is no fact above it",
    ),
    Fault(
        "slot-value",
        PROGRAMME,
        "borough: {}",
        "borough: {implied_by: {who: {gruop: sefton}}}",
        "who is never gruop",
        "did you mean group?",
    ),
    Fault(
        "slot-value",
        PROGRAMME,
        "borough: {}",
        "borough: {implied_by: {who: {me: true}}}",
        "borough is categorical and cannot be True",
    ),
    Fault(
        "yaml",
        GARDEN,
        "flows:",
        "flows: [",
        "did not find expected ',' or ']'",
        at="name: joining the garden",
    ),
    Fault("yaml", SLOTS, "adult: {type: bool}", "adult: {type: bool, type: text}", "given twice"),
    Fault("shape", GARDEN, "- collect: seed", "- colect: seed", "a step is one of", "collect"),
    Fault(
        "no-offer",
        SLOTS,
        "adult: {type: bool}",
        "adult: {type: bool, metadata: {offers: [allotment]}}",
        "the programme has no offer allotment",
    ),
    Fault(
        "slot-value",
        SLOTS,
        "tool: {type: text}",
        "tool: {type: text, metadata: {yes_from: 2}}",
        "slot tool: it is text, so yes_from says nothing",
        "make it bool",
    ),
    Fault(
        "slot-value",
        SLOTS,
        "adult: {type: bool}",
        "adult: {type: bool, metadata: {yes_from: eighteen}}",
        "slot adult: yes_from is no number",
    ),
    Fault(
        "no-value",
        SLOTS,
        "values: [me, group, pets]}",
        "values: [me, group, pets], metadata: {gives_way: [pet]}}",
        "slot who: it has no value pet to give way",
        "did you mean pets?",
    ),
    Fault(
        "no-value",
        SLOTS,
        "values: [me, group, pets]}",
        "values: [me, group, pets], metadata: {in_passing: {pet: [my dog]}}}",
        "slot who: it has no value pet for in_passing",
        "did you mean pets?",
    ),
    Fault(
        "no-value",
        SLOTS,
        "values: [me, group, pets]}",
        "values: [me, group, pets], metadata: {up_to: {pet: 5}}}",
        "slot who: it has no value pet for up_to",
        "did you mean pets?",
    ),
    Fault(
        "no-flow",
        SLOTS,
        "values: [me, group, pets]}",
        "values: [me, group, pets], metadata: {taken_by: [borrow_tol]}}",
        "slot who: there is no flow borrow_tol to take it",
        "did you mean borrow_tool?",
    ),
    Fault(
        "unknown-key",
        GARDEN,
        "- collect: tool\n",
        "- collect: tool\n        ask_before_fillling: true\n",
        "flow borrow_tool, step collect tool: unknown key ask_before_fillling",
        "did you mean ask_before_filling?",
    ),
    Fault("unknown-key", LANGUAGE, "lexicon:", "lexikon:", "unknown key lexikon", "lexicon"),
    Fault(
        "unknown-key",
        LANGUAGE,
        "why: Weeds try everybody.",
        "why: Weeds.\n      beside: [film]",
        "unknown key beside",
        at="beside: [film]",
    ),
    Fault(
        "unknown-key", "programme.yml", "country:", "nation:", "nation", "did you mean negation?"
    ),
    Fault(
        "shape",
        GARDEN,
        "description: Tells the news.",
        "descr: 1",
        "description is missing",
        at="tell_news:",
    ),
    Fault("shape", SLOTS, "adult: {type: bool}", "adult: {type: boolean}", "type should be"),
    Fault("shape", "programme.yml", "zone: Europe/London", "zone: Europe/Lundun", "time zone"),
    Fault(
        "shape",
        LANGUAGE,
        "  - intent: greet\n",
        "  - intent: greet\n    synonym: me\n",
        "or",
        at="- intent: greet",
    ),
    Fault(
        "shape", GARDEN, "- intent: ring_me", "- ring_me", "item 1 of nlu_trigger should be keys"
    ),
    Fault("shape", RESPONSES, "text: Beans are up.", "text: 12", "text should be text"),
    Fault(
        "no-flow",
        GARDEN,
        "call: take_address",
        "call: take_adress",
        "there is no flow take_adress",
        "take_address",
    ),
    Fault(
        "no-flow",
        GARDEN,
        "link: order_seeds",
        "link: order_seed",
        "there is no flow order_seed",
        "order_seeds",
    ),
    Fault("no-step", GARDEN, "next: again", "next: agian", "go_round", "again"),
    Fault("no-slot", GARDEN, "collect: seed", "collect: seeds", "step collect_seeds", "seed"),
    Fault(
        "no-slot",
        GARDEN,
        "ring_count: 1",
        "ring_counts: 1",
        "there is no slot ring_counts",
        "ring_count",
        at="- set_slots:",
    ),
    Fault(
        "no-slot",
        GARDEN,
        "[borough, dream]",
        "[borough, dreams]",
        "there is no slot dreams",
        "dream",
        at="join_garden:",
    ),
    Fault(
        "no-slot",
        GARDEN,
        'if: slots.who = "group"',
        'if: slots.whom = "group"',
        "there is no slot whom",
        "who",
    ),
    Fault(
        "no-slot",
        RESPONSES,
        "/SetSlots(who=me)",
        "/SetSlots(whom=me)",
        "there is no slot whom",
        "who",
    ),
    Fault(
        "no-response",
        GARDEN,
        "action: utter_lent",
        "action: utter_lend",
        "there is no response utter_lend",
        "utter_lent",
    ),
    Fault(
        "no-response",
        GARDEN,
        "utter: utter_too_few",
        "utter: utter_few",
        "there is no response utter_few",
        "did you mean utter_news?",
        at="- if: slots.people < 1",
    ),
    Fault(
        "no-response",
        SLOTS,
        "utter_people_again",
        "utter_people_agin",
        "there is no response utter_people_agin",
        "utter_people_again",
        at="people:",
    ),
    Fault(
        "no-action",
        GARDEN,
        "action: action_book",
        "action: action_bok",
        "there is no action action_bok",
        "action_book",
    ),
    Fault(
        "no-question",
        RESPONSES,
        "utter_ask_tool:",
        "utter_ask_tol:",
        "nothing asks for tool",
        "did you mean utter_ask_tol?",
        at="- collect: tool",
    ),
    Fault(
        "no-answer",
        SLOTS,
        "tool: {type: text}",
        "tool: {type: text, mappings: [{type: controlled}]}",
        "offers no buttons",
        "add buttons with payload: /SetSlots(tool=…)",
        at="- collect: tool",
    ),
    Fault("no-intent", RESPONSES, "/ask_news", "/ask_new", "starts nothing", "ask_news"),
    Fault(
        "no-intent",
        GARDEN,
        "- intent: ring_me",
        "- intent: ring_mee",
        "no examples",
        "ring_me",
        at="ring_me:",
    ),
    Fault(
        "no-intent",
        "programme.yml",
        "intent: start}",
        "intent: strat}",
        "leads nowhere",
        "start",
        at="commands:",
    ),
    Fault("no-value", RESPONSES, "One {tool} for", "One {tol} for", "nothing fills {tol}", "tool"),
    Fault(
        "no-value",
        LANGUAGE,
        "synonym: company",
        "synonym: compny",
        "no categorical slot has the value compny",
        "company",
    ),
    Fault(
        "no-pattern",
        "flows/patterns.yml",
        "pattern_crisis:",
        "pattern_criss:",
        "nothing runs a pattern of the name pattern_criss",
        "pattern_crisis",
    ),
    Fault("slot-value", RESPONSES, "who=group", "who=groop", "cannot be 'groop'", "group"),
    Fault(
        "slot-value",
        GARDEN,
        "ring_count: 1",
        "ring_count: many",
        "cannot be 'many'",
        "give it a float",
        at="- set_slots:",
    ),
    Fault("slot-value", GARDEN, 'slots.who = "group"', 'slots.who = "groop"', "no value", "group"),
    Fault("slot-value", SLOTS, "initial_value: 0}", "initial_value: none}", "initial value"),
    Fault("condition", GARDEN, 'slots.who = "group"', 'slots.who == "group"', "written ="),
    Fault("condition", GARDEN, "if: not slots.banned", "if: not banned", "order_seeds"),
    Fault(
        "types",
        GARDEN,
        'slots.who = "group"',
        "slots.who > 3",
        "only numbers",
        "compare with = or !=, or make the slot a float",
    ),
    Fault(
        "types",
        GARDEN,
        "if: slots.people < 1",
        "if: slots.people = true",
        "never",
        "compare with a number",
    ),
    Fault(
        "types",
        GARDEN,
        "if: slots.people < 1",
        'if: slots.people matches "x"',
        "only text",
        "compare with a number",
    ),
    Fault(
        "types",
        GARDEN,
        "if: slots.people < 1",
        "if: slots.people contains 1",
        "contains",
        "compare with a number",
    ),
    Fault(
        "types",
        GARDEN,
        "if: slots.people < 1",
        "if: slots.dream contains 1",
        "only text",
        "put it in quotes",
    ),
    Fault(
        "constant",
        GARDEN,
        'if: slots.who = "group"',
        'if: slots.who = "group" and slots.who = "me"',
        "never true",
        "is or meant, where it says and?",
    ),
    Fault(
        "constant",
        GARDEN,
        "if: slots.people < 1",
        "if: slots.people < 1 and slots.people > 1",
        "the condition 'slots.people < 1 and slots.people > 1' is never true",
        "is or meant, where it says and?",
    ),
    Fault(
        "constant",
        GARDEN,
        "if: slots.agreed",
        "if: slots.agreed or not slots.agreed",
        "always",
        "take it out",
    ),
    Fault(
        "else",
        GARDEN,
        "          - else: where\n",
        "",
        "lack an else",
        "add - else: END, or the id of a step",
        at="next:",
    ),
    Fault(
        "missing-next",
        GARDEN,
        "                next: where\n",
        "",
        "step ask_kind",
        "add next: END, or the id of a step",
        at="- id: ask_kind",
    ),
    Fault(
        "noop",
        "flows/patterns.yml",
        "- action: utter_anything_else",
        "- noop: true",
        "a noop step says where to go with next",
        "add next: END, or the id of a step",
    ),
    Fault(
        "step-id",
        GARDEN,
        "id: where",
        "id: ask_kind",
        "is taken",
        "give each step of a flow its own id",
    ),
    Fault(
        "unreachable",
        GARDEN,
        "- action: utter_gift\n",
        "- action: utter_gift\n        next: END\n",
        "no way leads here",
        "let a next name link_order_seeds, or take the step out",
        at="- link: order_seeds",
    ),
    Fault(
        "silent",
        GARDEN,
        "      - action: utter_mood\n",
        "",
        "without a word",
        "let an action say something before the end",
        at="- collect: mood",
    ),
    Fault(
        "endless",
        GARDEN,
        "- collect: street\n",
        "- call: order_seeds\n      - collect: street\n",
        "it calls itself, if by a detour",
        "link to it instead of calling it",
        at="order_seeds:",
    ),
    Fault(
        "twice",
        SLOTS,
        "actions:\n",
        "responses:\n  utter_news: [{text: x}]\nactions:\n",
        "defined twice",
        at="utter_news: [{text: x}]",
    ),
    Fault(
        "twice",
        GARDEN,
        "- intent: ring_me",
        "- intent: ask_news",
        "starts tell_news already",
        "let one of them have it",
        at="ring_me:",
    ),
    Fault(
        "example-twice",
        LANGUAGE,
        "- any news from the garden",
        "- Can I join?",
        "of join_garden",
        "take one of them out",
        at="- intent: ask_news",
    ),
    Fault(
        "too-long",
        RESPONSES,
        "Beans are up.",
        "Beans " * 900,
        "4096",
        "split it into messages by a line ---",
    ),
    Fault(
        "too-long",
        RESPONSES,
        "[{text: Beans are up.}]",
        f"[{{text: {'Beans ' * 200}, image: a.png}}]",
        "1024",
        "split it into messages by a line ---",
    ),
    Fault(
        "html",
        RESPONSES,
        "Beans are up.",
        "Beans <b>are up.",
        "<b> is not closed",
        "add </b> in the same message",
    ),
    Fault(
        "html",
        RESPONSES,
        "Beans are up.",
        "<i>Beans</b> are up.",
        "</b> closes",
        "close what was opened last first",
    ),
    Fault(
        "html",
        RESPONSES,
        "Beans are up.",
        "<h1>Beans</h1>",
        "<h1> is not among",
        "<b> or <i> may do",
    ),
    Fault("html", RESPONSES, "Beans are up.", "Beans < peas", "no tag", "&lt;"),
    Fault("html", RESPONSES, "Beans are up.", "Beans & peas", "stands alone", "&amp;"),
    Fault(
        "empty",
        RESPONSES,
        "[{text: Beans are up.}]",
        '[{text: ""}]',
        "nothing to say",
        "add text, image or attachment",
    ),
    Fault(
        "placeholder",
        RESPONSES,
        "Beans are up.",
        '"Beans { are up."',
        "a single brace; write {{ or }} for a brace that is meant",
    ),
    Fault("payload", RESPONSES, "/SetSlots(who=me)", "/SetSlots(who)", "who"),
    Fault(
        "button",
        RESPONSES,
        "title: Just me,",
        "title: Just me, url: https://a.b,",
        "exactly one",
        "make two buttons of it, or take one out",
    ),
    Fault(
        "buttons",
        RESPONSES,
        "title: Just me",
        f"title: {'me ' * 30}",
        "1 to 64",
        "put the explanation into the text",
    ),
    Fault(
        "buttons",
        RESPONSES,
        "payload: /SetSlots(who=me)",
        "url: example.org",
        "example.org is no address",
        "an address starts with https://, mailto: or tel:",
    ),
    Fault(
        "buttons", RESPONSES, "payload: /SetSlots(who=me)", f"copy_text: {'x' * 300}", "1 to 256"
    ),
    Fault(
        "buttons",
        RESPONSES,
        "title: Just me",
        "title: Ask somebody",
        "two buttons",
        "give one of them another title",
        at="- {title: Ask somebody, payload: /talk_to_human}",
    ),
    Fault(
        "no-slot",
        RESPONSES,
        "utter_which_borough",
        "utter_which_borogh",
        "there is no slot borogh",
        "borough",
    ),
    Fault(
        "no-slot", SLOTS, "- validate_phone", "- validate_phones", "action validate_phones", "phone"
    ),
    Fault(
        "translation",
        "programme.yml",
        "[en]",
        "[en, fr]",
        "not translated into fr",
        "add translation: {fr: …}",
        at="label_or: [{text: or}]",
    ),
    Fault("crisis-rule", LANGUAGE, "{self}", "{sefl}", "no concept {sefl}", "self"),
    Fault(
        "crisis-rule",
        LANGUAGE,
        "end it all",
        "'end {it'",
        "a bracket is not closed",
    ),
    Fault("crisis-rule", LANGUAGE, "end it all", "'...'", "says nothing"),
    Fault("crisis-rule", LANGUAGE, "want to die", "want (to die", "not closed"),
    Fault("crisis-rule", LANGUAGE, "[film]", "['{fim}']", "no concept {fim}"),
    Fault("crisis-rule", LANGUAGE, "end it all", "'end [it]'", "changes nothing"),
    Fault("crisis-rule", LANGUAGE, "end it all", "'end it!'", "neither a word"),
    Fault("crisis-rule", LANGUAGE, "[myself, herself]", "['{self}']", "in a circle"),
    Fault(
        "crisis-rule", LANGUAGE, "weeds make me wanna die", "'{weds} try us'", "no concept {weds}"
    ),
    # --- branches, flows and contexts that lead nowhere
    Fault(
        "unreachable",
        GARDEN,
        "          - else: where\n",
        '          - if: slots.who = "group" and slots.people > 3\n            then: where\n'
        "          - else: where\n",
        "the branches before take every case of 'slots.who = \"group\" and slots.people > 3'",
        "put the narrower condition first",
    ),
    Fault(
        "unreachable",
        GARDEN,
        "          - if: slots.agreed\n",
        "          - else: END\n          - if: slots.agreed\n",
        "the branches after the else are never taken",
        "put the else last",
        at="- else: END",
    ),
    Fault(
        "unreachable",
        GARDEN,
        "    nlu_trigger:\n      - intent: ring_me\n",
        "",
        "flow ring_me: nothing starts it",
        "give it an nlu_trigger, or let a flow link to it",
        at="ring_me:",
    ),
    Fault(
        "no-value",
        "flows/patterns.yml",
        "context.misses",
        "context.mises",
        "nothing tells context.mises",
        "did you mean misses?",
    ),
    # --- messages, pictures, buttons
    Fault(
        "too-long",
        RESPONSES,
        "[{text: Beans are up.}]",
        f'[{{text: "Beans are up.\\n---\\n{"Peas " * 900}"}}]',
        "4096",
        "split it into messages by a line ---",
    ),
    Fault(
        "html",
        RESPONSES,
        "[{text: Beans are up.}]",
        '[{text: "<b>Beans\\n---\\nare</b> up."}]',
        "<b> is not closed",
        "add </b> in the same message",
    ),
    Fault(
        "empty",
        RESPONSES,
        "[{text: Beans are up.}]",
        '[{text: "Beans are up.\\n---"}]',
        "a line --- has nothing before or after it",
        "take the line out",
    ),
    Fault(
        "no-file",
        RESPONSES,
        "[{text: Beans are up.}]",
        "[{text: Beans are up., image: pictures/beans.png}]",
        "there is no file pictures/beans.png",
    ),
    Fault(
        "buttons",
        RESPONSES,
        "[{text: Beans are up.}]",
        f"[{{text: x, buttons: [{', '.join(MANY_BUTTONS)}]}}]",
        "101 buttons are more than 100",
        "ask in two steps",
    ),
    Fault(
        "buttons",
        RESPONSES,
        "{title: Share it, request_contact: true}",
        "{title: Share it, request_contact: true}, {title: Our site, url: https://example.org}",
        "the button 'Our site' does nothing beside one that shares a number",
        "a message of its own",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=[f"{i}-{it.rule}" for i, it in enumerate(FAULTS)])
def test_a_planted_fault_is_found(folder: Path, plant: Plant, fault: Fault) -> None:
    sound = (folder / fault.file).read_text().splitlines()
    findings = plant(fault.file, fault.old, fault.new)
    found = [it for it in findings if it.rule == fault.rule and fault.message in it.message]
    assert found, findings
    first = found[0]
    assert fault.hint in first.hint
    lines = Path(first.file).read_text().splitlines()
    if fault.at is None:
        changed = [
            it for it, pair in enumerate(zip(sound, lines, strict=False), 1) if len(set(pair)) > 1
        ]
        assert (first.file, first.line) == (str(folder / fault.file), changed[0])
    else:
        assert lines[first.line - 1].strip() == fault.at


def test_a_flow_that_only_calls_a_silent_one_is_silent(folder: Path, plant: Plant) -> None:
    (folder / "flows" / "nothing.yml").write_text(SAY_NOTHING)
    [finding] = plant(GARDEN, "      - action: utter_news\n", "      - call: say_nothing\n")
    assert finding.message == (
        "flow tell_news, step call_say_nothing: the flow can end here without a word"
    )
    assert finding.hint == "let an action say something before the end"


def test_a_picture_beside_the_content_is_found(folder: Path, plant: Plant) -> None:
    (folder / "pictures").mkdir()
    (folder / "pictures" / "beans.png").write_bytes(b"")
    assert plant(RESPONSES, "text: Beans are up.", "image: pictures/beans.png") == []
    [finding] = plant(RESPONSES, "pictures/beans.png", "pictures/bean.png")
    assert finding.hint == "did you mean pictures/beans.png?"


def test_everything_residents_read_is_translated(plant: Plant) -> None:
    findings = plant("programme.yml", "[en]", "[en, fr]")
    told = {it.message: it.hint for it in findings}
    button = "response utter_ask_who: the button 'Just me' is not translated into fr"
    assert told[button] == "add translation: {fr: {title: …}}"
    flow = "flow join_garden: the name 'joining the garden' is not translated into fr"
    assert told[flow] == "add translation: {fr: {name: …}}"
    translated = "[{text: Which seed?, translation: {fr: Quelle graine ?}}]"
    more = plant(RESPONSES, "[{text: Which seed?}]", translated)
    assert len(more) == len(findings) - 1


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
