"""The manager's addresses, for the role 管理员 alone."""

from __future__ import annotations

from bot.desk.guard import Route
from bot.desk.manage import page
from state_machine.officers import Role

ADMIN = frozenset({Role.ADMIN})

MANAGE_ROUTES: tuple[Route, ...] = (
    Route("GET", "/desk/manage", page.show, ADMIN),
    Route("GET", "/desk/manage/tables/{table:[0-9a-z_]{2,64}}", page.table_file, ADMIN),
    Route("GET", "/desk/manage/book", page.book_file, ADMIN),
)
