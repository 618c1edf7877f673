"""Leads for other programs: the fields others rely on, and no formula in a table."""

import csv
import io
import json
from datetime import timedelta

import pytest

from actions.leads.exports import as_csv, leads_for_export
from storage import change_requests, lead_steps, staff
from tests.actions.calls_made import criterion, make_call
from tests.actions.conftest import Stage
from tests.actions.test_leads import CONSENT, only_lead

FIELDS = [
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


def test_the_fields_and_their_order(stage: Stage) -> None:
    make_call(stage.session, criteria=[criterion("adult", **{"is": True})])
    stage.run("action_save_idea", idea_title="Tool Hut", idea_problem="Rust")
    stage.run("action_send_lead", **CONSENT, call_code="ageing")
    ann = staff.staff_member(
        stage.session, channel="preview", external_id="a", name="Ann", now=stage.context.now
    )
    lead = only_lead(stage)
    lead_steps.claim(stage.session, lead_id=lead.id, staff_member=ann, now=stage.context.now)
    [exported] = leads_for_export(stage.session)
    assert list(exported) == FIELDS
    assert json.loads(json.dumps(exported)) == {
        "reference": lead.reference,
        "created_at": "2026-03-02T12:00:00Z",
        "kind": "incubator",
        "status": "claimed",
        "applicant": {"kind": "group", "name": "Sam", "contact": "telegram"},
        "borough": "sefton",
        "theme": "ageing",
        "call": "ageing",
        "verdict": "eligible",
        "reasons": ["adult fits"],
        "idea": {"title": "Tool Hut", "answers": {"idea_problem": "Rust"}},
        "consent_at": "2026-03-02T12:00:00Z",
        "assignee": "Ann",
    }
    [with_history] = leads_for_export(stage.session, history=True)
    assert list(with_history) == [
        *FIELDS,
        "sent_at",
        "standing",
        "versions",
        "changes_asked",
        "members",
    ]
    assert with_history["versions"] == [
        {
            "version": 1,
            "sent_at": "2026-03-02T12:00:00Z",
            "standing": "in_time",
            "intake_down": None,
            "idea": {"title": "Tool Hut", "answers": {"idea_problem": "Rust"}},
        }
    ]


def test_every_version_is_there_and_what_was_asked_for(stage: Stage) -> None:
    stage.run("action_save_idea", idea_problem="Rust")
    stage.run("action_send_lead", **CONSENT)
    change_requests.ask_for_changes(
        stage.session,
        only_lead(stage),
        questions=["idea_problem"],
        who="Ann",
        words="How much?",
        until=stage.context.now + timedelta(days=7),
        now=stage.context.now,
    )
    stage.run("action_open_changes")
    answering = {"change_request": stage.results[-1].slots["change_request"]}
    asked = {**answering, "change_question": "idea_problem"}
    stage.run("action_keep_change", **asked, change_answer="Much rust")
    stage.run("action_send_changes", **answering)
    [exported] = leads_for_export(stage.session, history=True)
    words = [it["idea"]["answers"]["idea_problem"] for it in exported["versions"]]
    assert words == ["Rust", "Much rust"]
    [request] = exported["changes_asked"]
    assert (request["by"], request["words"], request["outcome"]) == ("Ann", "How much?", "answered")
    [row] = csv.DictReader(io.StringIO(as_csv([exported])))
    assert (row["versions"], row["standing"]) == ("2", "open")
    again = stage.run("action_send_lead", **CONSENT)
    assert again.responses[0]["response"] == "utter_receipt_again"


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "-2", "@SUM(A1)", "\tx", "\r=x"])
def test_no_cell_is_a_formula(stage: Stage, name: str) -> None:
    stage.run("action_send_lead", **{**CONSENT, "lead_name": name})
    [row] = csv.DictReader(io.StringIO(as_csv(leads_for_export(stage.session)), newline=""))
    assert row["applicant_name"] == f"'{name}"


def test_a_telephone_number_stays_a_number(stage: Stage) -> None:
    stage.run("action_send_callback", ring_name="Jo", ring_phone="+447700900123")
    [row] = csv.DictReader(io.StringIO(as_csv(leads_for_export(stage.session))))
    assert row["applicant_contact"] == "+447700900123"
    assert row["idea_title"] == ""


def test_answers_with_commas_and_lines_survive(stage: Stage) -> None:
    stage.run("action_save_idea", idea_problem='Rust, "rot"\nand ruin')
    stage.run("action_send_lead", **CONSENT)
    table = io.StringIO(as_csv(leads_for_export(stage.session)), newline="")
    [row] = csv.DictReader(table)
    assert row["idea_answers"] == 'idea_problem: Rust, "rot"\nand ruin'


def test_without_leads_there_is_a_heading(stage: Stage) -> None:
    assert leads_for_export(stage.session) == []
    assert as_csv([]).startswith("reference,created_at,kind,status,applicant_kind")


def test_what_was_asked_for_an_offer_is_in_both_forms(stage: Stage) -> None:
    offer = {**CONSENT, "lead_kind": "accelerator", "stage": "contracts", "offer_about": "Lunches"}
    stage.run("action_send_lead", **offer, offer_contract="to_100k")
    [exported] = leads_for_export(stage.session)
    assert exported["idea"]["answers"] == {
        "offer_about": "Lunches",
        "offer_contract": "label_offer_contract_to_100k()",
    }
    [row] = csv.DictReader(io.StringIO(as_csv([exported]), newline=""))
    assert row["idea_answers"].startswith("offer_about: Lunches\noffer_contract: ")
