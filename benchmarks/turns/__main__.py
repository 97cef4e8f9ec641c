"""Runs every contestant with the same twenty turns and prints one table with the ratios."""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.turns.stored import fill
from storage.keys import Keyring

Result = dict[str, float]
NO_LIMITS = {"HURENTONG_LIMITS__TURNS_PER_MINUTE": "0", "HURENTONG_LIMITS__REQUESTS_PER_MINUTE_ADDRESS": "0"}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(port: int, *command: str, **environment: str) -> Iterator[None]:
    """A server as a process of its own, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command], env=os.environ | environment, stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            if process.poll() is not None:
                raise SystemExit(f"{command[0]} ended by itself with status {process.returncode}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        time.sleep(1)
        yield
    finally:
        process.terminate()
        process.wait(30)


def load(kind: str, port: int, applicants: int, seconds: float, api_port: int = 0) -> Result:
    """One measurement by the load process."""
    command = ["benchmarks.turns.load", kind, "--port", port, "--applicants", applicants, "--seconds", seconds]
    out = subprocess.run(
        [sys.executable, "-m", *map(str, [*command, "--api-port", api_port])], check=True, stdout=subprocess.PIPE
    )
    result: Result = json.loads(out.stdout)
    return result


def hurentong(counts: list[int], seconds: float, stored: int = 0) -> dict[int, Result]:
    """互认通 as it is served: SQLite on this disk, synchronous=FULL, every turn sealed and committed."""
    with tempfile.TemporaryDirectory(prefix="hurentong-bench-") as folder:
        if stored:
            keyring = Keyring.open(Path(folder) / "keys" / "master.json")
            fill(f"sqlite:///{folder}/hurentong.db", keyring, stored)
        port = free_port()
        settings = {"HURENTONG_PORT": str(port), "HURENTONG_DATA_DIR": folder, "HURENTONG_LOG_LEVEL": "WARNING"}
        with running(port, "bot.command_line", "serve", **settings, **NO_LIMITS):
            return {count: load("chat", port, count, seconds) for count in counts}


def echo(counts: list[int], seconds: float) -> dict[int, Result]:
    """The bare echo."""
    port = free_port()
    with running(port, "benchmarks.turns.echo", str(port)):
        return {count: load("chat", port, count, seconds) for count in counts}


def conversation_handler(counts: list[int], seconds: float) -> dict[int, Result]:
    """ConversationHandler in memory."""
    port, api_port = free_port(), free_port()
    found = {}
    for count in counts:
        with running(port, "benchmarks.turns.conversation_handler", str(port), str(api_port)):
            found[count] = load("bot", port, count, seconds, api_port)
    return found


def line(name: str, applicants: int, result: Result, beside: str) -> str:
    """One line of the table."""
    figures = f"{result['turns_a_second']:9.0f} {result['p50_ms']:8.1f} {result['p99_ms']:8.1f}"
    return f"{name:24} {applicants:10d} {figures}   {beside}"


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.turns", description=__doc__)
    arguments.add_argument("--seconds", type=float, default=5, help="length of each measurement")
    arguments.add_argument("--applicants", default="1,16,64")
    arguments.add_argument("--stored", type=int, help="only: the cost of a turn beside 100 and beside N interviews")
    given = arguments.parse_args()
    counts = [int(count) for count in given.applicants.split(",")]
    print(f"{'':24} {'applicants':>10} {'turns/s':>9} {'p50 ms':>8} {'p99 ms':>8}")
    if given.stored:
        for stored in (100, given.stored):
            for count, result in hurentong(counts, given.seconds, stored).items():
                print(line(f"beside {stored:,} stored", count, result, ""), flush=True)
        return
    bare, usual = echo(counts, given.seconds), conversation_handler(counts, given.seconds)
    ours = hurentong(counts, given.seconds)
    for count in counts:
        print(line("bare aiohttp echo", count, bare[count], ""))
        print(line("ConversationHandler", count, usual[count], "in memory, keeps nothing"))
        rate = ours[count]["turns_a_second"]
        beside = f"{rate / bare[count]['turns_a_second']:.2f} x echo, {rate / usual[count]['turns_a_second']:.1f} x CH"
        print(line("互认通, durable", count, ours[count], beside), flush=True)


if __name__ == "__main__":
    main()
