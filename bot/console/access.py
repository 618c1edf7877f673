"""Who may open which page of the console: one row for each route."""

from dataclasses import dataclass

from storage.staff import Role

ROOT = "/staff"
_REFERENCE = "{reference:[A-Za-z0-9-]{3,24}}"
_CODE = "{code:[a-z0-9_]{1,24}}"
_DAY = "{day:[0-9]{4}-[0-9]{2}-[0-9]{2}}"
_ID = "{id:[0-9]{1,18}}"


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
    "sign_out": Access("POST", f"{ROOT}/sign-out", Role.VIEWER),
    "asset": Access("GET", f"{ROOT}/assets/{{name:[a-z0-9.-]+}}", None),
    # Leads.
    "leads": Access("GET", f"{ROOT}/leads", Role.VIEWER),
    "lead": Access("GET", f"{ROOT}/leads/{_REFERENCE}", Role.VIEWER),
    "do_with_lead": Access("POST", f"{ROOT}/leads/{_REFERENCE}/do", Role.VIEWER),
    "press_at_lead": Access("POST", f"{ROOT}/leads/{_REFERENCE}/press", Role.VIEWER),
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
    # One's own sign-ins.
    "sign_ins": Access("GET", f"{ROOT}/sign-ins", Role.VIEWER),
    "end_sign_in": Access("POST", f"{ROOT}/sign-ins/{{id:[0-9]{{1,18}}}}/end", Role.VIEWER),
    "end_sign_ins": Access("POST", f"{ROOT}/sign-ins/end", Role.VIEWER),
    # The trail of what staff did.
    "audit": Access("GET", f"{ROOT}/audit", Role.MANAGER),
}
