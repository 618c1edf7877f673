"""What a message can mean, in words for staff, and who of them said so."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from actions.insight.lessons import Fate
from dialogues.model import Content
from storage import staff

# The meanings that come up most, in the order in which they are offered.
USUAL: Mapping[str, str] = {
    "check_eligibility": "Wants to check if they can apply",
    "shape_idea": "Tells an idea, or wants to",
    "list_calls": "Asks what is open",
    "ask_deadline": "Asks until when",
    "set_reminder": "Wants to be reminded",
    "stop_reminders": "Wants no more reminders",
    "my_applications_status": "Asks where their application is",
    "talk_to_human": "Wants to talk to a person",
    "ask_about_programme": "Asks what this is",
    "ask_funding_amount": "Asks how much money there is",
    "ask_cost_to_join": "Asks what it costs",
    "ask_who_can_apply": "Asks who can apply",
    "ask_group_or_individual": "Asks if alone or in a group",
    "ask_need_to_be_registered_charity": "Asks if they have to be a charity",
    "ask_accelerator": "Asks about the accelerator",
    "ask_joint_prime": "Asks about joint bids",
    "ask_service_design": "Asks about service design",
    "ask_privacy": "Asks what is kept, and who sees it",
    "delete_my_data": "Wants everything deleted",
    "go_back_or_correct": "Wants to go back or put something right",
    "cancel": "Wants to stop here",
    "help": "Does not know how this works",
    "greet": "Says hello",
    "thank": "Says thanks",
    "affirm": "Says yes",
    "deny": "Says no",
    "complaint": "Complains",
    "crisis_or_distress": "May be in danger, or in distress",
    "out_of_scope": "Is about something we do not do",
}


def meanings(content: Content) -> Mapping[str, Mapping[str, str]]:
    """All that can be learnt, in two groups, each intent with its words."""
    known = content.language.intents.known
    others = sorted(known - set(USUAL), key=lambda it: meaning(content, it).casefold())
    return {
        "What comes up most": {it: words for it, words in USUAL.items() if it in known},
        "All else": {it: meaning(content, it) for it in others},
    }


def meaning(content: Content, intent: str) -> str:
    """The words for an intent; one that the content has no more goes by its name."""
    if intent in USUAL:
        return USUAL[intent]
    flow = content.flow_for(intent)
    if flow is None:
        return intent.replace("_", " ").capitalize()
    is_alone = len(flow.intents) == 1
    return flow.title if is_alone else f"{flow.title} ({intent.replace('_', ' ')})"


def names_of(session: Session, known: Iterable[Fate]) -> dict[int, str]:
    """Who of the staff said what has become of these."""
    by = {number for fate in known for number in fate.by}
    return {it: member.name for it in by if (member := staff.get_member(session, it))}
