"""The manager's page over HTTP: its numbers, its pictures, its files."""

from __future__ import annotations

import csv
import zipfile
from io import BytesIO, StringIO

from bot.desk.manage.files import BOM, as_csv, as_xlsx, inert
from bot.desk.manage.tables import Table, span_in_words, steps_table
from bot.tally import GONE, START, STEPS
from storage.tallies import Count
from tests.bot.desk.clerk import accept, act, confirm, judge, open_and_claim, rest
from tests.bot.desk.conftest import House


async def a_day(house: House) -> None:
    """Two submitted, one accepted, one returned for two reasons."""
    await accept(house, await house.submit())
    case = await house.submit()
    clerk = await house.as_("lin")
    await open_and_claim(clerk, case)
    await judge(clerk, "material:labour_contract", False, ["unreadable", "cut_off"])
    await clerk.go(f"/desk/cases/{case.case_id}")
    await rest(clerk)
    await act(clerk, "return_for_correction")
    await confirm(clerk)
    for first, second in ((START, "name"), ("name", "ethnicity"), (START, "name"), ("name", GONE), (START, "name")):
        house.desk.tally.count(STEPS, house.time.date(), first, second)


async def test_the_page_shows_todays_numbers_reasons_and_steps(house: House) -> None:
    """What happened today stands on the page at once, each picture with its words and its table."""
    await a_day(house)
    admin = await house.as_("hu")
    assert admin.path == "/desk/manage"
    html = admin.html
    assert "开始填 3 份" in admin.page.text
    for key in ("days", "on_time", "ages", "reasons", "steps", "waits"):
        assert f'href="/desk/manage/tables/{key}?days=30"' in html
    pictures = [given for tag, given in admin.page.tags if tag == "svg" and given.get("role") == "img"]
    assert len(pictures) >= 4
    for given in pictures:
        title, told = given["aria-labelledby"].split()
        assert f'<title id="{title}">' in html
        assert f'<desc id="{told}">' in html
    assert not any("style" in given for _, given in admin.page.tags)


async def test_every_table_can_be_taken_away_as_csv_and_all_as_xlsx(house: House) -> None:
    """The files hold what the page shows; a table that is not there is not there."""
    await a_day(house)
    admin = await house.as_("hu")
    await admin.go("/desk/manage/tables/reasons?days=7")
    assert "attachment" in admin.headers["Content-Disposition"]
    assert admin.html.startswith(BOM)
    rows = list(csv.reader(StringIO(admin.html.removeprefix(BOM))))
    assert [row[1:] for row in rows[1:]] == [["1", "0", "0", "1"], ["1", "0", "0", "1"]]
    await admin.go("/desk/manage/tables/days")
    today = next(csv.DictReader(StringIO(admin.html.removeprefix(BOM))))
    assert (today["提交"], today["受理"], today["退回补正"], today["批准"]) == ("2", "1", "1", "0")
    await admin.go("/desk/manage/tables/nothing")
    assert admin.status == 404
    await admin.go("/desk/manage/book")
    assert admin.headers["Content-Type"].startswith("application/vnd.openxmlformats")


def test_no_cell_becomes_a_formula() -> None:
    """= + - @ tab: inert in CSV and in XLSX, while numbers stay numbers."""
    evil = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
    table = Table("x", "表", ["甲", "乙"], [[text, -3] for text in evil])
    rows = list(csv.reader(StringIO(as_csv(table).decode().removeprefix(BOM), newline="")))
    assert all(row[0].startswith("'") and row[1] == "-3" for row in rows[1:])
    with zipfile.ZipFile(BytesIO(as_xlsx([table]))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<v>-3</v>" in sheet
    assert inert("平常的字") == "平常的字"
    assert inert(-3) == -3


def test_drop_off_is_what_was_reached_and_neither_left_nor_gone_back() -> None:
    """Ten reached, six went on, one back, one thrown away: two lie there, three of ten are lost."""
    found = {
        ("hukou_address", "name"): 10,
        ("name", "ethnicity"): 5,
        ("name", "phone"): 1,
        ("name", "hukou_address"): 1,
        ("name", GONE): 1,
    }
    (row,) = [row for row in steps_table(found).rows if row[0] == "姓名"]
    assert list(row[1:]) == [10, 6, 1, 1, 2, "30.0%"]


def test_every_step_has_a_name_and_spans_are_words() -> None:
    """No code stands in the table."""
    from bot.desk.manage.tables import step_name
    from state_machine.interview import QUESTIONS

    assert all(not step_name(state).isascii() for state in QUESTIONS)
    assert span_in_words(None) == "—"


def test_a_count_names_no_person() -> None:
    """A count is a tally's name, a day and two codes."""
    assert list(Count.__dataclass_fields__) == ["tally", "day", "first", "second"]
