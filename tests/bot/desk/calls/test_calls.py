"""电话名单: every notice that reached nobody is telephoned about, and ends in a state with a name."""

from __future__ import annotations

from state_machine.notice_states import ENDED, NoticeState, state_of
from state_machine.officers import Officer, Role
from storage import audit, calls, counter
from tests.bot.desk.browser import Browser
from tests.bot.desk.clerk import act, confirm, judge, open_and_claim, rest
from tests.bot.desk.conftest import House
from tests.bot.desk.people import MORNING


async def returned(house: House) -> tuple[str, str, str]:
    """A case sent back for correction: its id, the account, the phone."""
    case = await house.submit()
    clerk = await house.as_("lin")
    await open_and_claim(clerk, case)
    await judge(clerk, "answer:name", False, [first_reason(clerk)])
    await rest(clerk)
    await act(clerk, "return_for_correction")
    await confirm(clerk)
    account_id = (await house.stored(case.case_id)).account_id
    assert account_id
    return case.case_id, account_id, str(case.answers["phone"])


def first_reason(clerk: Browser) -> str:
    """A reason that fits the name, from the page itself."""
    found = [given for tag, given in clerk.page.tags if tag == "input" and given.get("name") == "reason"]
    return next(given["value"] for given in found if given.get("id", "").startswith("r-answer-name"))


async def states(house: House, account_id: str, case_id: str) -> list[NoticeState]:
    """Where the notices of a case stand."""
    found = await house.archive.read(lambda conn: calls.states(conn, account_id, case_id))
    return list(found.values())


async def record(clerk: Browser, outcome: str, **more: str) -> None:
    """Write down what came of it."""
    form = next(form for form in clerk.page.forms if form.value("act_id"))
    await clerk.press(form, outcome=outcome, **more)


async def test_a_notice_nobody_opened_is_listed_after_its_hours_and_told_by_telephone(house: House) -> None:
    """Not before; the number is not on the list but on opening, which is written down; reached, it is gone."""
    case_id, account_id, phone = await returned(house)
    clerk = await house.as_("wu")
    assert account_id not in (await clerk.go("/desk/calls")).text + clerk.html
    house.wait(hours=25)
    clerk = await house.as_("wu")
    await clerk.go("/desk/calls")
    assert account_id in clerk.html
    assert phone not in clerk.html
    await clerk.go(f"/desk/calls/{account_id}")
    assert phone in clerk.page.text
    assert "一次说完" in clerk.page.text
    trail = await house.archive.read(lambda conn: audit.entries(conn, house.rules.county_code, limit=50))
    assert [one.account_id for one in trail if one.action == "read_phone"] == [account_id]
    await record(clerk, "reached", note="本人接的，明天来补。")
    assert account_id not in clerk.html
    assert await states(house, account_id, case_id) == [NoticeState.REACHED]
    intake = await house.as_("lin")
    assert "已电话告知" in (await intake.go(f"/desk/cases/{case_id}")).text
    await clerk.go(f"/desk/calls/{account_id}")
    assert clerk.status == 404


async def test_nobody_answering_puts_it_off_and_a_wrong_number_leaves_the_post(house: House) -> None:
    """Back on the list when the time has come; every try stays readable; posted ends it."""
    case_id, account_id, _ = await returned(house)
    house.wait(hours=25)
    clerk = await house.as_("wu")
    await clerk.go(f"/desk/calls/{account_id}")
    await record(clerk, "no_answer", again="4")
    assert account_id not in clerk.html
    assert account_id in (await clerk.go("/desk/calls?which=later")).text + clerk.html
    house.wait(hours=5)
    clerk = await house.as_("wu")
    await clerk.go("/desk/calls")
    assert "打过 1 次" in clerk.page.text
    await clerk.go(f"/desk/calls/{account_id}")
    await record(clerk, "wrong_number")
    assert account_id in clerk.html
    intake = await house.as_("lin")
    assert "电话号码不对，要邮寄" in (await intake.go(f"/desk/cases/{case_id}")).text
    await clerk.go(f"/desk/calls/{account_id}")
    assert "没人接" in clerk.page.text
    await record(clerk, "posted")
    assert account_id not in clerk.html
    assert await states(house, account_id, case_id) == [NoticeState.POSTED]


async def test_an_outcome_that_is_none_keeps_what_was_typed_and_two_presses_count_once(house: House) -> None:
    """The page comes back with the note; the same act id writes one try."""
    _, account_id, _ = await returned(house)
    house.wait(hours=25)
    clerk = await house.as_("wu")
    await clerk.go(f"/desk/calls/{account_id}")
    await record(clerk, "perhaps", note="忙音")
    assert clerk.status == 409
    form = next(form for form in clerk.page.forms if form.value("act_id"))
    assert form.value("note") == "忙音"
    await clerk.press(form, outcome="no_answer", again="2")
    await clerk.press(form, outcome="no_answer", again="2")
    tried = await house.archive.read(lambda conn: calls.tries(conn, house.archive.keyring, account_id))
    assert [(one.outcome, one.note) for one in tried] == [("no_answer", "忙音")]


async def test_a_colleague_who_was_quicker_is_named_by_what_happened(house: House) -> None:
    """Two clerks with the same page: the second is told that it has its outcome already."""
    _, account_id, _ = await returned(house)
    house.wait(hours=25)
    first, second = await house.as_("wu"), await house.as_("lin")
    await first.go(f"/desk/calls/{account_id}")
    await second.go(f"/desk/calls/{account_id}")
    await record(first, "reached")
    await record(second, "no_answer", again="2")
    assert "已经有结果了" in second.page.text


async def test_who_has_no_chat_or_whose_channel_gave_up_is_listed_at_once(house: House) -> None:
    """A walk-in applicant's notices, and those a channel could not deliver, do not wait a day."""
    _, account_id, _ = await returned(house)
    clerk = await house.as_("wu")
    await clerk.go("/desk/calls")
    assert account_id not in clerk.html
    county = house.rules.county_code
    position = (await house.archive.read(lambda conn: calls.of_account(conn, county, account_id)))[0].position
    await house.archive.write(
        lambda conn: calls.mark_failed(conn, county, account_id, position, MORNING), key=account_id
    )
    await clerk.go("/desk/calls")
    assert "发不出去" in clerk.page.text
    assert account_id in clerk.html


async def test_a_walk_in_applicants_notice_is_listed_the_moment_it_is_written(house: House) -> None:
    """Without any channel the telephone is the only way; the case itself is as everybody's."""
    county, keyring = house.rules.county_code, house.archive.keyring
    officer = Officer("0" * 32, "林受理", frozenset({Role.INTAKE}))
    account_id = await house.archive.write(
        lambda conn: counter.open_account(conn, keyring, county, officer.staff_id, house.time), key="counter"
    )
    case = await house.submit(account_id)
    clerk = await house.as_("lin")
    await open_and_claim(clerk, case)
    await rest(clerk)
    await act(clerk, "accept")
    await clerk.go("/desk/calls")
    assert "窗口办的，没有网上对话" in clerk.page.text
    assert account_id in clerk.html


async def test_a_notice_opened_meanwhile_leaves_the_list_by_itself(house: House) -> None:
    """Delivered is an end too."""
    case_id, account_id, _ = await returned(house)
    house.wait(hours=25)
    async for event_id, _ in house.delivery.stream(account_id, 0):
        await house.delivery.mark_delivered(account_id, event_id)
        break
    clerk = await house.as_("wu")
    await clerk.go("/desk/calls")
    assert account_id not in clerk.html
    assert await states(house, account_id, case_id) == [NoticeState.DELIVERED]


async def test_a_cases_notices_all_end_in_a_named_state() -> None:
    """Every state is either an end or has somebody to do something about it."""
    assert {NoticeState.DELIVERED, NoticeState.REACHED, NoticeState.POSTED} == ENDED
    assert state_of(None, None) is NoticeState.WAITING
    assert state_of(MORNING, None) is NoticeState.DELIVERED
    assert state_of(MORNING, "no_answer") is NoticeState.DELIVERED
    assert state_of(MORNING, "posted") is NoticeState.POSTED
