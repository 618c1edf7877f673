"""Keeps what this process has learnt at what was trained, whichever process did it."""

from sqlalchemy.orm import Session

from bot.live_rows import LiveRows
from storage import training_examples, trainings


class Lessons(LiveRows):
    """Words that somebody had deleted are among what is learnt no more from the next look on; the
    model is then trained anew (see `bot.warming`)."""

    what = "lessons"

    def counting(self, session: Session) -> tuple[int, ...]:
        """What the training in force has learnt, and is still there."""
        training = trainings.in_force(session)
        learnt = training.examples if training else []
        return training_examples.still_there(session, learnt) if learnt else ()

    def take_up(self, session: Session, ids: tuple[int, ...]) -> None:
        rows = training_examples.get_many(session, ids)
        self._live.learn(tuple((it.intent, it.text) for it in rows))
