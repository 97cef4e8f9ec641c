"""Golden transcripts: conversations one can read aloud, played again line by line.

A file of tests/transcripts/ holds a title, then lines: `甲：` is the applicant (〔…〕 a pressed button, 【发】 photos),
`窗：` what the officials do, `过：` time passing (days), `略：` lines whose answers another transcript shows, and
`通：` the bot's answers, which are compared.
`python -m tests.dialogs.transcripts --update [name …]` writes the answers anew; read them before you commit.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from dialogs.turn import Reply, Say
from state_machine.case import Act
from tests.dialogs.applicant import Applicant
from tests.dialogs.officers import decide

FOLDER = Path(__file__).parent.parent / "transcripts"
_INDENT = "　　"
_ACTS = {
    "受理": Act.ACCEPT,
    "退回补正": Act.RETURN_FOR_CORRECTION,
    "不予受理": Act.NOT_ACCEPT,
    "审核": Act.EXAMINE,
    "审批通过": Act.APPROVE,
    "不予互认": Act.DECLINE,
    "签发": Act.ISSUE,
}


def files() -> list[Path]:
    """Every transcript."""
    return sorted(FOLDER.glob("*.txt"))


def play(script: str) -> str:
    """The whole conversation as it runs now, from the applicant's and the officials' lines of `script`."""
    applicant, written = Applicant(), []
    for line in script.splitlines():
        if line.startswith(("#", "日期")):
            written.append(line)
        elif line.startswith("略："):
            written += ["", line]
            for words in line[2:].split("／"):
                _answers(applicant, "甲：", words)
        elif line.startswith(("甲：", "窗：", "过：")):
            written += ["", line, *_answers(applicant, line[:2], line[2:])]
    return "\n".join(written) + "\n"


def walk(script: str) -> Iterator[Applicant]:
    """The applicant after every turn of `script`, the skipped ones too."""
    applicant = Applicant()
    for line in script.splitlines():
        who = "甲：" if line.startswith("略：") else line[:2]
        if who in ("甲：", "窗：", "过："):
            for words in line[2:].split("／") if line.startswith("略：") else [line[2:]]:
                _answers(applicant, who, words)
                yield applicant


def _answers(applicant: Applicant, who: str, words: str) -> list[str]:
    if who == "过：":
        applicant.wait(days=float(words.rstrip("天")))
        return []
    if who == "窗：":
        return [line for say in _officials(applicant, words) for line in _said(say)]
    return _shown(_spoken(applicant, words))


def _spoken(applicant: Applicant, words: str) -> Reply:
    if words.startswith("【发】"):
        names = words.removeprefix("【发】").split()
        problem = next((n.removeprefix("问题=") for n in names if n.startswith("问题=")), None)
        advice = tuple(n.removeprefix("建议=") for n in names if n.startswith("建议="))
        return applicant.send(*[n for n in names if "=" not in n], problem=problem, advice=advice)
    if words.startswith("〔"):
        label = words.strip("〔〕")
        return applicant.press(_value_of(applicant, label))
    return applicant.say(words)


def _value_of(applicant: Applicant, label: str) -> str:
    offered = [
        choice
        for say in [*applicant.told, *(applicant.reply.says if applicant.reply else ())]
        for choice in say.choices
    ]
    for choice in reversed(offered):
        if choice.label.removeprefix("✓ ").partition("（")[0] == label.partition("（")[0]:
            return choice.value
    raise AssertionError(f"no button 〔{label}〕")


def _officials(applicant: Applicant, words: str) -> list[Say]:
    act, *items = words.split()
    case = list(applicant.office.records.values())[-1]
    unmet = {}
    for item in items:
        key, _, rest = item.partition("=")
        codes, _, note = rest.partition("|")
        unmet[key] = (codes.split(","), note)
    said = decide(case, _ACTS[act], applicant.at, applicant.rules, unmet)
    applicant.told = said
    applicant.wait(minutes=30)
    return said


def _shown(reply: Reply) -> list[str]:
    return [line for say in reply.says for line in _said(say)] or ["通：（不出声）"]


def _said(say: Say) -> list[str]:
    first, *more = say.text.splitlines()
    lines = [f"通：{first}", *[f"{_INDENT}{line}".rstrip() for line in more]]
    if say.choices:
        lines.append(_INDENT + "".join(f"〔{choice.label}〕" for choice in say.choices))
    if say.picture:
        lines.append(f"{_INDENT}（图：{say.picture.alt}）")
    if say.document:
        lines.append(f"{_INDENT}（文件：{say.document.label}）")
    return lines


def main(arguments: list[str]) -> None:
    """Rewrite all transcripts, or those named."""
    wanted = [name for name in arguments if name != "--update"]
    for file in files():
        if "--update" in arguments and (not wanted or any(name in file.name for name in wanted)):
            try:
                file.write_text(play(file.read_text(encoding="utf-8")), encoding="utf-8")
            except AssertionError as wrong:
                sys.stderr.write(f"{file.name}: {wrong}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
