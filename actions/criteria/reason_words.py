"""What a reason for a verdict says, and how to get there."""

from typing import Any

from actions.criteria.verdicts import Reason
from actions.labels import Wording


def reason_values(wording: Wording, reason: Reason) -> dict[str, Any]:
    """`{text}`; `{fix}`, what would change it; and `{takes}`, a sentence on how long that takes or
    how hard it is. The last two are empty where there is nothing to say."""
    takes = reason.criterion.takes
    said = wording.say("reason_takes", {"takes": takes}) if takes else ""
    return {"text": reason.text, "fix": reason.fix, "takes": said}
