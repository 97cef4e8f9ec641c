"""A message as python-telegram-bot sends it: its buttons in rows, and the one keyboard we have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    WebAppInfo,
)

from bot.channels.telegram import callbacks
from bot.channels.telegram.message import Link, Message
from bot.channels.telegram.texts import say

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove
#: What fits beside each other on a narrow telephone, in halves of a Chinese character.
WIDTH, MOST_A_ROW = 30, 3
#: Telegram shows no more.
MOST_BUTTONS, LONGEST_LABEL = 100, 60


def to_keep(message: Message) -> list[str]:
    """The values that cannot travel with their buttons and have to be kept by us."""
    return [choice.value for choice in message.choices if callbacks.plain(message.question, choice.value) is None]


def markup(message: Message, kept: Mapping[str, str]) -> Markup | None:
    """The buttons under a message; `kept` names the values that are kept by us."""
    buttons = [
        InlineKeyboardButton(_label(choice.label), callback_data=_data(message.question, choice.value, kept))
        for choice in message.choices[: MOST_BUTTONS - len(message.links)]
    ]
    if buttons or message.links:
        opening = [[_link(link)] for link in message.links]
        return InlineKeyboardMarkup([*opening, *rows(buttons)])
    if message.asks_contact:
        button = KeyboardButton(say("buttons.contact"), request_contact=True)
        return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)
    return ReplyKeyboardRemove() if message.drops_keyboard else None


def rows(buttons: Sequence[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    """Short labels beside each other, long ones in rows of their own; the order stays."""
    found: list[list[InlineKeyboardButton]] = []
    for button in buttons:
        row = found[-1] if found else []
        if row and len(row) < MOST_A_ROW and (len(row) + 1) * max(_width(b) for b in (*row, button)) <= WIDTH:
            row.append(button)
        else:
            found.append([button])
    return found


def _data(question: str, value: str, kept: Mapping[str, str]) -> str:
    return callbacks.plain(question, value) or callbacks.by_name(question, kept[value])


def _link(link: Link) -> InlineKeyboardButton:
    if link.is_app:
        return InlineKeyboardButton(link.label, web_app=WebAppInfo(link.url))
    return InlineKeyboardButton(link.label, url=link.url)


def _label(label: str) -> str:
    """A label that fits; Telegram cuts it anyhow, and refuses an empty one."""
    return (label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…") or "·"


def _width(button: InlineKeyboardButton) -> int:
    return sum(1 if character.isascii() else 2 for character in button.text) + 2
