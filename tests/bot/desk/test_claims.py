"""领办 over HTTP: one winner, a lapse or a takeover that loses nothing typed, and who may take over."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from state_machine.case_records import CaseState
from state_machine.officers import Role
from storage import cases
from storage.ids import new_id
from tests.bot.desk.clerk import act, judge, open_and_claim, rest, state
from tests.bot.desk.conftest import House
from tests.storage.databases import BOTH


@pytest.mark.parametrize("house", BOTH, indirect=True)
async def test_sixteen_clerks_racing_for_sixty_cases_win_each_case_exactly_once(house: House) -> None:
    """下一件 pressed by everybody until nothing is left: every case has one holder, none is lost."""
    account = await house.account()
    wanted = {(await house.submit(account, pages=0)).case_id for _ in range(60)}
    won: list[str] = []

    async def race(n: int) -> None:
        await house.hire(f"racer{n}", f"第{n}人", {Role.INTAKE})
        clerk = await house.as_(f"racer{n}")
        form = clerk.page.form("/desk/next")
        while True:
            await clerk.press(form, follow=False)
            place = clerk.headers["Location"]
            if "/cases/" not in place:
                return
            won.append(place.split("/")[3].split("?")[0])

    await asyncio.gather(*(race(n) for n in range(16)))
    assert Counter(won) == dict.fromkeys(wanted, 1)


async def test_a_claim_that_lapsed_cannot_write_and_keeps_what_was_typed(house: House) -> None:
    """The verdict and the opinion stand on the page again; one press claims anew and saves."""
    case = await house.submit()
    clerk = await house.as_("lin")
    await open_and_claim(clerk, case)
    house.wait(minutes=31)
    page = await judge(clerk, "answer:name", False, ["name_differs"], "写了很久的说明")
    assert clerk.status == 409
    assert "没有保存" in page.text
    form = page.form("/verdicts", item="answer:name")
    assert form.value("note") == "写了很久的说明"
    assert not (await house.stored(case.case_id)).record.sheet.verdicts
    form.action += "?claim=1"
    await clerk.press(form)
    verdict = (await house.stored(case.case_id)).record.sheet.verdicts["answer:name"]
    assert verdict.note == "写了很久的说明"


async def test_an_act_after_a_lapse_is_refused_and_the_opinion_comes_along(house: House) -> None:
    """The opinion survives the refusal and the new claim."""
    case = await house.submit()
    clerk = await house.as_("lin")
    await open_and_claim(clerk, case)
    await rest(clerk)
    house.wait(minutes=31)
    page = await act(clerk, "accept", "同意受理，已电话核实。")
    assert clerk.status == 409
    assert await state(house, case) is CaseState.SUBMITTED
    page = await clerk.press(page.form("/claim", opinion="同意受理，已电话核实。"))
    assert page.form("/acts").value("opinion") == "同意受理，已电话核实。"
    await act(clerk, "accept", page.form("/acts").value("opinion"))
    assert await state(house, case) is CaseState.ACCEPTED


async def test_a_takeover_is_asked_first_and_the_first_clerk_can_write_no_more(house: House) -> None:
    """A colleague of the same office takes over after a confirmation; the old fence is worth nothing."""
    case = await house.submit()
    first, second = await house.as_("lin"), await house.as_("he")
    await open_and_claim(first, case)
    page = await second.go(f"/desk/cases/{case.case_id}")
    assert not page.has_form("/claim")
    page = await second.go(f"/desk/cases/{case.case_id}/takeover")
    assert "林受理" in page.text
    await second.press(page.form("/takeover"))
    page = await judge(first, "answer:name", True)
    assert first.status == 409
    await judge(second, "answer:name", True)
    assert "answer:name" in (await house.stored(case.case_id)).record.sheet.verdicts


async def test_a_takeover_confirmed_too_late_is_asked_again(house: House) -> None:
    """The confirmation was about another holder: nobody is overrun unseen."""
    case = await house.submit()
    first, second, third = await house.as_("lin"), await house.as_("he"), await house.as_("quan")
    await open_and_claim(first, case)
    late = (await third.go(f"/desk/cases/{case.case_id}/takeover")).form("/takeover")
    page = await second.go(f"/desk/cases/{case.case_id}/takeover")
    await second.press(page.form("/takeover"))
    page = await third.press(late)
    assert "何受理" in page.text
    await judge(second, "answer:name", True)
    assert second.status == 200


async def test_putting_a_case_back_frees_it_for_the_next(house: House) -> None:
    """放回: a colleague may claim it at once."""
    case = await house.submit()
    first, second = await house.as_("lin"), await house.as_("he")
    page = await open_and_claim(first, case)
    await first.press(page.form("/release"))
    page = await second.go(f"/desk/cases/{case.case_id}")
    await second.press(page.form("/claim"))
    assert "您在办" in second.page.text


async def test_judging_without_a_claim_is_refused(house: House) -> None:
    """The form is not on the page, and a hand-made one changes nothing."""
    case = await house.submit()
    clerk = await house.as_("lin")
    page = await clerk.go(f"/desk/cases/{case.case_id}")
    assert not page.has_form("/verdicts")
    csrf = page.form("/desk/logout").value("csrf")
    fields = [("csrf", csrf), ("item", "answer:name"), ("met", "yes"), ("fence", "0"), ("act_id", new_id())]
    await clerk.send(f"/desk/cases/{case.case_id}/verdicts", fields)
    assert clerk.status == 409
    assert not (await house.stored(case.case_id)).record.sheet.verdicts


async def test_a_verdict_on_words_that_changed_meanwhile_is_not_taken(house: House) -> None:
    """The fingerprint in the form is of what the clerk saw."""
    case = await house.submit()
    clerk = await house.as_("lin")
    await open_and_claim(clerk, case)
    form = clerk.page.form("/verdicts", item="answer:name")
    page = await clerk.press(form, met="yes", fingerprint="0" * 64)
    assert clerk.status == 409
    assert "刚刚有变动" in page.text


async def test_a_verdict_saved_by_the_script_answers_with_the_item_alone(house: House) -> None:
    """Autosave gets the item, the tally and the acts, not the whole page; 不符 without a reason says so."""
    case = await house.submit()
    clerk = await house.as_("lin")
    await open_and_claim(clerk, case)
    form = clerk.page.form("/verdicts", item="answer:name")
    page = await clerk.press(form, part=True, met="yes")
    assert "<html" not in clerk.html
    assert 'id="tally"' in clerk.html
    page = await clerk.press(form, part=True, met="no")
    assert "至少勾一条理由" in page.text
    stored: cases.StoredCase = await house.stored(case.case_id)
    assert stored.record.sheet.verdicts["answer:name"].met
