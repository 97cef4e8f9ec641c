"""Runs every contestant with the same twenty turns and prints one table with the ratios."""

from __future__ import annotations

import argparse
import json
import os
import platform
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
#: The goals, at the most applicants.
OF_ECHO, OF_HANDLER, P99_MS = 0.25, 4.0, 50.0
FEW_STORED = 100


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(port: int, *command: str, **environment: str) -> Iterator[int]:
    """A server as a process of its own, until the block ends. Gives its process id."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command], env=os.environ | environment, stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise SystemExit(f"{command[0]} ended by itself with status {process.returncode}")
            if is_ready(port):
                break
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def is_ready(port: int) -> bool:
    """Whether the server answers, and does not say that it is still starting (503)."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) != 0:
            return False
        probe.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return probe.recv(12)[9:12] != b"503"


def cpu_seconds(pid: int) -> float:
    """The processor time a process has used, its own and the system's for it; 0 where this cannot be told."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(kind: str, port: int, pid: int, applicants: int, seconds: float, api_port: int = 0) -> Result:
    """One measurement by the load process; with the server's processor time a turn."""
    command = ["benchmarks.turns.load", kind, "--port", port, "--applicants", applicants, "--seconds", seconds]
    before = cpu_seconds(pid)
    out = subprocess.run(
        [sys.executable, "-m", *map(str, [*command, "--api-port", api_port])], check=True, stdout=subprocess.PIPE
    )
    result: Result = json.loads(out.stdout)
    result["cpu_us"] = (cpu_seconds(pid) - before) / (result["turns"] + result["warm"]) * 1e6
    return result


def hurentong(counts: list[int], seconds: float, stored: int = 0) -> dict[int, Result]:
    """互认通 as it is served: SQLite on this disk, synchronous=FULL, every turn sealed and committed."""
    with tempfile.TemporaryDirectory(prefix="hurentong-bench-") as folder:
        if stored:
            keyring = Keyring.open(Path(folder) / "keys" / "master.json")
            fill(f"sqlite:///{folder}/hurentong.db", keyring, stored)
        port = free_port()
        settings = {"HURENTONG_PORT": str(port), "HURENTONG_DATA_DIR": folder, "HURENTONG_LOG_LEVEL": "WARNING"}
        with running(port, "bot.command_line", "serve", **settings, **NO_LIMITS) as pid:
            return {count: load("chat", port, pid, count, seconds) for count in counts}


def echo(counts: list[int], seconds: float) -> dict[int, Result]:
    """The bare echo."""
    port = free_port()
    with running(port, "benchmarks.turns.echo", str(port)) as pid:
        return {count: load("chat", port, pid, count, seconds) for count in counts}


def conversation_handler(counts: list[int], seconds: float) -> dict[int, Result]:
    """ConversationHandler in memory."""
    port, api_port = free_port(), free_port()
    found = {}
    for count in counts:
        with running(port, "benchmarks.turns.conversation_handler", str(port), str(api_port)) as pid:
            found[count] = load("bot", port, pid, count, seconds, api_port)
    return found


def line(name: str, applicants: int, result: Result, beside: str = "") -> str:
    """One line of the table."""
    figures = (
        f"{result['turns_a_second']:9.0f} {result['p50_ms']:8.1f} {result['p99_ms']:8.1f} {result['cpu_us']:10.0f}"
    )
    return f"{name:26} {applicants:10d} {figures}   {beside}".rstrip()


def compare(counts: list[int], seconds: float) -> None:
    """The three contestants, then the goals."""
    bare, usual = echo(counts, seconds), conversation_handler(counts, seconds)
    ours = hurentong(counts, seconds)
    for count in counts:
        print(line("bare aiohttp echo", count, bare[count]))
        print(line("ConversationHandler", count, usual[count], "in memory, keeps nothing"))
        rate = ours[count]["turns_a_second"]
        of_echo, of_handler = rate / bare[count]["turns_a_second"], rate / usual[count]["turns_a_second"]
        print(line("hurentong, durable", count, ours[count], f"{of_echo:.2f} x echo, {of_handler:.1f} x CH"))
    most = ours[counts[-1]]
    print(f"\nat {counts[-1]} applicants:")
    print(f"  {_mark(of_echo >= OF_ECHO)} {of_echo:.2f} of the echo's rate (goal {OF_ECHO})")
    print(f"  {_mark(of_handler >= OF_HANDLER)} {of_handler:.1f} times ConversationHandler's (goal {OF_HANDLER:.0f})")
    print(f"  {_mark(most['p99_ms'] < P99_MS)} p99 {most['p99_ms']:.1f} ms (goal under {P99_MS:.0f})", flush=True)


def beside_stored(many: int, applicants: int, seconds: float) -> None:
    """The cost of a turn beside few and beside many stored interviews."""
    few, much = (hurentong([applicants], seconds, stored)[applicants] for stored in (FEW_STORED, many))
    print(line(f"beside {FEW_STORED:,} stored", applicants, few))
    print(line(f"beside {many:,} stored", applicants, much))
    print(f"\n  a turn beside {many:,} costs {much['cpu_us'] / few['cpu_us']:.2f} times the processor time (goal 1)")


def _mark(reached: bool) -> str:
    return "reached" if reached else "MISSED "


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.turns", description=__doc__)
    arguments.add_argument("--seconds", type=float, default=5, help="length of each measurement")
    arguments.add_argument("--applicants", default="1,16,64")
    arguments.add_argument("--stored", type=int, default=1_000_000, help="how many are many stored interviews; 0: skip")
    arguments.add_argument("--only-stored", action="store_true", help="leave out the other contestants")
    given = arguments.parse_args()
    counts = [int(count) for count in given.applicants.split(",")]
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors\n")
    print(f"{'':26} {'applicants':>10} {'turns/s':>9} {'p50 ms':>8} {'p99 ms':>8} {'CPU us/turn':>11}")
    if not given.only_stored:
        compare(counts, given.seconds)
    if given.stored:
        print()
        beside_stored(given.stored, counts[-1], given.seconds)


if __name__ == "__main__":
    main()
