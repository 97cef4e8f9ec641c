"""axe-core in the page under test: what it finds, in lines a person can act on."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.async_api import Page

AXE = Path(__file__).parents[1] / "vendored" / "axe_core" / "axe.min.js"
#: WCAG 2.2 AA with everything it builds on, and axe's own good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (rules) => {
  const found = await axe.run(document, { runOnly: { type: "tag", values: rules } });
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.target.join(" ")}: ${node.html.slice(0, 160)} — ${node.failureSummary.slice(0, 200)}`));
}"""


@cache
def _source() -> str:
    return AXE.read_text(encoding="utf-8")


async def findings(page: Page) -> list[str]:
    """Every violation on the page as it stands."""
    if not await page.evaluate("() => typeof axe === 'object'"):
        await page.evaluate(_source())
    found: list[str] = await page.evaluate(RUN, RULES)
    return found
