"""The electronic permit: a sample that says so, signed, with a page that tells strangers no more than they need."""

from __future__ import annotations

import asyncio
import io
import random
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape

import pikepdf
import pytest
import pytest_asyncio
from PIL import Image

from bot.papers import pades
from bot.papers.case_rows import sheet_of
from bot.papers.kinds import PaperKind
from bot.papers.permit_page import PermitPage
from bot.papers.permit_sheet import a_year_later, masked_name
from state_machine.case_records import CaseRecord
from state_machine.codes import Field
from storage import papers, permits
from tests.bot.desk.browser import Browser
from tests.bot.desk.conftest import House
from tests.bot.desk.counter.qr_reader import read_svg
from tests.bot.papers import grid, lived, made
from tests.bot.papers.tampering import tampered
from tests.journeys.whole_house import WholeHouse, whole_house

#: A thousand and more: `make campaign-tampering`.
TAMPERINGS = 250
#: One house for the whole file: bringing a case to its end takes seconds.
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("permits")]


@dataclass
class Town:
    """A house with a person who was issued a permit twice, and one who has a valid one."""

    house: WholeHouse
    first: CaseRecord
    second: CaseRecord


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """Everything is issued before the tests look."""
    async with whole_house(tmp_path_factory.mktemp("town")) as house:
        first = await lived.issued(house)
        second = await lived.issued(house, id_number=first.answers["id_number"], sex=first.answers["sex"])
        yield Town(house, first, second)


async def address_of(house: House, case_id: str) -> str:
    """The public page's address, read from the code on the permit itself."""
    keyring = house.archive.keyring
    stored = await house.stored(case_id)
    found = await house.archive.read(lambda conn: papers.of_case(conn, keyring, stored.case_id))
    sheet = sheet_of(next(paper for paper in found if paper.kind == PaperKind.PERMIT))
    url = read_svg(sheet["qr"])
    assert url.startswith("http://127.0.0.1:8080/permits/")
    return url.removeprefix("http://127.0.0.1:8080")


async def page(house: House, path: str) -> Browser:
    """What a stranger with a telephone sees."""
    stranger = house.browser()
    await stranger.go(path)
    return stranger


async def test_the_page_says_valid_then_lapsed_and_shows_no_more_than_that(town: Town) -> None:
    """Masked name, last four, two dates; neither name nor number nor address; once the year is over it has lapsed."""
    house, answers = town.house, town.second.answers
    path = await address_of(house, town.second.case_id)
    seen = await page(house, path)
    words = unescape(seen.html)
    assert seen.status == 200
    assert ">✓</span> 有效" in words
    assert masked_name(str(answers[Field.NAME])) in words
    assert str(answers[Field.ID_NUMBER])[-4:] in words
    for hidden in (answers[Field.NAME], answers[Field.ID_NUMBER], answers[Field.CURRENT_ADDRESS]):
        assert str(hidden) not in words
    assert town.second.application_number not in words
    assert seen.headers["X-Robots-Tag"].startswith("noindex")
    assert seen.headers["Cache-Control"] == "no-store"
    assert "演示样本" in words
    before = house.time
    house.time += timedelta(days=366)
    assert "功能中止" in (await page(house, path)).html
    house.time = before


async def test_an_earlier_permit_of_the_same_person_shows_as_annulled(town: Town) -> None:
    """原证自动注销: the new one's case names what it annulled; the old page says so from then on."""
    house, second = town.house, town.second
    assert "已注销" in (await page(house, await address_of(house, town.first.case_id))).html
    stored = await house.stored(second.case_id)
    told = await house.archive.read(lambda conn: permits.annulled_by(conn, second.case_id, stored.key))
    assert sorted(one.here for one in told) == [False, True]
    letter = (await lived.papers_of(house, second))[PaperKind.ISSUED]
    (sheet,) = grid.read(await lived.printed(house, letter))
    assert all(one.number in sheet.text for one in told)
    assert str(second.answers["permit_number"]) in sheet.text


async def test_an_address_that_is_none_says_so_and_counting_through_is_stopped(town: Town) -> None:
    """Wrong, cut and invented codes are not found, all alike; one address asks sixty times a minute and no more."""
    house = town.house
    path = await address_of(house, town.second.case_id)
    wrong = path[:-1] + ("A" if path[-1] != "A" else "B")
    answers = set()
    for asked in (wrong, path[:-1], f"{path}A", "/permits/1", "/permits/%E5%BC%A0", path.replace("_", "-") + "x"):
        seen = await page(house, asked)
        assert seen.status == 404
        answers.add(re.sub(r"核验时间.*", "", seen.html))
    assert len(answers) == 1
    pages = PermitPage(house.service)
    taken = [pages.pace.take("203.0.113.9", 1.0) for _ in range(80)]
    assert taken == [True] * 60 + [False] * 20
    busy = pages._page("busy", None)
    assert busy.status == 429
    assert "一分钟" in str(busy.text)


async def test_no_code_lies_in_the_tables(town: Town) -> None:
    """Who reads the tables cannot open anybody's page: the hash stands there, the code only under seal."""
    code = (await address_of(town.house, town.second.case_id)).rpartition("/")[2]
    content = b"".join(path.read_bytes() for path in town.house.settings.data_dir.glob("hurentong.db*"))
    assert len(content) > 100_000
    assert code.encode() not in content
    assert permits.code_hash(code) in content
    assert len(code) == 24


async def test_the_pdf_is_signed_over_all_of_it_and_every_random_change_is_found(town: Town) -> None:
    """PAdES: whole it holds; single changes anywhere each break it; another's certificate is not ours."""
    house = town.house
    pdf = await lived.printed(house, (await lived.papers_of(house, town.second))[PaperKind.PERMIT])
    key = house.papers.key()
    assert await asyncio.to_thread(pades.holds, pdf, key.certificate)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.Root.AcroForm.Fields[0].V.SubFilter == "/ETSI.CAdES.detached"
    chance = random.Random(20261123)
    for _ in range(TAMPERINGS):
        assert not await asyncio.to_thread(pades.holds, tampered(pdf, chance), key.certificate)
    (sheet,) = grid.read(pdf)
    assert "样本" in sheet.text
    assert str(town.second.answers["name"]) in sheet.text


async def test_the_picture_shows_the_same_and_claims_no_signature(town: Town) -> None:
    """A PNG of a card's shape, clearly a sample."""
    picture = await lived.printed(
        town.house, (await lived.papers_of(town.house, town.second))[PaperKind.PERMIT_PICTURE]
    )
    with Image.open(io.BytesIO(picture)) as opened:
        assert opened.format == "PNG"
        assert opened.width > opened.height > 1000
        reds = sum(r > 180 and g < 170 and b < 170 for r, g, b in _pixels(opened))
    assert reds > 2000


def _pixels(picture: Image.Image) -> list[tuple[int, int, int]]:
    raw = picture.convert("RGB").resize((picture.width // 2, picture.height // 2)).tobytes()
    return [(raw[n], raw[n + 1], raw[n + 2]) for n in range(0, len(raw), 3)]


async def test_a_name_is_masked_whatever_it_is() -> None:
    """The first sign stands, the rest is stars, and how long it was is not told beyond four."""
    assert masked_name("张三") == "张＊"
    assert masked_name("欧阳春晓") == "欧＊＊＊"
    assert masked_name("买买提江·阿不都热合曼") == "买＊＊＊"
    assert masked_name("𬱖喆") == "𬱖＊"
    assert masked_name("") == ""


async def test_a_permit_of_the_leap_day_is_endorsed_on_the_last_of_february() -> None:
    """条例 19: every year, on a day that exists."""
    assert a_year_later(date(2028, 2, 29)) == date(2029, 2, 28)
    assert a_year_later(date(2026, 11, 23)) == date(2027, 11, 23)


async def test_an_address_too_long_for_a_card_is_cut_and_shown_to_be() -> None:
    """The whole of it stands on the form."""
    sheet = made.permit(current_address="很长的地址" * 60)
    assert len(sheet["address"]) == 120
    assert sheet["address"].endswith("…")
