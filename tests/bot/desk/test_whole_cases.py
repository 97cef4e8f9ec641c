"""Three clerks decide cases over real HTTP, to each end."""

from __future__ import annotations

import msgspec
import pytest

from state_machine.case_records import CaseRecord, CaseState
from storage import outbox
from tests.bot.desk.clerk import accept, act, confirm, examine, judge, open_and_claim, rest, state
from tests.bot.desk.conftest import House
from tests.storage.databases import BOTH


async def told(house: House, case: CaseRecord) -> list[str]:
    """What the applicant was told, in order."""
    account_id = (await house.stored(case.case_id)).account_id or ""
    keyring = house.archive.keyring
    entries = await house.archive.read(lambda conn: outbox.after(conn, keyring, account_id, 0))
    return [said["text"] for entry in entries for said in msgspec.json.decode(entry.payload)["says"]]


@pytest.mark.parametrize("house", BOTH, indirect=True)
async def test_a_clean_case_is_accepted_examined_approved_and_issued_by_three_people(house: House) -> None:
    """Three people, three pages, and the applicant hears of acceptance, approval and the permit."""
    case = await house.submit()
    clerk = await accept(house, case)
    assert "已受理" in clerk.page.text
    assert await state(house, case) is CaseState.ACCEPTED
    clerk = await examine(house, case)
    assert await state(house, case) is CaseState.EXAMINED
    approver = await house.as_("ye")
    await open_and_claim(approver, case)
    await act(approver, "approve", "同意。")
    assert await state(house, case) is CaseState.APPROVED
    await act(approver, "issue")
    assert await state(house, case) is CaseState.ISSUED
    said = await told(house, case)
    assert len(said) == 6, "three notices, and the permit, its picture and the form with the last"
    assert "2026年11月24日" in said[0]
    for opinion in ("材料齐全，同意受理。", "情况属实。", "同意。"):
        assert opinion in approver.page.text


async def test_a_return_names_every_reason_after_a_preview_of_the_very_words(house: House) -> None:
    """退回补正: the preview is what is sent, nothing is sent before it is confirmed."""
    case = await house.submit()
    clerk = await house.as_("lin")
    await open_and_claim(clerk, case)
    await judge(clerk, "answer:name", False, ["name_differs"], "身份证上是另一个字")
    await judge(clerk, "answer:id_number", False, ["id_number_differs"])
    await rest(clerk)
    page = await act(clerk, "return_for_correction", "请按通知改。")
    assert await state(house, case) is CaseState.SUBMITTED
    assert "身份证上是另一个字" in page.text
    letter = page.text
    await confirm(clerk)
    assert await state(house, case) is CaseState.RETURNED
    (said,) = await told(house, case)
    assert said in letter
    assert "身份证上是另一个字" in said


async def test_not_accepting_and_declining_end_the_case_with_all_reasons(house: House) -> None:
    """不予受理 at intake and 不予互认 at approval both go by the preview."""
    first, second = await house.submit(), await house.submit()
    clerk = await house.as_("lin")
    await open_and_claim(clerk, first)
    await judge(clerk, "answer:hukou_county", False, ["hukou_is_local"])
    await rest(clerk)
    await act(clerk, "not_accept")
    await confirm(clerk)
    assert await state(house, first) is CaseState.NOT_ACCEPTED

    await accept(house, second)
    reviewer = await house.as_("zhou")
    await open_and_claim(reviewer, second)
    await judge(reviewer, "answer:id_number", False, ["id_number_not_found"])
    await act(reviewer, "examine", "查无此人。", recommends="decline")
    approver = await house.as_("ye")
    await open_and_claim(approver, second)
    page = await act(approver, "decline", "不符合条件。")
    assert "复议" in page.text
    await confirm(approver)
    assert await state(house, second) is CaseState.DECLINED
    assert "复议" in (await told(house, second))[-1]


async def test_an_approver_sends_a_case_back_only_with_a_word_why(house: House) -> None:
    """退回上一岗 without an opinion is refused beside the form; with one the reviewer has it again."""
    case = await house.submit()
    await accept(house, case)
    await examine(house, case)
    approver = await house.as_("ye")
    await open_and_claim(approver, case)
    page = await act(approver, "send_back")
    assert approver.status == 409
    assert "要写意见" in page.text
    await act(approver, "send_back", "请再核对住址。")
    assert await state(house, case) is CaseState.ACCEPTED
    reviewer = await house.as_("zhou")
    page = await open_and_claim(reviewer, case)
    assert "请再核对住址。" in page.text


async def test_nobody_serves_one_case_in_two_offices(house: House) -> None:
    """受理人≠审核人≠审批人, refused over HTTP even to somebody who holds all three roles."""
    case = await house.submit()
    clerk = await accept(house, case, "quan")
    assert await state(house, case) is CaseState.ACCEPTED
    page = await clerk.go(f"/desk/cases/{case.case_id}")
    assert not page.has_form("/claim")
    assert "三个不同的人" in page.text
    token = page.form("/desk/logout").value("csrf")
    await clerk.send(f"/desk/cases/{case.case_id}/claim", [("csrf", token)])
    assert clerk.status == 404
    await clerk.send(
        f"/desk/cases/{case.case_id}/acts",
        [("csrf", token), ("act", "examine"), ("recommends", "approve"), ("act_id", "0" * 32), ("fence", "1")],
    )
    assert clerk.status == 409
    assert await state(house, case) is CaseState.ACCEPTED
    await clerk.go("/desk?office=reviewer")
    await clerk.press(clerk.page.form("/desk/next"))
    assert "没有没人领办的件" in clerk.page.text


async def test_nothing_goes_on_while_an_item_is_unjudged(house: House) -> None:
    """Acceptance and a return are refused with the number of open items, and what was typed is kept."""
    case = await house.submit()
    clerk = await house.as_("lin")
    page = await open_and_claim(clerk, case)
    assert page.form("/acts").buttons == []
    page = await act(clerk, "accept", "先写好的意见")
    assert clerk.status == 409
    assert "项没有审" in page.text
    assert page.form("/acts").value("opinion") == "先写好的意见"
    assert await state(house, case) is CaseState.SUBMITTED


@pytest.mark.parametrize("house", BOTH, indirect=True)
async def test_pressing_twice_acts_once(house: House) -> None:
    """The same act id gives the same answer, one event and one notice."""
    case = await house.submit()
    clerk = await house.as_("lin")
    await open_and_claim(clerk, case)
    await rest(clerk)
    form = clerk.page.form("/acts")
    first = await clerk.press(form, follow=False, act="accept")
    answer = (clerk.status, clerk.headers["Location"])
    second = await clerk.press(form, follow=False, act="accept")
    assert (clerk.status, clerk.headers["Location"]) == answer
    assert first.text == second.text
    stored = await house.stored(case.case_id)
    assert [event.kind for event in stored.record.events] == ["submitted", "accepted"]
    assert len(await told(house, case)) == 1


async def test_an_act_id_of_another_clerk_is_worth_nothing(house: House) -> None:
    """Somebody else's recorded act is not answered to a stranger."""
    case = await house.submit()
    clerk = await house.as_("lin")
    await open_and_claim(clerk, case)
    await rest(clerk)
    form = clerk.page.form("/acts")
    await clerk.press(form, act="accept")
    other = await house.as_("zhou")
    await open_and_claim(other, case)
    await other.press(other.page.form("/acts"), act="examine", recommends="approve", act_id=form.value("act_id"))
    assert other.status == 404
    assert await state(house, case) is CaseState.ACCEPTED


@pytest.mark.parametrize("house", BOTH, indirect=True)
async def test_a_correction_shows_before_and_after_and_opens_only_what_changed(house: House) -> None:
    """After resubmission the clerk judges the changed item alone; the others are locked but for hidden reasons."""
    case = await house.submit()
    clerk = await house.as_("lin")
    await open_and_claim(clerk, case)
    await judge(clerk, "answer:name", False, ["name_differs"])
    await rest(clerk)
    await act(clerk, "return_for_correction")
    await confirm(clerk)
    await house.correct(case.case_id, name="改后名")
    page = await open_and_claim(clerk, case)
    assert "改后名" in page.text
    assert case.answers["name"] in page.text
    assert "已审" in page.text
    await judge(clerk, "answer:ethnicity", False, ["ethnicity_differs"])
    assert clerk.status == 409
    assert "一次性告知" in clerk.page.text
    await open_and_claim(clerk, case)
    await judge(clerk, "answer:name", True)
    await rest(clerk)
    await act(clerk, "accept")
    assert await state(house, case) is CaseState.ACCEPTED


async def test_a_preview_that_is_out_of_date_is_shown_again(house: House) -> None:
    """The notice sent is the notice read: a verdict changed in another window brings the preview back."""
    case = await house.submit()
    clerk = await house.as_("lin")
    await open_and_claim(clerk, case)
    await judge(clerk, "answer:name", False, ["name_differs"])
    await rest(clerk)
    await act(clerk, "return_for_correction")
    old = clerk.page.form("/acts", seen="yes")
    await clerk.go(f"/desk/cases/{case.case_id}")
    await judge(clerk, "answer:name", False, ["name_differs"], "再补一句")
    page = await clerk.press(old)
    assert "再补一句" in page.text
    assert await state(house, case) is CaseState.SUBMITTED
    await confirm(clerk)
    assert await state(house, case) is CaseState.RETURNED


async def test_the_printed_form_is_annex_1_with_its_boxes_ticked(house: House) -> None:
    """18 boxes for the number, the chosen boxes ticked, the others not, and the opinions with names and times."""
    case = await house.submit(proofs=["labour_contract", "lease_contract"], ground=["employment", "housing"])
    clerk = await accept(house, case)
    page = await clerk.go(f"/desk/cases/{case.case_id}/form")
    assert case.answers["id_number"] in "".join(page.text.split())
    for words in ("☑ 现有居住证件互认", "☐ 居住登记时间累计互认", "☑ 签订劳动合同", "☑ 签订租赁合同", "☐ 自购房屋"):
        assert words in page.text
    assert "材料齐全，同意受理。　林受理　2026-11-20 09:00" in page.text
