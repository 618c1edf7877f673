"""What happens in a talk on the staff's side, or by the clock, is a turn of the resident's chat, so
that all that concerns a talk happens one after the other."""

# The intents with which such turns begin; see `bot.pipeline.beginnings`. Words of staff are the
# dialogue's affair where nobody talks.
STAFF_SAID = "staff_message"
STAFF_ENDED = "talk_ended_by_staff"
STAFF_LEFT = "talk_left_by_staff"
LINE_LOST = "talk_line_lost"
SILENCE_OVER = "talk_silent"
PROMISE_PASSED = "talk_promise_passed"


def question_of(state: dict[str, object] | None) -> tuple[str, str] | None:
    """The flow and step of the question that is open in a saved state."""
    stack = (state or {}).get("stack")
    top = stack[-1] if isinstance(stack, list) and stack else None
    return (top["flow"], top["step"]) if top and top.get("asked") else None
