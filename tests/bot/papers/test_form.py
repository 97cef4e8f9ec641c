"""附件 1 on paper: every cell of the annex, every answer in its own cell, and nothing an applicant writes is markup."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest

from bot.papers.form_sheet import blank_form, case_form, draft_form
from bot.papers.typesetting import Sheet, Typesetter
from state_machine.case import SHANGHAI
from state_machine.case_records import Act
from tests.bot.papers import grid, made
from tests.bot.papers.grid import Cell
from tests.state_machine.made import answers

#: The cells of 附件 1 that hold words of its own, in its order, blanks left out.
ANNEX = (
    "公民身份证号码",
    "姓名",
    "性别",
    "民族",
    "常住户口省县",
    "省",
    "县",
    "详细地址",
    "现居住住址",
    "互认类型",
    "现有居住证件互认居住登记时间累计互认",
    "证明材料",
    "合法稳定就业",
    "合法稳定住所",
    "连续就读",
    "签订劳动合同签订农业承包合同参加社会保险持有工商执照其他",
    "自购房屋",
    "单位内部宿舍",
    "居住出租房屋办理出租登记办理租赁登记备案签订租赁合同符合安全条件依法缴纳税费其他",
    "其他",
    "小学学籍证明中学学籍证明中高等职业学校学籍证明普通高等学校学籍证明",
    "重要提示",
    "居住证互认转换完成后，申请人以前所申领的《浙江省居住证》自动注销，只保留转换后签发的电子《浙江省居住证》。",
    "申请人声明",
    "审核部门意见",
    "备注",
    "申请表应当随同居住证互认时的证明材料，一人一档，长期妥善保管。",
)
STATEMENT = "本申请表所填内容正确无误，所提交的个人信息和相关材料真实有效。如有虚假愿承担法律责任。"


def printed(typesetter: Typesetter, sheet: Sheet) -> bytes:
    """The sheet's PDF."""
    return typesetter.set_now(sheet, made.at(7))


def page_of(typesetter: Typesetter, sheet: Sheet) -> grid.Sheet:
    """The only page of a sheet."""
    (page,) = grid.read(printed(typesetter, sheet))
    return page


def right_of(page: grid.Sheet, label: str) -> str:
    """What stands in the cell to the right of a label's."""
    cells = page.cells()
    mine = next(cell for cell, words in cells.items() if words == label)
    beside = [c for c in cells if c.left == mine.right and (c.bottom, c.top) == (mine.bottom, mine.top)]
    return cells[beside[0]] if beside else ""


def signed(**told: Any) -> Sheet:
    """The form of an issued case, signed by typing."""
    return case_form(made.COUNTY, made.issued(**told), made.signature(), SHANGHAI)


@pytest.mark.parametrize("kind", ["blank", "draft", "signed"])
def test_every_cell_of_the_annex_is_there_in_its_own_words(kind: str, typesetter: Typesetter) -> None:
    """The printed sheet's own lines make the cells, and each cell's words are those of 附件 1."""
    sheets = {"blank": blank_form(made.COUNTY), "draft": draft_form(made.COUNTY, answers()), "signed": signed()}
    page = page_of(typesetter, sheets[kind])
    words = list(page.cells().values())
    for label in ANNEX:
        assert label in words, label
    assert any(found.startswith(STATEMENT) and "申请人签名:" in found for found in words)
    for office in ("受理人意见", "审核人意见", "审批人意见"):
        assert any(found.startswith(f"{office}:") and "年" in found for found in words), office
    assert "《浙江省居住证》互认转换申请表" in page.text
    assert "申请编号:" in page.text


def test_the_number_stands_in_eighteen_boxes_of_one_width(typesetter: Typesetter) -> None:
    """One sign a box, in order; a blank form has the boxes as well."""
    page = page_of(typesetter, signed())
    row = next(cell for cell, words in page.cells().items() if words == "公民身份证号码")
    boxes = [page.cell_at(row.right + 5 + n * (547 - row.right) / 18, (row.top + row.bottom) / 2) for n in range(18)]
    assert len(set(boxes)) == 18
    assert {round((box.right - box.left) / 2) for box in boxes if box} == {12}
    written = [page.cells()[box] for box in boxes if box]
    assert "".join(written) == answers()["id_number"]
    blank = page_of(typesetter, blank_form(made.COUNTY))
    middle = (row.top + row.bottom) / 2
    assert len({blank.cell_at(row.right + 5 + n * (547 - row.right) / 18, middle) for n in range(18)}) == 18


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("姓名", "麻小样"),
        ("性别", "男"),
        ("民族", "苗族"),
        ("省", "贵州省"),
        ("县", "松桃苗族自治县"),
        ("详细地址", "盘信镇一组"),
        ("现居住住址", "庆元县屏都街道样板厂宿舍2幢301室"),
    ],
)
def test_every_answer_stands_in_the_cell_beside_its_label(label: str, value: str, typesetter: Typesetter) -> None:
    """Not somewhere on the page: in that very cell."""
    assert right_of(page_of(typesetter, signed()), label) == value


def test_exactly_the_chosen_boxes_are_ticked(typesetter: Typesetter) -> None:
    """Looked at as a picture: the ink inside each drawn box."""
    pdf = printed(typesetter, signed(proofs=["labour_contract", "own_home", "rental_tax", "university"]))
    ticked = {label for label, ink in inks(pdf).items() if ink > 0.02}
    assert ticked == {"居住登记时间累计互认", "签订劳动合同", "自购房屋", "依法缴纳税费", "普通高等学校学籍证明"}
    assert all(ink < 0.02 for ink in inks(printed(typesetter, blank_form(made.COUNTY))).values())


def inks(pdf: bytes) -> dict[str, float]:
    """How much of the inside of the box before each label is dark."""
    (page,) = grid.read(pdf)
    document = pypdfium2.PdfDocument(pdf)
    scale = 6
    picture = document[0].render(scale=scale).to_pil().convert("L")
    document.close()
    found = {}
    labels = [box["label"] for name in ("routes", *made_boxes()) for box in blank_form("")["answers"][name]]
    for label in (one for one in labels if one != "其他"):
        start = page.text.index(label)
        sign = page.signs[start]
        size = 10.5 if label.endswith("互认") else 9.5
        middle_x, middle_y = sign.x - size * (0.5 + 0.28 + 0.41), sign.y
        left, top = (middle_x - 2.2) * scale, picture.height - (middle_y + 2.2) * scale
        inside = picture.crop((round(left), round(top), round(left + 4.4 * scale), round(top + 4.4 * scale)))
        shades = list(inside.tobytes())
        found[label] = sum(shade < 128 for shade in shades) / len(shades)
    return found


def made_boxes() -> tuple[str, ...]:
    """The groups of boxes under 证明材料."""
    return ("employment", "own", "dormitory", "rented", "schooling")


def test_three_officials_stand_under_their_own_opinions(typesetter: Typesetter) -> None:
    """Opinion, name and date of each office in the line of that office; one that has not spoken has none."""
    words = list(page_of(typesetter, signed()).cells().values())
    lines = [found for found in words if "意见:" in found]
    assert lines == [
        "受理人意见:材料齐全，同意受理。材料齐全。受理甲2026年11月23日",
        "审核人意见:建议同意互认。情况属实。审核乙2026年11月23日",
        "审批人意见:同意互认。同意。审批丙2026年11月23日",
    ]
    declined = case_form(made.COUNTY, made.refused(Act.DECLINE), None, SHANGHAI)
    lines = [found for found in page_of(typesetter, declined).cells().values() if "意见:" in found]
    assert "建议不予互认" in lines[1]
    assert lines[2].startswith("审批人意见:不予互认")
    accepted = case_form(made.COUNTY, made.accepted(), None, SHANGHAI)
    lines = [found for found in page_of(typesetter, accepted).cells().values() if "意见:" in found]
    assert lines[1:] == ["审核人意见:年月日", "审批人意见:年月日"]


def test_a_typed_signature_stands_with_its_time_and_the_hash_of_what_was_signed(typesetter: Typesetter) -> None:
    """The name on the line; below it how, when, and under which words."""
    (cell,) = [w for w in page_of(typesetter, signed()).cells().values() if w.startswith(STATEMENT)]
    assert "申请人签名:麻小样2026年11月23日" in cell
    assert f"键入姓名签名2026年11月23日09:00申请人声明SHA-256：{'ab' * 32}" in cell


def test_a_drawn_signature_is_drawn_and_bounded(typesetter: Typesetter) -> None:
    """Its strokes lie in the cell of the declaration, wherever they were on the screen."""
    sheet = case_form(made.COUNTY, made.issued(), made.signature(drawing=made.DRAWING), SHANGHAI)
    page = page_of(typesetter, sheet)
    assert "手写电子签名" in page.text
    cell = next(cell for cell, words in page.cells().items() if words == "申请人声明")
    assert len(page.strokes) == len(made.DRAWING.strokes)
    for x, y in (point for stroke in page.strokes for point in stroke):
        assert cell.right < x < 547
        assert cell.bottom < y < cell.top


def test_who_signs_for_somebody_is_named(typesetter: Typesetter) -> None:
    """代办: the agent's name and what they are to the applicant."""
    told = {"applicant_is": "other", "relation": "parent", "agent_name": "麻大样", "declaration": "麻大样"}
    sheet = case_form(made.COUNTY, made.issued(**told), made.signature("麻大样"), SHANGHAI)
    assert "麻大样（代办，与申请人关系：父母）" in page_of(typesetter, sheet).text


@pytest.mark.parametrize(
    "hostile",
    [
        "#strong[甲] *乙* _丙_ $x^2$ `raw` <b> @ref \\ // /*",
        '#read("/etc/passwd") #import "x.typ": * #sys.inputs',
        "= 标题 == - 列表 + 项 / 词: 义 [ ] { } ~ -- ---",
        '"); panic("x") #("',
    ],
)
def test_what_looks_like_markup_is_printed_as_it_was_written(hostile: str, typesetter: Typesetter) -> None:
    """Every sign of it stands on the paper, and nothing else happens."""
    page = page_of(typesetter, signed(current_address=hostile, name=hostile[:30]))
    assert right_of(page, "现居住住址") == hostile.replace(" ", "")


def test_signs_that_are_not_seen_turn_nothing_around(typesetter: Typesetter) -> None:
    """Bidi controls, joiners and line breaks are gone; what they would have moved stands where it was written."""
    tricky = "一\u202e二三\u2066四\u200d五\u00ad六\r\n七\u2028八\x00九"
    assert right_of(page_of(typesetter, signed(current_address=tricky)), "现居住住址") == "一二三四五六七八九"


def test_very_long_words_flow_onto_a_second_page_and_lose_nothing(typesetter: Typesetter) -> None:
    """A tidy second page, numbered; every cell is still there."""
    case = made.approved(current_address="很长的地址" * 120, hukou_address="A" * 300)
    pages = grid.read(printed(typesetter, case_form(made.COUNTY, case, None, SHANGHAI)))
    text = "".join(page.text for page in pages)
    assert len(pages) == 2
    assert text.count("很长的地址") == 120
    assert "第 1 页，共 2 页" in text
    assert "第 2 页，共 2 页" in text
    assert "一人一档，长期妥善保管。" in text


def test_the_words_of_a_cell_end_at_its_lines(typesetter: Typesetter) -> None:
    """Nothing runs over the edge of the paper, however long a word without a break is."""
    told = {"current_address": "W" * 400, "hukou_address": "屏" * 200}
    for page in grid.read(printed(typesetter, draft_form(made.COUNTY, answers(**told)))):
        assert all(40 < sign.x < 556 for sign in page.signs if sign.text.strip())


def test_cells_do_not_overlap() -> None:
    """The reader of sheets itself: a point belongs to the cell around it and to no other."""
    page = grid.Sheet([], [(0, 0, 10), (5, 0, 10), (10, 0, 10)], [(0, 0, 10), (10, 0, 10)])
    assert page.cell_at(2, 5) == Cell(0, 0, 5, 10)
    assert page.cell_at(7, 5) == Cell(5, 0, 10, 10)
    assert page.cell_at(12, 5) is None
