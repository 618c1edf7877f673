"""Why a call was refused, in words, with the conversation that shows it."""

from dataclasses import dataclass

from bot.console.calls.words import CallWords
from bot.exploring.dead_ends import (
    CONFLICT,
    DROPPED,
    ELSEWHERE,
    FAULT,
    NOBODY,
    STUCK,
    UNASKED,
    DeadEnd,
    Explored,
)
from bot.exploring.rehearsals import Said

_WHY = {
    CONFLICT: "Nobody can meet what is asked about “{fact}” together with the other criteria.",
    NOBODY: "Whatever is answered, nobody can apply.",
    ELSEWHERE: "Those who could apply are led elsewhere before the assistant looks at this call.",
    UNASKED: "Nobody is asked about “{fact}”, so nobody ever hears that they can apply.",
    STUCK: "The questions do not end.",
    DROPPED: "The conversation ends, and nobody says whether the call fits.",
    FAULT: "The conversation goes nowhere: {message}.",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is wrong, and who said what until then."""

    why: str
    said: tuple[Said, ...]


def refusal_of(explored: Explored, words: CallWords) -> Refusal | None:
    """None where every conversation leads on."""
    found: DeadEnd | None = explored.found
    if found is None:
        return None
    fact = words.fact(found.fact) if found.fact else ""
    return Refusal(_WHY[found.why].format(fact=fact, message=found.message), found.talk.said)
