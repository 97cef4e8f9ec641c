"""窗口: the clerks' console under /desk. Pages are HTML from the server; every act is one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from bot.desk.admin.editions import Editions
from bot.desk.chats.attending import Attending
from bot.desk.chats.live import Watch
from bot.desk.counter.pace import FilePace
from bot.desk.passwords import Passwords
from bot.desk.rounds import Rounds
from bot.tally import Tally

if TYPE_CHECKING:
    from bot.wiring import Service


class Desk:
    """What the desk's pages share: the service, the password checker, and who looks after the chats."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.passwords = Passwords()
        self.editions = Editions(service)
        #: What turns count; the reception counts into it.
        self.tally = Tally()
        self.rounds = Rounds(service, self.editions, self.tally)
        self.watch = Watch(service)
        self.attending = Attending(service)
        self.file_pace = FilePace(service.settings.limits)

    async def let_go(self, _: web.Application) -> None:
        """The application shuts down: every open page is let go; it comes back by itself."""
        await self.watch.close()
