"""What somebody still lacks for a call: to know whether they can apply, the idea, or sending it."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Literal

from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.criteria.facts import with_implied
from actions.criteria.questions import next_question, questions_left
from actions.criteria.rounds import asked_by
from actions.criteria.verdicts import Verdict, criteria_of, judge_call
from actions.ideas.ideas import answers_of, idea_of
from actions.labels import Wording, lines, question_label
from storage import applicants, leads
from storage.models import Call

Gap = Literal["check", "idea", "lead"]
RESPONSES = frozenset(
    {f"lack_check_{kind}" for kind in ("not_begun", "one", "some", "eligible", "not_yet", "no")}
    | {f"lack_idea_{kind}" for kind in ("none", "part", "whole")}
)


@dataclass(frozen=True, slots=True)
class Lack:
    """`verdict` is None until a question of the call's was answered; `unsure` are about how many
    questions it still takes, `next_fact` the first of them. Of the idea, `answered` of `asked`;
    `elsewhere`: it was begun for another call."""

    verdict: Verdict | None
    unsure: int
    next_fact: str | None
    answered: int
    asked: int
    elsewhere: bool

    @property
    def gap(self) -> Gap:
        """What to go on with: what was begun and takes least comes first."""
        by_order = self.verdict is not None or not self.answered or self.elsewhere
        if by_order and (self.verdict is None or self.verdict.kind in ("unknown", "no")):
            return "check"
        return "idea" if self.answered < self.asked else "lead"


def has_sent(session: Session, *, chat_id: int, call: Call) -> bool:
    """Whether this chat, or the group that talks in it, has sent something in for the call, and not
    taken it back."""
    return bool(leads.chats_that_sent(session, call_id=call.id, chat_ids=[chat_id]))


def lack_of(
    session: Session,
    wording: Wording,
    *,
    chat_id: int,
    call: Call,
) -> Lack:
    """As it is at this moment."""
    facts, criteria = wording.programme.facts, criteria_of(call)
    applicant = applicants.find_applicant(session, chat_id=chat_id)
    answers = with_implied(facts, applicant.facts if applicant is not None else {})
    knows_any = bool(answers.keys() & asked_by([criteria]))
    idea = idea_of(session, chat_id=chat_id)
    kept = answers_of(session, chat_id=chat_id) if idea is not None else {}
    questions = wording.programme.canvas.questions
    return Lack(
        verdict=judge_call(call, answers).verdict if knows_any else None,
        unsure=questions_left([criteria], answers, facts),
        next_fact=next_question([criteria], answers, facts),
        answered=sum(name in kept for name in questions),
        asked=len(questions),
        elsewhere=idea is not None and idea.call_code not in (None, call.code),
    )


def lack_lines(lack: Lack, wording: Wording) -> Markup:
    """One line for whether they can apply, and one for the idea where that matters."""
    return lines((_check_line(lack, wording), *_idea_line(lack, wording)))


def _check_line(lack: Lack, wording: Wording) -> Markup:
    if lack.verdict is None:
        return wording.say("lack_check_not_begun", {})
    if lack.verdict.kind != "unknown":
        fixes = [reason.fix for reason in lack.verdict.to_do() if reason.fix]
        return wording.say(f"lack_check_{lack.verdict.kind}", {"fix": fixes[0] if fixes else ""})
    if lack.unsure > 1 or lack.next_fact is None:
        return wording.say("lack_check_some", {"number": max(lack.unsure, 1)})
    return wording.say("lack_check_one", {"question": question_label(wording, lack.next_fact)})


def _idea_line(lack: Lack, wording: Wording) -> Iterator[Markup]:
    if lack.verdict is not None and lack.verdict.kind == "no":
        return
    left = lack.asked - lack.answered
    values = {
        "answered": lack.answered,
        "questions": lack.asked,
        "minutes": ceil(left * wording.programme.minutes_per_answer),
    }
    style = "none" if not lack.answered else "part" if left else "whole"
    yield wording.say(f"lack_idea_{style}", values)
