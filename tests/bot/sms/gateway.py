"""The stand-in gateway as a process of its own."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from typing import Any

import aiohttp

KEY_ID, KEY = "test", "a key of the tests' own"


class GatewayProcess:
    """Started on a free port; stopped by `stop`."""

    def __init__(self, receipts: str = "") -> None:
        command = [sys.executable, "-m", "bot.stand_ins.sms_gateway", "--key-id", KEY_ID, "--receipts", receipts]
        environment = {**os.environ, "SMS_STAND_IN_KEY": KEY}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self._process.stdout is not None
        self._process.stdout.readline()
        self.url = self._process.stdout.readline().strip()

    async def taken(self) -> list[dict[str, str]]:
        """What it took."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/v1/taken") as answer:
            found: list[dict[str, str]] = await answer.json()
            return found

    async def will(self, *faults: str, receipts: str = "delivered") -> None:
        """What is to happen to the next messages."""
        body = {"faults": faults, "receipts": receipts}
        async with aiohttp.ClientSession() as session, session.post(f"{self.url}/control", json=body) as answer:
            assert answer.status == 200

    async def code(self) -> str:
        """The last verification code it was given, once it is there."""
        for _ in range(200):
            codes = [found[0] for one in await self.taken() if (found := re.findall(r"验证码(\d{6})", one["text"]))]
            if codes:
                return str(codes[-1])
            await asyncio.sleep(0.05)
        raise AssertionError("no code was sent")

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.communicate(timeout=10)


def settings_for(url: str, **given: Any) -> dict[str, Any]:
    """The `sms` settings for this gateway."""
    return {"gateway_url": f"{url}/v1", "key_id": KEY_ID, "key": KEY, "signature": "庆元互认通", **given}
