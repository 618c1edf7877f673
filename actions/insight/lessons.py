"""What has become of what staff said of messages: whether it waits to be learnt, or is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from actions.insight.misses import Group
from storage import training_examples, trainings
from storage.models import Training, TrainingExample


class State(StrEnum):
    """Of a group, or of one message."""

    OPEN = "open"  # nothing was said
    MIXED = "mixed"  # different things were
    WAITING = "waiting"  # for the next training
    LEARNT = "learnt"
    PERSONAL = "personal"  # not learnt: it says too much of a person
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Fate:
    """`texts` are the words as they are learnt, `by` the ids of the staff who named them, `since`
    when they were learnt first."""

    state: State
    intent: str | None = None
    by: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()
    since: datetime | None = None


def fates(session: Session, groups: Sequence[Group]) -> list[Fate]:
    """What has become of each."""
    ids = [it.id for group in groups for it in group.messages]
    examples = training_examples.of_misunderstood(session, ids)
    by_message = {it.misunderstood_id: it for it in examples}
    known = _learnt_since(session)
    return [
        _fate(group, [by_message[it] for it in group.ids if it in by_message], known)
        for group in groups
    ]


def fates_of_messages(session: Session, ids: Collection[int]) -> dict[int, Fate]:
    """What has become of those that staff say were taken wrongly, by their ids."""
    known = _learnt_since(session)
    return {
        it.message_id: _named(it.intent, [it], known)
        for it in training_examples.of_messages(session, ids)
        if it.message_id is not None
    }


def count_waiting(session: Session) -> int:
    """How many examples wait to be learnt."""
    training = trainings.in_force(session)
    learnt = set(training.examples if training else ())
    return sum(it.id not in learnt for it in training_examples.wanted(session))


def _learnt_since(session: Session) -> Mapping[int, datetime]:
    """The ids of the examples that are in force, and since when they were without a break."""
    in_force = trainings.in_force(session)
    if in_force is None:
        return {}
    since = dict.fromkeys(in_force.examples, in_force.made_at)
    for training in _before(session, in_force):
        still = set(training.examples) & since.keys()
        since |= dict.fromkeys(still, training.made_at)
    return since


def _before(session: Session, in_force: Training) -> list[Training]:
    """Those that were followed and not undone, the newest first."""
    found = trainings.history(session, most=50)
    return [it for it in found if it.ended_at is None and it.id < in_force.id]


def _fate(group: Group, examples: Sequence[TrainingExample], known: Mapping[int, datetime]) -> Fate:
    left_out = {it.left_out for it in group.messages}
    if left_out == {State.IGNORED}:
        return Fate(State.IGNORED, by=_by(group))
    if State.PERSONAL in left_out and not examples:
        return Fate(State.PERSONAL, by=_by(group))
    if group.intent is None:
        is_open = all(it.intent is None and it.left_out is None for it in group.messages)
        return Fate(State.OPEN if is_open else State.MIXED)
    return _named(group.intent, examples, known, by=_by(group))


def _named(
    intent: str,
    examples: Sequence[TrainingExample],
    known: Mapping[int, datetime],
    *,
    by: tuple[int, ...] = (),
) -> Fate:
    learnt = [known[it.id] for it in examples if it.id in known]
    is_learnt = bool(examples) and len(learnt) == len(examples)
    return Fate(
        State.LEARNT if is_learnt else State.WAITING,
        intent,
        by or tuple(it.given_by for it in examples if it.given_by is not None),
        tuple(dict.fromkeys(it.text for it in examples)),
        max(learnt) if is_learnt else None,
    )


def _by(group: Group) -> tuple[int, ...]:
    found: Collection[int] = dict.fromkeys(it.given_by for it in group.messages if it.given_by)
    return tuple(found)
