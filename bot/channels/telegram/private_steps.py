"""Our own page for one question: `/steps/<token>`, opened from the chat by a button.

Looking at a link changes nothing. Opening it takes it, for this browser alone; inside Telegram only for the person of
the chat it was sent to. What is answered goes through the same reception as every turn; when the question is
answered, the chat goes on.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy import Connection

from bot import past
from bot.channels.telegram.client import Client
from bot.channels.telegram.compose import LOOK, PAPER, PAPERS, Composer
from bot.channels.telegram.init_data import verified_user
from bot.channels.telegram.texts import group, say
from bot.channels.telegram.turns import Turns
from bot.desk.counter.receive import receive_files
from bot.desk.form_post import opened_parts, read_form
from bot.reception import Said
from bot.uploads.places import thumbnail_object
from bot.web.problems import Problem
from dialogs import materials, question_name
from dialogs.turn import Choice, Conversation, Overlay, Say
from state_machine.interview import FIELD_OF, InterviewState, Page
from storage import channels, step_links
from storage import materials as stored_pages
from storage.errors import NotOurs
from storage.step_links import StepLink

if TYPE_CHECKING:
    from bot.wiring import Service

COOKIE = "hurentong_step"
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
TURN = re.compile(r"[0-9a-f-]{36}")
LONGEST_TEXT = 4000
STATIC = {"page.js": "text/javascript", "page.css": "text/css"}
#: Telegram's own web page shows ours in a frame; nobody else may.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors https://web.telegram.org https://*.web.telegram.org"
)


@dataclass(frozen=True)
class Shown:
    """What a page shows: words, the question with its buttons, its photographs."""

    words: tuple[str, ...]
    asked: Say | None
    conversation: Conversation
    listed: str = ""


class PrivateSteps:
    """The addresses under `/steps`."""

    def __init__(self, service: Service, turns: Turns, composer: Composer, client: Client) -> None:
        self._service, self._turns, self._client = service, turns, client
        self._is_app = service.settings.public_url.startswith("https://")
        self._keeps_private = composer.keeps_private
        self._county = service.rules.county_code
        self._templates = Environment(
            loader=PackageLoader("bot.channels.telegram"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        folder = files("bot").joinpath("channels/telegram/static")
        self._static = {name: folder.joinpath(name).read_bytes() for name in STATIC}
        self._version = hashlib.sha256(b"".join(self._static.values())).hexdigest()[:12]

    def add_to(self, app: web.Application) -> None:
        """Put the addresses into the application."""
        router = app.router
        router.add_get("/steps/{name:page\\.(?:js|css)}", self.file, name="step-file")
        router.add_get("/steps/{token:[A-Za-z0-9_-]{16,64}}", self.door, name="step-door")
        router.add_post("/steps/{token:[A-Za-z0-9_-]{16,64}}", self.enter, name="step-enter")
        router.add_get("/steps/pages/{page_id:[0-9A-Za-z_-]{1,80}}", self.picture, name="step-picture")
        router.add_get("/steps/data/copy", self.copy, name="step-copy")
        router.add_get("/steps/data/paper", self.paper, name="step-paper")
        router.add_get("/steps", self.show, name="step")
        router.add_post("/steps", self.answer, name="step-answer")

    async def file(self, request: web.Request) -> web.Response:
        """The page's script and style."""
        name = request.match_info["name"]
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return web.Response(body=self._static[name], content_type=STATIC[name], charset="utf-8", headers=headers)

    async def door(self, request: web.Request) -> web.Response:
        """What the button opens first; looking at it does not use it up."""
        token, now = request.match_info["token"], self._service.now()
        link = await self._service.archive.read(lambda conn: step_links.waiting(conn, self._county, token, now))
        return self._ended() if link is None else self._page("door.html", token=token)

    async def enter(self, request: web.Request) -> web.Response:
        """Take the link for this browser, if it is the person of the chat who opens it."""
        token, session, now = request.match_info["token"], secrets.token_urlsafe(32), self._service.now()
        form = await read_form(request)
        user = verified_user(str(form.get("init_data", "")), self._client.token, now)
        keyring = self._service.archive.keyring

        def job(conn: Connection) -> bool | None:
            link = step_links.waiting(conn, self._county, token, now)
            reached = None if link is None else channels.load(conn, keyring, link.channel_id)
            if link is None or reached is None:
                return None
            if self._is_app and str(user) != reached.address:
                return False
            return step_links.take(conn, self._county, token, session, now) or None

        taken = await self._service.archive.write(job, key=token)
        if taken is None:
            return self._ended()
        if not taken:
            return self._page("plain.html", 403, words=say("page.not_you"))
        same_site = "None; Secure; Partitioned" if self._is_app else "Strict"
        lasts = self._service.settings.telegram.step_link_minutes * 60
        cookie = f"{COOKIE}={session}; Max-Age={lasts}; Path=/steps; HttpOnly; SameSite={same_site}"
        return web.Response(status=303, headers={"Location": "/steps", "Set-Cookie": cookie})

    async def show(self, request: web.Request) -> web.Response:
        """The question, or what was told."""
        link, now = await self._link(request), self._service.now()
        if link is None:
            return self._ended()

        def look(conn: Connection) -> Shown:
            conversation, asked, listed = self._service.reception.prompt_in(conn, link.account_id, now)
            return Shown((), asked, conversation, listed)

        shown = await self._service.archive.read(look)
        if link.asks == LOOK:
            return self._look(link, shown)
        if link.asks.startswith(PAPER):
            return self._page("paper.html")
        if not is_bound(link, shown.conversation):
            return self._ended()
        return self._standing(shown)

    async def answer(self, request: web.Request) -> web.Response:
        """An answer: text, a choice, or files."""
        link = await self._link(request)
        if link is None or link.asks == LOOK or link.asks.startswith(PAPER):
            return self._ended()
        try:
            turn_id, said = await self._said(request, link)
        except Problem as problem:
            key = {"too_large": "page.too_large", "nothing": "page.nothing", "no_file": "page.no_file"}
            return await self._again(link, say(key.get(problem.code, "page.broken")), problem.status)
        session, now = request.cookies.get(COOKIE, ""), self._service.now()
        keyring, reception = self._service.archive.keyring, self._service.reception

        def job(conn: Connection) -> Shown | None:
            link = step_links.of_session(conn, self._county, session, now)
            reached = None if link is None else channels.load(conn, keyring, link.channel_id)
            if link is None or reached is None or not is_bound(link, reception.standing_in(conn, link.account_id)):
                return None
            taken = reception.take_in(conn, link.account_id, f"step:{turn_id}", said, now)
            if taken is None:
                conversation, asked, _ = reception.prompt_in(conn, link.account_id, now)
                return Shown((), asked, conversation)
            if not is_bound(link, taken.conversation):
                step_links.use(conn, session, now)
                self._turns.answer(conn, reached, taken, now)
                return Shown((), None, taken.conversation)
            says = taken.reply.says
            return Shown(tuple(one.text for one in says[:-1]), says[-1] if says else None, taken.conversation)

        shown = await self._service.archive.write(job, key=link.account_id)
        if shown is None:
            return self._ended()
        if shown.asked is None:
            self._service.sender.wake()
            return self._page("plain.html", words=say("page.done"), good=True)
        return self._standing(shown)

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """The small picture of a page of this account."""
        link, page_id = await self._link(request), request.match_info["page_id"]
        if link is None:
            raise Problem(404, "not_here")
        keyring = self._service.archive.keyring
        page = await self._service.archive.read(
            lambda conn: stored_pages.of_account(conn, keyring, link.account_id, page_id)
        )
        if page is None:
            raise Problem(404, "not_here")
        try:
            content = await self._service.files.open_sealed(
                thumbnail_object(page.application_id, page.page_id), page.key.secret
            )
        except NotOurs:
            raise Problem(404, "not_here") from None
        body = b"".join([piece async for piece in content])
        return web.Response(body=body, content_type="image/jpeg")

    async def copy(self, request: web.Request) -> web.Response:
        """Everything held about this account, to keep (个人信息保护法 art. 45)."""
        link = await self._link(request)
        if link is None or link.asks != LOOK:
            raise Problem(404, "not_here")
        keyring = self._service.archive.keyring
        copied = await self._service.archive.read(lambda conn: past.export(conn, keyring, link.account_id))
        headers = {"Content-Disposition": 'attachment; filename="hurentong.json"'}
        return web.Response(body=copied, content_type="application/json", charset="utf-8", headers=headers)

    async def paper(self, request: web.Request) -> web.Response:
        """The paper a link was made for (回执, a letter, the permit), to keep."""
        link = await self._link(request)
        if link is None or not link.asks.startswith(PAPER):
            raise Problem(404, "not_here")
        href = f"{PAPERS}{link.asks.removeprefix(PAPER)}"
        handed = await self._service.papers.handed_out(link.account_id, href)
        if handed is None:
            raise Problem(404, "not_here")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(handed.name)}"}
        return web.Response(body=handed.content, content_type=handed.media_type, headers=headers)

    async def _said(self, request: web.Request, link: StepLink) -> tuple[str, Said]:
        """The turn a form amounts to. Raises `Problem`."""
        if request.content_type == "multipart/form-data":
            return str(uuid.uuid4()), Said(files=await self._files(request, link))
        form = await read_form(request)
        turn_id = str(form.get("turn", ""))
        if not TURN.fullmatch(turn_id):
            turn_id = str(uuid.uuid4())
        if choice := str(form.get("choice", "")):
            return turn_id, Said(choice=choice[:200], question=str(form.get("question", "")) or None)
        text = str(form.get("text", "")).strip()
        if not text:
            raise Problem(400, "nothing")
        return turn_id, Said(text=text[:LONGEST_TEXT])

    async def _files(self, request: web.Request, link: StepLink) -> tuple[Any, ...]:
        limits, reception = self._service.settings.materials, self._service.reception
        if (request.content_length or 0) > limits.max_bytes * limits.max_pages + 1024 * 1024:
            raise Problem(413, "too_large")
        parts = await opened_parts(request)
        if parts is None:
            raise Problem(400, "broken_upload")
        target = await self._service.archive.read(lambda conn: reception.target_in(conn, link.account_id))
        if target is not None and target.application_id != link.application_id:
            raise Problem(400, "broken_upload")
        received = await receive_files(self._service, parts, target, link.account_id)
        if not received:
            raise Problem(400, "no_file")
        return tuple(received)

    async def _link(self, request: web.Request) -> StepLink | None:
        session = request.cookies.get(COOKIE, "")
        if not TOKEN.fullmatch(session):
            return None
        now = self._service.now()
        return await self._service.archive.read(lambda conn: step_links.of_session(conn, self._county, session, now))

    async def _again(self, link: StepLink, trouble: str, status: int) -> web.Response:
        now = self._service.now()
        conversation, asked, _ = await self._service.archive.read(
            lambda conn: self._service.reception.prompt_in(conn, link.account_id, now)
        )
        return self._standing(Shown((), asked, conversation), trouble, status)

    def _standing(self, shown: Shown, trouble: str = "", status: int = 200) -> web.Response:
        asked = shown.asked
        choices: tuple[Choice, ...] = asked.choices if asked else ()
        return self._page(
            "step.html",
            status,
            words=shown.words,
            asked=asked.text if asked else "",
            choices=choices,
            wants_file=bool(asked and asked.wants_file),
            wants_text=_takes_text(shown.conversation, asked),
            question=question_name.name_of(shown.conversation),
            pages=_pages(shown.conversation),
            trouble=trouble,
            turn=str(uuid.uuid4()),
        )

    def _look(self, link: StepLink, shown: Shown) -> web.Response:
        """All that was told, unmasked, to read; and the photographs."""
        standing = shown.asked.text if shown.asked is not None else ""
        record = shown.conversation.interview
        pages = list(record.pages) if record is not None and record.application_id == link.application_id else []
        listed = shown.listed if pages or link.application_id else ""
        beside = "" if listed and listed in standing else standing
        return self._page("look.html", words=listed, standing=beside, pages=pages)

    def _ended(self) -> web.Response:
        return self._page("plain.html", 410, words=say("page.ended"))

    def _page(self, template: str, status: int = 200, /, *, good: bool = False, **values: Any) -> web.Response:
        words = self._templates.get_template(template).render(
            t=group("page"), county=self._service.rules.county_name, version=self._version, good=good, **values
        )
        headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}
        return web.Response(text=words, status=status, content_type="text/html", headers=headers)


def is_bound(link: StepLink, conversation: Conversation) -> bool:
    """Whether the question the link was made for still stands (under whatever lies on top of it)."""
    record = conversation.interview
    if record is None or record.application_id != link.application_id:
        return False
    field = FIELD_OF.get(record.state)
    return field is not None and field.value == link.asks


def _takes_text(conversation: Conversation, asked: Say | None) -> bool:
    """Whether something is typed here: not for photographs of a proof, nor where everything has its button."""
    record = conversation.interview
    takes_pages = record is not None and record.state is InterviewState.MATERIALS
    if asked is None or takes_pages or conversation.overlay is Overlay.PAGES:
        return False
    return asked.wants_file or not asked.choices


def _pages(conversation: Conversation) -> list[Page]:
    """The photographs of the proof that is being asked for."""
    record = conversation.interview
    wanted = None if record is None else materials.wanted(record)
    return [] if record is None or wanted is None else materials.pages_of(record, wanted)
