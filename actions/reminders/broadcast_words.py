"""What a broadcast says: the words of the staff, why one gets them, and how to stop that."""

from typing import Any

from sqlalchemy.orm import Session

from actions.labels import Wording
from storage import calls
from storage.broadcasts import Audience

RESPONSES = frozenset(
    {"utter_broadcast", "utter_broadcast_of_call", "broadcast_theme", "broadcast_borough"}
)

_Worded = tuple[str, dict[str, Any]]  # the response that tells it, and its values


def broadcast_words(
    session: Session, wording: Wording, *, words: str, audience: Audience
) -> _Worded:
    """The response that tells these words to this audience, and its values."""
    if audience.kind == "call_id":
        call = calls.get_call(session, int(audience.value))
        values = {"call_title": call.title, "call_code": call.code}
        return "utter_broadcast_of_call", {"words": words, **values}
    about = wording.say(f"broadcast_{audience.kind}", {"name": audience_name(wording, audience)})
    topic = f"{audience.kind}.{audience.value}"
    return "utter_broadcast", {"words": words, "about": about, "topic": topic}


def audience_name(wording: Wording, audience: Audience) -> str:
    """What a theme or a borough is called."""
    programme = wording.programme
    names = programme.themes if audience.kind == "theme" else programme.boroughs
    return names.get(str(audience.value), str(audience.value))
