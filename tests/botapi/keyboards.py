"""What Telegram accepts as a keyboard."""

from typing import Any
from urllib.parse import urlsplit

from tests.botapi.chats import Chat
from tests.botapi.entities import units
from tests.botapi.errors import bad_request
from tests.botapi.links import link

MAX_INLINE_BUTTONS = 100
MAX_REPLY_BUTTONS = 300
_STYLES = {"danger", "success", "primary"}
_REQUESTS = {
    "request_contact": "phone number",
    "request_location": "location",
    "request_poll": "poll",
    "request_users": "users",
    "request_chat": "chats",
}

Markup = dict[str, Any]


def check_markup(markup: Any, chat: Chat, *, editing: bool = False) -> Markup | None:
    """The markup as Telegram keeps it; None when there is none to keep."""
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _inline(markup, chat)
    if editing:
        raise bad_request("inline keyboard expected")
    if "keyboard" in markup:
        return _reply(markup, chat)
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        _check_placeholder(markup)
        return markup
    return None


def _rows(markup: Markup, key: str, most: int) -> list[list[Any]]:
    rows = markup[key]
    if not isinstance(rows, list):
        raise bad_request(f'field "{key}" must be of type Array')
    if any(not isinstance(row, list) for row in rows):
        raise bad_request(
            f'field "{key}" of the {"InlineK" if key[0] == "i" else "ReplyK"}'
            "eyboardMarkup must be an Array of Arrays"
        )
    if sum(len(row) for row in rows) > most:
        raise bad_request("reply markup is too long")
    return [row for row in rows if row]


def _inline(markup: Markup, chat: Chat) -> Markup | None:
    rows = _rows(markup, "inline_keyboard", MAX_INLINE_BUTTONS)
    for row in rows:
        for button in row:
            _check_inline_button(button, chat)
    return {"inline_keyboard": rows} if rows else None


def _check_inline_button(button: Any, chat: Chat) -> None:
    prefix = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(prefix + "InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request(prefix + 'Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if button.get("style") and button["style"] not in _STYLES:
        raise bad_request(prefix + "invalid button style specified")
    for name, check in _ACTIONS.items():
        if button.get(name):
            check(button[name], chat)
            return
    if not any(name in button for name in ("switch_inline_query", "pay", "callback_game")):
        raise bad_request(prefix + "Text buttons are unallowed in the inline keyboard")


def _check_data(data: Any, _: Chat) -> None:
    if not isinstance(data, str) or len(data.encode()) > 64:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_url(url: Any, _: Chat) -> None:
    if not isinstance(url, str) or link(url) is None:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _check_copy(copied: Any, _: Chat) -> None:
    text = copied.get("text") if isinstance(copied, dict) else None
    if not isinstance(text, str) or not 1 <= units(text) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _check_web_app(web_app: Any, chat: Chat) -> None:
    url = web_app.get("url", "") if isinstance(web_app, dict) else ""
    if urlsplit(url).scheme != "https":
        why = f"Web App URL '{url}' is invalid: Only HTTPS links are allowed"
        raise bad_request(f"inline keyboard button {why}")
    if not chat.is_private:
        raise bad_request("BUTTON_TYPE_INVALID")


def _check_login(login: Any, chat: Chat) -> None:
    _check_url(login.get("url") if isinstance(login, dict) else None, chat)


# In Telegram's order: the first that is there decides what the button does.
_ACTIONS = {
    "url": _check_url,
    "callback_data": _check_data,
    "login_url": _check_login,
    "web_app": _check_web_app,
    "copy_text": _check_copy,
}


def _reply(markup: Markup, chat: Chat) -> Markup | None:
    rows = _rows(markup, "keyboard", MAX_REPLY_BUTTONS)
    kept = [[_reply_button(button, chat) for button in row] for row in rows]
    _check_placeholder(markup)
    return {**markup, "keyboard": kept} if kept else None


def _reply_button(button: Any, chat: Chat) -> dict[str, Any]:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise bad_request(
            "can't parse keyboard button: KeyboardButton must be a String or an Object"
        )
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request("keyboard button text must be non-empty")
    for name, what in _REQUESTS.items():
        if button.get(name) and not chat.is_private:
            raise bad_request(f"{what} can be requested in private chats only")
    if button.get("web_app") and not chat.is_private:
        raise bad_request("web App buttons can be used in private chats only")
    return button


def _check_placeholder(markup: Markup) -> None:
    if units(str(markup.get("input_field_placeholder") or "")) > 64:
        raise bad_request("input field placeholder is too long")
