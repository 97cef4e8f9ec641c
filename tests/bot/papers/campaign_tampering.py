"""`make campaign-tampering`: a thousand random single changes each to a signed permit and to a dossier, all found."""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from bot.papers import pades
from bot.papers.dossier.building import dossier
from bot.papers.dossier.verifying import verify
from bot.papers.kinds import PaperKind
from tests.bot.papers import lived
from tests.bot.papers.tampering import tampered
from tests.journeys.whole_house import whole_house


async def made(folder: Path) -> tuple[bytes, bytes, object]:
    """A signed permit, a dossier, and the certificate."""
    async with whole_house(folder) as house:
        case = await lived.issued(house)
        pdf = await lived.printed(house, (await lived.papers_of(house, case))[PaperKind.PERMIT])
        packed = b"".join([piece async for piece in dossier(house.papers, house.rules, case.case_id)])
        return pdf, packed, house.papers.key().certificate


def main(times: int) -> int:
    """How many of each were found; 1 if one was not."""
    with tempfile.TemporaryDirectory() as folder:
        pdf, packed, certificate = asyncio.run(made(Path(folder)))
        file, chance = Path(folder) / "dossier.zip", random.Random(1)
        began = time.perf_counter()
        permits = sum(not pades.holds(tampered(pdf, chance), certificate) for _ in range(times))  # type: ignore[arg-type]  # a certificate, kept as an object
        middle = time.perf_counter()
        dossiers = 0
        for _ in range(times):
            file.write_bytes(tampered(packed, chance))
            dossiers += not verify(file).is_whole
        ended = time.perf_counter()
    sys.stdout.write(f"permit: {permits} of {times} found, {middle - began:.1f} s\n")
    sys.stdout.write(f"dossier ({len(packed)} bytes): {dossiers} of {times} found, {ended - middle:.1f} s\n")
    return 0 if permits == dossiers == times else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
