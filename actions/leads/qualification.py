"""Whether a lead is worth the team's time: the programme's rules give it a score, and say why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.labels import Wording, blocks, lines
from actions.programme import Programme, Qualification, Rule
from storage import chats, submissions
from storage.models import Lead
from storage.submissions import texts_of

RESPONSES = frozenset(
    {f"card_score{part}" for part in ("", "_line", "_given", "_given_before")}
    | {"card_score_qualified", "card_score_below", "lead_reasons", "lead_reason"}
)
_FULL, _HALF = 0.8, 0.4  # of the questions about an idea
_SPEAKS = {"qualified": True, "declined": False}  # which reasons belong to a decision


@dataclass(frozen=True, slots=True)
class Reason:
    """What a rule found, and the points it gives for that of those it can give."""

    rule: str
    case: str
    points: int
    of: int

    @property
    def speaks_for(self) -> bool:
        """Whether it gives at least half of what it can."""
        return 2 * self.points >= self.of


@dataclass(frozen=True, slots=True)
class Scored:
    """`score` is in percent of all that the rules can give; None where there are no rules."""

    score: int | None
    reasons: tuple[Reason, ...]


def weigh(rules: Sequence[Rule], cases: Mapping[str, str]) -> Scored:
    """The score of a lead of which these cases hold, by what they are about. A rule that names
    neither the case nor `other` says nothing of it."""
    found = tuple(reason for rule in rules if (reason := _reason(rule, cases[rule.about])))
    most = sum(reason.of for reason in found)
    points = sum(reason.points for reason in found)
    return Scored(round(100 * points / most) if most else None, found)


def _reason(rule: Rule, case: str) -> Reason | None:
    named = case if case in rule.points else "other"
    points = rule.points.get(named)
    return Reason(rule.name, named, points, rule.weight) if points is not None else None


def cases_of(lead: Lead, *, reachable: bool, programme: Programme) -> dict[str, str]:
    """What holds of a lead, by what rules are about."""
    return {
        "consent": _yes(lead.consented),
        "reachable": _yes(reachable),
        "verdict": lead.verdict or "unknown",
        "completeness": _completeness(lead, programme),
        "borough": lead.borough or "unknown",
        "theme": lead.theme or "unknown",
        "offer": lead.kind,
    }


def qualify(session: Session, lead: Lead, *, programme: Programme) -> None:
    """Give the lead its score as it is now. What staff gave instead stays."""
    cases = cases_of(lead, reachable=_is_reachable(session, lead), programme=programme)
    scored = weigh(programme.staffing.qualification.rules, cases)
    lead.score = scored.score
    lead.score_reasons = [asdict(reason) for reason in scored.reasons]
    session.flush()


def score_of(lead: Lead) -> int | None:
    """What counts: the score that staff gave, else that of the rules."""
    return lead.overruled["score"] if lead.overruled else lead.score


def score_lines(session: Session, words: Wording, lead: Lead) -> Markup:
    """What the card says of it: the score, each rule's sentence and points, who overruled it."""
    score, say = score_of(lead), words.say
    if score is None:
        return Markup("")
    passes = score >= words.programme.staffing.qualification.from_score
    looks = say("card_score_qualified" if passes else "card_score_below", {})
    told = [say("card_score", {"score": score, "looks": looks})]
    if lead.overruled:
        given = {**lead.overruled, "by_rules": lead.score}
        told.append(say("card_score_given", given))
        if _is_older(session, lead):
            told.append(say("card_score_given_before", {}))
    return lines((*told, *_rule_lines(words, lead)))


def resident_reasons(words: Wording, lead: Lead, *, decided: str | None = None) -> Markup:
    """The same reasons as the resident reads them, without points; nothing if there are none. Where
    it was `decided`, a yes is told what speaks for it and a no what speaks against it."""
    said = [
        words.say("lead_reason", {"reason": words.say(f"qualified_{it.rule}_{it.case}", {})})
        for it in _kept(words.programme.staffing.qualification, lead)
        if decided not in _SPEAKS or it.speaks_for is _SPEAKS[decided]
    ]
    return words.say("lead_reasons", {"lines": lines(said)}) if said else Markup("")


def with_reasons(words: Wording, lead: Lead, details: Markup) -> Markup:
    """What was sent, and below it what the team looks at."""
    return blocks((details, resident_reasons(words, lead)))


def _rule_lines(words: Wording, lead: Lead) -> Iterator[Markup]:
    for it in _kept(words.programme.staffing.qualification, lead):
        said = words.say(f"qualify_{it.rule}_{it.case}", {})
        yield words.say("card_score_line", {"reason": said, "points": it.points, "most": it.of})


def _kept(known: Qualification, lead: Lead) -> Iterator[Reason]:
    """The lead's reasons, as far as the rules still say them."""
    said = {(rule.name, case) for rule in known.rules for case in rule.points}
    for kept in lead.score_reasons or ():
        reason = Reason(**kept)
        if (reason.rule, reason.case) in said:
            yield reason


def _is_older(session: Session, lead: Lead) -> bool:
    """Whether it was overruled before what was sent last."""
    last = submissions.newest_submission(session, lead_id=lead.id)
    given: Mapping[str, Any] = lead.overruled or {}
    return last is not None and given.get("of_version", last.version) < last.version


def _is_reachable(session: Session, lead: Lead) -> bool:
    if lead.contact not in (None, "telegram"):
        return True
    return lead.chat_id is not None and chats.get_chat(session, lead.chat_id).blocked_at is None


def _completeness(lead: Lead, programme: Programme) -> str:
    """Of an idea, how many of the questions have an answer; else whether anything was told."""
    canvas, offer = programme.canvas, programme.offers.get(lead.kind)
    told = {name for name, text in texts_of(lead.idea, title=canvas.title).items() if text}
    if offer is None or not offer.takes_ideas or not canvas.questions:
        return "full" if told else "little"
    share = len(told & set(canvas.questions)) / len(canvas.questions)
    return "full" if share >= _FULL else "half" if share >= _HALF else "little"


def _yes(holds: bool) -> str:
    return "true" if holds else "false"
