"""What can be wrong with a single turn, and the findings that come of it."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from bot.exploring.walking import Taken
from dialogues.exchange import Asked, Button, Reply
from dialogues.findings import EndlessTurnError, SilentTurnError, Where
from dialogues.model import Collect, Content
from dialogues.runner import Outcome

DEAD_END = "dead-end"
LOOP = "loop"
ASKED_TWICE = "asked-twice"
NO_REPLY = "no-reply"
RAISED = "raised"
NEVER_ENDS = "never-ends"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. `conversation` is the shortest that leads there, a line for each thing
    that the resident does; `answer` is what the assistant says to the last."""

    rule: str
    where: Where
    message: str
    conversation: list[str]
    answer: str = ""


@dataclass(slots=True)
class Faults:
    """Collects the faults of a walk: of those at one place, the first, whose way is shortest."""

    content: Content
    found: dict[Hashable, Fault] = field(default_factory=dict)

    def look_at(self, taken: Taken) -> None:
        """Judge one turn."""
        for rule, place, message in _judge(self.content, taken):
            key = (rule, place, message)
            if key not in self.found:
                lines = [move.line for move in taken.conversation()]
                answer = said(taken.outcome.replies) if taken.outcome else ""
                where = place_of(self.content, place)
                self.found[key] = Fault(rule, where, message, lines, answer)


Judgement = tuple[str, str, str]  # the rule, the last step taken, and what is wrong


def _judge(content: Content, taken: Taken) -> Iterator[Judgement]:
    if taken.error is not None:
        yield _raised(taken.error, taken)
        return
    outcome = taken.outcome
    if outcome is None:
        return
    place = _last_step(outcome)
    if not any(reply.text or reply.image or reply.document for reply in outcome.replies):
        yield NO_REPLY, place, "nothing is said"
    if _is_dead_end(outcome):
        yield DEAD_END, place, "no question is open and no button leads on"
    if asked := _asked_twice(content, taken, outcome):
        message = f"{asked.step} is asked again without a word of explanation"
        yield ASKED_TWICE, f"{asked.flow}.{asked.step}", message


def _raised(error: Exception, taken: Taken) -> Judgement:
    question = taken.node.state.question
    place = f"{question.flow}.{question.step}" if question else ""
    if isinstance(error, SilentTurnError):
        return NO_REPLY, place, str(error)
    if isinstance(error, EndlessTurnError):
        return LOOP, place, str(error)
    return RAISED, place, f"{type(error).__name__}: {error}"


def _is_dead_end(outcome: Outcome) -> bool:
    """A question may be open, so that one may type; else a button has to lead on."""
    if outcome.state.question is not None:
        return False
    return not any(_leads_on(button) for reply in outcome.replies for button in reply.buttons)


def _leads_on(button: Button) -> bool:
    """Links and texts to copy leave the conversation where it is."""
    return button.payload is not None or button.request_contact


def _asked_twice(content: Content, taken: Taken, outcome: Outcome) -> Asked | None:
    """The question that is put a second time in the very same words, with nothing before it; but
    for those who have asked for that."""
    asked = outcome.state.question
    if asked is None or "RepeatLastBotMessages" in outcome.trace:
        return None
    again = _put(outcome.replies, asked)
    was_open = taken.node.state.question == asked
    if was_open and len(again) == len(outcome.replies) and again == _put(taken.node.replies, asked):
        return asked if _plainly(content, asked, outcome.replies) else None
    return asked if len(again) > len(set(again)) else None


def _put(replies: list[Reply], asked: Asked) -> list[str]:
    """The texts of the messages that put this question."""
    return [reply.text for reply in replies if reply.asked == asked]


def _plainly(content: Content, asked: Asked, replies: list[Reply]) -> bool:
    """Whether the question is worded as usual: other wordings explain by themselves."""
    step = content.flows[asked.flow].steps[asked.step]
    slot = content.slots[step.slot] if isinstance(step, Collect) else None
    if slot is None:
        return True
    explaining = {f"utter_{how}_{slot.name}" for how in ("invalid", "which", "many")}
    explaining.add(slot.refill_utter or "")
    return not any(reply.response in explaining for reply in replies)


# --- places and words --------------------------------------------------------------------------


def _last_step(outcome: Outcome) -> str:
    """The last step that was taken outside of the engine's own flows, else the last one."""
    steps = [line for line in outcome.trace if "." in line and " " not in line]
    own = [line for line in steps if not line.startswith("pattern_")]
    return next(reversed(own or steps), "")


def place_of(content: Content, place: str) -> Where:
    """Where `flow.step` is written; the beginning of the flows when it is no step."""
    flow, _, step = place.partition(".")
    if flow in content.flows and step in content.flows[flow].steps:
        return content.flows[flow].steps[step].where
    return content.flows[flow].where if flow in content.flows else Where("flows", 1)


def said(replies: list[Reply]) -> str:
    """The names of what was said, or its first words."""
    return ", ".join(reply.response or f"“{reply.text[:40]}”" for reply in replies)
