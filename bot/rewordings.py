"""Keeps the words of this process at those that staff have published, whichever process they did it
in."""

from sqlalchemy.orm import Session

from bot.live_rows import LiveRows
from dialogues.rewording import Rewording, Words
from storage import models, rewordings


class Rewordings(LiveRows):
    """What is published, in place of the content's words."""

    what = "words"

    def counting(self, session: Session) -> tuple[int, ...]:
        return rewordings.counting_ids(session)

    def take_up(self, session: Session, ids: tuple[int, ...]) -> None:
        self._live.reword([as_rewording(it) for it in rewordings.counting(session)])


def as_rewording(row: models.Rewording) -> Rewording:
    """The row as the dialogues know it."""
    words = tuple(Words.from_json(it) for it in row.words)
    return Rewording(row.id, row.response, row.language, words)
