"""窗口: the clerks' console under /desk. Pages are HTML from the server; every act is one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.desk.passwords import Passwords

if TYPE_CHECKING:
    from bot.wiring import Service


class Desk:
    """What the desk's pages share: the service and the password checker."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.passwords = Passwords()
