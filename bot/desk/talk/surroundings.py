"""What staff see around a resident's wish for a person: where they were, what they said last."""

from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.labels import lines, shortened
from bot.pipeline.wording import Wording
from storage import chats, handoffs, talk_lines
from storage.models import Handoff

_MOST_LINES = 4
_LONGEST = 160


def surroundings(session: Session, handoff: Handoff, wording: Wording) -> dict[str, Any]:
    """The values `place` and `lines` of the post about a handoff. Of somebody in distress staff see
    no words, so none from before that either."""
    return {
        "place": _place(session, handoff, wording),
        "lines": "" if handoff.reason == "crisis" else _said(session, handoff, wording),
    }


def _place(session: Session, handoff: Handoff, wording: Wording) -> Markup:
    """The flow they were in when they asked."""
    state = chats.load_state(session, handoff.chat_id) or {}
    flows = [frame["flow"] for frame in state.get("stack", ())]
    named = [name for it in reversed(flows) if (name := wording.flow_name(it))]
    return wording.say("handoff_place", {"flow": named[0]}) if named else Markup("")


def _said(session: Session, handoff: Handoff, wording: Wording) -> Markup:
    crises = (
        it.created_at
        for it in handoffs.handoffs_of(session, chat_id=handoff.chat_id)
        if it.reason == "crisis"
    )
    said = talk_lines.said_last(
        session,
        handoff.chat_id,
        before_id=handoff.relayed_to or 0,
        since=max(crises, default=None),
        count=_MOST_LINES,
    )
    return lines(
        wording.say("handoff_line", {"words": shortened(it.text or "", _LONGEST)})
        for it in said
        if it.text and not it.text.startswith("/")
    )
