"""`hurentong serve`: the service until SIGTERM or Ctrl-C; turns under way are finished before it ends."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import gc
import logging
import os
import resource
import signal
import sys
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.settings import Settings, read_settings
from bot.web.guard import where
from bot.wiring import Service, make_app
from storage.alone import served_alone
from storage.errors import ServedAlready, StorageError

#: Seconds a turn under way may still take after SIGTERM.
LAST_TURNS_SECONDS = 10.0
#: A connection that says nothing, or never ends its headers, is let go. Longer than a proxy keeps one.
IDLE_SECONDS = 75.0
#: Open files asked of the system: every chat that waits for news holds one.
OPEN_FILES = 65_536
#: New objects between two looks for garbage.
GARBAGE_THRESHOLD = 20_000
#: How long a thread may keep the interpreter while another waits for it.
GIVE_WAY_SECONDS = 0.001
#: Seconds between two looks at whether the writer lives.
LOOK_SECONDS = 1.0

logger = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--host` and `--port` over the settings."""
    parser.add_argument("--host", help="监听的地址 (address to listen on)")
    parser.add_argument("--port", type=int, help="端口 (port)")


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    given = {name: value for name in ("host", "port") if (value := getattr(arguments, name)) is not None}
    return run_with(read_settings(**given), greet)


def run_with(settings: Settings, greeting: Callable[[Service, str], Awaitable[None]]) -> int:
    """Build the service and serve; `greeting` is said once it is ready."""
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for library in ("alembic", "transitions", "jieba", "aiohttp.server"):
        logging.getLogger(library).setLevel(max(logging.WARNING, logging.getLevelName(settings.log_level)))
    for handler in logging.getLogger().handlers:
        handler.addFilter(without_contents)
    keep_to_itself()
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with served_alone(settings.database()):
            return _serve_alone(settings, greeting)
    except (ServedAlready, OSError) as error:
        return _not_started(error)


def without_contents(record: logging.LogRecord) -> bool:
    """A fault in the log is its type and place: its message may quote what was sent, as an ID number in an address."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        said = "A request could not be read" if record.name == "aiohttp.server" else record.getMessage()
        record.msg, record.args = f"{said}: {where(error)}", ()
        record.exc_info = record.exc_text = None
    return True


def keep_to_itself() -> None:
    """Files of this process are its owner's alone, its memory never falls onto the disk, and it may hold many chats."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _serve_alone(settings: Settings, greeting: Callable[[Service, str], Awaitable[None]]) -> int:
    try:
        service = Service(settings)
    except (StorageError, OSError) as error:
        return _not_started(error)
    return asyncio.run(serve(service, greeting))


def _not_started(error: Exception) -> int:
    sys.stderr.write(f"服务没有启动 (not started): {error}\n运行 hurentong doctor 看看是哪里不对。\n")
    return 1


async def serve(service: Service, greeting: Callable[[Service, str], Awaitable[None]]) -> int:
    """Listen, get ready, take turns, and on SIGTERM finish what is under way."""
    settings = service.settings
    runner = web.AppRunner(
        make_app(service),
        access_log=None,
        handle_signals=False,
        shutdown_timeout=LAST_TURNS_SECONDS,
        keepalive_timeout=IDLE_SECONDS,
        auto_decompress=False,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port, backlog=1024)
        try:
            await site.start()
        except OSError as error:
            sys.stderr.write(_cannot_listen(settings, error))
            return 1
        stopped = asyncio.Event()
        _stop_on_signals(stopped)
        gc.disable()  # what the start makes stays: looking through it for garbage takes longer than it saves
        try:
            await service.start()
        finally:
            gc.enable()
        _settle_for_traffic()
        await greeting(service, address_of(runner, settings))
        return await _until_told_or_dead(service, stopped)
    finally:
        await runner.cleanup()
        await service.close()


def _settle_for_traffic() -> None:
    """What was loaded stays for good: the garbage collector never looks at it, which took 60 ms a time.

    And the threads that take turns at the interpreter, the event loop and the writer, give way to each other sooner:
    with the usual 5 ms a request may wait through several such turns before it is even read.
    """
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD, 20, 50)
    sys.setswitchinterval(GIVE_WAY_SECONDS)


async def _until_told_or_dead(service: Service, stopped: asyncio.Event) -> int:
    """0 when told to stop; 1 when nothing can be written any more, so that the supervisor starts a new process."""
    while service.archive.is_alive:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), LOOK_SECONDS)
            return 0
    logger.critical("The service ends: its writer has died. It has to be started anew.")
    return 1


async def greet(_: Service, address: str) -> None:
    """The two addresses."""
    sys.stdout.write(f"聊天 (chat)   {address}/\n窗口 (desk)   {address}/desk\n停下 (stop)   Ctrl-C\n")
    sys.stdout.flush()


def address_of(runner: web.AppRunner, settings: Settings) -> str:
    """The address a person on this machine would open."""
    port = runner.addresses[0][1] if runner.addresses else settings.port
    host = {"0.0.0.0": "127.0.0.1", "::": "localhost"}.get(settings.host, settings.host)  # noqa: S104 - shown, not bound
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _stop_on_signals(stopped: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stopped.set)


def _cannot_listen(settings: Settings, error: OSError) -> str:
    where = f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        return (
            f"端口已经有人在用 (already in use): {where}\n"
            f"换一个端口：HURENTONG_PORT={settings.port + 1} hurentong serve，或者先停下占用它的程序。\n"
        )
    if error.errno == errno.EACCES:
        return f"没有权限监听 (not permitted): {where}。请用 1024 以上的端口。\n"
    return f"不能监听 (cannot listen): {where}: {error.strerror}。请检查设置 host。\n"
