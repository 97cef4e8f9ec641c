"""The web chat's golden transcripts, played on Telegram: the same files, the real service and the stand-in cloud.

Texts are compared as they stand in the file. What Telegram must not show is starred out there; a star stands for any
one character of the file, and that nothing private is left is looked at apart. The officials act in the real archive.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from PIL import ImageFilter
from sqlalchemy import Connection, select

from state_machine.case import Act, due_date
from storage import cases, channels, outbox
from storage.schema import cases as cases_table
from tests.bot.pages import drawn, encoded, pdf
from tests.dialogs.officers import decide
from tests.telegram.hands import Person, Shown
from tests.telegram.house import PUBLIC, House

INDENT = "　　"
BUTTONS = re.compile(r"〔([^〔〕]*)〕")


@dataclass
class Line:
    """One line of a transcript: who speaks, what, and what the bot is to say then."""

    who: str
    words: str
    answers: list[str] = field(default_factory=list)


def lines_of(file: Path) -> list[Line]:
    """The lines of a transcript with their answers; 略 lines are split into theirs, whose answers are not written."""
    found: list[Line] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith(("甲：", "窗：", "过：")):
            found.append(Line(line[0], line[2:]))
        elif line.startswith("略："):
            found += [Line("略", words) for words in line[2:].split("／")]
        elif line.startswith("通：") and found:
            found[-1].answers.append(line[2:])
        elif line.startswith(INDENT) and found and found[-1].answers:
            found[-1].answers[-1] += "\n" + line[2:]
        elif not line and found and found[-1].answers:
            found[-1].answers[-1] += "\n"
    return found


def texts(answers: list[str]) -> str:
    """What the bot says, without its buttons and pictures, in one piece."""
    kept = [
        line
        for answer in answers
        if "（图：第" not in answer  # photographs of their own are not shown in somebody else's chat
        for line in answer.splitlines()
        if line.strip() and not line.startswith(("〔", "（图：", "（文件："))
    ]
    return "\n".join(kept)


def labels(answers: list[str]) -> list[str]:
    """The buttons under the last thing said."""
    lines = answers[-1].splitlines() if answers else []
    return next((BUTTONS.findall(line) for line in reversed(lines) if line.startswith("〔")), [])


def made(name: str, advice: str) -> bytes:
    """The photograph of this name: always the same, and another one for every other name."""
    if name.endswith(".pdf"):
        return pdf()
    shade = sha256(name.encode()).digest()
    picture = drawn()
    picture.paste((shade[0], shade[1], shade[2]), (400, 100, 1300, 900))
    if advice == "blurred":
        picture = drawn((1400, 1000)).filter(ImageFilter.GaussianBlur(14))
    return encoded(picture)


ACTS = {
    "受理": Act.ACCEPT,
    "退回补正": Act.RETURN_FOR_CORRECTION,
    "不予受理": Act.NOT_ACCEPT,
    "审核": Act.EXAMINE,
    "审批通过": Act.APPROVE,
    "不予互认": Act.DECLINE,
    "签发": Act.ISSUE,
}
NUMBER = re.compile(r"QY\d{8}-\d{4}")
CODE = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}")
BORN = re.compile(r"(\d{4})年\d{1,2}月\d{1,2}日出生")
STAGE = re.compile(r"── .* ──")
DOCUMENT = re.compile(r"（文件：(.*)）")
HOW = "也可以点下面的「共享手机号」，不用打字。"
#: Buttons the chat adds to the transcript's.
ADDED = ("看完整的", "打开下载页面", "看图", "共享手机号")
PRIVATE = re.compile(r"(?<!\d)[1-9]\d{16}[\dX]|(?<!\d)1[3-9]\d{9}(?!\d)")


class Player:
    """Plays one transcript in one chat and gathers what differs."""

    def __init__(self, house: House, file: Path, chat: int) -> None:
        self.house, self.file, self.chat = house, file, chat
        self.person = Person(house.cloud, chat)
        self.seen: dict[int, int] = {}
        self.wrong: list[str] = []
        self.acts = 0

    async def play(self) -> list[str]:
        """The differences; [] if the chat says what the file says."""
        for line in lines_of(self.file):
            if line.who == "过":
                self.house.clock.move(days=float(line.words.rstrip("天")))
                continue
            try:
                said = await (self._officials(line.words) if line.who == "窗" else self._applicant(line.words))
            except LookupError:
                return [*self.wrong, f"{self.file.stem}: 没有这个按钮：{line.words}"]
            if line.who != "略" and "问题=" not in line.words:
                self._compare(line, said)
        return self.wrong

    async def _applicant(self, words: str) -> list[Shown]:
        if words.startswith("【发】"):
            done = await self._send(words.removeprefix("【发】").split())
        elif words.startswith("〔"):
            done = await self.person.press(words.strip("〔〕"))
        else:
            done = await self.person.say(words)
        await self.house.answered(self.chat, done.get("update_ids") or [done["update_id"]])
        return await self._new()

    async def _send(self, names: list[str]) -> dict[str, Any]:
        advice = next((name.removeprefix("建议=") for name in names if name.startswith("建议=")), "")
        wanted = [name for name in names if "=" not in name]
        if any(name.startswith("问题=") for name in names):
            return await self.person.document(b"x", size=21 * 1024 * 1024, name=wanted[0])
        if wanted[0].endswith(".pdf"):
            return await self.person.document(made(wanted[0], ""), name=wanted[0])
        return await self.person.photos(*[made(name, advice) for name in wanted])

    async def _officials(self, words: str) -> list[Shown]:
        act, *items = words.split()
        unmet = {}
        for item in items:
            key, _, rest = item.partition("=")
            codes, _, note = rest.partition("|")
            unmet[key] = (codes.split(","), note)
        self.acts += 1
        service, at = self.house.service, self.house.clock.at
        now = at + timedelta(minutes=self.acts)
        keyring = service.archive.keyring

        def job(conn: Connection) -> None:
            reached = channels.find(conn, keyring, service.rules.county_code, channels.TELEGRAM, str(self.chat))
            assert reached is not None
            mine = cases_table.c.account_id == reached.account_id
            newest = select(cases_table.c.case_id).where(mine).order_by(cases_table.c.submitted_at.desc()).limit(1)
            stored = cases.load(conn, keyring, conn.execute(newest).scalar_one())
            assert stored is not None
            said = decide(stored.record, ACTS[act], now, service.rules, unmet)
            due = due_date(stored.record, service.rules.calendar, service.rules.due_days)
            cases.save(conn, keyring, stored, due_on=due, due_unknown=False)
            for say in said:
                payload = msgspec.json.encode({"says": [say], "at": at})
                outbox.add(conn, keyring, reached.account_id, stored.record.case_id, act, payload, at)

        await service.archive.write(job, key=str(self.chat))
        service.sender.wake()
        await self.house.answered(self.chat, [])
        return await self._new()

    async def _new(self) -> list[Shown]:
        """What the bot has said or edited since."""
        found = [one for one in await self.person.bots() if self.seen.get(one.message_id) != one.edits]
        self.seen |= {one.message_id: one.edits for one in found}
        return found

    def _compare(self, line: Line, said: list[Shown]) -> None:
        if line.answers == ["（不出声）"]:
            line.answers.clear()
        told = "\n".join(plain(shown.text) for shown in said)
        expected = BORN.sub(r"\1年出生", texts(line.answers))
        if not alike(common(told), common(expected)):
            self.wrong.append(f"{self.file.stem}: 甲：{line.words}\n  应说：{expected}\n  却说：{told}")
        if PRIVATE.search(told):
            self.wrong.append(f"{self.file.stem}: 没有遮住：{told}")
        added = {*ADDED, *(label for answer in line.answers for label in DOCUMENT.findall(answer))}
        buttons = [label for label in said[-1].buttons if label not in added] if said else []
        wanted = labels(line.answers)
        if len(buttons) != len(wanted) or not all(map(alike_label, buttons, wanted)):
            self.wrong.append(f"{self.file.stem}: 甲：{line.words}\n  按钮应是 {wanted}\n  却是 {buttons}")


def plain(text: str) -> str:
    """A message without what only Telegram adds, and without empty lines."""
    kept = [line for line in text.splitlines() if line.strip() and line != HOW and not STAGE.fullmatch(line)]
    return "\n".join(kept)


def common(text: str) -> str:
    """Without what is another one each time: application numbers, join codes, the address of the page."""
    return CODE.sub("CODE", NUMBER.sub("QY", text)).replace(PUBLIC.partition("://")[2], "互认通网页")


def alike(told: str, expected: str) -> bool:
    """Equal, where a star stands for any one character."""
    return len(told) == len(expected) and all(a in (b, "*") for a, b in zip(told, expected, strict=True))


def alike_label(told: str, expected: str) -> bool:
    """The same label, masked, and cut where it is too long."""
    if told.endswith("…") and len(expected) > len(told):
        told, expected = told[:-1], expected[: len(told) - 1]
    return alike(common(told), common(expected))
