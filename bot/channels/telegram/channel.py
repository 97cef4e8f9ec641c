"""Telegram as one of the sender's channels: one message handed over, and the truth about how that went."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection
from telegram import InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.error import TimedOut as NoAnswer

from bot.channels.protocol import Gone, NotNow, NotSent, Outgoing, Refused, Sent, Unsure
from bot.channels.telegram import render
from bot.channels.telegram.client import BrokenOff, Client, Unreached
from bot.channels.telegram.compose import Composer
from bot.channels.telegram.masking import Mask
from bot.channels.telegram.message import Link, Message, length, pieces
from bot.pictures import as_png
from dialogs import question_name
from dialogs.turn import Choice, Conversation
from storage import buttons, cases, channels
from storage.blobs import from_bytes

if TYPE_CHECKING:
    from bot.wiring import Service

logger = logging.getLogger(__name__)

#: After a refusal of our token nothing is taken until somebody mends the setting.
WRONG_TOKEN_SECONDS = 60.0
#: A drawing that takes longer is left out: the answer is what matters.
DRAWING_SECONDS = 5.0
#: What stands under a picture is shorter than a message.
LONGEST_CAPTION = 1024
#: What a 400 says when the chat takes nothing any more.
NOBODY = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found", "bot was kicked")


class TelegramChannel:
    """Hands messages to Telegram."""

    kind = channels.TELEGRAM

    def __init__(self, client: Client, service: Service) -> None:
        self._client, self._service = client, service
        self._archive = service.archive
        self._call, self._composer = service.settings.county.station_phone, Composer(service.settings)

    async def send(self, outgoing: Outgoing) -> Sent:
        """One message: sent, or written into an earlier one. Raises `NotSent`."""
        message = from_bytes(outgoing.say, Message)
        if outgoing.notice:
            message = await self._masked(outgoing, message)
        try:
            return await self._send(outgoing, message)
        except TelegramError as error:
            raise outcome_of(error) from None

    async def _masked(self, outgoing: Outgoing, message: Message) -> Message:
        """A notice is a bare `Say`: masked by what its applicant has told; its buttons answer what stands now."""
        reception, keyring, case = self._service.reception, self._archive.keyring, outgoing.case

        def look(conn: Connection) -> tuple[Conversation, Mapping[str, Any]]:
            stored = None if case is None else cases.load(conn, keyring, case.case_id)
            handed_in = {} if stored is None else stored.record.answers
            return reception.standing_in(conn, outgoing.account_id), handed_in

        standing, handed_in = await self._archive.read(look)
        mask = Mask.of(standing, (self._call,), handed_in)
        choices = tuple(Choice(choice.value, mask(choice.label)) for choice in message.choices)
        name = question_name.name_of(standing)
        shown = msgspec.structs.replace(message, text=mask(message.text), choices=choices, question=name)
        links = await self._links(outgoing, shown, shown.text != message.text)
        return msgspec.structs.replace(shown, links=links)

    async def _links(self, outgoing: Outgoing, message: Message, is_masked: bool) -> tuple[Link, ...]:
        """The way to what a notice brings, or shows only in part; made when it is sent, so that it lasts from then."""
        channel_id, keyring, now = outgoing.channel_id, self._archive.keyring, self._service.now()
        if channel_id is None or not (is_masked or message.document):
            return ()

        def job(conn: Connection) -> tuple[Link, ...]:
            reached = channels.load(conn, keyring, channel_id)
            return () if reached is None else self._composer.notice_links(conn, reached, message, is_masked, now)

        return await self._archive.write(job, key=outgoing.account_id)

    async def _send(self, outgoing: Outgoing, message: Message) -> Sent:
        chat = int(outgoing.address)
        for message_id in message.delete:
            await self._take_away(chat, message_id)
        if not message.text:
            return Sent("")
        markup = render.markup(message, await self._kept(outgoing, message))
        if message.edit and await self._edited(chat, message, markup):
            return Sent(str(message.edit))
        if message.picture is not None and length(message.text) <= LONGEST_CAPTION:
            drawn = await self._drawn(message.picture.href)
            shown = None if drawn is None else await self._shown(chat, drawn, message, markup)
            if shown is not None:
                return shown
        return await self._send_text(chat, message, markup)

    async def _shown(self, chat: int, drawn: bytes, message: Message, markup: render.Markup | None) -> Sent | None:
        """A drawing with its words; None if Telegram will not have the drawing: the words have to go out."""
        try:
            shown = await self._client.bot.send_photo(chat, drawn, caption=message.text, reply_markup=markup)
        except BadRequest as error:
            if isinstance(outcome_of(error), Gone):
                raise
            logger.error("Telegram refused a drawing: its words go without it")
            return None
        return Sent(str(shown.message_id))

    async def _send_text(self, chat: int, message: Message, markup: render.Markup | None) -> Sent:
        *first, last = pieces(message.text)
        for piece in first:
            await self._client.bot.send_message(chat, piece)
        try:
            sent = await self._client.bot.send_message(chat, last, reply_markup=markup)
        except BadRequest as error:
            if markup is None or isinstance(outcome_of(error), Gone):
                raise
            logger.error("Telegram refused the buttons of a message: it goes without them")
            sent = await self._client.bot.send_message(chat, last)
        return Sent(str(sent.message_id))

    async def _drawn(self, href: str) -> bytes | None:
        """One of our drawings as Telegram shows it; None where it cannot be drawn now: its words say the same."""
        try:
            async with asyncio.timeout(DRAWING_SECONDS):
                return await as_png(self._service, href)
        except Exception as error:  # whatever keeps a drawing from being made, its words have to go out
            logger.warning("A drawing was left out: %s", type(error).__name__)
            return None

    async def _take_away(self, chat: int, message_id: int) -> None:
        """Take a message out of the chat; one that is gone already, or too old to be taken, is left."""
        try:
            await self._client.bot.delete_message(chat, message_id)
        except BadRequest:
            return

    async def _edited(self, chat: int, message: Message, markup: render.Markup | None) -> bool:
        """Write into an earlier message. False if it is not there any more."""
        buttons_under = markup if isinstance(markup, InlineKeyboardMarkup) else None
        try:
            await self._client.bot.edit_message_text(message.text, chat, message.edit, reply_markup=buttons_under)
        except BadRequest as refused:
            return "not modified" in refused.message.lower()
        return True

    async def _kept(self, outgoing: Outgoing, message: Message) -> dict[str, str]:
        """Names for the values that cannot travel."""
        values, channel_id = render.to_keep(message), outgoing.channel_id
        if not values or channel_id is None:
            return {}
        keyring, at = self._archive.keyring, self._service.now()

        def job(conn: Connection) -> dict[str, str]:
            reached = channels.load(conn, keyring, channel_id)
            if reached is None:
                raise Gone("left")
            return {value: buttons.keep(conn, keyring, reached, value, at) for value in values}

        return await self._archive.write(job, key=outgoing.account_id)


def outcome_of(error: TelegramError) -> NotSent:
    """What became of a message, by what Telegram (or the line) said."""
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return NotNow("flood", wait if isinstance(wait, int) else wait.total_seconds(), whole_bot=True)
    if isinstance(error, Forbidden):
        return Gone("blocked")
    if isinstance(error, ChatMigrated):
        return Gone("moved")
    if isinstance(error, InvalidToken):
        logger.error("Telegram does not know the token: check the setting telegram.token")
        return NotNow("token", WRONG_TOKEN_SECONDS, whole_bot=True)
    if isinstance(error, BadRequest):
        words = error.message.lower()
        return Gone("nobody") if any(said in words for said in NOBODY) else Refused("refused")
    if isinstance(error, Unreached):
        return NotNow("unreachable")
    if isinstance(error, NoAnswer | BrokenOff):
        return Unsure("line_broke")
    return NotNow("server") if isinstance(error, NetworkError) else Refused("refused")
