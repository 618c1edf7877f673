"""Leads: one receipt however often, corrections passed on, and staff told once."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from actions.counting import Moment
from actions.ideas.ideas import answers_of
from actions.ideas.offers import told_about
from actions.leads.cards import card_values, changed_values
from actions.leads.lead_drafts import ALPHABET, contact_of, new_reference
from storage import lead_steps, leads
from storage.intake_spans import note_alive
from storage.late_links import make_late_link, open_late_link
from storage.models import Lead, OutboxRow
from storage.submissions import submissions_of
from tests.actions.calls_made import CLOSES_AT, criterion, make_call
from tests.actions.conftest import Attached, Did, Stage, programme

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SAM = {
    "applicant_who": "group",
    "applicant_form": "charity",
    "borough": "sefton",
    "theme": "ageing",
    "adult": True,
    "stage": "spark",
}
CONSENT = {
    **SAM,
    "lead_kind": "incubator",
    "lead_consent": True,
    "lead_for_other": False,
    "lead_name": "Sam",
    "lead_contact_way": "telegram",
}


def told(stage: Stage) -> list[tuple[str, dict[str, Any]]]:
    """What is queued for the staff chat."""
    rows = stage.session.scalars(select(OutboxRow).order_by(OutboxRow.id))
    return [(row.kind, row.payload) for row in rows if row.chat_id == stage.context.staff_chat_id]


def only_lead(stage: Stage) -> Lead:
    [lead] = leads.leads_of_chat(stage.session, chat_id=stage.context.chat_id)
    return lead


def test_a_lead_carries_a_copy_of_everything(stage: Stage) -> None:
    call = make_call(stage.session, criteria=[criterion("adult", **{"is": True})])
    stage.run("action_save_idea", idea_title="Tool Hut", idea_problem="Rust")
    text = stage.heard("action_send_lead", **CONSENT, call_code="ageing")
    lead = only_lead(stage)
    assert stage.results[-1].slots == {"lead_reference": lead.reference}
    assert lead.reference in text
    assert lead.reference.startswith("LCR-")
    assert (lead.kind, lead.status, lead.applicant_kind) == ("incubator", "new", "group")
    assert (lead.applicant_name, lead.contact) == ("Sam", "telegram")
    assert (lead.borough, lead.theme, lead.call_id) == ("sefton", "ageing", call.id)
    assert (lead.verdict, lead.reasons) == ("eligible", ["adult fits"])
    assert lead.idea == {"title": "Tool Hut", "answers": {"idea_problem": "Rust"}}
    assert lead.facts == {**SAM, "governing_document": True}
    assert lead.consent_at == stage.context.now
    assert told(stage) == [("lead_card", {"lead_id": lead.id})]


def test_sending_twice_is_one_lead_and_one_receipt(stage: Stage) -> None:
    stage.run("action_save_idea", idea_problem="Rust")
    first = stage.run("action_send_lead", **CONSENT)
    again = stage.after(hours=3).run("action_send_lead", **CONSENT)
    assert again.slots == first.slots
    assert again.responses[0]["response"] == "utter_receipt_again"
    assert again.responses[0]["when"] == first.responses[0]["when"]
    assert len(told(stage)) == 1


def test_without_consent_nothing_is_kept(stage: Stage) -> None:
    stage.run("action_save_idea", idea_problem="Rust")
    stage.run("action_send_lead", **{**CONSENT, "lead_consent": None})
    assert leads.leads_of_chat(stage.session, chat_id=stage.context.chat_id) == []
    assert told(stage) == []


def test_without_an_idea_the_same_press_is_the_same_lead_for_a_day(stage: Stage) -> None:
    first = stage.run("action_send_lead", **CONSENT)
    assert stage.run("action_send_lead", **CONSENT).slots == first.slots
    later = stage.after(hours=25).run("action_send_lead", **CONSENT)
    assert later.slots != first.slots


def test_a_corrected_contact_reaches_staff(stage: Stage) -> None:
    stage.run("action_save_idea", idea_problem="Rust")
    stage.run("action_send_lead", **CONSENT)
    corrected = {**CONSENT, "lead_contact_way": "phone", "lead_phone": "+447700900123"}
    result = stage.run("action_send_lead", **corrected)
    lead = only_lead(stage)
    assert lead.contact == "+447700900123"
    assert lead.contact_index is not None
    assert "07700 900123" in stage.text_of(result.responses[0])
    assert told(stage)[1:] == [("lead_card_edit", {"lead_id": lead.id})]


def versions(stage: Stage) -> list[tuple[int, Any, str]]:
    found = submissions_of(stage.session, lead_id=only_lead(stage).id)
    return [(it.version, it.idea, it.standing) for it in found]


def test_a_changed_idea_is_a_new_version_of_the_same_lead(stage: Stage) -> None:
    stage.run("action_save_idea", idea_problem="Rust")
    first = stage.run("action_send_lead", **CONSENT)
    stage.run("action_save_idea", idea_problem="Rust and rot")
    second = stage.after(hours=1).run("action_send_lead", **CONSENT)
    assert first.slots == second.slots
    assert second.responses[0]["response"] == "utter_receipt_changed"
    old, new = (
        {"title": None, "answers": {"idea_problem": words}} for words in ("Rust", "Rust and rot")
    )
    assert versions(stage) == [(1, old, "open"), (2, new, "open")]
    lead = only_lead(stage)
    assert lead.idea == new
    [_card, edit, changed] = told(stage)
    assert edit == ("lead_card_edit", {"lead_id": lead.id})
    assert changed[0] == "lead_changed"
    again = stage.after(hours=2).run("action_send_lead", **CONSENT)
    assert again.responses[0]["response"] == "utter_receipt_again"
    assert again.responses[0]["when"] == second.responses[0]["when"]
    assert len(versions(stage)) == 2


def test_staff_are_told_what_changed(stage: Stage) -> None:
    stage.run("action_save_idea", idea_problem="Rust", idea_people="Kids", idea_title="Hut")
    stage.run("action_send_lead", **CONSENT)
    stage.run("action_save_idea", idea_problem="Rust and rot", idea_title="The Hut")
    stage.run("action_send_lead", **CONSENT)
    newest = submissions_of(stage.session, lead_id=only_lead(stage).id)[-1]
    words = {"programme": programme(), "say": stage.say}
    post = str(stage.say("staff_lead_changed", changed_values(stage.session, newest, **words)))
    assert "Rust and rot" in post
    assert "The Hut" in post
    assert "Kids" not in post
    card = card_values(stage.session, newest.lead_id, now=stage.context.now, **words)
    assert "card_sent_again(version=2" in card["lines"]


def test_another_call_is_another_lead(stage: Stage) -> None:
    make_call(stage.session)
    make_call(stage.session, "other")
    stage.run("action_save_idea", idea_problem="Rust")
    one, two, team = (
        stage.run("action_send_lead", **CONSENT, lead_call=code).slots["lead_reference"]
        for code in ("ageing", "other", "team")
    )
    assert len({one, two, team}) == 3
    assert [
        it.call_id is None
        for it in leads.leads_of_chat(stage.session, chat_id=stage.context.chat_id)
    ] == [
        False,
        False,
        True,
    ]


def test_after_the_deadline_nothing_is_sent_and_nothing_changed(stage: Stage) -> None:
    make_call(stage.session)
    stage.run("action_save_idea", idea_problem="Rust")
    late = stage.at(CLOSES_AT)
    refused = late.run("action_send_lead", **CONSENT, call_code="ageing")
    [said] = refused.responses
    assert (said["response"], refused.slots) == ("utter_lead_too_late", {"lead_reference": None})
    assert leads.leads_of_chat(stage.session, chat_id=stage.context.chat_id) == []
    stage.at(CLOSES_AT - SECOND).run("action_send_lead", **CONSENT, call_code="ageing")
    again = late.run("action_send_lead", **CONSENT, call_code="ageing")
    assert again.responses[0]["response"] == "utter_receipt_again"
    late.run("action_save_idea", idea_problem="Rust and rot")
    refused = late.run("action_send_lead", **CONSENT, call_code="ageing")
    assert refused.responses[0]["response"] == "utter_change_too_late"
    assert [(number, standing) for number, _idea, standing in versions(stage)] == [(1, "in_time")]
    assert only_lead(stage).idea["answers"] == {"idea_problem": "Rust"}


def test_words_count_by_when_they_were_sent_and_presses_by_when_they_were_stored(
    stage: Stage,
) -> None:
    make_call(stage.session)
    stage.run("action_save_idea", idea_problem="Rust")
    long_after = stage.at(CLOSES_AT + HOUR)
    press = long_after.changed(moment=Moment(CLOSES_AT - SECOND))
    press.run("action_send_lead", **CONSENT, call_code="ageing")
    assert [standing for _number, _idea, standing in versions(stage)] == ["in_time"]
    long_after.run("action_save_idea", idea_problem="Rust and rot")
    words = long_after.changed(moment=Moment(CLOSES_AT + HOUR, said_at=CLOSES_AT - SECOND))
    words.run("action_send_lead", **CONSENT, call_code="ageing")
    assert len(versions(stage)) == 2


def test_a_press_after_an_outage_at_the_deadline_counts_and_is_marked(stage: Stage) -> None:
    make_call(stage.session)
    stage.run("action_save_idea", idea_problem="Rust")
    for at in (CLOSES_AT - MINUTE, CLOSES_AT + 10 * MINUTE):
        note_alive(stage.session, channel="preview", now=at)
    late = stage.at(CLOSES_AT + 41 * MINUTE)
    assert "utter_lead_too_late" in late.heard("action_send_lead", **CONSENT, call_code="ageing")
    text = stage.at(CLOSES_AT + 40 * MINUTE).heard(
        "action_send_lead", **CONSENT, call_code="ageing"
    )
    assert "receipt_after_outage" in text
    [sent] = submissions_of(stage.session, lead_id=only_lead(stage).id)
    assert sent.standing == "after_outage"
    assert (sent.down_from, sent.down_until) == (CLOSES_AT - MINUTE, CLOSES_AT + 10 * MINUTE)
    card = card_values(
        stage.session, sent.lead_id, programme=programme(), say=stage.say, now=stage.context.now
    )
    assert "card_after_outage" in card["lines"]


def test_leave_to_come_late_lets_it_in_and_marks_it(stage: Stage) -> None:
    call = make_call(stage.session)
    stage.run("action_save_idea", idea_problem="Rust")
    late, until = stage.at(CLOSES_AT + HOUR), CLOSES_AT + 2 * HOUR
    link = make_late_link(stage.session, call, expires_at=until, by="Ann", now=CLOSES_AT)
    open_late_link(stage.session, link, chat_id=stage.context.chat_id, now=CLOSES_AT + HOUR)
    assert "utter_receipt" in late.heard("action_send_lead", **CONSENT, call_code="ageing")
    assert [standing for _number, _idea, standing in versions(stage)] == ["by_leave"]


def test_a_voice_note_marks_the_lead(stage: Stage) -> None:
    speaking = stage.doing(Did(attachments=(Attached("voice", file_id="v"),)))
    speaking.run("action_keep_attachment", answering_slot="idea_problem")
    stage.run("action_send_lead", **CONSENT)
    assert only_lead(stage).to_be_listened


def test_helping_somebody_else_is_recorded(stage: Stage) -> None:
    stage.run("action_send_lead", **{**CONSENT, "lead_for_other": True}, lead_for_name="Jean")
    lead = only_lead(stage)
    assert (lead.helped, lead.on_behalf_of) == (True, "Jean")


def test_an_offer_lead_has_its_own_words_and_no_idea(stage: Stage) -> None:
    stage.run("action_save_idea", idea_problem="Rust")
    offer = {**CONSENT, "lead_kind": "partner", "offer_bring": "We have a hall"}
    first = stage.run("action_send_lead", **offer)
    assert stage.run("action_send_lead", **offer).slots == first.slots
    lead = only_lead(stage)
    assert lead.kind == "partner"
    assert lead.idea == {"title": None, "answers": {"offer_bring": "We have a hall"}}
    assert (lead.call_id, lead.verdict, lead.to_be_listened) == (None, None, False)


def test_what_is_asked_for_an_offer_goes_with_its_lead_in_words(stage: Stage) -> None:
    answers = {"offer_contract": "to_100k", "offer_when": "soon", "offer_bring": "A hall"}
    offer = {**CONSENT, "lead_kind": "accelerator", "offer_about": "Lunches", **answers}
    summary = stage.heard("action_show_lead_summary", **offer)
    stage.run("action_send_lead", **offer)
    lead = only_lead(stage)
    assert lead.idea is not None
    assert list(lead.idea["answers"]) == ["offer_about", "offer_contract", "offer_when"]
    card = card_values(
        stage.session, lead.id, programme=programme(), say=stage.say, now=stage.context.now
    )
    for shown in ("Lunches", "label_offer_contract_to_100k", "label_offer_when_soon"):
        assert shown in summary
        assert shown in str(card["lines"])
    assert "A hall" not in summary


def test_questions_about_an_offer_are_the_domain_s_own(stage: Stage) -> None:
    domain = {
        "slots": {
            "offer_plot": {"type": "float", "metadata": {"offers": ["garden"]}},
            "offer_shed": {"type": "bool", "metadata": {"offers": ["garden", "huts"]}},
            "offer_why": {"type": "text"},
            "offering": {"type": "text"},
        }
    }
    slots = {"offer_plot": 12.5, "offer_shed": True, "offer_why": "Beans", "offering": "no"}
    told_of = {kind: told_about(stage.context, domain, kind, slots) for kind in ("garden", "huts")}
    assert told_of["garden"] == {"offer_plot": "12.5", "offer_shed": "label_yes()"} | {
        "offer_why": "Beans"
    }
    assert list(told_of["huts"]) == ["offer_shed", "offer_why"]
    assert told_about(stage.context, domain, "huts", {}) == {}


def test_without_a_kind_it_is_for_the_offer_that_takes_ideas(stage: Stage) -> None:
    stage.run("action_save_idea", idea_problem="Rust")
    stage.run("action_send_lead", **{**CONSENT, "lead_kind": None})
    assert only_lead(stage).kind == "incubator"
    assert only_lead(stage).idea == {"title": None, "answers": {"idea_problem": "Rust"}}


def test_a_spoken_offer_is_to_be_listened_to(stage: Stage) -> None:
    speaking = stage.doing(Did(attachments=(Attached("voice", file_id="v"),)))
    speaking.run("action_keep_attachment", answering_slot="offer_bring", offer_bring="(voice note)")
    stage.run("action_send_lead", **{**CONSENT, "lead_kind": "partner"}, offer_bring="(voice note)")
    lead = only_lead(stage)
    assert lead.to_be_listened
    assert lead.idea_id is not None
    assert answers_of(stage.session, chat_id=stage.context.chat_id) == {}


def test_a_ring_back_needs_a_name_and_a_number_only(stage: Stage) -> None:
    slots = {"ring_name": "Jo", "ring_phone": "+441514960123"}
    text = stage.heard("action_send_callback", **slots)
    assert "phone=0151 496 0123" in text
    lead = only_lead(stage)
    assert (lead.kind, lead.contact, lead.facts) == ("callback", "+441514960123", {})
    again = stage.run("action_send_callback", **slots)
    assert again.slots == {"lead_reference": lead.reference}
    assert again.responses[0]["response"] == "utter_callback_receipt_again"
    other = stage.run("action_send_callback", ring_name="Jo", ring_phone="+447700900123")
    assert other.slots != again.slots


def test_a_ring_back_after_it_was_done_is_a_new_one(stage: Stage) -> None:
    slots = {"ring_name": "Jo", "ring_phone": "+441514960123"}
    first = stage.run("action_send_callback", **slots)
    lead_steps.close(
        stage.session,
        reference=first.slots["lead_reference"],
        outcome="rung",
        who="Ann",
        now=stage.context.now,
    )
    assert stage.run("action_send_callback", **slots).slots != first.slots


def test_what_was_declared_another_day_still_counts(stage: Stage) -> None:
    stage.run("action_judge_calls", **SAM)
    later = {name: value for name, value in CONSENT.items() if name not in SAM}
    stage.run("action_send_lead", **later, borough="wirral")
    assert only_lead(stage).facts == {**SAM, "borough": "wirral", "governing_document": True}


def test_a_lead_that_is_done_is_not_corrected(stage: Stage) -> None:
    stage.run("action_save_idea", idea_problem="Rust")
    reference = stage.run("action_send_lead", **CONSENT).slots["lead_reference"]
    done = {"outcome": "well", "who": "Ann", "now": stage.context.now}
    lead_steps.close(stage.session, reference=reference, **done)
    again = stage.run("action_send_lead", **{**CONSENT, "lead_name": "Samuel"})
    assert again.slots == {"lead_reference": reference}
    assert only_lead(stage).applicant_name == "Sam"


def test_without_a_staff_chat_the_lead_is_kept_all_the_same(stage: Stage) -> None:
    stage.changed(staff_chat_id=None).run("action_send_lead", **CONSENT)
    assert only_lead(stage).status == "new"
    assert stage.session.scalars(select(OutboxRow)).all() == []


def test_the_summary_shows_what_will_be_sent(stage: Stage) -> None:
    stage.run("action_save_idea", idea_title="Tool <Hut>", idea_problem="Rust")
    slots = {**CONSENT, "lead_contact_way": "email", "lead_email": "sam@example.org"}
    text = stage.heard("action_show_lead_summary", **slots, lead_reference=None)
    for shown in (
        "Sam",
        "email=sam@example.org",
        "=Sefton",
        "=label_applicant_form_charity",
        "Tool &lt;Hut&gt;",
    ):
        assert shown in text
    assert told(stage) == []


def test_a_reference_has_nothing_to_mistake(stage: Stage) -> None:
    assert not set("0O1ILAEIOU") & set(ALPHABET)
    drawn = {new_reference(stage.session, prefix="LCR") for _ in range(50)}
    assert len(drawn) == 50


def test_a_way_without_its_contact_falls_back_to_the_chat() -> None:
    assert contact_of({"lead_contact_way": "phone", "lead_phone": None}) == "telegram"
    assert contact_of({"lead_contact_way": "email", "lead_email": "a@b.uk"}) == "a@b.uk"
    assert contact_of({}) == "telegram"


def test_the_card_says_all_that_staff_need(stage: Stage) -> None:
    make_call(stage.session, criteria=[criterion("stage", unmet="not_yet", one_of=["running"])])
    speaking = stage.doing(Did(attachments=(Attached("voice", file_id="v"),)))
    speaking.run("action_keep_attachment", answering_slot="idea_plan", idea_plan="(voice note)")
    stage.run("action_save_idea", idea_title="Tool Hut", idea_problem="Rust " * 200)
    stage.run(
        "action_send_lead",
        **{**CONSENT, "lead_for_other": True, "lead_contact_way": "phone"},
        lead_for_name="Jean",
        lead_phone="+447700900123",
        call_code="ageing",
    )
    lead = only_lead(stage)
    values = card_values(
        stage.session, lead.id, programme=programme(), say=stage.say, now=stage.context.now
    )
    card = str(stage.say("staff_lead_card", values))
    for shown in (
        lead.reference,
        "Sam",
        "phone=07700 900123",
        "Jean",
        "Sefton",
        "Ageing",
        "The ageing call",
        "card_verdict_not_yet",
        "stage does not fit",
        "card_to_be_listened",
        "Tool Hut",
    ):
        assert shown in card
    assert len(card) < 4096
