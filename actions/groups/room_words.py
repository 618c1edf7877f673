"""What is said in a group's own chat, by the room there."""

_WORDS = (
    *("introduction", "help", "help_short", "reply_where", "apology", "call_named"),
    *("call_over", "board", "board_moved", "untitled", "line_said", "line_now", "line_open"),
    *("line_later", "next_answer", "next_press", "vote_runs", "offers_wait", "contact", "asked"),
    *("no_contact", "deadline", "nameless", "anonymous", "and_more", "question", "words"),
    *("kept", "skipped", "all_told", "left_for_later", "personal", "forwarded", "crisis"),
    *("offers", "offers_voted", "offers_settled", "offer", "offers_more", "vote"),
    *("vote_choice", "vote_more", "vote_result", "vote_nobody", "people", "role_contact"),
    *("role_second", "people_none", "gone", "looks_on"),
    *("offers_gone", "vote_taken_back"),
)
_NOTICES = (
    *("old_button", "settled", "just_asked", "added", "used", "left", "blanked", "vote_begun"),
    *("vote_runs", "voted", "vote_over", "vote_over_all", "vote_closed", "not_leading"),
    "looks_on",
)
_BUTTONS = (
    *("begin", "join", "next", "private", "carry_on", "talk", "skip", "another_way"),
    *("who_knows", "blank", "add", "use", "add_one", "use_one", "vote", "leave", "choice"),
    "close_vote",
)
RESPONSES = frozenset(
    {f"room_{name}" for name in _WORDS}
    | {f"room_notice_{name}" for name in _NOTICES}
    | {f"room_button_{name}" for name in _BUTTONS}
)
