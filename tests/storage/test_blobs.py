"""Values become bytes and values again, whoever asks first."""

from __future__ import annotations

import subprocess
import sys

#: Types that hold each other, new in each round, read for the first time by several threads at once.
FIRST_SIGHT = r"""
import sys, threading
from storage.blobs import from_bytes

sys.setswitchinterval(1e-6)

def read_at_once(kind, content, threads=4):
    together = threading.Barrier(threads)
    def read():
        together.wait()
        from_bytes(content, kind)
    all_of_them = [threading.Thread(target=read) for _ in range(threads)]
    for one in all_of_them: one.start()
    for one in all_of_them: one.join()

for _ in range(60):
    made = {}
    lines = ["import msgspec"]
    for n in range(30):
        held = f"T{n - 1}" if n else "str"
        fields = f"    a: int\n    b: list[{held}]\n    c: dict[str, int] | None = None"
        lines.append(f"class T{n}(msgspec.Struct):\n{fields}")
    exec("\n".join(lines), made)
    read_at_once(made["T29"], b'{"a": 1, "b": []}')
print("read")
"""


def test_types_first_read_by_several_threads_at_once_end_no_process() -> None:
    """Msgspec's own first look at a type is no business of two threads (a segmentation fault): ours waits its turn."""
    done = subprocess.run([sys.executable, "-c", FIRST_SIGHT], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "read"), done.stderr[-500:]
