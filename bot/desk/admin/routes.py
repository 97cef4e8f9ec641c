"""The administration's addresses, for the role 管理员 alone."""

from __future__ import annotations

from bot.desk.admin import aside_pages, audit_page, holiday_pages, session_pages, staff_pages, staff_posts, text_pages
from bot.desk.guard import Route
from state_machine.officers import Role

ADMIN = frozenset({Role.ADMIN})
ONE = "/desk/admin/staff/{staff_id:[0-9a-f]{8,64}}"
ASIDE = "/desk/admin/aside/{update:[0-9a-f-]{3,64}}"
YEAR = "/desk/admin/holidays/{year:[0-9a-f]{4,64}}"
BOOK = "/desk/admin/texts/{book:[0-9a-z]{2,64}}"
ENTRY = BOOK + "/{entry:[0-9a-z_]{2,64}}"

ADMIN_ROUTES: tuple[Route, ...] = (
    Route("GET", "/desk/admin/staff", staff_pages.show, ADMIN),
    Route("POST", "/desk/admin/staff", staff_posts.add, ADMIN),
    Route("GET", ONE, staff_pages.show_one, ADMIN),
    Route("POST", ONE, staff_posts.change, ADMIN),
    Route("GET", "/desk/admin/sessions", session_pages.show, ADMIN),
    Route("POST", "/desk/admin/sessions", staff_posts.end_all_sessions, ADMIN),
    Route("GET", "/desk/admin/holidays", holiday_pages.show, ADMIN),
    Route("GET", YEAR, holiday_pages.show_year, ADMIN),
    Route("POST", YEAR, holiday_pages.change_year, ADMIN),
    Route("GET", BOOK, text_pages.show, ADMIN),
    Route("GET", ENTRY, text_pages.show_entry, ADMIN),
    Route("POST", ENTRY, text_pages.change_entry, ADMIN),
    Route("GET", "/desk/admin/aside", aside_pages.show, ADMIN),
    Route("GET", ASIDE, aside_pages.show_one, ADMIN),
    Route("POST", ASIDE, aside_pages.close, ADMIN),
    Route("GET", "/desk/admin/audit", audit_page.show, ADMIN),
)
