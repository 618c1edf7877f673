"""Every kind of update becomes an arrival, and none breaks the gateway."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pipeline.arrival import Arrival, Happened
from bot.telegram import gateway
from dialogues.exchange import Medium

ANN = {"id": 7, "is_bot": False, "first_name": "Ann", "last_name": "Example", "username": "ann"}
BOT = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "help_bot"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Ann", "last_name": "Example"}
GROUP = {"id": -5, "type": "group", "title": "Gardeners"}
DATE = 1767225600


def message(**fields: Any) -> dict[str, Any]:
    base = {"message_id": 3, "date": DATE, "chat": PRIVATE, "from": ANN}
    return {"update_id": 9, "message": {**base, **fields}}


def decode(update: dict[str, Any]) -> Arrival:
    return gateway.decode(update, bot_username="help_bot")


def test_words() -> None:
    arrival = decode(message(text="hello"))
    assert (arrival.happened, arrival.text, arrival.message_id) == (Happened.SAID, "hello", 3)
    assert arrival.sender is not None
    assert arrival.sender.name == "Ann Example"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("/start@help_bot call-x", "/start call-x"),
        ("/start@HELP_BOT", "/start"),
        ("/start@other_bot", "/start@other_bot"),
        ("mail me@help_bot", "mail me@help_bot"),
    ],
)
def test_an_address_behind_a_command_is_taken_off(typed: str, read: str) -> None:
    assert decode(message(text=typed)).text == read


FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 12}
SIZED = {**FILE, "width": 2, "height": 2}


@pytest.mark.parametrize(
    ("fields", "medium"),
    [
        ({"photo": [{**SIZED, "file_id": "small"}, SIZED], "caption": "us"}, Medium.PHOTO),
        ({"voice": {**FILE, "duration": 3}}, Medium.VOICE),
        ({"audio": {**FILE, "duration": 3}}, Medium.AUDIO),
        ({"video": {**SIZED, "duration": 3}}, Medium.VIDEO),
        ({"video_note": {**FILE, "duration": 3, "length": 9}}, Medium.VIDEO),
        ({"document": {**FILE, "file_name": "plan.pdf"}}, Medium.DOCUMENT),
        ({"animation": {**SIZED, "duration": 3}, "document": FILE}, Medium.STICKER),
        (
            {"sticker": {**SIZED, "type": "regular", "is_animated": False, "is_video": False}},
            Medium.STICKER,
        ),
        ({"location": {"latitude": 53.4, "longitude": -2.9}}, Medium.LOCATION),
        (
            {"contact": {"phone_number": "+447700900123", "first_name": "A", "user_id": 7}},
            Medium.CONTACT,
        ),
        ({"dice": {"emoji": "🎲", "value": 3}}, Medium.OTHER),
    ],
)
def test_media(fields: dict[str, Any], medium: Medium) -> None:
    (attachment,) = decode(message(**fields)).attachments
    assert attachment.medium is medium
    if "photo" in fields:
        assert attachment.file_id == "f"
    if "contact" in fields:
        assert (attachment.phone, attachment.own_contact) == ("+447700900123", True)


def test_somebody_elses_contact_is_not_their_own() -> None:
    contact = {"phone_number": "+447700900123", "first_name": "Bo", "user_id": 8}
    assert decode(message(contact=contact)).attachments[0].own_contact is False


def test_a_press() -> None:
    query = {
        "id": "q",
        "from": ANN,
        "chat_instance": "c",
        "data": "1f.0",
        "message": message(text="Sure?")["message"],
    }
    update = {"update_id": 9, "callback_query": query}
    arrival = decode(update)
    assert (arrival.happened, arrival.token, arrival.callback_id) == (Happened.PRESSED, "1f.0", "q")
    assert gateway.callback_id(update) == "q"
    accepted = gateway.accepted(update)
    assert accepted is not None
    assert (accepted.chat.external_id, accepted.joins) == ("7", False)


def test_a_press_on_a_message_too_old_to_be_seen() -> None:
    old = {"message_id": 3, "date": 0, "chat": PRIVATE}
    query = {"id": "q", "from": ANN, "chat_instance": "c", "data": "1f.0", "message": old}
    assert decode({"update_id": 9, "callback_query": query}).token == "1f.0"


@pytest.mark.parametrize(
    ("old", "new", "chat", "happened"),
    [
        ("member", "kicked", PRIVATE, Happened.BLOCKED),
        ("kicked", "member", PRIVATE, Happened.UNBLOCKED),
        ("left", "member", GROUP, Happened.ADDED),
        ("member", "left", GROUP, Happened.BLOCKED),
        ("member", "administrator", GROUP, Happened.NOTHING),
    ],
)
def test_membership(old: str, new: str, chat: dict[str, Any], happened: Happened) -> None:
    def member(status: str) -> dict[str, Any]:
        rights = dict.fromkeys(
            (
                "can_be_edited",
                "is_anonymous",
                "can_manage_chat",
                "can_delete_messages",
                "can_manage_video_chats",
                "can_restrict_members",
                "can_promote_members",
                "can_change_info",
                "can_invite_users",
                "can_post_stories",
                "can_edit_stories",
                "can_delete_stories",
            ),
            True,
        )
        return {"status": status, "user": BOT, "until_date": 0, **rights}

    change = {
        "chat": chat,
        "from": ANN,
        "date": DATE,
        "old_chat_member": member(old),
        "new_chat_member": member(new),
    }
    assert decode({"update_id": 9, "my_chat_member": change}).happened is happened


def test_a_group_that_moves_is_one_chat_under_its_old_and_new_id() -> None:
    new = {"id": -100777, "type": "supergroup", "title": "Gardeners"}
    for update in (
        message(chat=GROUP, migrate_to_chat_id=-100777),
        message(chat=new, migrate_from_chat_id=-5),
    ):
        accepted = gateway.accepted(update)
        assert accepted is not None
        assert (accepted.chat.external_id, accepted.moves_to) == ("-5", "-100777")
        assert decode(update).happened is Happened.NOTHING
    stays = gateway.accepted(message(chat=GROUP, text="hello"))
    assert stays is not None
    assert stays.moves_to is None


@pytest.mark.parametrize(
    "fields", [{"new_chat_title": "x"}, {"pinned_message": None}, {"group_chat_created": True}, {}]
)
def test_service_messages_need_no_answer(fields: dict[str, Any]) -> None:
    assert decode(message(**fields)).happened is Happened.NOTHING


def test_only_free_words_and_media_may_join() -> None:
    joins = {
        text: gateway.accepted(message(text=text)).joins  # type: ignore[union-attr]
        for text in ("hello", "/start")
    }
    assert joins == {"hello": True, "/start": False}
    pinned = gateway.accepted(message(pinned_message=None))
    assert pinned is not None
    assert pinned.joins is False


def test_an_update_of_no_chat_is_passed_over() -> None:
    assert gateway.accepted({"update_id": 1, "poll": {}}) is None


@given(
    st.builds(
        Arrival,
        happened=st.sampled_from(Happened),
        text=st.text(),
        message_id=st.none() | st.integers(),
        token=st.none() | st.text(),
        intent=st.none() | st.text(),
        values=st.none() | st.dictionaries(st.text(), st.text()),
    )
)
def test_an_arrival_survives_the_inbox(arrival: Arrival) -> None:
    again = Arrival.from_json(arrival.to_json())
    assert (again.text, again.token or "", again.intent or "") == (
        arrival.text,
        arrival.token or "",
        arrival.intent or "",
    )
    assert again.happened is arrival.happened
