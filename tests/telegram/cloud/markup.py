"""What Telegram refuses about texts and keyboards."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.telegram.cloud.answers import Refused, utf16
from tests.telegram.cloud.world import Chat, Json

LONGEST_TEXT, LONGEST_CAPTION, MOST_BUTTONS, LONGEST_DATA = 4096, 1024, 100, 64
_KINDS = (
    "callback_data", "url", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "callback_game", "pay", "copy_text",
)  # fmt: skip


def checked_text(text: Any, longest: int = LONGEST_TEXT) -> str:
    """The text as it is kept: without blanks around it."""
    kept = str(text if text is not None else "").strip()
    if not kept and longest == LONGEST_TEXT:
        raise Refused(400, "Bad Request: message text is empty")
    if utf16(kept) > longest:
        what = "message is too long" if longest == LONGEST_TEXT else "message caption is too long"
        raise Refused(400, f"Bad Request: {what}")
    return kept


def checked_markup(markup: Any, chat: Chat) -> Json | None:
    """A keyboard Telegram would show; None for none."""
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise Refused(400, "Bad Request: object expected as reply markup")
    if "inline_keyboard" in markup:
        buttons = [button for row in markup["inline_keyboard"] for button in row]
        for button in buttons:
            _check_inline(button, chat)
    else:
        buttons = [button for row in markup.get("keyboard", []) for button in row]
        if chat.kind != "private" and any(isinstance(b, dict) and b.get("request_contact") for b in buttons):
            raise Refused(400, "Bad Request: phone number can be requested in private chats only")
    if len(buttons) > MOST_BUTTONS:
        raise Refused(400, "Bad Request: reply markup is too long")
    return markup


def _check_inline(button: Json, chat: Chat) -> None:
    if not str(button.get("text", "")).strip():
        raise Refused(400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed")
    kinds = [kind for kind in _KINDS if kind in button]
    if len(kinds) != 1:
        raise Refused(400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed")
    if kinds == ["callback_data"] and not 1 <= len(str(button["callback_data"]).encode()) <= LONGEST_DATA:
        raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    if kinds == ["url"] and urlsplit(str(button["url"])).scheme not in ("http", "https", "tg"):
        raise Refused(400, f"Bad Request: inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if kinds == ["web_app"]:
        url = str(button["web_app"].get("url", ""))
        if urlsplit(url).scheme != "https":
            raise Refused(
                400,
                f"Bad Request: inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed",
            )
        if chat.kind != "private":
            raise Refused(400, "Bad Request: BUTTON_TYPE_INVALID")
