"""People around the cases: who chats with a person, who stands at the counter, and what an administrator did."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.desk.chats import room
from bot.desk.counter import entry
from bot.reception import Said
from state_machine.officers import Officer, Role
from storage import applications, cases, counter, staff
from storage.counter import UploadLink
from storage.ids import new_id
from tests.bot.desk.admin.test_second_factor import set_up
from tests.bot.desk.browser import Browser
from tests.bot.desk.clerk import act, open_and_claim, rest
from tests.journeys import papers
from tests.journeys.lived_in import FRIDAY, Life
from tests.journeys.whole_house import WholeHouse
from tests.simulators.applicant import Applicant
from tests.simulators.people import Person, person

#: Who asks for a person, where in the interview, with which words.
ASKED = (
    (3, "current_address", "地址不会写，门牌号忘了"),
    (4, "ground", "我的居住证过期了还能办吗"),
    (5, "pledge", "合同丢了怎么办"),
    (6, "name", "在不在在不在在不在"),
)
TOKEN = "u" * 32


async def with_people(life: Life) -> None:
    """Chats, walk-ins and edits on top of a week of cases, on Friday morning."""
    await _chats(life)
    await _walk_ins(life)
    await _administration(life)
    await life.house.service.desk.rounds.write_counts()


async def leave(life: Life) -> None:
    """Everybody hangs up."""
    for applicant in life.people:
        await applicant.http.close()


async def _chats(life: Life) -> None:
    """One in hand, one left too long, one new, one muted."""
    house = life.house
    for seed, until, words in ASKED:
        applicant = Applicant(house.base, person(seed, FRIDAY.date()))
        life.people.append(applicant)
        await applicant.turn(text="你好")
        await applicant.turn(choice="start")
        while applicant.last["asks"] != until:
            await applicant.answer_pending()
        await applicant.turn(text="找工作人员")
        await applicant.turn(text=words)
        house.wait(minutes=4)
    agent = await house.as_("wu")
    first, *_, last = await chat_addresses(agent)
    await agent.go(last)
    await agent.press(agent.page.form("/mute"), reason="flooding", hours="24")
    await agent.go(first)
    await agent.press(agent.page.form("/reply"), text="您好，我是窗口的吴坐席。地址写到街道和门牌号就行。")
    await life.people[0].turn(text="门牌号是 218 号，我的手机 13900001234")
    await house.service.desk.attending.round(house.time)
    life.ids |= {"request_id": first.rpartition("/")[2], "closed": last.rpartition("/")[2]}


async def chat_addresses(agent: Browser) -> list[str]:
    """Every chat on the list, in its order."""
    page = await agent.go("/desk/chats")
    hrefs = [given.get("href", "") for _, given in page.tags]
    return [href for href in hrefs if href.startswith("/desk/chats/")]


async def _walk_ins(life: Life) -> None:
    """One at the materials, with a telephone's link open; one who has the number and was accepted."""
    house, county = life.house, life.house.rules.county_code
    member = await house.archive.read(lambda conn: staff.by_login(conn, county, "lin"))
    assert member is not None
    officer = Officer(member.staff_id, member.name, frozenset({Role.INTAKE}))
    waits = await _entered(house, officer, person(7, FRIDAY.date()), hand_in=False)
    done = await _entered(house, officer, person(8, FRIDAY.date()), hand_in=True)
    keyring = house.archive.keyring
    (case,) = await house.archive.read(lambda conn: cases.of_account(conn, keyring, done))
    clerk = await house.as_("he")
    await open_and_claim(clerk, case.record)
    await rest(clerk)
    await act(clerk, "accept", "材料齐全，同意受理。")
    (draft,) = await house.archive.read(lambda conn: applications.drafts(conn, keyring, waits))
    until = house.time.replace(hour=house.time.hour + 1)
    link = UploadLink(waits, draft.interview.application_id, officer.staff_id, until)
    await house.archive.write(lambda conn: counter.open_link(conn, county, link, TOKEN, house.time), key="link")
    life.ids |= {
        "account_id": waits,
        "token": TOKEN,
        "receipt_account": done,
        "receipt_case": case.record.case_id,
        "counter_page": draft.interview.pages[0].page_id,
    }


async def _entered(house: WholeHouse, officer: Officer, who: Person, *, hand_in: bool) -> str:
    """A walk-in's answers given by a clerk, to the materials or to the number. Returns the account."""
    service = house.service
    account_id = await entry.begin(service, officer, new_id(), house.time)

    async def say(said: Said) -> None:
        await entry.take(service, account_id, new_id(), said, house.time, officer)

    while True:
        found = await house.archive.read(lambda conn: room.interview_of(conn, service, account_id))
        asks = found.interview.state.value if found.interview else "done"
        if asks in ("done", "submitted"):
            return account_id
        if asks == "materials":
            target = await entry.upload_target(service, account_id, house.time)
            photo = papers.jpeg(papers.sheet("劳动合同", who.name))
            received = await service.uploads.receive(_once(photo), "IMG_1.jpg", target)
            await say(Said(files=(received,)))
            if not hand_in:
                return account_id
            await say(Said(choice="done"))
        elif asks in ("ground", "proofs"):
            await say(Said(choice=who.ground if asks == "ground" else who.proofs[0]))
            await say(Said(choice="done"))
        else:
            await say(Said(choice="agree") if asks.startswith("pledge") else Said(text=_typed(who, asks)))


def _typed(who: Person, asks: str) -> str:
    """What the applicant says aloud; what is a button in the chat is a word here."""
    aloud = {
        "self": "本人",
        "held_permit": "现有居住证",
        "registered_time": "登记时间累计",
        "go_on": "继续",
        "confirm": "没问题",
    }
    return aloud.get(who.answers[asks], who.answers[asks])


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _administration(life: Life) -> None:
    """A text edited, a colleague hired with a one-time password, a second factor set up by somebody else."""
    admin = await life.house.as_("hu")
    page = await admin.go("/desk/admin/texts/reasons/unreadable")
    form = next(form for form in page.forms if form.value("text"))
    words = {"text": "照片看不清，字认不出来。", "mend": "在亮的地方重新拍，整页拍全。"}
    page = await admin.press(form, step="preview", **words)
    form = next(form for form in page.forms if form.value("text"))
    await admin.press(form, step="save", **words)
    page = await admin.go("/desk/admin/staff")
    await admin.press(page.form("/desk/admin/staff"), login="xin", name="辛新来", role=["intake", "agent"])
    members = await life.house.archive.read(lambda conn: staff.every(conn, life.house.rules.county_code))
    life.ids["staff_id"] = next(one.staff_id for one in members if one.login == "xin")
    await life.house.hire("mao", "毛管理", {Role.ADMIN})
    secret, _ = await set_up(life.house, await life.house.as_("mao"))
    life.ids["factor"] = secret.hex()
    life.house.wait(minutes=2)
