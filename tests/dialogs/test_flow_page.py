"""The flow chart in the docs is the machines' own."""

from __future__ import annotations

from dialogs.pictures import flow_chart
from dialogs.pictures.canvas import framed
from tests.dialogs import flow_page


def test_the_flow_page_is_drawn_from_todays_tables() -> None:
    """A change of either table without a new docs/flow.md is noticed."""
    assert flow_page.PAGE.read_text(encoding="utf-8") == flow_page.page()


def test_the_flow_picture_is_drawn_from_todays_tables() -> None:
    """The picture in the docs is the one the chat draws."""
    assert flow_page.PICTURE.read_text(encoding="utf-8") == framed(flow_chart.draw()) + "\n"
