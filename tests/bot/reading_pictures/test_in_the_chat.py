"""A photo sent into the web chat: answered at once, read by the real engine, come back as a card, and gone."""

from __future__ import annotations

import asyncio
import io
from datetime import date
from typing import Any

import pytest
from aiohttp import ClientTimeout
from sqlalchemy import Connection, func, select

from bot.reading_pictures.worker import Wanted, Worker
from bot.settings import Settings
from bot.wiring import Service
from storage import readings
from storage.reading_schema import readings as readings_table
from storage.schema import applications
from tests.bot.conftest import Opener
from tests.bot.reading_pictures.made.camera import Shot, jpeg, photograph
from tests.bot.reading_pictures.made.cards import id_card
from tests.bot.reading_pictures.made.knowing import Knowing
from tests.bot.reading_pictures.made.people import Holder, holder
from tests.bot.reading_pictures.made.sheets import labour
from tests.bot.visitor import Visitor
from tests.storage.canary import found_in_clear

pytestmark = pytest.mark.xdist_group("reading")
SEED = 3
TODAY = date(2026, 11, 23)


def photo_of(seed: int, how: Shot | None = None) -> tuple[Holder, bytes]:
    """Somebody and a photo of their card."""
    who = holder(seed)
    return who, jpeg(photograph(id_card(who, seed), how or Shot(wide=900), seed))


@pytest.fixture
def knows(service: Service) -> Service:
    """The service with a reader that knows the card: the engine itself is tried elsewhere."""
    service.reader.worker = Knowing(holder(SEED))  # type: ignore[assignment]  # held to the same contract
    return service


async def told(visitor: Visitor) -> list[dict[str, Any]]:
    """What has come into the chat besides the answers to turns."""
    return [entry for entry in await visitor.history() if "event_id" in entry]


def objects(service: Service) -> list[str]:
    """Every page and thumbnail that lies in the store."""
    return [key for key, _ in service.files.list() if key.startswith(("pages/", "thumbnails/", "staged/"))]


async def test_a_photo_becomes_a_card_in_the_chat_and_is_gone(service: Service, visit: Opener) -> None:
    """Answered before it is read; then shown line by line; stored by two taps; the photo is not kept."""
    visitor = await visit()
    await visitor.reach("hukou_province")
    assert any("身份证人像面" in say["text"] and say["wants_file"] for say in visitor.last["says"])
    who, content = photo_of(SEED, Shot(angle=93, quality=60))
    reply = await visitor.send(content)
    assert "正在识别" in reply["says"][0]["text"]
    assert reply["asks"] == "hukou_province"
    assert await told(visitor) == []
    assert len(objects(service)) == 2
    assert await service.reader.one()
    (payload,) = await told(visitor)
    shown = payload["says"][-1]
    for value in (who.name, who.number, f"{who.ethnicity}族", who.county, who.rest, "已经删掉"):
        assert value in shown["text"]
    assert objects(service) == []
    yes = shown["choices"][0]["value"]
    await visitor.turn(choice=yes)
    assert f"「{who.name}」" in visitor.words
    await visitor.turn(choice=visitor.choices[0])
    assert visitor.last["asks"] == "current_address"
    assert not await service.reader.one()


async def test_a_reading_survives_a_restart_and_a_process_that_died(knows: Service, visit: Opener) -> None:
    """The queue lies in the database; a reader killed in the middle leaves the photo to the next one."""
    visitor = await visit()
    await visitor.reach("hukou_province")
    who, content = photo_of(SEED)
    await visitor.send(content)
    now, county, keyring = knows.now(), knows.rules.county_code, knows.archive.keyring
    taken = await knows.archive.write(lambda conn: readings.take(conn, keyring, county, now, now), key="test")
    assert taken is not None
    assert await knows.reader.one()
    (payload,) = await told(visitor)
    assert who.number in payload["says"][-1]["text"]


async def test_a_photo_that_breaks_its_reader_each_time_is_given_up_with_a_word(knows: Service, visit: Opener) -> None:
    """It is not tried for ever, the applicant is told what to do, and the photo is gone."""
    visitor = await visit()
    await visitor.reach("hukou_province")
    await visitor.send(photo_of(SEED)[1])
    now, county, keyring = knows.now(), knows.rules.county_code, knows.archive.keyring
    for _ in range(2):
        await knows.archive.write(lambda conn: readings.take(conn, keyring, county, now, now), key="test")
    assert await knows.reader.one()
    (payload,) = await told(visitor)
    assert "直接打字" in payload["says"][0]["text"]
    assert objects(knows) == []


async def test_a_reading_that_comes_after_a_human_took_the_chat_waits_beneath(knows: Service, visit: Opener) -> None:
    """Nothing is pushed over what is asked on top, and nothing is lost: the card comes when that is over."""
    visitor = await visit()
    await visitor.reach("hukou_province")
    who, content = photo_of(SEED)
    await visitor.send(content)
    await visitor.turn(text="取消")
    assert await knows.reader.one()
    (payload,) = await told(visitor)
    assert who.number not in str(payload)
    await visitor.turn(choice="no")
    assert who.number in visitor.words


async def test_an_application_erased_meanwhile_gets_no_card(knows: Service, visit: Opener) -> None:
    """What was erased is not brought back by a photo that was still being read."""
    visitor = await visit()
    await visitor.reach("hukou_province")
    await visitor.send(photo_of(SEED)[1])
    await visitor.turn(text="取消")
    await visitor.turn(choice="yes")
    assert not await knows.reader.one()
    assert await told(visitor) == []


async def test_the_card_reaches_an_open_chat_by_itself(knows: Service, visit: Opener) -> None:
    """Live, over the stream a clerk's message takes."""
    visitor = await visit()
    await visitor.reach("hukou_province")
    who, content = photo_of(SEED)
    knows.reader.start()
    async with visitor.client.get("/chat/events", timeout=ClientTimeout(total=60)) as stream:
        await visitor.send(content)
        async with asyncio.timeout(60):
            async for line in stream.content:
                if line.startswith(b"data:"):
                    assert who.number in line.decode()
                    break


async def test_too_many_photos_of_one_browser_wait_no_longer(knows: Service, visit: Opener) -> None:
    """Three may wait; the fourth is refused kindly, and is not left in the store's queue."""
    visitor = await visit()
    await visitor.reach("hukou_province")
    photo = photo_of(SEED)[1]
    await visitor.send(photo, photo)
    await visitor.send(photo)
    reply = await visitor.send(photo)
    assert "直接打字" in reply["says"][0]["text"]
    assert await knows.archive.read(readings.waiting) == 3


def test_the_reader_that_knows_answers_as_the_real_one() -> None:
    """The same card for the same photo, and the same trouble for what is none."""
    who, photo = photo_of(SEED)
    real, knowing = Worker(850, 60.0), Knowing(who)
    for content in (photo, b"", b"no picture"):
        assert knowing.ask(Wanted.CARD, content, TODAY) == real.ask(Wanted.CARD, content, TODAY)
    real.close()


def test_a_card_of_nobody_is_a_card_of_nobody() -> None:
    """The drawn holder is made up: the same seed is the same person, with a number that checks."""
    assert holder(SEED) == holder(SEED)
    assert holder(SEED).born < date(2026, 1, 1)


async def test_a_proof_is_read_after_it_was_taken_in_and_what_it_says_is_sealed(
    service: Service, visit: Opener, settings: Settings
) -> None:
    """As a PDF too; nobody is told in the chat, the desk finds it, and a page taken out takes it along."""
    visitor = await visit()
    await visitor.reach("materials")
    out = io.BytesIO()
    labour("罗大勇", "52262719870503997X", date(2026, 1, 1), date(2028, 1, 1)).save(out, "PDF", resolution=150)
    await visitor.send(out.getvalue())
    assert await service.reader.one()
    assert await told(visitor) == []
    keyring = service.archive.keyring

    def said(conn: Connection) -> list[readings.Said]:
        application_id = str(conn.execute(select(applications.c.application_id)).scalar_one())
        return readings.of_application(conn, keyring, application_id)

    (one,) = await service.archive.read(said)
    assert one.content is not None
    assert "罗大勇" in one.content.decode()
    copy = await (await visitor.client.get("/chat/export")).json()
    assert "某某竹木有限公司" in str(copy["read_in_proofs"])
    assert found_in_clear([settings.data_dir], ["某某竹木有限公司", "52262719870503997X"]) == []
    await visitor.turn(choice="pages")
    await visitor.turn(choice="delete:1")
    assert await service.archive.read(said) == []
    assert (
        await service.archive.read(lambda conn: conn.execute(select(func.count(readings_table.c.page_id))).scalar())
        == 0
    )
