"""Everything that is going to be sent, as it is shown before."""

from collections.abc import Iterator

from markupsafe import Markup

from actions.calls.call_words import own_values
from actions.context import Context
from actions.groups.applying import member_lines
from actions.labels import blocks, kind_label, lines, question_label
from actions.leads.cards import answer_lines, applicant_lines
from actions.leads.lead_calls import not_yet_line
from actions.leads.reached import reached_words
from storage import calls
from storage.leads import NewLead


def lead_summary(context: Context, draft: NewLead) -> Markup:
    """Who sends it, what for, and every answer."""
    about = lines((*_sender_lines(context, draft), *_call_lines(context, draft)))
    return blocks([about, _content(context, draft)])


def _sender_lines(context: Context, draft: NewLead) -> Iterator[Markup]:
    kind = kind_label(context, draft.kind)
    reached = reached_words(context, draft)
    shown = {"lead_kind": kind, "lead_name": draft.applicant_name, "lead_contact_way": reached}
    if draft.group_id is not None:
        shown = {"lead_kind": kind, "lead_sender": draft.on_behalf_of}
        shown |= {"group_contact": draft.applicant_name, "group_contact_way": reached}
    elif draft.on_behalf_of:
        shown["lead_for_name"] = draft.on_behalf_of
    for slot, value in shown.items():
        yield context.say("summary_line", {"label": question_label(context, slot), "value": value})
    yield from member_lines(context, draft.members)


def _call_lines(context: Context, draft: NewLead) -> Iterator[Markup]:
    """For which call, until when, and what is still missing for it."""
    offer = context.programme.offers.get(draft.kind)
    if draft.call_id is None:
        if offer is not None and offer.takes_ideas:
            yield context.say("summary_no_call", {})
        return
    call = calls.get_call(context.session, draft.call_id)
    yield context.say("summary_call", own_values(context, call))
    if draft.verdict == "not_yet":
        yield not_yet_line(context, call, draft.facts)


def _content(context: Context, draft: NewLead) -> Markup:
    facts = lines(applicant_lines(context, draft.facts))
    idea = draft.idea or {"title": None, "answers": {}}
    return blocks([facts, answer_lines(context, idea)])
