"""收不下的消息 at the desk: listed, opened only on its own page and written down, erased when dealt with."""

from __future__ import annotations

from storage import audit, updates
from tests.bot.desk.conftest import House

BOT, NUMBER = "1000", 77
CONTENT = b'{"update_id": 77, "message": {"text": "13900002580"}}'


async def put_aside(house: House) -> None:
    """One broken update lies aside."""
    county, keyring, now = house.rules.county_code, house.archive.keyring, house.now()
    await house.archive.write(
        lambda conn: updates.put_aside(conn, keyring, county, BOT, NUMBER, "failed KeyError", CONTENT, now), key="test"
    )


async def test_an_update_put_aside_is_listed_opened_and_closed_with_a_note(house: House) -> None:
    """The list shows nothing of it; opening is in the trail; closing keeps the note and erases the rest."""
    await put_aside(house)
    admin = await house.as_("hu")
    page = await admin.go("/desk/admin/aside")
    assert "处理的时候出错" in page.text
    assert "13900002580" not in admin.html
    assert f"/desk/admin/aside/{BOT}-{NUMBER}" in admin.html
    page = await admin.go(f"/desk/admin/aside/{BOT}-{NUMBER}")
    assert "13900002580" in page.text
    page = await admin.press(page.form(f"/desk/admin/aside/{BOT}-{NUMBER}"), note=" ")
    assert admin.status == 422
    page = await admin.press(page.form(f"/desk/admin/aside/{BOT}-{NUMBER}"), note="新版已经修好")
    assert "新版已经修好" in page.text
    page = await admin.go(f"/desk/admin/aside/{BOT}-{NUMBER}")
    assert "13900002580" not in admin.html
    assert "原文已经删掉" in page.text
    county = house.rules.county_code
    acts = await house.archive.read(lambda conn: [one.action for one in audit.entries(conn, county)])
    assert acts.count("aside_read") == 2
    assert acts.count("aside_close") == 1


async def test_what_does_not_lie_there_is_not_found(house: House) -> None:
    """Invented numbers lead nowhere."""
    admin = await house.as_("hu")
    for place in ("1000-78", "1000-", "abc", "---"):
        await admin.go(f"/desk/admin/aside/{place}")
        assert admin.status == 404
