"""What two people are told of each other before both have said yes, whatever they wrote."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.matching import introducing
from storage import introductions, lead_events
from storage.chats import ChatKey, chat_id_for
from storage.models import Introduction, Lead
from tests.actions.conftest import NOW, Stage
from tests.neighbourhood import Sender, has_idea, has_sent

words = st.text(alphabet=st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=40)
senders = st.builds(
    Sender,
    name=words,
    says=words,
    borough=st.sampled_from(["sefton", "wirral", None]),
    theme=st.sampled_from(["ageing", None]),
    contact=st.sampled_from(["telegram", "+447700900123", "kim@example.org"]),
)


def sends(stage: Stage, sender: Sender, name: str) -> Lead:
    session, programme = stage.session, stage.context.programme
    chat_id = stage.context.chat_id
    if name:
        chat_id = chat_id_for(session, ChatKey("preview", name), now=NOW)
    idea = has_idea(session, chat_id, sender, programme=programme, now=NOW)
    return has_sent(session, idea, sender, chat_id=chat_id, now=NOW)


def ask(stage: Stage, one: Lead, other: Lead, note: str | None = None) -> Introduction:
    return introducing.propose(
        stage.session,
        (one.reference, other.reference),
        note=note,
        by="Alex",
        programme=stage.context.programme,
        now=NOW,
    )


@given(sender=senders, note=words)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_question_tells_no_word_of_the_other(stage: Stage, sender: Sender, note: str) -> None:
    """It is the same as if the other had said and been called nothing in particular."""
    told = []
    for other in (sender, Sender("N", "N", sender.borough, sender.theme)):
        with stage.session.begin_nested() as undone:
            asked = ask(stage, sends(stage, Sender("Ann"), ""), sends(stage, other, "other"), note)
            slots = stage.run("action_check_introduction", introduction_id=str(asked.id)).slots
            told.append(slots["introduction_common"])
            undone.rollback()
        stage.session.info.clear()
        stage.session.expire_all()
    assert told[0] == told[1]


def test_what_they_share_is_told(stage: Stage) -> None:
    ask(stage, sends(stage, Sender("Ann"), ""), sends(stage, Sender("Kim"), "kim"))
    slots = stage.run("action_check_introduction").slots
    assert slots["introduction_common"] == (
        "introduction_borough(borough=Sefton) introduction_theme(theme=Ageing)"
    )


@pytest.mark.parametrize("state", ["declined", "withdrawn", "expired", "forgotten"])
def test_nothing_that_was_shared_is_kept_when_it_is_over(stage: Stage, state: str) -> None:
    asked = ask(stage, sends(stage, Sender("Ann"), ""), sends(stage, Sender("Kim"), "kim"))
    introducing.accept(stage.context, asked, contact="+447700900123")
    introductions.close(stage.session, asked, state=state, now=NOW)
    assert (asked.first_contact, asked.second_contact) == (None, None)


def test_each_step_is_an_event_without_words_of_residents(stage: Stage) -> None:
    ann = sends(stage, Sender("Ann"), "")
    asked = ask(stage, ann, sends(stage, Sender("Kim"), "kim"), "They share tools.")
    introducing.accept(stage.context, asked, contact=None)
    introducing.end_all(stage.context, state="withdrawn")
    events = [(it.kind, it.who) for it in lead_events.events_of(stage.session, ann)][1:]
    assert events == [
        ("introduction_proposed", "Alex"),
        ("introduction_yes", None),
        ("introduction_over", None),
    ]
