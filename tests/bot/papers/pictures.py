"""`python -m tests.bot.papers.pictures [folder]`: the papers of made-up people as pictures for docs/papers.md."""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.async_api import FloatRect

from bot.papers.kinds import PaperKind
from bot.papers.typesetting import Typesetter
from tests.bot.papers import lived, made
from tests.bot.papers.test_permits import address_of
from tests.journeys.browser import desktop, phone, real_browser
from tests.journeys.sights import Life, sign_in
from tests.journeys.whole_house import whole_house

#: What of the telephone's screen is shown.
CARD = FloatRect(x=0, y=0, width=390, height=620)
DOCS = Path(__file__).parents[3] / "docs" / "pictures"


def sheets(folder: Path) -> None:
    """One picture a kind of paper."""
    typesetter = Typesetter()
    for kind, sheet in made.every_sheet().items():
        if kind in ("draft", PaperKind.PERMIT):
            continue
        pdf = pypdfium2.PdfDocument(typesetter.set_now(sheet, made.at(7)))
        picture = pdf[0].render(scale=1.4).to_pil().convert("L").quantize(16)
        picture.save(folder / f"paper-{kind}.png", optimize=True)
        pdf.close()
    png = typesetter.set_now(made.permit(), made.at(7), "png")
    with Image.open(io.BytesIO(png)) as card:
        small = card.convert("RGB").resize((card.width // 2, card.height // 2), Image.Resampling.LANCZOS)
        small.quantize(128).save(folder / "paper-permit.png", optimize=True)
    typesetter.close()


async def pages(folder: Path) -> None:
    """The public page, annulled and valid, and the papers on the case page."""
    with tempfile.TemporaryDirectory() as place:
        async with whole_house(Path(place)) as house, real_browser() as browser:
            first = await lived.issued(house)
            second = await lived.issued(house, id_number=first.answers["id_number"], sex=first.answers["sex"])
            await house.papers.printer.round()
            stranger = await (await phone(browser)).new_page()
            for name, case in (("annulled", first), ("valid", second)):
                await stranger.goto(house.base + await address_of(house, case.case_id))
                await stranger.screenshot(path=str(folder / f"permit-{name}.png"), clip=CARD)
            clerk = await sign_in(await desktop(browser), Life(house), "ye")
            await clerk.goto(f"{house.base}/desk/cases/{second.case_id}")
            await clerk.locator("section[aria-label='文书']").screenshot(path=str(folder / "desk-papers.png"))


if __name__ == "__main__":
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    sheets(where)
    asyncio.run(pages(where))
