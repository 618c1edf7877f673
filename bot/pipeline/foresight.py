"""Reads the words of turns before their transaction, where a model has to think about them."""

from collections.abc import Callable, Iterable, Sequence

from bot.pipeline.arrival import Happened
from bot.pipeline.turn import Turn
from dialogues.model import Content

_IN_WORDS = {Happened.SAID, Happened.EDITED}


class UnreadError(Exception):
    """Turns hold words that take time to read: the transaction is given up until that is done."""

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__(f"{len(texts)} messages are to be read first")
        self.texts = texts


class Foresight:
    """`content` gives what counts now."""

    def __init__(self, content: Callable[[], Content]) -> None:
        self._content = content

    def check(self, turns: Iterable[Turn]) -> None:
        """Raises UnreadError if there is anything to be read."""
        language = self._content().language
        texts = {said_in(turn) for turn in turns if _is_to_us(turn)}
        unread = sorted(text for text in texts if language.takes_time(text))
        if unread:
            raise UnreadError(unread)

    def read(self, texts: Iterable[str]) -> None:
        """From then on they take no time, for a while."""
        language = self._content().language
        for text in texts:
            language.intents.judge(text)


def said_in(turn: Turn) -> str:
    """The words of a turn; several arrivals in a row make one answer."""
    return "\n".join(arrival.text for arrival in turn.arrivals if arrival.text)


def _is_to_us(turn: Turn) -> bool:
    """Whether these are a resident's words to us; in a group, that is what replies to us, or what
    was said so before. All other talk there is their own."""
    first = turn.arrivals[0]
    if turn.is_staffs or turn.chat.blocked_at is not None or first.happened not in _IN_WORDS:
        return False
    if turn.chat.kind == "private" or first.happened is Happened.EDITED:
        return True
    return first.reply_to is not None and first.replies_to_us is not False
