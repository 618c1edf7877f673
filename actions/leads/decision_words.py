"""What a resident reads when staff decide on what they sent."""

from typing import Any

from markupsafe import Markup

from actions.labels import Wording
from actions.leads.qualification import resident_reasons
from storage.models import Lead

_DESK = (
    *("which_lead", "not_now", "decline_which", "decline_unknown", "score_how", "score_kept"),
    *("merge_how", "merge_not", "merged", "merged_apart", "unmerged", "page"),
)
KINDS = ("qualified", "declined", "done", "reopened")
RESPONSES = frozenset(
    {f"utter_lead_{kind}" for kind in KINDS}
    | {f"decision_told_{kind}" for kind in ("qualified", "done", "reopened")}
    | {"decision_next_idea", "decision_next_other"}
    | {f"staff_preview_{kind}" for kind in KINDS}
    | {f"staff_preview{part}" for part in ("", "_sent", "_dropped", "_outdated", "_over", "_how")}
    | {f"staff_preview_{part}" for part in ("untold", "too_long", "send", "words", "cancel")}
    | {f"staff_preview_{part}_untold" for part in ("send", "sent")}
    | {f"staff_preview{part}_by_email" for part in ("", "_send", "_sent")}
    | {"mail_subject", "mail_body"}
    | {f"staff_decided_{kind}" for kind in KINDS}
    | {f"staff_{name}" for name in _DESK}
)


def decision_values(
    words: Wording,
    lead: Lead,
    kind: str,
    *,
    reason: str | None,
    own: str | None,
    staff_name: str,
) -> dict[str, Any]:
    """The values of `utter_lead_KIND`. `own` are staff's words, where they put it otherwise than
    the content does; the reasons and the next step stand there all the same."""
    told = decline_words(words, reason, own)
    if kind != "declined":
        told = own or words.say(f"decision_told_{kind}", {})
    offer = words.programme.offers.get(lead.kind)
    takes_ideas = offer is not None and offer.takes_ideas and lead.idea_id is not None
    return {
        "reference": lead.reference,
        "told": told,
        "outcome": told,
        "reasons": resident_reasons(words, lead, decided=kind),
        "next_step": words.say(f"decision_next_{'idea' if takes_ideas else 'other'}", {}),
        "staff_name": staff_name,
    }


def decline_words(words: Wording, reason: str | None, own: str | None) -> str:
    """Why something is declined: in staff's words, else in those of the content, as `Markup`."""
    if own:
        return own
    known = reason is not None and reason in words.programme.staffing.decline_reasons
    return words.say(f"decline_{reason}", {}) if known else Markup("")
