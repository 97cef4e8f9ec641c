"""Reads a QR code back from the SVG a page shows: the modules of the path, then the format of ISO/IEC 18004."""

from __future__ import annotations

import re

ALIGNED = {1: [], 2: [6, 18], 3: [6, 22], 4: [6, 26], 5: [6, 30], 6: [6, 34], 7: [6, 22, 38]}
MASKS = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: (r * c) % 2 + (r * c) % 3 == 0,
    lambda r, c: ((r * c) % 2 + (r * c) % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + (r * c) % 3) % 2 == 0,
)
#: Level M: blocks as (count, data codewords) by version.
BLOCKS = {3: [(1, 44)], 4: [(2, 32)], 5: [(2, 43)], 6: [(4, 27)], 7: [(4, 31)]}


def read_svg(html: str) -> str:
    """The text in the one code of a page."""
    view = re.search(r'viewBox="0 0 (\d+) (\d+)"', html)
    path = re.search(r'<path[^>]*\bd="([^"]+)"', html)
    assert view
    assert path
    return _decode(_modules(path[1], int(view[1])))


def _modules(path: str, size: int, border: int = 4) -> list[list[bool]]:
    side = size - 2 * border
    grid = [[False] * side for _ in range(side)]
    x = y = 0.0
    for command, given in re.findall(r"([Mmh])([^Mmh]*)", path):
        figures = [float(figure) for figure in re.findall(r"-?[\d.]+", given)]
        if command == "M":
            x, y = figures
        elif command == "m":
            x, y = x + figures[0], y + figures[1]
        else:
            for column in range(int(x), int(x + figures[0])):
                grid[int(y) - border][column - border] = True
            x += figures[0]
    return grid


def _decode(grid: list[list[bool]]) -> str:
    side = len(grid)
    version = (side - 17) // 4
    spoken_for = _function_modules(side, version)
    form = "".join("1" if grid[8][c] else "0" for c in (0, 1, 2, 3, 4, 5, 7))[:5]
    mask = MASKS[(int(form, 2) ^ 0b10101) & 7]
    bits = []
    upward, column = True, side - 1
    while column > 0:
        column -= column == 6
        for step in range(side):
            row = side - 1 - step if upward else step
            bits += [grid[row][c] != mask(row, c) for c in (column, column - 1) if not spoken_for[row][c]]
        upward, column = not upward, column - 2
    words = [int("".join("01"[bit] for bit in bits[n : n + 8]), 2) for n in range(0, len(bits) - 7, 8)]
    return _text(words, version)


def _text(words: list[int], version: int) -> str:
    count, length = BLOCKS[version][0]
    told = [words[n * count + block] for block in range(count) for n in range(length)]
    stream = "".join(f"{word:08b}" for word in told)
    assert stream[:4] == "0100"  # bytes
    size = int(stream[4:12], 2)
    return bytes(int(stream[12 + 8 * n : 20 + 8 * n], 2) for n in range(size)).decode()


def _function_modules(side: int, version: int) -> list[list[bool]]:
    taken = [[r == 6 or c == 6 for c in range(side)] for r in range(side)]

    def fill(rows: range, columns: range) -> None:
        for row in rows:
            for column in columns:
                taken[row][column] = True

    fill(range(9), range(9))
    fill(range(9), range(side - 8, side))
    fill(range(side - 8, side), range(9))
    for row in ALIGNED[version]:
        for column in ALIGNED[version]:
            if (row, column) not in ((6, 6), (6, side - 7), (side - 7, 6)):
                fill(range(row - 2, row + 3), range(column - 2, column + 3))
    if version >= 7:
        fill(range(6), range(side - 11, side - 8))
        fill(range(side - 11, side - 8), range(6))
    return taken
