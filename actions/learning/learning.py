"""What staff teach: a resident's words that were not understood, or taken wrongly, and what they
mean. They are kept without what is personal in them, and learnt once somebody trains."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from actions.learning.anonymising import anonymised, learnable
from storage import applicants, chats, misunderstood, training_examples
from storage.models import Message, Misunderstood

PERSONAL, IGNORED = "personal", "ignored"
MOST_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Eraser:
    """Takes out of words what is personal. `country` and `usual`: see `anonymising.anonymised`."""

    country: str
    usual: Collection[str]

    def left(self, session: Session, chat_id: int, text: str) -> str:
        """The words of this chat as they would be kept, with marks where something was."""
        applicant = applicants.find_applicant(session, chat_id=chat_id)
        names = (chats.get_chat(session, chat_id).name, applicant.name if applicant else None)
        return anonymised(text, country=self.country, own=filter(None, names), usual=self.usual)


def teach(
    session: Session,
    ids: Collection[int],
    *,
    intent: str,
    eraser: Eraser,
    by: int | None,
    now: datetime,
) -> int:
    """Staff say what these messages mean. How many of them will be learnt; those with too little
    left in them when what is personal is out are marked so."""
    misunderstood.give_intent(session, ids, intent=intent, by=by, now=now)
    known = training_examples.of_misunderstood(session, ids)
    same = {it.misunderstood_id for it in known if it.intent == intent}
    others = [it for it in misunderstood.get_many(session, ids) if it.id not in same]
    training_examples.end_of_misunderstood(session, [it.id for it in others], now=now)
    return len(same) + _keep(session, others, eraser=eraser, now=now)


def take_back(session: Session, ids: Collection[int], *, by: int, now: datetime) -> None:
    """Nothing is said of these messages any more; what is learnt counts until the next training."""
    misunderstood.give_intent(session, ids, intent=None, by=by, now=now)
    training_examples.end_of_misunderstood(session, ids, now=now)


def leave_out(session: Session, ids: Collection[int], *, why: str, by: int, now: datetime) -> None:
    """Nothing is to be learnt from these: they are `ignored`, or `personal`; then what was learnt
    of them goes at once."""
    misunderstood.give_intent(session, ids, intent=None, by=by, now=now, left_out=why)
    if why == PERSONAL:
        training_examples.delete_of_misunderstood(session, ids)
    else:
        training_examples.end_of_misunderstood(session, ids, now=now)


def gather(session: Session, *, eraser: Eraser, now: datetime) -> int:
    """Make examples of what was named and is none yet; how many there were."""
    named = misunderstood.without_example(session, most=MOST_AT_ONCE)
    return _keep(session, named, eraser=eraser, now=now)


def teach_message(
    session: Session,
    message: Message,
    *,
    intent: str | None,
    eraser: Eraser,
    by: int,
    now: datetime,
) -> bool:
    """Staff say that a message was taken wrongly, such as for danger, and what it meant; None takes
    it back. Whether something will be learnt."""
    training_examples.end_of_message(session, message.id, now=now)
    words = eraser.left(session, message.chat_id, message.text or "") if intent else ""
    left = learnable(words)
    if intent is None or left is None or _wants_none(session, message.chat_id):
        return False
    training_examples.add(
        session,
        chat_id=message.chat_id,
        intent=intent,
        text=left,
        by=by,
        now=now,
        message_id=message.id,
    )
    return True


def stop_learning(session: Session, chat_id: int, *, now: datetime) -> None:
    """Nothing that this chat writes is learnt from; what was noted and learnt of it goes."""
    chats.get_chat(session, chat_id).unlearnt_at = now
    misunderstood.delete_of_chat(session, chat_id=chat_id)
    training_examples.delete_of_chat(session, chat_id=chat_id)


def allow_learning(session: Session, chat_id: int) -> None:
    """It is learnt from again, from now on."""
    chats.get_chat(session, chat_id).unlearnt_at = None


def _keep(
    session: Session, messages: Sequence[Misunderstood], *, eraser: Eraser, now: datetime
) -> int:
    count = 0
    for it in messages:
        left = learnable(eraser.left(session, it.chat_id, it.text))
        if left is None:
            misunderstood.leave_out(session, [it.id], why=PERSONAL)
        elif it.intent is not None and not _wants_none(session, it.chat_id):
            training_examples.add(
                session,
                chat_id=it.chat_id,
                intent=it.intent,
                text=left,
                by=it.given_by,
                now=now,
                misunderstood_id=it.id,
            )
            count += 1
    return count


def _wants_none(session: Session, chat_id: int) -> bool:
    return chats.get_chat(session, chat_id).unlearnt_at is not None
