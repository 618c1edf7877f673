"""Getting a person: passed on once, promised honestly, crisis without words."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from actions.desk.handoff import PROMISE
from actions.leads.cards import handoff_values
from storage import handoffs, lead_events
from storage.models import LeadEvent, OutboxRow
from storage.outbox import Lane
from tests.actions.conftest import Attached, Did, Stage, programme
from tests.actions.test_leads import CONSENT, only_lead, told


def test_words_go_to_staff(stage: Stage) -> None:
    result = stage.run("action_hand_off", handoff_message="Can a dog apply?")
    assert result.responses[0]["response"] == "utter_handed_off"
    [handoff] = handoffs.handoffs_of(stage.session, chat_id=stage.context.chat_id)
    assert (handoff.reason, handoff.words) == ("asked", "Can a dog apply?")
    assert told(stage) == [("handoff_card", {"handoff_id": handoff.id, "media": []})]
    rows = list(stage.session.scalars(select(OutboxRow).order_by(OutboxRow.id)))
    assert [(row.kind, row.lane) for row in rows] == [
        ("handoff_card", Lane.HANDOFF),
        (PROMISE, Lane.HANDOFF),
    ]
    assert rows[1].due_at == handoff.promised_at == stage.context.now + timedelta(hours=1)


def test_the_same_words_are_passed_on_once(stage: Stage) -> None:
    for _ in range(2):
        stage.run("action_hand_off", handoff_message="Hello?")
    stage.run("action_hand_off", handoff_message="Is anybody there?")
    assert len(told(stage)) == 2


def test_who_is_not_understood_is_handed_over_once(stage: Stage) -> None:
    text = stage.heard("action_flag_stuck")
    assert "utter_stuck_handed_over" in text
    assert stage.heard("action_flag_stuck") == "utter_not_understood_twice()"
    [handoff] = handoffs.handoffs_of(stage.session, chat_id=stage.context.chat_id)
    assert (handoff.reason, handoff.words) == ("stuck", None)
    assert len(told(stage)) == 1


def test_where_nobody_is_there_a_person_is_only_offered(stage: Stage) -> None:
    alone = stage.changed(staff_chat_id=None)
    assert alone.heard("action_flag_stuck") == "utter_not_understood_twice()"
    assert handoffs.handoffs_of(stage.session, chat_id=stage.context.chat_id) == []


def test_a_voice_note_goes_along(stage: Stage) -> None:
    speaking = stage.doing(Did(attachments=(Attached("voice", file_id="v"),)))
    speaking.run("action_hand_off", handoff_message="(voice note)")
    [(_kind, payload)] = told(stage)
    assert payload["media"] == [{"medium": "voice", "file_id": "v"}]


def test_at_night_it_says_when_somebody_is_back(stage: Stage) -> None:
    night = stage.at(datetime(2026, 3, 28, 23, tzinfo=UTC))  # the clocks go forward at 1
    text = night.heard("action_hand_off", handoff_message="Hello?")
    assert "utter_handoff_out_of_hours" in text
    assert "9am on Monday 30 March (UK time)" in text
    assert "10am on Monday 30 March (UK time)" in text


@pytest.mark.parametrize("hour", [12, 23])
def test_nobody_is_promised_who_is_not_there(stage: Stage, hour: int) -> None:
    alone = stage.changed(staff_chat_id=None).at(datetime(2026, 3, 2, hour, tzinfo=UTC))
    text = alone.heard("action_hand_off", handoff_message="Hello?")
    assert text == "utter_handoff_no_staff()"
    assert len(handoffs.handoffs_of(stage.session, chat_id=stage.context.chat_id)) == 1


def test_a_crisis_is_flagged_once_an_hour_without_words(stage: Stage) -> None:
    spoken = stage.doing(Did("I can't go on"))
    assert spoken.run("action_flag_crisis", handoff_message="x").responses == []
    spoken.run("action_flag_crisis")
    assert len(told(stage)) == 1
    spoken.after(hours=2).run("action_flag_crisis")
    assert len(told(stage)) == 2
    found = handoffs.handoffs_of(stage.session, chat_id=stage.context.chat_id)
    assert {(handoff.reason, handoff.words) for handoff in found} == {("crisis", None)}


def test_a_crisis_after_an_answer_is_flagged_again(stage: Stage) -> None:
    stage.run("action_flag_crisis")
    handoffs.mark_answered(stage.session, chat_id=stage.context.chat_id, now=stage.context.now)
    stage.run("action_flag_crisis")
    assert len(told(stage)) == 2


def staff_say(stage: Stage, words: str) -> None:
    lead_events.record_event(
        stage.session,
        only_lead(stage),
        kind="staff_said",
        who="Ann",
        words=words,
        now=stage.context.now,
    )


def test_an_answer_goes_to_the_lead_that_staff_wrote_about(stage: Stage) -> None:
    stage.run("action_send_lead", **CONSENT)
    staff_say(stage, "Can we meet?")
    text = stage.heard("action_pass_answer_on", staff_name="Ann", staff_answer="Yes, Friday")
    assert text == "utter_answer_passed_on(staff_name=Ann)"
    stage.run("action_pass_answer_on", staff_name="Ann", staff_answer="Yes, Friday")
    said = lead_events.events_of(stage.session, only_lead(stage))[-1]
    assert (said.kind, said.who, said.words) == ("resident_said", "Sam", "Yes, Friday")
    assert told(stage)[1:] == [("resident_words", {"event_id": said.id, "media": []})]


def test_the_same_answer_to_another_question_is_another_answer(stage: Stage) -> None:
    stage.run("action_send_lead", **CONSENT)
    for question in ("Friday?", "At noon?"):
        staff_say(stage, question)
        stage.run("action_pass_answer_on", staff_name="Ann", staff_answer="Yes")
    kinds = [event.kind for event in lead_events.events_of(stage.session, only_lead(stage))]
    assert kinds == ["sent", "staff_said", "resident_said", "staff_said", "resident_said"]


def test_an_answer_without_a_lead_is_a_handoff_of_its_own(stage: Stage) -> None:
    stage.run("action_pass_answer_on", staff_name="Ann", staff_answer="Thanks")
    [handoff] = handoffs.handoffs_of(stage.session, chat_id=stage.context.chat_id)
    assert (handoff.reason, handoff.words) == ("answer", "Thanks")
    assert told(stage)[0][0] == "handoff_card"
    assert stage.session.scalars(select(LeadEvent)).all() == []


def test_no_answer_is_nothing(stage: Stage) -> None:
    assert stage.run("action_pass_answer_on", staff_name="Ann").responses == []
    assert told(stage) == []


def test_the_post_names_the_resident_and_what_they_sent(stage: Stage) -> None:
    stage.run("action_send_lead", **CONSENT)
    stage.run("action_hand_off", handoff_message="Hello?")
    [handoff] = handoffs.handoffs_of(stage.session, chat_id=stage.context.chat_id)
    values = handoff_values(
        stage.session, handoff, programme=programme(), say=stage.say, now=stage.context.now
    )
    assert (values["who"], values["words"]) == ("Sam", "Hello?")
    assert values["references"] == only_lead(stage).reference
