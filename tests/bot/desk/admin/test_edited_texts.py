"""Reasons and knowledge edited at the desk: previewed, in force at once, and old notices keep their words."""

from __future__ import annotations

import pytest

from bot.desk.admin.books import BOOKS, item_choices
from dialogs import knowledge, reasons, wording
from dialogs.notices import compose
from storage import editions
from tests.bot.desk.browser import Browser
from tests.bot.desk.clerk import act, confirm, judge, open_and_claim, rest
from tests.bot.desk.conftest import House

REASON = "/desk/admin/texts/reasons/unreadable"
TOPIC = "/desk/admin/texts/knowledge/fees"
NEW_TEXT, NEW_MEND = "照片糊了，字看不出来。", "擦干净镜头，对着窗户重新拍。"


async def edit(admin: Browser, place: str, **parts: str | list[str]) -> None:
    """Change an entry, look at it, save it."""
    page = await admin.go(place)
    await admin.press(page.form(place), step="preview", **parts)
    assert admin.status == 200, admin.page.text
    await admin.press(admin.page.form(place), step="save", **parts)


async def returned(house: House, code: str) -> str:
    """A case returned for this reason at its material; returns its id."""
    case = await house.submit()
    clerk = await house.as_("lin")
    await open_and_claim(clerk, case)
    await judge(clerk, "material:labour_contract", False, [code])
    await clerk.go(f"/desk/cases/{case.case_id}")
    await rest(clerk)
    await act(clerk, "return_for_correction")
    await confirm(clerk)
    return case.case_id


async def letter_of(house: House, case_id: str) -> str:
    """The 补正 notice as it reads now."""
    record = (await house.stored(case_id)).record
    said = compose(record, record.events[-1], house.rules)
    assert said is not None
    return said.text


async def test_an_edited_reason_is_in_force_at_once_and_old_notices_keep_their_words(house: House) -> None:
    """The case keeps the edition it was told in; the next case hears the new words; undoing is a new version."""
    shipped = reasons.catalogue()["unreadable"].text
    before = await returned(house, "unreadable")
    admin = await house.as_("hu")
    await edit(admin, REASON, text=NEW_TEXT, mend=NEW_MEND)
    assert "马上生效" in admin.page.text
    after = await returned(house, "unreadable")
    assert shipped in await letter_of(house, before)
    assert NEW_TEXT not in await letter_of(house, before)
    assert NEW_TEXT in await letter_of(house, after)
    assert NEW_MEND in await letter_of(house, after)
    page = await admin.go(REASON)
    assert "第 1 版" in page.text
    assert "胡管理" in page.text
    await admin.press(page.form(REASON, version="0"), step="undo")
    assert reasons.catalogue()["unreadable"].text == shipped
    assert NEW_TEXT in await letter_of(house, after)
    county = house.rules.county_code
    found = await house.archive.read(lambda conn: editions.text_versions(conn, county, "reasons", "unreadable"))
    assert [(version.version, version.content is None) for version in found] == [(1, False), (2, True)]


async def test_the_correction_reads_in_the_words_of_its_notice(house: House) -> None:
    """The applicant who opens the correction later reads what the notice said, not what was edited since."""
    case_id = await returned(house, "unreadable")
    shipped = reasons.catalogue()["unreadable"].text
    await edit(await house.as_("hu"), REASON, text=NEW_TEXT, mend=NEW_MEND)
    record = (await house.stored(case_id)).record
    item = record.notices[-1].items[0]
    assert shipped in reasons.in_words(item.reasons, "", record.notices[-1].wording)


async def test_the_preview_is_what_the_applicant_will_read(house: House) -> None:
    """Before saving nothing changes; the page shows the notice and the answer as they will read."""
    admin = await house.as_("hu")
    page = await admin.go(REASON)
    await admin.press(page.form(REASON), step="preview", text=NEW_TEXT, mend=NEW_MEND)
    assert f"· {NEW_TEXT}\n  怎么改：{NEW_MEND}" in admin.page.text
    assert reasons.catalogue()["unreadable"].text != NEW_TEXT
    page = await admin.go(TOPIC)
    await admin.press(page.form(TOPIC), step="preview", short="在{county_name}办，一分钱不收。")
    assert f"在{house.rules.county_name}办，一分钱不收。" in admin.page.text
    assert knowledge.entries()["fees"].short != "在{county_name}办，一分钱不收。"


async def test_an_edited_answer_is_given_at_once(house: House) -> None:
    """The knowledge base answers in the new words, in the county's facts."""
    await edit(await house.as_("hu"), TOPIC, short="{county_name}办这个不收钱。")
    assert knowledge.answer_to("fees", house.rules).short == f"{house.rules.county_name}办这个不收钱。"


async def test_a_reason_of_ones_own_is_offered_where_it_fits_and_can_be_retired(house: House) -> None:
    """Added, offered at its items only; retired, it is offered no more and stays readable."""
    admin = await house.as_("hu")
    place = "/desk/admin/texts/reasons/new"
    items = ["material:labour_contract"]
    await edit(admin, place, text="合同没有写工资。", mend="请单位补上工资，再拍来。", item=items)
    (own,) = [reason for code, reason in reasons.catalogue().items() if code.startswith("own_")]
    assert own in reasons.fitting("material:labour_contract")
    assert own not in reasons.fitting("answer:name")
    case_id = await returned(house, own.code)
    place = f"/desk/admin/texts/reasons/{own.code}"
    await edit(admin, place, item=items, retired="on")
    assert own.code not in {reason.code for reason in reasons.fitting("material:labour_contract")}
    assert "合同没有写工资。" in await letter_of(house, case_id)


@pytest.mark.parametrize(
    ("place", "parts"),
    [
        (REASON, {"text": ""}),
        (REASON, {"text": "字" * 121}),
        (REASON, {"mend": "{name} 请重拍"}),
        (REASON, {"text": "两\n行"}),
        (TOPIC, {"short": "打 {secret_phone} 问"}),
        (TOPIC, {"short": "少半个 {county_name 括号"}),
        (TOPIC, {"next": "{0.__class__}"}),
    ],
)
async def test_what_would_break_a_notice_is_refused_and_kept_as_typed(
    house: House, place: str, parts: dict[str, str]
) -> None:
    """Empty, too long, a place nobody fills: said in words, nothing saved."""
    admin = await house.as_("hu")
    page = await admin.go(place)
    await admin.press(page.form(place), step="save", **parts)
    assert admin.status == 422
    name, value = next(iter(parts.items()))
    assert admin.page.form(place).value(name) == value
    county = house.rules.county_code
    assert await house.archive.read(lambda conn: editions.text_versions(conn, county)) == []


async def test_hostile_words_stay_words(house: House) -> None:
    """Whatever is typed is shown as text, in the page and in the preview."""
    admin = await house.as_("hu")
    page = await admin.go(REASON)
    await admin.press(
        page.form(REASON), step="preview", text="<img src=x onerror=alert(1)>", mend="'\"><script>1</script>"
    )
    assert "<img" not in admin.html
    assert "<script>1" not in admin.html
    for place in ("/desk/admin/texts/nothing", "/desk/admin/texts/knowledge/new", "/desk/admin/texts/reasons/none"):
        await admin.go(place)
        assert admin.status == 404


def test_every_shipped_entry_could_be_saved_as_it_is() -> None:
    """No shipped reason or answer breaks the rules of the form, and every item a reason names can be ticked."""
    for book in BOOKS.values():
        for entry, parts in book.entries().items():
            assert book.troubles(parts, entry) == [], entry
    assert {item for r in reasons.catalogue().values() for item in r.items} <= set(item_choices())


def test_an_edit_lies_over_the_shipped_text_from_its_edition_on() -> None:
    """Pure: an entry reads by edition, comes back as shipped, and a new one goes again."""
    edits = [
        wording.Edit(1, "knowledge", "fees", {"short": "甲", "next": "", "source": ""}),
        wording.Edit(2, "knowledge", "mine", {"short": "乙", "next": "", "source": ""}),
        wording.Edit(3, "knowledge", "fees", None),
        wording.Edit(4, "knowledge", "mine", None),
    ]
    shipped = wording.texts("knowledge")
    assert wording.overlaid("knowledge", edits, 0) == shipped
    assert wording.overlaid("knowledge", edits, 1)["fees"]["short"] == "甲"
    assert "mine" in wording.overlaid("knowledge", edits, 3)
    assert wording.overlaid("knowledge", edits) == shipped
