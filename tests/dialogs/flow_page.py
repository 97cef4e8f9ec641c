"""docs/flow.md and its picture, written from the machines' own tables. `python -m tests.dialogs.flow_page --update`."""

from __future__ import annotations

import sys
from pathlib import Path

from dialogs import labels, wording
from dialogs.pictures import flow_chart
from dialogs.pictures.canvas import framed
from state_machine.case import ENDED, MOVES
from state_machine.interview import ADVANCE, PLEDGES, InterviewState, stage_of

DOCS = Path(__file__).parents[2] / "docs"
PAGE, PICTURE = DOCS / "flow.md", DOCS / "pictures" / "flow.svg"

OFFICES = {"intake": "受理人", "reviewer": "审核人", "approver": "审批人", None: "申请人"}


def question(state: InterviewState) -> str:
    """A question's short name, as the 核对单 and the chart say it."""
    if state in PLEDGES:
        return str(wording.texts("acknowledgements")[state.value]["title"])
    return labels.label_of(state.value)


def page() -> str:
    """The whole page."""
    return "\n".join(
        [
            "# 《浙江省居住证》互认转换流程图",
            "",
            "附件 2 的流程，从两台状态机自己的表画出来（`python -m tests.dialogs.flow_page --update`）。",
            "聊天里说「流程图」，看到的是同一张图，并标出「您在这里」。",
            "",
            "![互认转换流程图](pictures/flow.svg)",
            "",
            "## 问答（`state_machine/interview.py`）",
            "",
            "| 阶段 | 问题 | 条件 | 下一个 |",
            "| --- | --- | --- | --- |",
            *(
                f"| {stage_of(source)} | {question(source)} | {'、'.join(guards) or '—'} | {question(dest)} |"
                for source, dest, guards in ADVANCE
            ),
            "",
            "任何一步都可以：上一步、改某一项、进度、帮助、取消（要确认）、隔几天继续、问别的、找人。",
            "",
            "## 办件（`state_machine/case_table.py`）",
            "",
            "| 从 | 谁 | 做什么 | 条件 | 到 |",
            "| --- | --- | --- | --- | --- |",
            *(
                f"| {flow_chart.label(move.source.value)} | {OFFICES[move.office]} | `{move.act}` | "
                f"{'、'.join(move.guards) or '—'} | {flow_chart.label(move.dest.value)} |"
                for move in MOVES
            ),
            "",
            "到此为止：" + "、".join(flow_chart.label(state.value) for state in ENDED) + "。",
            "",
        ]
    )


def main(arguments: list[str]) -> None:
    """Write both files anew when asked to."""
    if "--update" in arguments:
        PAGE.write_text(page(), encoding="utf-8")
        PICTURE.write_text(framed(flow_chart.draw()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
