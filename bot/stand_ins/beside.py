"""The stand-in gateway beside the demo: a process of its own that ends with it."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from bot.settings import Settings, SmsGateway
from bot.stand_ins.sms_gateway import KEY_VARIABLE

KEY_ID = "demo"
ENDS_WITHIN_SECONDS = 5


@contextmanager
def sms_beside(settings: Settings) -> Iterator[tuple[Settings, str]]:
    """Settings that send by a fresh stand-in, and the address of its page; unchanged where a gateway is set up."""
    if settings.sms.is_on:
        yield settings, ""
        return
    address, key = f"http://127.0.0.1:{_free_port()}", secrets.token_urlsafe(24)
    gateway = SmsGateway(
        gateway_url=f"{address}/v1",
        key_id=KEY_ID,
        key=SecretStr(key),
        signature=settings.sms.signature,
        last_resort_hours=settings.sms.last_resort_hours,
    )
    process = _started(address, key, settings)
    try:
        yield settings.model_copy(update={"sms": gateway}), f"{address}/"
    finally:
        process.terminate()
        try:
            process.wait(ENDS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _started(address: str, key: str, settings: Settings) -> subprocess.Popen[bytes]:
    port = address.rpartition(":")[2]
    command = [sys.executable, "-m", "bot.stand_ins.sms_gateway", "--beside", "--port", port, "--key-id", KEY_ID]
    if settings.port:  # with port 0 nobody knows the service's address yet: no receipts are told
        command += ["--receipts", f"http://127.0.0.1:{settings.port}"]
    environment = {**os.environ, KEY_VARIABLE: key}
    return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)  # noqa: S603 - our own module and words


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
