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
    arrival = decode(message(text=typed))
    assert (arrival.text, arrival.is_addressed) == (read, typed != read)


RESTRICTED = (
    "is_member",
    "can_invite_users",
    "can_pin_messages",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_manage_topics",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_edit_tag",
    "can_react_to_messages",
)
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


def test_the_language_of_their_app() -> None:
    polish = {**ANN, "language_code": "pl"}
    query = {"id": "q", "from": polish, "chat_instance": "c", "data": "1f.0"}
    for update in (message(text="Hi", **{"from": polish}), {"callback_query": query}):
        sender = decode(update).sender
        assert sender is not None
        assert sender.language == "pl"


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
        ("member", "silenced", GROUP, Happened.BLOCKED),
        ("silenced", "member", GROUP, Happened.ADDED),
        ("member", "restricted", GROUP, Happened.NOTHING),
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
        limits = {
            **dict.fromkeys(RESTRICTED, True),
            "can_send_messages": status != "silenced",
        }
        status = status.replace("silenced", "restricted")
        return {"status": status, "user": BOT, "until_date": 0, **rights, **limits}

    change = {
        "chat": chat,
        "from": ANN,
        "date": DATE,
        "old_chat_member": member(old),
        "new_chat_member": member(new),
    }
    arrival = decode({"update_id": 9, "my_chat_member": change})
    assert arrival.happened is happened
    assert arrival.is_silenced is (new == "silenced")


def test_whether_a_group_has_topics_is_told_by_each_message() -> None:
    assert decode(message(chat=FORUM, text="hello")).is_forum is True
    assert decode(message(chat=GROUP, text="hello")).is_forum is False
    assert decode(message(chat=PRIVATE, text="hello")).is_forum is None


def test_a_group_that_moves_is_one_chat_under_its_old_and_new_id() -> None:
    new = {"id": -100777, "type": "supergroup", "title": "Gardeners"}
    for update in (
        message(chat=GROUP, migrate_to_chat_id=-100777),
        message(chat=new, migrate_from_chat_id=-5),
    ):
        accepted = gateway.accepted(update)
        assert accepted is not None
        assert (accepted.chat.external_id, accepted.moves_to) == ("-5", "-100777")
        assert decode(update).happened is Happened.MOVED
    stays = gateway.accepted(message(chat=GROUP, text="hello"))
    assert stays is not None
    assert stays.moves_to is None


FORUM = {"id": -100777, "type": "supergroup", "title": "Gardeners", "is_forum": True}
OPENING = {
    "message_id": 45,
    "date": DATE,
    "chat": FORUM,
    "is_topic_message": True,
    "message_thread_id": 45,
    "forum_topic_created": {"name": "The hut", "icon_color": 7322096},
}
IN_TOPIC = {"chat": FORUM, "is_topic_message": True, "message_thread_id": 45}


def chat_of(update: dict[str, Any]) -> tuple[str, str | None]:
    accepted = gateway.accepted(update)
    assert accepted is not None
    return accepted.chat.external_id, accepted.chat.name


def test_a_topic_is_a_chat_of_its_own() -> None:
    said = message(**IN_TOPIC, text="hello", reply_to_message=OPENING)
    assert chat_of(said) == ("-100777/45", "The hut")
    assert decode(said).reply_to is None
    assert chat_of(message(**IN_TOPIC, text="hello")) == ("-100777/45", "Gardeners")
    press = {"id": "q", "from": ANN, "chat_instance": "c", "data": "1f.0"}
    asked = message(**IN_TOPIC, text="Sure?")["message"]
    pressed = {"update_id": 9, "callback_query": {**press, "message": asked}}
    assert chat_of(pressed) == ("-100777/45", "Gardeners")


def test_the_general_topic_and_a_thread_without_topics_are_the_group() -> None:
    assert chat_of(message(chat=FORUM, text="hello")) == ("-100777", "Gardeners")
    threaded = message(chat={**FORUM, "is_forum": False}, message_thread_id=45, text="hello")
    assert chat_of(threaded) == ("-100777", "Gardeners")


def test_new_names() -> None:
    renamed = decode(message(chat=GROUP, new_chat_title="Diggers"))
    assert (renamed.happened, renamed.text) == (Happened.RENAMED, "Diggers")
    topic = message(**IN_TOPIC, forum_topic_edited={"name": "The old hut"})
    assert decode(topic).text == "The old hut"
    assert chat_of(topic) == ("-100777/45", "The old hut")
    assert decode(message(**IN_TOPIC, forum_topic_edited={})).happened is Happened.NOTHING


ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}


def test_an_admin_who_speaks_as_the_group() -> None:
    sender = decode(
        message(chat=GROUP, text="yes", **{"from": ANONYMOUS}, sender_chat=GROUP)
    ).sender
    assert sender is not None
    assert (sender.external_id, sender.name, sender.is_anonymous) == ("-5", "Gardeners", True)


@pytest.mark.parametrize("fields", [{"is_automatic_forward": True}, {}])
def test_what_a_channel_posts_is_nothing(fields: dict[str, Any]) -> None:
    channel = {"id": -1009, "type": "channel", "title": "News"}
    post = message(chat=GROUP, text="news", sender_chat=channel, **fields)
    assert decode(post).happened is Happened.NOTHING


def test_whom_a_reply_is_to_and_whose_words_it_has() -> None:
    asked = {"message_id": 2, "date": DATE, "chat": GROUP, "from": BOT, "text": "What?"}
    origin = {"type": "user", "date": DATE, "sender_user": BOT}
    reply = decode(message(chat=GROUP, text="this", reply_to_message=asked, forward_origin=origin))
    assert (reply.reply_to, reply.replies_to_us, reply.forwarded) == (2, True, True)
    other = decode(message(chat=GROUP, text="no", reply_to_message={**asked, "from": ANN}))
    assert (other.replies_to_us, other.forwarded) == (False, False)


@pytest.mark.parametrize("fields", [{"pinned_message": None}, {"group_chat_created": True}, {}])
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
