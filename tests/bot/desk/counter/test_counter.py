"""窗口代录: a walk-in applicant through the same questions, scanner and telephone, to the same receipt."""

from __future__ import annotations

import re
from dataclasses import replace

import aiohttp

from bot.desk import words
from bot.desk.chats import room
from state_machine.case_records import Flag
from storage import audit, cases, counter, outbox
from tests.bot.desk.both_sides import BothSides
from tests.bot.desk.browser import Browser, Page
from tests.bot.desk.counter.qr_reader import read_svg
from tests.bot.pages import drawn, encoded
from tests.bot.visitor import AN_APPLICANT


async def begun(sides: BothSides, login: str = "lin") -> Browser:
    """A clerk with a new applicant before them."""
    clerk = await sides.clerk(login)
    await clerk.press((await clerk.go("/desk/counter")).form("/desk/counter"))
    return clerk


def entry(clerk: Browser) -> str:
    """The address of the entry on the screen."""
    found = re.match(r"/desk/counter/[0-9a-f]{32}", clerk.path)
    assert found, clerk.path
    return found[0]


def choices(page: Page) -> set[str]:
    """Every button that answers."""
    return {value for form in page.forms if form.action.endswith("/turns") for value in form.buttons}


async def press(clerk: Browser, value: str) -> None:
    """Press an answer."""
    await clerk.press(clerk.page.form("/turns"), choice=value)


async def say(clerk: Browser, text: str) -> None:
    """Type an answer."""
    form = next(form for form in clerk.page.forms if form.action.endswith("/turns") and ("text", "") in form.fields)
    await clerk.press(form, text=text)


async def asks(sides: BothSides, clerk: Browser) -> str:
    """What the interview asks now, from the archive."""
    account_id = entry(clerk).rpartition("/")[2]
    found = await sides.service.archive.read(lambda conn: room.interview_of(conn, sides.service, account_id))
    return found.interview.state.value if found.interview else "menu"


async def reach(sides: BothSides, clerk: Browser, wanted: str) -> None:
    """Answer everything until `wanted` is asked."""
    for _ in range(60):
        state = await asks(sides, clerk)
        if state == wanted:
            return
        if state.startswith("pledge"):
            await press(clerk, "agree")
        elif state in ("ground", "proofs"):
            await press(clerk, AN_APPLICANT.ground if state == "ground" else AN_APPLICANT.proofs[0])
            await press(clerk, "done")
        else:
            value = AN_APPLICANT.answers[state]
            await (press(clerk, value) if value in choices(clerk.page) else say(clerk, value))
    raise AssertionError(f"never asked {wanted}: {await asks(sides, clerk)}")


async def send(browser: Browser, path: str, *files: bytes, csrf: str = "") -> None:
    """Post files the way a form does: the token first."""
    form = aiohttp.FormData()
    if csrf:
        form.add_field("csrf", csrf)
    for number, content in enumerate(files):
        form.add_field("file", content, filename=f"{number}.jpg", content_type="image/jpeg")
    async with browser.http.post(browser.base + path, data=form) as answer:
        await browser._keep(answer)


async def linked(sides: BothSides, clerk: Browser) -> str:
    """Press the QR button; returns the link's path, read back from the very code on the page."""
    await clerk.press(clerk.page.form("/link"))
    address = read_svg(clerk.html)
    assert address.startswith(f"{sides.base}/upload/"), address
    return address.removeprefix(sides.base)


async def test_a_walk_in_is_entered_by_the_same_questions_and_gets_the_same_receipt(sides: BothSides) -> None:
    """To the 申请编号: the case says that it was entered at the counter and by whom, in no office."""
    clerk = await begun(sides)
    await reach(sides, clerk, "materials")
    await send(clerk, f"{entry(clerk)}/files", encoded(drawn()), csrf=clerk.page.form("/files").value("csrf"))
    assert "1 张" in clerk.page.text
    await press(clerk, "done")
    await press(clerk, "confirm")
    await say(clerk, AN_APPLICANT.answers["name"])
    assert "会打您留的电话" in clerk.page.text
    assert "在这里告诉您" not in clerk.page.text
    href = next(given["href"] for _, given in clerk.page.tags if "/receipt/" in given.get("href", ""))
    page = await clerk.go(href)
    number = re.search(r"QY\S*\d", page.text)
    assert number
    assert "收到您的申请了" in page.text
    case_id = href.rpartition("/")[2]
    stored = await sides.service.archive.read(lambda conn: cases.load(conn, sides.service.archive.keyring, case_id))
    assert stored is not None
    first = stored.record.events[0]
    assert first.name == "林受理"
    assert first.office is None
    assert stored.record.offices == {}
    assert Flag.AT_COUNTER in stored.record.flags
    assert stored.record.application_number in page.text
    back = await clerk.go("/desk/counter")
    await clerk.press(back.form("/find"), number=stored.record.application_number.lower())
    assert entry(clerk) == href.partition("/receipt/")[0]


async def test_a_wrong_answer_is_answered_as_the_chat_would(sides: BothSides) -> None:
    """The same readers: a phone too short stays asked, with the same words; nothing is skipped by the desk."""
    clerk = await begun(sides)
    await reach(sides, clerk, "phone")
    await say(clerk, "1361234")
    assert await asks(sides, clerk) == "phone"
    await press(clerk, "back")
    assert await asks(sides, clerk) != "phone"


async def test_the_same_press_twice_answers_once(sides: BothSides) -> None:
    """The turn's id: a double click does not answer the next question."""
    clerk = await begun(sides)
    form = clerk.page.form("/turns")
    await clerk.press(form, choice="agree")
    state = await asks(sides, clerk)
    await clerk.press(form, choice="agree")
    assert await asks(sides, clerk) == state


async def test_a_telephone_sends_pages_by_a_link_that_works_once_and_not_for_long(sides: BothSides) -> None:
    """Looking does not use it up; the first telephone to press has it; a second finds it used; it ends."""
    clerk = await begun(sides)
    await reach(sides, clerk, "materials")
    link = await linked(sides, clerk)
    first, second = sides.somebody(), sides.somebody()
    await first.go(link)
    page = await second.go(link)
    assert first.status == second.status == 200
    stale = page.form(link)
    await first.press(first.page.form(link))
    assert first.path == "/upload"
    await second.press(stale)
    assert second.status == 410
    await second.go("/upload")
    assert second.status == 410
    await send(first, "/upload", encoded(drawn((900, 700))), encoded(drawn((1000, 800))))
    assert "2 张" in first.page.text
    assert "2 张" in (await clerk.go(entry(clerk))).text
    image = next(given["src"] for tag, given in clerk.page.tags if tag == "img")
    await clerk.go(image)
    assert clerk.headers["Content-Type"] == "image/jpeg"
    sides.clock.move(minutes=16)
    await send(first, "/upload", encoded(drawn((700, 900))))
    assert first.status == 410


async def test_the_telephone_is_told_whether_a_card_or_a_proof_is_asked_for(sides: BothSides) -> None:
    """Where a card may be photographed instead of typed, the telephone's page asks for it; later for the proof."""
    sides.service.reception.use(replace(sides.service.rules, reads_pictures=True))
    sides.service.rules = replace(sides.service.rules, reads_pictures=True)
    clerk = await begun(sides)
    await reach(sides, clerk, "name")
    phone = sides.somebody()
    await phone.press((await phone.go(link := await linked(sides, clerk))).form(link))
    assert words.say("counter.phone.card") in phone.page.text
    await reach(sides, clerk, "materials")
    page = await phone.go("/upload")
    assert words.say("counter.phone.card") not in page.text
    assert "0 张" in page.text


async def test_what_comes_by_itself_is_told_on_the_open_page(sides: BothSides) -> None:
    """A card read from a photograph waits for nobody to reload: the piece the page asks for says so, once."""
    service = sides.service
    clerk = await begun(sides)
    await reach(sides, clerk, "name")
    account, piece = entry(clerk).rpartition("/")[2], {"HX-Request": "true"}
    await linked(sides, clerk)
    page = await clerk.go(entry(clerk))
    asked = next(given["hx-get"] for _, given in page.tags if "hx-get" in given)
    assert words.say("counter.news") not in (await clerk.go(asked, headers=piece)).text
    payload = b'{"says":[{"text":"read"}]}'
    await service.archive.write(
        lambda conn: outbox.add(conn, service.archive.keyring, account, None, "photo_card", payload, service.now()),
        key=account,
    )
    assert words.say("counter.news") in (await clerk.go(asked, headers=piece)).text
    page = await clerk.go(entry(clerk))
    asked = next(given["hx-get"] for _, given in page.tags if "hx-get" in given)
    assert words.say("counter.news") not in (await clerk.go(asked, headers=piece)).text


async def test_a_file_part_without_a_name_is_not_read_without_end(sides: BothSides) -> None:
    """Only an empty file field comes without a name; bytes without one are refused, and nothing is stored."""
    clerk = await begun(sides)
    await reach(sides, clerk, "materials")
    phone = sides.somebody()
    await phone.press((await phone.go(link := await linked(sides, clerk))).form(link))
    form = aiohttp.MultipartWriter("form-data")
    form.append(b"x" * 100_000).set_content_disposition("form-data", name="file")
    async with phone.http.post(phone.base + "/upload", data=form) as answer:
        assert words.say("counter.broken_upload") in await answer.text()
    assert "1 张" not in (await clerk.go(entry(clerk))).text


async def test_a_new_link_ends_the_old_one_and_a_closed_one_is_closed(sides: BothSides) -> None:
    """One telephone at a time, and none once the clerk says so."""
    clerk = await begun(sides)
    await reach(sides, clerk, "materials")
    old = await linked(sides, clerk)
    new = await linked(sides, clerk)
    phone = sides.somebody()
    await phone.go(old)
    assert phone.status == 410
    await phone.press((await phone.go(new)).form(new))
    await clerk.press(clerk.page.form("/link/close"))
    await phone.go("/upload")
    assert phone.status == 410


async def test_files_without_the_token_are_refused_before_they_are_read(sides: BothSides) -> None:
    """CSRF for forms with files: the token stands first, or nothing is taken."""
    clerk = await begun(sides)
    await reach(sides, clerk, "materials")
    await send(clerk, f"{entry(clerk)}/files", encoded(drawn()))
    assert clerk.status == 403
    account_id = (await sides.service.archive.read(lambda conn: counter.recent(conn, "331126")))[0].account_id
    await clerk.go(f"/desk/counter/{account_id}")
    assert "1 张" not in clerk.page.text


async def test_a_link_is_only_given_where_pages_are_asked_for(sides: BothSides) -> None:
    """Before the materials there is nothing a telephone could send."""
    clerk = await begun(sides)
    csrf = clerk.page.form("/turns").value("csrf")
    await clerk.send(f"{entry(clerk)}/link", [("csrf", csrf)])
    assert clerk.status == 409
    assert "现在这一题不用传材料" in clerk.page.text


async def test_somebody_elses_account_is_no_walk_in(sides: BothSides) -> None:
    """An applicant with a chat of their own does not exist at the counter."""
    applicant = sides.applicant()
    await applicant.turn(text="")
    clerk = await begun(sides)
    csrf = clerk.page.form("/turns").value("csrf")
    token = next(cookie.value for cookie in applicant.client.session.cookie_jar)
    account_id = await sides.service.reception.account_of(token)
    for path in ("", "/pages/abc"):
        await clerk.go(f"/desk/counter/{account_id}{path}")
        assert clerk.status == 404
    for path in ("/turns", "/link", "/link/close", "/files"):
        await clerk.send(f"/desk/counter/{account_id}{path}", [("csrf", csrf), ("turn_id", "0" * 32), ("choice", "x")])
        assert clerk.status == 404, path


async def test_reading_an_entry_is_written_down_and_no_person_is_called_for_somebody_at_the_counter(
    sides: BothSides,
) -> None:
    """The trail names the clerk; 人工 leads to the person already there."""
    clerk = await begun(sides)
    await say(clerk, "找工作人员")
    assert "您就在窗口" in clerk.page.text
    agent = await sides.clerk("wu")
    assert "现在没有人在等" in (await agent.go("/desk/chats")).text
    trail = await sides.service.archive.read(lambda conn: audit.entries(conn, "331126", limit=50))
    assert "read_counter" in {one.action for one in trail}
