"""Who may open which page of the console: one row for each route."""

from dataclasses import dataclass

from storage.staff import Role

ROOT = "/staff"
_REFERENCE = "{reference:[A-Za-z0-9-]{3,24}}"
_ID = "{id:[0-9]{1,18}}"
_CODE = "{code:[a-z0-9_]{1,24}}"
_DELIVERY = "{delivery:[0-9]{1,18}}"
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
    "sign_out": Access("POST", f"{ROOT}/sign-out", Role.VIEWER),
    "asset": Access("GET", f"{ROOT}/assets/{{name:[a-z0-9.-]+}}", None),
    # Leads.
    "leads": Access("GET", f"{ROOT}/leads", Role.VIEWER),
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
    # One's own sign-ins.
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
}
