"""Every page of the desk in the states people meet it in: what axe looks at, and what `make pictures` takes.

The router says which pages there are; `test_accessibility` fails for one without a sight here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from playwright.async_api import BrowserContext, Page

from storage import applications, counter, updates
from storage.counter import UploadLink
from tests.bot.desk.admin.test_second_factor import code
from tests.bot.desk.conftest import PASSWORD
from tests.journeys.lived_in import Life

Does = Callable[[Page, Life], Awaitable[None]]
CASE = "/desk/cases/{case_id}"


@dataclass(frozen=True)
class Sight:
    """A page: the picture's name and caption, who looks (a login; "" nobody), pattern, address, what is done."""

    name: str
    caption: str
    who: str
    route: str
    path: str
    does: Does | None = None


async def sign_in(context: BrowserContext, life: Life, who: str) -> Page:
    """A page of this member of staff, through the door; nobody's page where `who` is empty."""
    page = await context.new_page()
    if who:
        await page.goto(f"{life.house.base}/desk/login")
        await page.fill("#login", who)
        await page.fill("#password", PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_url(lambda address: not address.endswith("/login"))
    return page


async def visit(page: Page, sight: Sight, life: Life) -> None:
    """Go there and do what brings the page into its state."""
    names = life.ids | {name: case.case_id for name, case in life.cases.items()}
    await page.goto(life.house.base + sight.path.format_map(names))
    if sight.does is not None:
        await sight.does(page, life)
    await page.wait_for_load_state("load")


def pressing(*selectors: str) -> Does:
    """Press one after the other what is there; what has been pressed before is not there any more."""

    async def does(page: Page, _: Life) -> None:
        for selector in selectors:
            button = page.locator(selector).first
            if await button.count():
                await button.click()
                await page.wait_for_load_state("load")

    return does


def keys(*names: str) -> Does:
    """Claim the case if it is free, then press these keys."""

    async def does(page: Page, life: Life) -> None:
        await pressing("form[action$='/claim'] button")(page, life)
        await page.wait_for_selector("html.js")
        for name in names:
            await page.keyboard.press(name)
        await page.wait_for_timeout(400)

    return does


def searching(what: str) -> Does:
    """Search for the answer of that name of the case shown, or for the words themselves."""

    async def does(page: Page, life: Life) -> None:
        await page.fill("#search", str(life.cases["shown"].answers.get(what, what)))
        await page.press("#search", "Enter")
        await page.wait_for_url("**/search")

    return does


async def _wrong_password(page: Page, _: Life) -> None:
    await page.fill("#login", "lin")
    await page.fill("#password", "不对的密码")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".say.bad")


async def _judged(page: Page, life: Life) -> None:
    await pressing("#tally form button")(page, life)
    await page.wait_for_selector("button[value=return_for_correction]:enabled")


async def _previewed(page: Page, life: Life) -> None:
    await _judged(page, life)
    await page.fill("#opinion", "请按通知改，改好再交。")
    await page.click("button[value=return_for_correction]")
    await page.wait_for_selector(".letter")


async def _lapsed(page: Page, life: Life) -> None:
    """The claim runs out while a note is being written; then it is claimed anew for the next picture."""
    await pressing("form[action$='/claim'] button")(page, life)
    await page.wait_for_selector("html.js #opinion")
    before = life.house.time
    life.house.wait(minutes=31)
    await page.check("#no-answer-ethnicity")
    await page.fill("#n-answer-ethnicity", "身份证上是另一个民族")
    await page.click("#r-answer-ethnicity-1")
    await page.wait_for_selector("#v-answer-ethnicity >> text=没有保存")
    life.house.time = before


async def _scanned(page: Page, life: Life) -> None:
    """A link of its own for this telephone, looked at; a new one ends the old."""
    house, account_id, token = life.house, life.ids["account_id"], f"{id(page):040d}"
    keyring, county = house.archive.keyring, house.rules.county_code
    (draft,) = await house.archive.read(lambda conn: applications.drafts(conn, keyring, account_id))
    link = UploadLink(account_id, draft.interview.application_id, "", house.time + timedelta(minutes=15))
    await house.archive.write(lambda conn: counter.open_link(conn, county, link, token, house.time), key="link")
    await page.goto(f"{house.base}/upload/{token}")


async def _telephone(page: Page, life: Life) -> None:
    """The link, taken for this telephone."""
    await _scanned(page, life)
    await page.click("button")
    await page.wait_for_selector("#file")


async def _hired(page: Page, life: Life) -> None:
    await page.fill("input[name=login]", f"kai{page.viewport_size['width']}" if page.viewport_size else "kai")
    await page.fill("input[name=name]", "凯新人")
    await page.check("input[name=role][value=reviewer]")
    await page.click("form[action='/desk/admin/staff'] button.main")
    await page.wait_for_selector(".one-time")


async def _set_aside(page: Page, life: Life) -> None:
    """An update nobody could take, opened."""
    house, content = life.house, b'{"update_id": 77, "message": {"date": "never"}}'
    county, keyring, why = house.rules.county_code, house.archive.keyring, "unreadable TypeError"
    await house.archive.write(
        lambda conn: updates.put_aside(conn, keyring, county, "1000", 77, why, content, house.now()), key="sight"
    )
    await page.goto(f"{house.base}/desk/admin/aside/1000-77")


async def _text_previewed(page: Page, _: Life) -> None:
    area = page.locator("textarea").first
    await area.fill((await area.input_value()).rstrip("。") + "，请看一眼。")
    await page.click("button[value=preview]")
    await page.wait_for_selector(".offered")


async def _year_previewed(page: Page, _: Life) -> None:
    await page.fill("textarea.days", "2027-01-01 休\n2027-01-02 班\n")
    await page.click("button[value=preview]")
    await page.wait_for_load_state("load")


async def _codes(page: Page, life: Life) -> None:
    """Past the second factor, new recovery codes asked for; each code is worth something once."""
    for button in ("form[action$='second-factor'] button.main", "button[value=codes]"):
        life.house.wait(minutes=1)
        await page.fill("#code", code(bytes.fromhex(life.ids["factor"]), life.house.time))
        await page.click(button)
        await page.wait_for_load_state("load")
        if button.startswith("form"):
            await page.goto(f"{life.house.base}/desk/second-factor/setup")
    await page.wait_for_selector(".codes")


SIGHTS: tuple[Sight, ...] = (
    Sight("desk-login", "登录", "", "/desk/login", "/desk/login"),
    Sight("desk-login-wrong", "登录没通过", "", "/desk/login", "/desk/login", _wrong_password),
    Sight("desk-queue", "待办：最急的在最上面，超期的有颜色也有字", "lin", "/desk", "/desk"),
    Sight("desk-queue-reviewer", "审核岗的待办，有逾期的", "zhou", "/desk", "/desk?office=reviewer"),
    Sight("desk-queue-empty", "筛选后没有件", "lin", "/desk", "/desk?office=intake&flag=special_provision"),
    Sight("desk-found", "按身份证号查到两件", "lin", "/desk", "/desk", searching("id_number")),
    Sight("desk-found-none", "没有查到", "lin", "/desk", "/desk", searching("查无此人")),
    Sight("desk", "办件页：左边申请表，右边材料，逐项审查", "lin", CASE, "/desk/cases/{shown}"),
    Sight("desk-keys", "键盘表", "lin", CASE, "/desk/cases/{shown}", keys("?")),
    Sight("desk-viewer", "看材料：转、放大、翻页", "lin", CASE, "/desk/cases/{shown}", keys("v", "]", ".", "+")),
    Sight("desk-viewer-pdf", "一份 PDF 逐页看", "lin", CASE, "/desk/cases/{scanned}", keys("]")),
    Sight("desk-hints", "居住登记时间的算式和自动核对", "lin", CASE, "/desk/cases/{long_time}", keys()),
    Sight("desk-corrected", "补正以后：前后对照，只审改过的", "lin", CASE, "/desk/cases/{mended}", keys()),
    Sight("desk-lapsed", "领办过期：写的还在，一键重新领办", "lin", CASE, "/desk/cases/{long_time}", _lapsed),
    Sight("desk-taken-over", "接办以前先确认", "lin", CASE + "/takeover", "/desk/cases/{twin}/takeover"),
    Sight("desk-judged", "全部审完，可以办理", "lin", CASE, "/desk/cases/{shown}", _judged),
    Sight("desk-preview", "一次性告知，发出前逐字看", "lin", CASE, "/desk/cases/{shown}", _previewed),
    Sight("desk-reviewer", "审核人的办件页", "zhou", CASE, "/desk/cases/{accepted}", keys()),
    Sight("desk-approver", "审批人的办件页", "ye", CASE, "/desk/cases/{examined}", keys()),
    Sight("desk-ended", "办结的件：意见、经过、每条通知到哪一步", "ye", CASE, "/desk/cases/{declined}"),
    Sight("desk-form", "打印的申请表（附件 1）", "lin", CASE + "/form", "/desk/cases/{shown}/form"),
    Sight("desk-page", "一张材料单独看", "lin", CASE + "/pages/{page_id}", "/desk/cases/{shown}/pages/{page_id}"),
    Sight("desk-not-found", "不是自己的，和没有的，一个样", "lin", CASE, "/desk/cases/00000000"),
    Sight("desk-forbidden", "没有这个权限", "lin", "/desk/manage", "/desk/manage"),
    Sight("chats", "坐席的名单：等多久、没看几条、谁在答", "wu", "/desk/chats", "/desk/chats"),
    Sight("chats-one", "一个对话，旁边是申请表和现成的答案", "wu", "/desk/chats/{request_id}",
          "/desk/chats/{request_id}"),
    Sight("chats-over", "已经交回机器人的对话", "wu", "/desk/chats/{request_id}", "/desk/chats/{closed}"),
    Sight("chats-answers", "现成的答案（不用脚本时）", "wu", "/desk/chats/{request_id}/answers",
          "/desk/chats/{request_id}/answers?wanted=要交多少钱"),
    Sight("counter", "窗口代录的名单", "lin", "/desk/counter", "/desk/counter"),
    Sight("counter-entry", "代录：照念问题，一步一步", "lin", "/desk/counter/{account_id}",
          "/desk/counter/{account_id}"),
    Sight("counter-qr", "出二维码，请申请人用手机拍", "lin", "/desk/counter/{account_id}", "/desk/counter/{account_id}",
          pressing("form[action$='/link'] button")),
    Sight("counter-done", "代录的已经交了", "lin", "/desk/counter/{account_id}", "/desk/counter/{receipt_account}"),
    Sight("counter-receipt", "打印的回执", "lin", "/desk/counter/{account_id}/receipt/{case_id}",
          "/desk/counter/{receipt_account}/receipt/{receipt_case}"),
    Sight("phone-door", "申请人扫码以后", "", "/upload/{token}", "/upload/{token}", _scanned),
    Sight("phone", "申请人用手机传照片", "", "/upload", "/upload", _telephone),
    Sight("phone-ended", "二维码用过或者过期了", "", "/upload", "/upload/" + "x" * 32),
    Sight("calls", "电话名单：通知没送到的人", "wu", "/desk/calls", "/desk/calls"),
    Sight("calls-later", "过一会儿再打的", "wu", "/desk/calls", "/desk/calls?which=later"),
    Sight("calls-one", "打电话：照着念，记下结果", "wu", "/desk/calls/{account_id}", "/desk/calls/{called}"),
    Sight("manage", "总览", "hu", "/desk/manage", "/desk/manage"),
    Sight("admin-staff", "工作人员", "hu", "/desk/admin/staff", "/desk/admin/staff"),
    Sight("admin-staff-one", "一个账号", "hu", "/desk/admin/staff/{staff_id}", "/desk/admin/staff/{staff_id}"),
    Sight("admin-staff-hired", "新账号的一次性密码", "hu", "/desk/admin/staff/{staff_id}", "/desk/admin/staff", _hired),
    Sight("admin-sessions", "谁登录着", "hu", "/desk/admin/sessions", "/desk/admin/sessions"),
    Sight("admin-holidays", "放假安排", "hu", "/desk/admin/holidays", "/desk/admin/holidays"),
    Sight("admin-holidays-year", "还没公布的一年", "hu", "/desk/admin/holidays/{year}", "/desk/admin/holidays/2027"),
    Sight("admin-holidays-preview", "保存以前先看", "hu", "/desk/admin/holidays/{year}", "/desk/admin/holidays/2027",
          _year_previewed),
    Sight("admin-reasons", "理由目录", "hu", "/desk/admin/texts/{book}", "/desk/admin/texts/reasons"),
    Sight("admin-reason", "改一条理由，有版本", "hu", "/desk/admin/texts/{book}/{entry}",
          "/desk/admin/texts/reasons/unreadable"),
    Sight("admin-reason-new", "加一条理由", "hu", "/desk/admin/texts/{book}/{entry}", "/desk/admin/texts/reasons/new"),
    Sight("admin-knowledge", "知识库", "hu", "/desk/admin/texts/{book}", "/desk/admin/texts/knowledge"),
    Sight("admin-knowledge-preview", "改一条答案，先看申请人读到的样子", "hu", "/desk/admin/texts/{book}/{entry}",
          "/desk/admin/texts/knowledge/fees", _text_previewed),
    Sight("admin-dossiers", "按月归档", "hu", "/desk/admin/dossiers", "/desk/admin/dossiers"),
    Sight("admin-aside-none", "没有收不下的消息", "hu", "/desk/admin/aside", "/desk/admin/aside"),
    Sight("admin-aside-one", "一条收不下的消息", "hu", "/desk/admin/aside/{update}", "/desk/admin/aside", _set_aside),
    Sight("admin-aside", "收不下的消息", "hu", "/desk/admin/aside", "/desk/admin/aside"),
    Sight("admin-audit", "操作记录", "hu", "/desk/admin/audit", "/desk/admin/audit"),
    Sight("account-password", "改密码", "lin", "/desk/password", "/desk/password"),
    Sight("account-factor", "第二步验证还没设", "hu", "/desk/second-factor/setup", "/desk/second-factor/setup"),
    Sight("account-factor-setup", "设第二步验证", "ye", "/desk/second-factor/setup", "/desk/second-factor/setup",
          pressing("button[value=begin]")),
    Sight("account-factor-asked", "登录时的第二步", "mao", "/desk/second-factor", "/desk/second-factor"),
    Sight("account-factor-codes", "恢复码，只看这一次", "mao", "/desk/second-factor/setup", "/desk/second-factor",
          _codes),
)  # fmt: skip
