"""What goes into a lead: a copy of the answers, as they are when it is sent."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from actions.context import Context
from actions.criteria.facts import applies_alone, declared
from actions.criteria.verdicts import judge_call, settled
from actions.eligibility.eligibility import reason_sentences
from actions.groups.applying import for_group
from actions.ideas.ideas import answers_of, as_told, idea_of, needs_listening
from actions.ideas.offers import attached_answers, told_about
from storage import applicants, calls, chats, leads
from storage.lead_statuses import OPEN
from storage.leads import NewLead
from storage.models import Call

# No letter or digit that is taken for another (0 O, 1 I L), and no vowels, so that no words appear.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
_REFERENCE_LENGTH = 5
_LONGEST_CODE = 8  # "zh-hans"
TEAM = "team"  # what is chosen for no call in particular
_SAME_WORDS_FOR = timedelta(days=1)


def new_reference(session: Session, *, prefix: str) -> str:
    """A reference that no lead has, such as LCR-7KX2M."""
    while True:
        drawn = "".join(secrets.choice(ALPHABET) for _ in range(_REFERENCE_LENGTH))
        reference = f"{prefix}-{drawn}"
        if not leads.reference_exists(session, reference=reference):
            return reference


def contact_of(slots: Mapping[str, Any]) -> str:
    """How the applicant wants to be reached: a phone in E.164, an e-mail, or "telegram"."""
    ways = {"phone": slots.get("lead_phone"), "email": slots.get("lead_email")}
    return ways.get(slots.get("lead_contact_way") or "") or "telegram"


def lead_from(context: Context, slots: Mapping[str, Any], domain: Mapping[str, Any]) -> NewLead:
    """The lead that these slots make, with a copy of the idea or of what was said about an offer.

    Without `lead_kind` it is for the first offer that takes ideas.
    """
    offers = context.programme.offers
    taking_ideas = [name for name, offer in offers.items() if offer.takes_ideas]
    kind = slots.get("lead_kind") or next(iter((*taking_ideas, *offers)))
    draft = _with_sender(context, kind, slots)
    if context.speaking is not None:
        draft = for_group(context, context.speaking, draft)
    if kind in taking_ideas:
        return _with_idea(context, _with_call(context, slots, draft))
    return _with_offer(context, draft, told_about(context, domain, kind, slots))


def callback_from(context: Context, *, name: str | None, phone: str | None) -> NewLead:
    """The lead of somebody who wants to be rung: a name and a number, whatever else is known."""
    return NewLead(
        reference=new_reference(context.session, prefix=context.programme.reference_prefix),
        dedupe_key=_key_by_words(context, "callback", f"{name} {phone}", context.chat_id),
        kind="callback",
        chat_id=context.chat_id,
        applicant_kind="individual",
        applicant_name=name,
        contact=phone or "telegram",
        reasons=[],
        facts={},
        source=_source(context, {}),
        language=_language(context),
    )


def _with_sender(context: Context, kind: str, slots: Mapping[str, Any]) -> NewLead:
    facts = _facts(context, slots)
    helped = slots.get("lead_for_other") is True
    return NewLead(
        reference=new_reference(context.session, prefix=context.programme.reference_prefix),
        dedupe_key="",
        kind=kind,
        chat_id=context.chat_id,
        applicant_kind="individual" if _alone(context, facts) else "group",
        applicant_name=slots.get("lead_name"),
        contact=contact_of(slots),
        helped=helped,
        on_behalf_of=slots.get("lead_for_name") if helped else None,
        facts=facts,
        reasons=[],
        borough=facts.get("borough", slots.get("borough")),
        theme=facts.get("theme", slots.get("theme")),
        source=_source(context, slots),
        language=_language(context),
    )


def _language(context: Context) -> str | None:
    """The language that they write in, else that of their app, where it is none of ours: for staff
    to know how to write."""
    code = (context.language or "").casefold()
    ours = {it.casefold() for it in context.programme.languages}
    return code[:_LONGEST_CODE] if code and code.partition("-")[0] not in ours else None


def _source(context: Context, slots: Mapping[str, Any]) -> str | None:
    """Where the link stood by which they came: the last one, else the first."""
    said: str | None = slots.get("link_source")
    return said or chats.get_chat(context.session, context.chat_id).source


def _with_idea(context: Context, draft: NewLead) -> NewLead:
    idea = idea_of(context.session, chat_id=context.chat_id)
    answers = answers_of(context.session, chat_id=context.chat_id)
    if idea is None or not answers:
        return replace(draft, dedupe_key=_key_by_words(context, draft.kind, "", draft.chat_id))
    return replace(
        draft,
        dedupe_key=f"idea:{idea.id}:{draft.call_id or 0}",
        idea_id=idea.id,
        idea=as_told(context, answers),
        to_be_listened=any(needs_listening(answer.media) for answer in answers.values()),
    )


def _with_call(context: Context, slots: Mapping[str, Any], draft: NewLead) -> NewLead:
    call = call_from(context, slots)
    if call is None:
        return draft
    verdict = judge_call(call, draft.facts).verdict
    return replace(
        draft,
        call_id=call.id,
        verdict=settled(verdict.kind),
        reasons=reason_sentences(verdict),
    )


def call_from(context: Context, slots: Mapping[str, Any]) -> Call | None:
    """The call that it is for: the one that was chosen, else the one that was found to fit."""
    chosen = slots.get("lead_call") or slots.get("call_code")
    if not chosen or chosen == TEAM:
        return None
    return calls.find_call(context.session, code=chosen)


def _with_offer(context: Context, draft: NewLead, told: Mapping[str, str]) -> NewLead:
    kept = attached_answers(context.session, chat_id=context.chat_id)
    attached = [it for question, it in kept.items() if told.get(question) == it.text]
    return replace(
        draft,
        dedupe_key=_key_by_words(context, draft.kind, " ".join(told.values()), draft.chat_id),
        idea_id=attached[0].idea_id if attached else None,
        idea={"title": None, "answers": dict(told)} if told else None,
        to_be_listened=any(needs_listening(it.media) for it in attached),
    )


def _facts(context: Context, slots: Mapping[str, Any]) -> dict[str, Any]:
    """What was declared in this dialogue; where it does not say who applies, over what is kept."""
    known = context.programme.facts
    facts = declared(known, slots)
    applicant = applicants.find_applicant(context.session, chat_id=context.chat_id)
    says_who = any(fact.alone is not None and name in facts for name, fact in known.items())
    if applicant is None or says_who:
        return facts
    return {**applicant.facts, **facts}


def _alone(context: Context, facts: Mapping[str, Any]) -> bool:
    return applies_alone(context.programme.facts, facts)


def _key_by_words(context: Context, kind: str, words: str, chat_id: int) -> str:
    """The same words from the same chat are the same lead for a day, unless it was closed."""
    digest = applicants.blind_index(context.session, " ".join(words.casefold().split()))
    stem = f"{kind}:{chat_id}:{digest}:"
    earlier = leads.leads_by_key(context.session, stem=stem)
    over = [
        lead
        for lead in earlier
        if lead.status not in OPEN or lead.created_at <= context.now - _SAME_WORDS_FOR
    ]
    return f"{stem}{len(over)}"
