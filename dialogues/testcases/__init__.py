"""Conversations as tests, in Rasa's end-to-end format.

A `user` step is typed, unless it is the label or the payload of a button that has been shown; then
that button is pressed. `metadata` may say what else a step is: `attachment: voice`,
`edits: flow.step`, `asked: flow.step`, `event: true`, `values: {...}`; `fails: true` when something
breaks on our side while it is answered; `outdated: true` when the questions have changed since the
message before it.

Two more steps than Rasa has: `later: {days: 2, hours: 3}` lets time go by, in `staff: {…}` the
team does something. What is said unasked meanwhile is expected after it like an answer.
"""

from dialogues.testcases.cases import Case, read_cases
from dialogues.testcases.driving import Partner, outdated, run_case

__all__ = ["Case", "Partner", "outdated", "read_cases", "run_case"]
