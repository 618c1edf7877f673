"""What a turn has come by in the content, for measuring which of it the tests reach."""

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    STEP = "step"  # `what` is empty
    WAY = "way"  # the number of the step's way on, from 0
    SAID = "said"  # the name of the response
    ANSWER = "answer"  # the value that was answered, of a slot with a closed set of values
    COMMAND = "command"  # what was understood while the step's question was open


class Mark(NamedTuple):
    """One place. Free text never becomes a mark; a closed answer does: keep marks out of logs."""

    kind: str
    flow: str
    step: str
    what: str = ""
