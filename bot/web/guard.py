"""What stands before every address: origin, pace, faults, and the headers every answer carries."""

from __future__ import annotations

import logging
import time
import traceback
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.web.buckets import Buckets
from bot.web.problems import Problem, problem_response
from storage.errors import ArchiveClosed, CannotWrite, WriterDied

if TYPE_CHECKING:
    from bot.wiring import Service

logger = logging.getLogger(__name__)

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Put the house's headers on an answer that does not carry its own."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = "hurentong"


def address_of(request: web.BaseRequest, behind_proxy: bool) -> str:
    """The caller's network address: the last entry of X-Forwarded-For only behind a proxy of ours."""
    forwarded = request.headers.get("X-Forwarded-For") if behind_proxy else None
    return forwarded.rpartition(",")[2].strip() if forwarded else request.remote or ""


def is_same_origin(request: web.BaseRequest, behind_proxy: bool) -> bool:
    """Whether a browser says that the request comes from our own page; programs that are no browser say nothing."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    forwarded = request.headers.get("X-Forwarded-Host") if behind_proxy else None
    try:
        return urlsplit(origin).netloc.lower() == (forwarded or request.host).lower()
    except ValueError:  # no address at all
        return False


def where(error: BaseException) -> str:
    """Type and place of a fault, without its message: a message may quote what somebody typed."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = " < ".join(
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in reversed(frames)
    )
    return f"{type(error).__name__} at {places}"


class Guard:
    """The middleware in front of every address."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._behind_proxy = service.settings.behind_proxy
        self._addresses = Buckets(service.settings.limits.requests_per_minute_address)

    @web.middleware
    async def watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request through, or answer it; whatever goes wrong behind is answered kindly too."""
        try:
            self._refuse(request)
            return await handler(request)
        except Problem as problem:
            self._service.metrics.refused.labels(str(problem.status)).inc()
            return problem.response()
        except web.HTTPException as answer:
            return _in_words(request, answer)
        except (CannotWrite, WriterDied, ArchiveClosed) as trouble:
            self._service.metrics.faults.inc()
            logger.error("A request to %s could not be stored: %s", request.match_info.route.name or "?", trouble)
            return problem_response(503, "not_stored")
        except ConnectionResetError:
            raise  # the caller is gone; nobody is left to be answered
        except Exception as error:  # the last line of defence: whatever it was, the process lives on
            self._service.metrics.faults.inc()
            logger.error("A request to %s failed: %s", request.match_info.route.name or "?", where(error))
            return problem_response(500, "broken")

    def _refuse(self, request: web.Request) -> None:
        if request.method not in SAFE_METHODS and not is_same_origin(request, self._behind_proxy):
            raise Problem(403, "other_site")
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise Problem(415, "unknown_type")  # nothing of ours packs; what is packed may unpack without end
        if not self._addresses.take(address_of(request, self._behind_proxy), time.monotonic()):
            raise Problem(429, "too_fast")


def _in_words(request: web.Request, answer: web.HTTPException) -> web.Response:
    """The framework's own answers in Chinese; the desk says them in its own pages."""
    words = {404: "not_here", 405: "not_allowed"}.get(answer.status)
    if words is None or request.path.startswith("/desk"):
        raise answer
    return problem_response(answer.status, words)


def guard(service: Service) -> web.Application:
    """An empty application with the guard in front; routes are added by the others."""
    app = web.Application(middlewares=[Guard(service).watch], client_max_size=1024 * 1024)
    app.on_response_prepare.append(add_headers)
    return app
