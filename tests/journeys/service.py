"""The service as a process of its own, the way an operator starts it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

#: A start costs two seconds of processor; on a starved machine it has waited longer than forty for them.
START_SECONDS = 120.0


def free_port() -> int:
    """A loopback port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """`hurentong serve` on loopback with its own data folder; its log is kept for the canary scan."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.log = folder / "service.log"
        self.temp = folder / "temp"
        self.process: subprocess.Popen[bytes] | None = None
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HURENTONG_")},
            "HURENTONG_HOST": "127.0.0.1",
            "HURENTONG_PORT": str(self.port),
            "HURENTONG_DATA_DIR": str(folder / "data"),
            "TMPDIR": str(self.temp),
            "HURENTONG_READING__PICTURES": "false",  # costs seconds a picture; tests of reading switch it on
            **settings,
        }
        self.temp.mkdir(parents=True, exist_ok=True)

    def command(self, *words: str, typed: str = "") -> str:
        """Run another `hurentong` command with the same settings; its standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "bot.command_line", *words],
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=self.folder,
        )
        assert done.returncode == 0, f"hurentong {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self) -> Service:
        """Start, without waiting."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot.command_line", "serve"],
                env=self.environment,
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        return self

    async def ready(self) -> Service:
        """Wait until /readyz says yes."""
        loop = asyncio.get_running_loop()
        end = loop.time() + START_SECONDS
        while loop.time() < end:
            assert self.process is not None
            ended = self.process.poll()
            assert ended is None, f"the service ended with {ended}: {self.log.read_text()[-2000:]}"
            if await asyncio.to_thread(self._is_ready):
                return self
            await asyncio.sleep(0.02)
        raise AssertionError(f"not ready after {START_SECONDS} s: {self.log.read_text()[-2000:]}")

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """SIGKILL: no chance to put anything in order."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM, and wait; the exit status."""
        if self.process is None or self.process.poll() is not None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)
