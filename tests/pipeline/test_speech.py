"""Replies in parts that Telegram takes, and buttons that name their message and place."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pipeline import speech
from dialogues.exchange import Asked, Button, Reply
from storage import chats, messages
from storage.chats import ChatKey
from storage.database import Database

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)

words = st.text(st.sampled_from("aé😀 .\n"), min_size=1, max_size=400)
lines = st.one_of(
    words,
    words.map(lambda text: f"<b>{text}</b>\n"),
    words.map(lambda text: f"<i>a &amp; <b>{text}</b></i>\n"),
    st.integers(4000, 9000).map(lambda length: "x" * length),
)


@settings(max_examples=80)
@given(st.lists(lines, min_size=1, max_size=30).map("".join))
def test_no_part_is_too_long_and_no_tag_is_cut(text: str) -> None:
    parts = list(speech.split_long(Reply(text, buttons=(Button("Yes", payload="/yes"),))))
    for part in parts:
        assert speech.visible_length(part.text) <= speech.LONGEST_TEXT
        for tag in ("b", "i"):
            assert part.text.count(f"<{tag}>") == part.text.count(f"</{tag}>")
    assert [len(part.buttons) for part in parts] == [0] * (len(parts) - 1) + [1]


@settings(max_examples=80)
@given(st.lists(words, min_size=1, max_size=40).map("\n".join))
def test_no_word_is_lost(text: str) -> None:
    said = "".join(part.text for part in speech.split_long(Reply(text)))
    assert said.split() == text.split() or "".join(said.split()) == "".join(text.split())


def test_length_is_counted_as_telegram_counts() -> None:
    assert speech.visible_length("<b>a</b>&amp;😀") == 4


def test_a_pressed_token_finds_its_button_only_in_its_own_chat(database: Database) -> None:
    question = Reply(
        "Sure?",
        buttons=(Button("Yes", payload="/yes"), Button("No", payload="/no")),
        asked=Asked("flow", "step"),
    )
    with database.transaction() as session:
        ann = chats.chat_id_for(session, ChatKey("telegram", "1"), now=NOON)
        bob = chats.chat_id_for(session, ChatKey("telegram", "2"), now=NOON)
        (sent,) = speech.queue_replies(session, chat_id=ann, replies=[question], now=NOON)
        message = messages.get_message(session, sent)
        assert message is not None
        keys = speech.keys_of(message)
        found = speech.pressed(session, chat_id=ann, token=keys[1].token)
        assert found is not None
        assert found[1] == question.buttons[1]
        assert speech.asked_by(found[0]) == question.asked
        for chat_id, token in (
            (bob, keys[1].token),
            (ann, "ff.0"),
            (ann, f"{sent:x}.9"),
            (ann, f"{sent:x}.1.0"),
            (ann, "/SetSlots(a=b)"),
            (ann, ""),
        ):
            assert speech.pressed(session, chat_id=chat_id, token=token) is None


def test_a_button_that_gave_its_place_to_another_is_not_taken_for_it(database: Database) -> None:
    claim, assign = Button("Claim", payload="/claim"), Button("Assign", payload="/assign")
    with database.transaction() as session:
        desk = chats.chat_id_for(session, ChatKey("telegram", "1"), now=NOON)
        card = Reply("New", buttons=(claim, assign))
        (sent,) = speech.queue_replies(session, chat_id=desk, replies=[card], now=NOON)
        shown = speech.keys_of(messages.get_message(session, sent))
        taken = speech.to_json((assign, Button("Snooze", payload="/snooze")))
        messages.rewrite(session, sent, text="Taken", buttons=taken, now=NOON)
        session.expire_all()
        assert speech.pressed(session, chat_id=desk, token=shown[0].token) is None
        for token in (shown[1].token, f"{sent:x}.0"):  # as it was before tokens said what it does
            found = speech.pressed(session, chat_id=desk, token=token)
            assert found is not None
            assert found[1] == assign


@given(st.integers(1, 2**63 - 1), st.integers(0, 99))
def test_a_token_fits_into_callback_data(number: int, place: int) -> None:
    assert len(f"{number:x}.{place:x}.ffff".encode()) <= 64
