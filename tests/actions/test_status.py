"""Where things stand, in plain words."""

from storage import lead_events, lead_steps, staff
from tests.actions.calls_made import make_call
from tests.actions.conftest import Stage
from tests.actions.test_leads import CONSENT, only_lead


def test_somebody_new_has_nothing(stage: Stage) -> None:
    assert stage.run("action_show_status").responses[0]["response"] == "utter_status_nothing"


def test_a_draft_and_a_reminder(stage: Stage) -> None:
    make_call(stage.session)
    stage.run("action_subscribe", remind_call="ageing")
    stage.run("action_save_idea", idea_title="Tool Hut", idea_problem="Rust")
    text = stage.heard("action_show_status")
    assert "status_draft(title=Tool Hut, answered=2, questions=9)" in text
    assert "The ageing call" in text


def test_a_lead_from_sent_to_done(stage: Stage) -> None:
    stage.run("action_save_idea", idea_title="Tool Hut")
    stage.run("action_send_lead", **CONSENT)
    lead, now = only_lead(stage), stage.context.now
    text = stage.heard("action_show_status")
    assert lead.reference in text
    assert "lead_status_new" in text
    assert "status_draft" not in text
    ann = staff.staff_member(
        stage.session, channel="preview", external_id="ann", name="Ann", now=now
    )
    lead_steps.claim(stage.session, lead_id=lead.id, staff_member=ann, now=now)
    assert "lead_status_claimed" in stage.heard("action_show_status")
    lead_events.record_event(stage.session, lead, kind="staff_said", who="Ann", words="Hi", now=now)
    text = stage.heard("action_show_status")
    assert "lead_status_in_contact" in text
    assert "staff_name=Ann" in text
    lead_steps.close(
        stage.session, reference=lead.reference, outcome="See you on Friday", who="Ann", now=now
    )
    assert "See you on Friday" in stage.heard("action_show_status")
