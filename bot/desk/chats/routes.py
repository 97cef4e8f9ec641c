"""The addresses of 坐席."""

from __future__ import annotations

from bot.desk.chats import live, pages, posts
from bot.desk.guard import Route
from state_machine.officers import Role

AGENT = frozenset({Role.AGENT})
CHAT = "/desk/chats/{request_id:[0-9a-f-]{8,64}}"

ROUTES: tuple[Route, ...] = (
    Route("GET", "/desk/chats", pages.show_list, AGENT),
    Route("GET", "/desk/chats/events", live.events, AGENT, is_live=True),
    Route("POST", "/desk/chats/unmute", posts.unmute, AGENT),
    Route("GET", CHAT, pages.show, AGENT),
    Route("POST", CHAT + "/reveal", pages.reveal, AGENT),
    Route("GET", CHAT + "/answers", pages.find_answer, AGENT),
    Route("POST", CHAT + "/take", posts.take, AGENT),
    Route("POST", CHAT + "/take-over", posts.take_over, AGENT),
    Route("POST", CHAT + "/reply", posts.reply, AGENT),
    Route("POST", CHAT + "/fill-in", posts.fill_in, AGENT),
    Route("POST", CHAT + "/hand-back", posts.hand_back, AGENT),
    Route("POST", CHAT + "/mute", posts.mute, AGENT),
)
