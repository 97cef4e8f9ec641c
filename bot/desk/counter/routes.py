"""The addresses of the counter."""

from __future__ import annotations

from bot.desk.counter import pages, posts
from bot.desk.guard import Route
from state_machine.officers import Role

COUNTER = frozenset({Role.INTAKE, Role.AGENT})
ENTRY = "/desk/counter/{account_id:[0-9a-f]{32}}"

ROUTES: tuple[Route, ...] = (
    Route("GET", "/desk/counter", pages.show_list, COUNTER),
    Route("POST", "/desk/counter", posts.begin, COUNTER),
    Route("POST", "/desk/counter/find", posts.find, COUNTER),
    Route("GET", ENTRY, pages.show, COUNTER),
    Route("POST", ENTRY + "/turns", posts.turn, COUNTER),
    Route("POST", ENTRY + "/files", posts.send_files, COUNTER, takes_files=True),
    Route("POST", ENTRY + "/link", posts.open_link, COUNTER),
    Route("POST", ENTRY + "/link/close", posts.close_link, COUNTER),
    Route("GET", ENTRY + "/pages/{page_id:[0-9A-Za-z_-]{1,80}}", pages.page_picture, COUNTER),
    Route("GET", ENTRY + "/receipt/{case_id:[0-9a-f-]{8,64}}", pages.receipt, COUNTER),
)
