"""How responses are put into words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from dialogues.compiling.domain import ResponseCompiler
from dialogues.compiling.yaml_source import Source
from dialogues.model import Content, Response
from dialogues.responses import Scope, label, options_in_words, say, speak
from dialogues.specs import VariationSpec
from dialogues.templates import TemplateError, split


def response(*variations: dict[str, Any]) -> Response:
    specs = [VariationSpec.model_validate(it) for it in variations]
    return ResponseCompiler(Source("x.yml", {}), "utter_x").compile(specs)


def spoken(content: Content, it: Response, **scope: Any) -> str | None:
    found = speak(it, Scope(content, **{"slots": {}, **scope}))
    return found.text if found else None


def test_values_come_before_slots_before_the_programme(content: Content) -> None:
    it = response({"text": "{tool} {organisation_name}"})
    slots = {"tool": "rake"}
    assert spoken(content, it, slots=slots) == "rake The Garden Club"
    values = {"tool": "spade", "organisation_name": "Us"}
    assert spoken(content, it, slots=slots, values=values) == "spade Us"


def test_a_button_without_words_is_not_shown(content: Content) -> None:
    it = response({"text": "Yes?", "buttons": [{"title": "{tool}", "payload": "/menu"}]})
    for tool, labels in (("rake", ["rake"]), (None, [])):
        found = speak(it, Scope(content, {"tool": tool}))
        assert found is not None
        assert [button.label for button in found.buttons] == labels


def test_null_and_unknown_are_empty(content: Content) -> None:
    it = response({"text": "[{tool}{nobody}{context.nothing}]"})
    assert spoken(content, it, slots={"tool": None}) == "[]"


def test_what_is_empty_leaves_no_hole(content: Content) -> None:
    it = response({"text": "Kept. {tool}\n\n{nobody}\n\nNever at night."})
    assert spoken(content, it, slots={"tool": None}) == "Kept.\n\nNever at night."


def test_what_somebody_wrote_keeps_its_gaps(content: Content) -> None:
    it = response({"text": "You said: {tool}"})
    assert spoken(content, it, slots={"tool": "a\n\n\n\nb"}) == "You said: a\n\n\n\nb"


def test_what_is_filled_in_is_escaped_unless_it_is_markup(content: Content) -> None:
    it = response({"text": "<b>{tool}</b>"})
    assert spoken(content, it, values={"tool": '<i>"&'}) == "<b>&lt;i&gt;&quot;&amp;</b>"
    assert spoken(content, it, values={"tool": Markup("<i>x</i>")}) == "<b><i>x</i></b>"


def test_buttons_are_not_html(content: Content) -> None:
    button = {"title": "{tool}", "payload": "/SetSlots(tool={tool})"}
    it = response({"text": "x", "buttons": [button]})
    found = speak(it, Scope(content, slots={"tool": "a & b"}))
    assert found is not None
    assert found.buttons[0].label == "a & b"
    assert found.buttons[0].payload == "/SetSlots(tool=a & b)"


def test_closed_values_are_shown_as_their_labels(content: Content) -> None:
    it = response({"text": "{borough} {kind} {adult}"})
    slots = {"borough": "st_helens", "kind": "company", "adult": True}
    assert spoken(content, it, slots=slots) == "St Helens company Yes, I am"
    assert label(content, "adult", False) == "Not yet"
    assert label(content, "borough", "somewhere") == "somewhere"
    assert label(content, "tool", "rake") == "rake"


def test_numbers_and_lists_read_well(content: Content) -> None:
    it = response({"text": "{people} {history}"})
    assert spoken(content, it, slots={"people": 12.0, "history": ["a", "<"]}) == "12 a, &lt;"


def test_a_line_of_dashes_begins_a_new_message(content: Content) -> None:
    it = response({"text": "Hello {tool}.\n\n---\nAnd --- on.\n --- \nBye.", "image": "a.png"})
    found = speak(it, Scope(content, slots={"tool": "rake\n---\nspade"}))
    assert found is not None
    assert found.messages == ("Hello rake\n---\nspade.", "And --- on.", "Bye.")
    assert found.text == "Hello rake\n---\nspade.\n\nAnd --- on.\n\nBye."


def test_each_language_has_its_own_messages(content: Content) -> None:
    it = response({"text": "One.", "translation": {"cy": "Un.\n---\nDau."}})
    welsh = speak(it, Scope(content, slots={"language": "cy"}))
    assert welsh is not None
    assert welsh.messages == ("Un.", "Dau.")


def test_variations_rotate_by_turn(content: Content) -> None:
    it = response({"text": "a"}, {"text": "b"})
    assert [spoken(content, it, turn=turn) for turn in range(4)] == ["a", "b", "a", "b"]


def test_a_variation_whose_condition_holds_wins(content: Content) -> None:
    it = response({"text": "any"}, {"text": "me", "condition": 'slots.who = "me"'})
    assert spoken(content, it, slots={"who": "me"}, turn=0) == "me"
    assert spoken(content, it, slots={"who": "group"}, turn=1) == "any"


def test_rasas_older_conditions_must_all_hold(content: Content) -> None:
    conditions = [
        {"type": "slot", "name": "who", "value": "me"},
        {"type": "slot", "name": "adult", "value": True},
    ]
    it = response({"text": "x", "condition": conditions})
    assert spoken(content, it, slots={"who": "me", "adult": True}) == "x"
    assert spoken(content, it, slots={"who": "me", "adult": False}) is None


def test_the_language_slot_chooses_the_translation(content: Content) -> None:
    found = speak(content.responses["utter_welcome"], Scope(content, slots={"language": "cy"}))
    assert found is not None
    assert found.text == "Fi yw Spade."
    assert [button.label for button in found.buttons] == ["Ymuno", "Newyddion"]


def test_pictures_and_documents(content: Content) -> None:
    found = speak(
        response({"text": "x", "image": "{tool}.png", "attachment": "a.pdf"}),
        Scope(content, slots={"tool": "rake"}),
    )
    assert found is not None
    assert (found.image, found.document) == ("rake.png", "a.pdf")


def test_say_gives_a_fragment_for_actions(content: Content) -> None:
    words = say(content, "utter_booked", {"name": "A & B", "place": "here"})
    assert words == Markup("Booked for A &amp; B: <b>here</b>")
    assert isinstance(words, Markup)
    with pytest.raises(KeyError):
        say(content, "utter_nothing", {})


def test_crisis_lines_are_worded_by_a_response(content: Content) -> None:
    expected = "<b>Samaritans</b>: 116 123\n<b>Emergency</b>: 999"
    assert str(content.constants["crisis_lines"]) == expected


@pytest.mark.parametrize(
    ("labels", "words"),
    [([], ""), (["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")],
)
def test_options_in_words(labels: list[str], words: str) -> None:
    assert options_in_words(labels, "or") == words


@pytest.mark.parametrize("text", ["{", "}", "{A}", "{a b}", "{}", "{slots.a}", "a { b }"])
def test_a_stray_brace_is_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        split(text)


@given(st.text())
def test_a_text_with_its_braces_doubled_says_itself(text: str) -> None:
    template = split(text.replace("{", "{{").replace("}", "}}"))
    assert template.render(lambda name: name) == text
