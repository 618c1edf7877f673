"""The responses of the staff's daily work, which nothing names but the desk."""

_WORDS: dict[str, str] = {
    "staff_list_title": "mine waiting overdue snoozed open search",
    "staff_list": "empty line nobody just_now next next_late snoozed older",
    "staff_mark": "new claimed in_contact changes_asked resubmitted qualified declined duplicate"
    " withdrawn done",
    "staff_button": "back next view_mine view_waiting view_overdue view_snoozed view_open history"
    " snooze_tomorrow snooze_three_days snooze_next_week wake open_lead nobody all_leads send"
    " other",
    "staff_event": "other somebody command_line",
    "staff_audit": "done refused",
    "staff_today": "nothing due waking handoffs handoff_asked handoff_answer handoff_crisis"
    " handoff_stuck overdue waiting call",
    "staff_digest": "how set on off off_now no_chat",
    "staff_told": "labels note next snoozed woken yours not_yours unassigned"
    " labels_many next_many snoozed_many yours_many not_yours_many unassigned_many",
    "staff_assign": "how ask unclear",
    "staff_assigned": "untold already",
    "staff_snooze": "how ask unclear",
    "staff_label": "how wrong many",
    "staff_next": "how set undated cleared",
    "staff_say": "how list unknown line preview sent nameless",
    "staff_tell": "how",
    "staff_elsewhere": "phone email nothing",
    "staff_new_ask": "name contact borough offer theme about consent source",
    "staff_new_line": "name contact about",
    "staff_new": "how misread skip consent_yes consent_no source_walk_in source_phone entered"
    " entered_already",
    "card_came": "walk_in phone unknown",
}
_WHOLE = (
    *("staff_list", "staff_lead_how", "staff_lead_over", "staff_timeline", "staff_history"),
    *("staff_labels", "staff_labels_none", "staff_note_how", "staff_noted", "staff_past"),
    *("staff_snoozed", "staff_woke", "staff_woken", "staff_awake_already", "staff_today"),
    *("staff_assigned", "staff_unassigned", "staff_unassigned_already"),
    *("staff_reply_to_card", "card_entered", "card_no_consent", "label_entered_words"),
)
# How an event or a verb is worded is asked only where it is known: see `looking` and `help`.
RESPONSES = frozenset(
    {f"{begin}_{end}" for begin, ends in _WORDS.items() for end in ends.split()} | {*_WHOLE}
)
