"""The addresses of the call list."""

from __future__ import annotations

from bot.desk.calls import pages
from bot.desk.guard import Route
from state_machine.officers import Role

CALLERS = frozenset({Role.INTAKE, Role.AGENT})
CALL = "/desk/calls/{account_id:[0-9a-f]{32}}"

ROUTES: tuple[Route, ...] = (
    Route("GET", "/desk/calls", pages.show_list, CALLERS),
    Route("GET", CALL, pages.show, CALLERS),
    Route("POST", CALL, pages.record, CALLERS),
)
