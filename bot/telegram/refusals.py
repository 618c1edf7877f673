"""Telegram's errors in our words."""

from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.pipeline.parcel import (
    ChatGoneError,
    ChatMovedError,
    CredentialError,
    MessageLostError,
    NoTopicsError,
    RefusedError,
    SendError,
    SilencedError,
    TopicGoneError,
    TryLaterError,
    UnreachableError,
)

_SILENCED = (
    "have no rights to send",
    "not enough rights",
    "chat_write_forbidden",
    "chat_restricted",
)
_GONE = (
    "chat not found",
    "deactivated",
    "bot was kicked",
    "peer_id_invalid",
)
_TOPIC_GONE = ("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")
_NO_TOPICS = (
    "not enough rights to create a topic",
    "not enough rights to manage topics",
    "not a forum",
    "topics_too_much",
)
_LOST = (
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
    "message_id_invalid",
)


def in_our_words(error: TelegramError) -> SendError:
    """What it means for the message."""
    if isinstance(error, RetryAfter):
        return TryLaterError(_seconds(error))
    if isinstance(error, ChatMigrated):
        return ChatMovedError(str(error.new_chat_id))
    if isinstance(error, BadRequest):
        return _refusal(error.message)
    # The message may hold the token; a call of ours that does not exist is a refused token.
    for kind, ours in (
        (InvalidToken, CredentialError),
        (EndPointNotFound, CredentialError),
        (Forbidden, ChatGoneError),
    ):
        if isinstance(error, kind):
            return ours(kind.__name__)
    return UnreachableError(type(error).__name__)


def _refusal(message: str) -> SendError:
    said = message.lower()
    if any(words in said for words in _TOPIC_GONE):
        return TopicGoneError(message)
    if any(words in said for words in _NO_TOPICS):
        return NoTopicsError(message)
    if any(words in said for words in _SILENCED):
        return SilencedError(message)
    if any(words in said for words in _GONE):
        return ChatGoneError(message)
    if any(words in said for words in _LOST):
        return MessageLostError(message)
    return RefusedError(message)


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()
