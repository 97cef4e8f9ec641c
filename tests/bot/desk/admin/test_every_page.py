"""Every page of the administration: whole words, no codes, one heading, and not for others."""

from __future__ import annotations

import re

import pytest

from bot.desk.words import texts
from tests.bot.desk.clerk import accept
from tests.bot.desk.conftest import House

PAGES = [
    "/desk/manage",
    "/desk/admin/staff",
    "/desk/admin/sessions",
    "/desk/admin/holidays",
    "/desk/admin/holidays/2027",
    "/desk/admin/texts/reasons",
    "/desk/admin/texts/reasons/unreadable",
    "/desk/admin/texts/reasons/new",
    "/desk/admin/texts/knowledge",
    "/desk/admin/texts/knowledge/fees",
    "/desk/admin/aside",
    "/desk/admin/audit",
    "/desk/password",
    "/desk/second-factor/setup",
]


@pytest.mark.parametrize("place", PAGES)
async def test_a_page_is_whole(house: House, place: str) -> None:
    """No unfilled place, no Python object, no inline style or script; every field has a name a reader says."""
    await accept(house, await house.submit())
    admin = await house.as_("hu")
    page = await admin.go(place)
    assert admin.status == 200
    assert sum(tag == "h1" for tag, _ in page.tags) == 1
    assert "built-in" not in admin.html
    assert "object at 0x" not in admin.html
    if "knowledge/" not in place:
        assert not re.search(r"\{[a-z_]+\}", page.text)
    labelled = {given["for"] for tag, given in page.tags if tag == "label" and "for" in given}
    for tag, given in page.tags:
        assert "style" not in given
        assert not any(name.startswith("on") for name in given)
        if tag == "textarea" and "hidden" not in given:
            assert given.get("id") in labelled, (place, given)


def test_every_text_a_template_names_is_there() -> None:
    """Names in templates (`a.…` and `m.…`) all lead somewhere, and to no method of a dict."""
    from pathlib import Path

    import bot.desk

    folder = Path(bot.desk.__file__).parent / "templates"
    for part, letter in (("admin", "a"), ("manage", "m")):
        for path in sorted((folder / part).glob("*.html")):
            for name in re.findall(rf"[{{ (]{letter}\.([a-z_.]+[a-z_])", path.read_text(encoding="utf-8")):
                found = texts()["manage" if letter == "m" else "admin"]
                for step in name.removesuffix(".format").split("."):
                    assert not hasattr(dict, step) or step not in ("items", "clear", "keys", "values", "get"), name
                    assert step in found, (path.name, name)
                    found = found[step]
