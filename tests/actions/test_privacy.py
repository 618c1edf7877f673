"""What is held is shown, and what is forgotten is gone from every table."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.leads.exports import leads_for_export
from storage import accepting, chats, lead_events, messages
from storage.accepting import Accepted
from storage.change_requests import ask_for_changes
from storage.chats import ChatKey
from storage.models import (
    Applicant,
    Base,
    Chat,
    Conversation,
    Handoff,
    Idea,
    IdeaAnswer,
    InboxRow,
    Lead,
    Message,
    OutboxRow,
    Reminder,
    Subscription,
)
from storage.outbox import Lane, queue
from tests.actions.calls_made import make_call
from tests.actions.conftest import NOW, Attached, Did, Stage
from tests.actions.test_leads import CONSENT, only_lead, told

SECRET = "xylophone"  # stands in everything that the resident says


def live_a_little(stage: Stage) -> Lead:
    """Everything that can be held about somebody."""
    session, chat_id = stage.session, stage.context.chat_id
    make_call(session)
    stage.run("action_judge_calls", applicant_who="individual", borough="sefton", adult=True)
    stage.run("action_save_idea", idea_title=SECRET, idea_problem=f"No {SECRET} lessons")
    stage.run("action_subscribe", remind_call="ageing")
    stage.run(
        "action_send_lead",
        **{**CONSENT, "lead_name": f"Sam {SECRET}", "lead_for_other": True},
        lead_for_name=SECRET,
    )
    stage.run("action_save_idea", idea_problem=f"No {SECRET} lessons anywhere")
    stage.run(
        "action_send_lead",
        **{**CONSENT, "lead_name": f"Sam {SECRET}", "lead_for_other": True},
        lead_for_name=SECRET,
    )
    ask_for_changes(
        session,
        only_lead(stage),
        questions=["idea_problem"],
        who="Ann",
        words=f"Which {SECRET}?",
        until=NOW + timedelta(days=7),
        now=NOW,
    )
    stage.run("action_hand_off", handoff_message=f"Where is my {SECRET}?")
    stage.run("action_flag_crisis")
    lead = only_lead(stage)
    for kind, who in (("staff_said", "Ann"), ("resident_said", SECRET)):
        lead_events.record_event(session, lead, kind=kind, who=who, words=f"the {SECRET}", now=NOW)
    messages.add_message(session, chat_id=chat_id, direction="in", now=NOW, text=SECRET)
    chats.save_states(session, {chat_id: {"slots": {"x": SECRET}}}, now=NOW)
    return lead


def post(stage: Stage, *, lead_id: int | None = None, external_id: int, text: str) -> int:
    assert stage.context.staff_chat_id is not None
    return messages.add_message(
        stage.session,
        chat_id=stage.context.staff_chat_id,
        direction="out",
        now=NOW,
        text=text,
        external_id=external_id,
        lead_id=lead_id,
        peer_chat_id=stage.context.chat_id,
    )


def everything(session: Session) -> str:
    """Every value of every row, as the program reads it."""
    found: list[Any] = []
    for mapper in Base.registry.mappers:
        for row in session.scalars(select(mapper.class_)):
            found += [getattr(row, column.key) for column in mapper.columns]
    return repr(found)


def test_all_that_is_held_is_shown(stage: Stage) -> None:
    lead = live_a_little(stage)
    text = stage.heard("action_show_my_data")
    for shown in (
        f"Sam {SECRET}",
        "Sefton",
        "contact_telegram",
        "The ageing call",
        "my_data_messages(count=1",
        f"No {SECRET} lessons anywhere",
        f"before=No {SECRET} lessons,",
        f"words=Which {SECRET}?",
        lead.reference,
        f"Where is my {SECRET}?",
        "my_data_crisis",
    ):
        assert shown in text


def test_somebody_new_is_told_that_there_is_little(stage: Stage) -> None:
    assert "my_data_no_messages" in stage.heard("action_show_my_data")
    assert len(stage.results[-1].responses) == 1


def test_without_a_yes_nothing_goes(stage: Stage) -> None:
    live_a_little(stage)
    before = everything(stage.session)
    assert not stage.run("action_forget", forget_confirmed=False).restart
    assert everything(stage.session) == before


def test_forgetting_leaves_nothing_in_any_table(stage: Stage) -> None:
    lead = live_a_little(stage)
    card = post(stage, lead_id=lead.id, external_id=7, text=f"card of {SECRET}")
    words = post(stage, external_id=8, text=f"they said {SECRET}")
    result = stage.run("action_forget", forget_confirmed=True)
    assert result.restart
    assert lead.reference in stage.text_of(result.responses[0])
    left = everything(stage.session)
    assert SECRET not in left
    assert "Sam" not in left
    for table in (Applicant, Idea, IdeaAnswer, Subscription, Reminder, Handoff, Conversation):
        assert stage.session.scalars(select(table)).all() == [], table
    own = select(Message).where(Message.chat_id == stage.context.chat_id)
    assert stage.session.scalars(own).all() == []
    edited = stage.session.get(Message, words)
    assert edited is not None
    assert edited.text == "staff_words_removed()"
    rows = stage.session.scalars(select(OutboxRow).where(OutboxRow.message_id.is_not(None)))
    assert [row.message_id for row in rows] == [words]
    left_of_card = stage.session.get(Message, card)
    assert left_of_card is not None
    assert (left_of_card.lead_id, left_of_card.peer_chat_id) == (lead.id, None)
    assert told(stage)[-1] == ("lead_card_edit", {"lead_id": lead.id})


def test_of_a_lead_the_reference_stays(stage: Stage) -> None:
    lead = live_a_little(stage)
    reference = lead.reference
    stage.run("action_forget", forget_confirmed=True)
    [exported] = leads_for_export(stage.session, history=True)
    assert exported["reference"] == reference
    assert exported["status"] == "withdrawn"
    assert exported["applicant"] == {"kind": "group", "name": None, "contact": None}
    assert exported["idea"] == {"title": None, "answers": {}}
    assert exported["reasons"] == []
    assert [it["idea"] for it in exported["versions"]] == [None, None]
    assert [(it["words"], it["outcome"]) for it in exported["changes_asked"]] == [(None, "ended")]


def test_what_was_attached_leaves_the_outbox_too(stage: Stage) -> None:
    place = Attached("location", latitude=53.4, longitude=-2.9)
    photo = Attached("photo", file_id="p", file_name=f"{SECRET}.jpg")
    live_a_little(stage)
    stage.doing(Did(attachments=(place, photo))).run("action_hand_off", handoff_message="Here")
    answering = stage.doing(Did(attachments=(photo,)))
    answering.run("action_pass_answer_on", staff_name="Ann", staff_answer="(photo)")
    sent = post(stage, external_id=9, text="a photo")
    queue(
        stage.session,
        chat_id=stage.context.staff_chat_id or 0,
        kind="attached",
        lane=Lane.HANDOFF,
        now=NOW,
        message_id=sent,
        payload={"media": {"file_name": f"{SECRET}.jpg"}},
    )
    stage.run("action_forget", forget_confirmed=True)
    rows = stage.session.scalars(select(OutboxRow)).all()
    assert SECRET not in repr([row.payload for row in rows])
    assert "53.4" not in repr([row.payload for row in rows])
    states = {row.kind: row.state for row in rows if row.payload is None}
    assert states["handoff_card"] == states["resident_words"] == states["attached"] == "dropped"


def test_forgetting_twice_is_the_same(stage: Stage) -> None:
    live_a_little(stage)
    stage.run("action_forget", forget_confirmed=True)
    again = stage.run("action_forget", forget_confirmed=True)
    assert again.responses[0]["response"] == "utter_forgotten"


def test_others_keep_theirs(stage: Stage) -> None:
    other_chat = chats.chat_id_for(stage.session, ChatKey("preview", "jo"), now=NOW)
    other = stage.changed(chat_id=other_chat)
    live_a_little(stage)
    other.run("action_save_idea", idea_problem="Theirs")
    other.run("action_send_lead", **CONSENT)
    stage.run("action_forget", forget_confirmed=True)
    assert only_lead(other).applicant_name == "Sam"
    assert len(stage.session.scalars(select(IdeaAnswer)).all()) == 1


def test_updates_that_came_after_are_kept(stage: Stage) -> None:
    key = ChatKey("preview", "sam")
    for number, state in enumerate(("set_aside", "waiting")):
        update = Accepted(dedupe_key=f"preview:{number}", chat=key, payload={"text": SECRET})
        accepting.accept(stage.session, update, now=NOW)
        row = stage.session.scalars(select(InboxRow).order_by(InboxRow.id.desc())).first()
        assert row is not None
        row.state = state
        row.error = SECRET
    stage.session.flush()
    stage.run("action_forget", forget_confirmed=True)
    rows = stage.session.scalars(select(InboxRow).order_by(InboxRow.id)).all()
    assert [row.payload for row in rows] == [None, {"text": SECRET}]


def test_the_name_of_the_chat_goes_too(stage: Stage) -> None:
    stage.run("action_forget", forget_confirmed=True)
    chat = stage.session.get(Chat, stage.context.chat_id)
    assert chat is not None
    assert chat.name is None


def test_what_was_typed_is_sealed_on_disk(stage: Stage, tmp_path: Path) -> None:
    live_a_little(stage)
    stage.session.commit()
    with sqlite3.connect(tmp_path / "test.db") as raw:
        names = raw.execute("select applicant_name, contact, on_behalf_of from leads").fetchone()
        handoff = raw.execute("select words from handoffs").fetchone()
    raw.close()
    assert all(SECRET.encode() not in bytes(value) for value in (*names, *handoff))
