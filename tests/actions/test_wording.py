"""The actions with the content as it is: every response they name can be worded."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from actions.calls.call_files import load_samples
from actions.ideas.offers import offer_questions
from actions.leads.cards import card_values, handoff_values
from actions.programme import Programme
from actions.registry import RESPONSES
from actions.reminders.reminding import reminder_values
from dialogues import responses
from dialogues.loader import Content
from storage import handoffs
from storage.calls import find_call
from storage.lead_statuses import STATUSES
from tests.actions.conftest import NOW, ZONE, Attached, Did, Stage, read_domain
from tests.actions.test_leads import CONSENT, only_lead
from tests.reading import read_once

FOLDER = Path(__file__).parents[2] / "dialogues"
ANSWERS = {
    "applicant_who": "individual",
    "borough": "sefton",
    "theme": "ageing",
    "adult": True,
    "stage": "spark",
}


@pytest.fixture(scope="module")
def content() -> Content:
    return read_once(FOLDER).content


class RealSay:
    """The content's own words."""

    def __init__(self, content: Content) -> None:
        self.content = content

    def __call__(self, name: str, values: Mapping[str, Any]) -> Markup:
        return responses.say(self.content, name, values)


@pytest.fixture
def real(stage: Stage, content: Content) -> Stage:
    programme: Programme = content.programme
    say: Any = RealSay(content)
    stage.say = say
    return stage.changed(say=say, programme=programme)


def load_them(real: Stage) -> list[str]:
    path = FOLDER / "samples.yml"
    programme = real.context.programme
    return [
        saved.call.code for saved in load_samples(real.session, path, programme=programme, now=NOW)
    ]


def test_a_whole_journey_in_the_content_s_own_words(real: Stage) -> None:
    codes = load_them(real)
    heard = [
        real.heard("action_judge_calls", **ANSWERS),
        real.heard("action_list_calls"),
        real.heard("action_ask_remind_call"),
        real.heard("action_subscribe", remind_call="all"),
        real.heard("action_subscribe", remind_call=codes[0]),
        real.heard("action_show_reminders"),
        real.heard("action_show_idea", idea_title="Tool Hut", idea_problem="Rust"),
    ]
    real.run("action_save_idea", idea_title="Tool Hut", idea_problem="Rust")
    voice = real.doing(Did(attachments=(Attached("voice", file_id="v"),)))
    voice.run("action_keep_attachment", answering_slot="idea_plan")
    sent = {**CONSENT, "lead_for_other": True, "lead_for_name": "Jean", "call_code": codes[0]}
    heard += [
        real.heard("action_show_lead_summary", **sent),
        real.heard("action_send_lead", **sent),
        real.heard("action_send_lead", **sent),
        real.heard("action_send_callback", ring_name="Jo", ring_phone="+441514960123"),
        real.heard("action_hand_off", handoff_message="Hello?"),
        real.after(hours=9).heard("action_hand_off", handoff_message="Hello again?"),
        real.heard("action_pass_answer_on", staff_name="Ann", staff_answer="Yes"),
        real.heard("action_show_status"),
        real.heard("action_show_my_data"),
        real.heard("action_stop_reminders"),
        real.heard("action_forget", forget_confirmed=True),
        real.heard("action_show_status"),
    ]
    assert all(text.strip() for text in heard)
    assert all(len(text) < 4096 for text in heard)
    assert not any("None" in text or "Markup" in text for text in heard)


def test_every_fact_and_answer_has_a_label(real: Stage) -> None:
    programme, say = real.context.programme, real.context.say
    for fact in programme.facts.values():
        assert say(f"label_{fact.name}", {})
        for value in fact.values:
            named = value in programme.boroughs or value in programme.themes
            assert named or say(f"label_{fact.name}_{value}", {})


def test_every_answer_about_an_offer_has_a_label(real: Stage, content: Content) -> None:
    for offer in content.programme.offers:
        for name, slot in offer_questions(read_domain(), offer).items():
            assert real.context.say(f"label_{name}", {})
            for value in slot.get("values", ()):
                assert real.context.say(f"label_{name}_{value}", {})


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_words_for_both_sides(real: Stage, status: str) -> None:
    assert real.context.say(f"lead_status_{status}", {"staff_name": "Ann", "outcome": "well"})
    assert real.context.say(f"card_status_{status}", {})


def test_all_words_for_staff_are_asked_of_every_content(content: Content) -> None:
    """But for those that are said only where the content has them."""
    if_known = {
        name
        for name in content.responses
        if name.startswith(("staff_event_", "staff_help_")) and name not in RESPONSES
    }
    for_staff = {name for name in content.responses if name.startswith(("staff_", "card_"))}
    asked = {name for name in RESPONSES if name.startswith(("staff_", "card_"))}
    assert for_staff - if_known == asked


def test_staff_posts_and_reminders_can_be_worded(real: Stage) -> None:
    [code, *_] = load_them(real)
    real.run("action_judge_calls", **ANSWERS)
    real.run("action_save_idea", idea_title="Tool Hut")
    real.run("action_send_lead", **CONSENT, call_code=code)
    real.run("action_hand_off", handoff_message="Hello?")
    programme, say = real.context.programme, real.context.say
    lead, session = only_lead(real), real.session
    card = card_values(session, lead.id, programme=programme, say=say, now=NOW)
    [handoff] = handoffs.handoffs_of(session, chat_id=real.context.chat_id)
    words = handoff_values(session, handoff, programme=programme, say=say, now=NOW)
    call = find_call(session, code=code)
    assert call is not None
    reminder = reminder_values(
        session,
        real.context,
        chat_id=real.context.chat_id,
        calls=[call],
        now=call.closes_at - timedelta(hours=2),
    )
    for name, values in (
        ("staff_lead_card", card),
        ("staff_handoff", words),
        ("staff_crisis", words),
        ("staff_answer", words),
        ("utter_reminder", reminder),
    ):
        assert say(name, values).strip()
    assert lead.reference in say("staff_lead_card", card)
    assert "2 hours" in say("utter_reminder", reminder)


def test_the_content_s_zone_is_the_one_these_tests_speak_of(content: Content) -> None:
    assert content.programme.zone == ZONE
