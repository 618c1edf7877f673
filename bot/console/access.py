"""Who may open which page of the console: one row for each route."""

from dataclasses import dataclass

from storage.staff import Role

ROOT = "/staff"
_FLOW = "{flow:[a-z0-9_]{1,96}}"
_RESPONSE = "{response:[a-z0-9_]{1,96}}"
_CHAT = "{chat:[0-9]{1,18}}"
_NAME = "[A-Za-z0-9_]{1,64}"
_REFERENCE = "{reference:[A-Za-z0-9-]{3,24}}"
_CODE = "{code:[a-z0-9_]{1,24}}"
_DAY = "{day:[0-9]{4}-[0-9]{2}-[0-9]{2}}"
_DELIVERY = "{delivery:[0-9]{1,18}}"
_ID = "{id:[0-9]{1,18}}"
_PROOF = "{token:[0-9a-f]{40}}"
_STOP = "{token:[0-9]{1,18}-[0-9a-f]{40}}"
_HOOKS = f"{ROOT}/web-hooks"


@dataclass(frozen=True, slots=True)
class Access:
    """A route, and who may: those with `role` or a higher one; None: everybody, signed in or not.
    What is posted always needs the page's own token. What is done at the desk is held against
    `bot.desk.access` as well."""

    method: str
    path: str
    role: Role | None


ROUTES: dict[str, Access] = {
    # The way in and out.
    "sign_in": Access("GET", f"{ROOT}/sign-in", None),
    "sign_in_link": Access("GET", f"{ROOT}/sign-in/{{token:[0-9a-f]{{32,64}}}}", None),
    "use_sign_in_link": Access("POST", f"{ROOT}/sign-in/{{token:[0-9a-f]{{32,64}}}}", None),
    "first_admin": Access("GET", f"{ROOT}/first/{{token:[0-9a-f]{{32,64}}}}", None),
    "use_first_admin": Access("POST", f"{ROOT}/first/{{token:[0-9a-f]{{32,64}}}}", None),
    "sign_out": Access("POST", f"{ROOT}/sign-out", Role.VIEWER),
    "asset": Access("GET", f"{ROOT}/assets/{{name:[a-z0-9.-]+}}", None),
    # Leads.
    "leads": Access("GET", f"{ROOT}/leads", Role.VIEWER),
    "search_leads": Access("POST", f"{ROOT}/leads", Role.VIEWER),
    "lead": Access("GET", f"{ROOT}/leads/{_REFERENCE}", Role.VIEWER),
    "do_with_lead": Access("POST", f"{ROOT}/leads/{_REFERENCE}/do", Role.VIEWER),
    "press_at_lead": Access("POST", f"{ROOT}/leads/{_REFERENCE}/press", Role.VIEWER),
    "do_with_leads": Access("POST", f"{ROOT}/leads/bulk", Role.CASEWORKER),
    # Names, numbers and addresses leave by it, to where nobody can delete them any more.
    "export_leads": Access("POST", f"{ROOT}/leads/export", Role.MANAGER),
    # A viewer keeps views for themselves; who shares them with all must be a caseworker.
    "save_view": Access("POST", f"{ROOT}/leads/views", Role.VIEWER),
    "change_view": Access("POST", f"{ROOT}/leads/views/{_ID}", Role.VIEWER),
    "delete_view": Access("POST", f"{ROOT}/leads/views/{_ID}/delete", Role.VIEWER),
    "live": Access("GET", f"{ROOT}/live", Role.VIEWER),
    # Calls.
    "calls": Access("GET", f"{ROOT}/calls", Role.VIEWER),
    "call": Access("GET", f"{ROOT}/calls/{_CODE}", Role.VIEWER),
    "call_preview": Access("GET", f"{ROOT}/calls/{_CODE}/preview", Role.VIEWER),
    "call_poster": Access("GET", f"{ROOT}/calls/{_CODE}/page", Role.VIEWER),
    "new_call": Access("GET", f"{ROOT}/new-call", Role.MANAGER),
    "make_call": Access("POST", f"{ROOT}/new-call", Role.MANAGER),
    "edit_call": Access("GET", f"{ROOT}/calls/{_CODE}/edit", Role.MANAGER),
    "change_call": Access("POST", f"{ROOT}/calls/{_CODE}/edit", Role.MANAGER),
    "ask_call_act": Access("GET", f"{ROOT}/calls/{_CODE}/do/{{act:[a-z0-9]+}}", Role.MANAGER),
    "do_call_act": Access("POST", f"{ROOT}/calls/{_CODE}/do/{{act:[a-z0-9]+}}", Role.MANAGER),
    "publish_call_at": Access("POST", f"{ROOT}/calls/{_CODE}/publish-at", Role.MANAGER),
    "make_late_link": Access("POST", f"{ROOT}/calls/{_CODE}/late-links", Role.MANAGER),
    "end_late_link": Access("POST", f"{ROOT}/calls/{_CODE}/late-links/{_ID}/end", Role.MANAGER),
    # Reminders: what will go, what became of what went, and the switch for all of them.
    "reminders": Access("GET", f"{ROOT}/reminders", Role.VIEWER),
    "reminder_day": Access("GET", f"{ROOT}/reminders/days/{_DAY}", Role.VIEWER),
    "reminder_log": Access("GET", f"{ROOT}/reminders/calls/{_CODE}", Role.VIEWER),
    "export_reminders": Access("POST", f"{ROOT}/reminders/calls/{_CODE}/export", Role.MANAGER),
    "reminder_switch": Access("GET", f"{ROOT}/reminders/switch", Role.MANAGER),
    "pause_reminders": Access("POST", f"{ROOT}/reminders/pause", Role.MANAGER),
    "resume_reminders": Access("POST", f"{ROOT}/reminders/resume", Role.MANAGER),
    # Broadcasts: caseworkers write them, managers send them.
    "broadcasts": Access("GET", f"{ROOT}/broadcasts", Role.VIEWER),
    "new_broadcast": Access("GET", f"{ROOT}/broadcasts/new", Role.CASEWORKER),
    "draft_broadcast": Access("POST", f"{ROOT}/broadcasts/new", Role.CASEWORKER),
    "broadcast": Access("GET", f"{ROOT}/broadcasts/{_ID}", Role.VIEWER),
    "broadcast_progress": Access("GET", f"{ROOT}/broadcasts/{_ID}/progress", Role.VIEWER),
    "edit_broadcast": Access("GET", f"{ROOT}/broadcasts/{_ID}/edit", Role.CASEWORKER),
    "change_broadcast": Access("POST", f"{ROOT}/broadcasts/{_ID}/edit", Role.CASEWORKER),
    "discard_broadcast": Access("POST", f"{ROOT}/broadcasts/{_ID}/discard", Role.CASEWORKER),
    "test_broadcast": Access("POST", f"{ROOT}/broadcasts/{_ID}/test", Role.CASEWORKER),
    "send_broadcast": Access("POST", f"{ROOT}/broadcasts/{_ID}/send", Role.MANAGER),
    "cancel_broadcast": Access("POST", f"{ROOT}/broadcasts/{_ID}/cancel", Role.MANAGER),
    # The content. Caseworkers draft what managers publish.
    "content": Access("GET", f"{ROOT}/content", Role.VIEWER),
    "flow": Access("GET", f"{ROOT}/content/flows/{_FLOW}", Role.VIEWER),
    "flow_picture": Access("GET", f"{ROOT}/content/flows/{_FLOW}.svg", Role.VIEWER),
    "wordings": Access("GET", f"{ROOT}/content/words", Role.VIEWER),
    "wordings_export": Access("GET", f"{ROOT}/content/words.yml", Role.VIEWER),
    "wording": Access("GET", f"{ROOT}/content/words/{_RESPONSE}", Role.VIEWER),
    "write_wording": Access("POST", f"{ROOT}/content/words/{_RESPONSE}", Role.CASEWORKER),
    "publish_wording": Access("POST", f"{ROOT}/content/words/{_RESPONSE}/publish", Role.MANAGER),
    "restore_wording": Access("POST", f"{ROOT}/content/words/{_RESPONSE}/restore", Role.MANAGER),
    "try": Access("GET", f"{ROOT}/content/chat", Role.CASEWORKER),
    "try_say": Access("POST", f"{ROOT}/content/chat/say", Role.CASEWORKER),
    "try_again": Access("POST", f"{ROOT}/content/chat/again", Role.CASEWORKER),
    # Who is staff. What each may change of whom: `bot.desk.access.may_change`.
    "team": Access("GET", f"{ROOT}/team", Role.VIEWER),
    "invite": Access("POST", f"{ROOT}/team/invite", Role.MANAGER),
    "revoke_invitation": Access("POST", f"{ROOT}/team/invitations/{_ID}/revoke", Role.MANAGER),
    "member": Access("GET", f"{ROOT}/team/{_ID}", Role.VIEWER),
    "change_role": Access("POST", f"{ROOT}/team/{_ID}/role", Role.MANAGER),
    "remove_member": Access("POST", f"{ROOT}/team/{_ID}/remove", Role.MANAGER),
    "press_at_member": Access("POST", f"{ROOT}/team/{_ID}/press", Role.MANAGER),
    "sign_member_out": Access("POST", f"{ROOT}/team/{_ID}/sign-out", Role.ADMIN),
    # Insight.
    "insight": Access("GET", f"{ROOT}/insight", Role.VIEWER),
    "insight_picture": Access("GET", f"{ROOT}/insight/figures/{{name:{_NAME}}}.svg", Role.VIEWER),
    "insight_sheet": Access("GET", f"{ROOT}/insight/figures/{{name:{_NAME}}}.csv", Role.VIEWER),
    "way": Access("GET", f"{ROOT}/insight/way", Role.VIEWER),
    "way_picture": Access("GET", f"{ROOT}/insight/way.svg", Role.VIEWER),
    "way_sheet": Access("GET", f"{ROOT}/insight/way.csv", Role.VIEWER),
    "leaving": Access("GET", f"{ROOT}/insight/leaving", Role.VIEWER),
    "leaving_sheet": Access("GET", f"{ROOT}/insight/leaving.csv", Role.VIEWER),
    "left_at": Access(
        "GET", f"{ROOT}/insight/leaving/{{flow:{_NAME}}}/{{step:[\\w.-]{{1,128}}}}", Role.VIEWER
    ),
    "answer_times": Access("GET", f"{ROOT}/insight/answers", Role.VIEWER),
    "answer_times_picture": Access("GET", f"{ROOT}/insight/answers.svg", Role.VIEWER),
    "answer_times_sheet": Access("GET", f"{ROOT}/insight/answers.csv", Role.VIEWER),
    "misses": Access("GET", f"{ROOT}/insight/misses", Role.CASEWORKER),
    "look_at_misses": Access("POST", f"{ROOT}/insight/misses/look", Role.CASEWORKER),
    "name_misses": Access("POST", f"{ROOT}/insight/misses/name", Role.CASEWORKER),
    "understanding": Access("GET", f"{ROOT}/insight/understanding", Role.VIEWER),
    # People, and what was said with them.
    "people": Access("GET", f"{ROOT}/people", Role.CASEWORKER),
    "search_people": Access("POST", f"{ROOT}/people", Role.CASEWORKER),
    "person": Access("GET", f"{ROOT}/people/{_CHAT}", Role.CASEWORKER),
    "export_person": Access("POST", f"{ROOT}/people/{_CHAT}/export", Role.MANAGER),
    "delete_person": Access("GET", f"{ROOT}/people/{_CHAT}/delete", Role.MANAGER),
    "do_delete_person": Access("POST", f"{ROOT}/people/{_CHAT}/delete", Role.MANAGER),
    "conversation": Access("GET", f"{ROOT}/conversations/{_CHAT}", Role.CASEWORKER),
    "teach_message": Access("POST", f"{ROOT}/conversations/{_CHAT}/teach", Role.CASEWORKER),
    "read_conversation": Access("POST", f"{ROOT}/conversations/{_CHAT}/read", Role.CASEWORKER),
    # One's own page, and one's own sign-ins.
    "me": Access("GET", f"{ROOT}/me", Role.VIEWER),
    "my_digest": Access("POST", f"{ROOT}/me/digest", Role.VIEWER),
    "sign_ins": Access("GET", f"{ROOT}/sign-ins", Role.VIEWER),
    "end_sign_in": Access("POST", f"{ROOT}/sign-ins/{{id:[0-9]{{1,18}}}}/end", Role.VIEWER),
    "end_sign_ins": Access("POST", f"{ROOT}/sign-ins/end", Role.VIEWER),
    # One's own e-mail; the links in it work without signing in.
    "email": Access("GET", f"{ROOT}/email", Role.VIEWER),
    "give_email": Access("POST", f"{ROOT}/email", Role.VIEWER),
    "choose_email": Access("POST", f"{ROOT}/email/kinds", Role.VIEWER),
    "end_email": Access("POST", f"{ROOT}/email/end", Role.VIEWER),
    "confirm_email": Access("GET", f"{ROOT}/email/confirm/{_PROOF}", None),
    "use_confirm_email": Access("POST", f"{ROOT}/email/confirm/{_PROOF}", None),
    "stop_email": Access("GET", f"{ROOT}/email/stop/{_STOP}", None),
    "use_stop_email": Access("POST", f"{ROOT}/email/stop/{_STOP}", None),
    # Web hooks of other systems.
    "web_hooks": Access("GET", _HOOKS, Role.ADMIN),
    "add_web_hook": Access("POST", _HOOKS, Role.ADMIN),
    "web_hook": Access("GET", f"{_HOOKS}/{_ID}", Role.ADMIN),
    "change_web_hook": Access("POST", f"{_HOOKS}/{_ID}", Role.ADMIN),
    "do_with_web_hook": Access("POST", f"{_HOOKS}/{_ID}/do", Role.ADMIN),
    "hook_delivery": Access("GET", f"{_HOOKS}/{_ID}/deliveries/{_DELIVERY}", Role.ADMIN),
    "replay_delivery": Access("POST", f"{_HOOKS}/{_ID}/deliveries/{_DELIVERY}/replay", Role.ADMIN),
    # The trail of what staff did.
    "audit": Access("GET", f"{ROOT}/audit", Role.MANAGER),
    "audit_export": Access("POST", f"{ROOT}/audit/export", Role.ADMIN),
    # How it is doing, and how it is set up.
    "health": Access("GET", f"{ROOT}/health", Role.MANAGER),
    "groups": Access("GET", f"{ROOT}/groups", Role.MANAGER),
    "connect_code": Access("POST", f"{ROOT}/groups/code", Role.ADMIN),
    "open_group": Access("POST", f"{ROOT}/groups/open", Role.ADMIN),
    "settings": Access("GET", f"{ROOT}/settings", Role.MANAGER),
}
