"""The pictures in the chat: what their address says they show, their words say the same, and nothing in them runs."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import pictures
from dialogs.pictures import photo_guide
from dialogs.rules import Rules
from dialogs.turn import Picture
from state_machine.interview import Stage
from state_machine.registered_time import Period
from state_machine.working_days import Calendar

RULES = Rules(calendar=Calendar())
SVG = "{http://www.w3.org/2000/svg}"
FRIDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 24)
SPRING = [Period("温州市", date(2025, 8, 3), date(2025, 12, 20)), Period("庆元县", date(2026, 2, 1))]


def month(accepted: date, due: date, rules: Rules = RULES) -> Picture:
    """The calendar that must be there."""
    picture = pictures.due_date(accepted, due, rules)
    assert picture is not None
    return picture


def time_line(periods: list[Period], today: date) -> Picture:
    """The time line that must be there."""
    picture = pictures.registered_time(periods, today, RULES)
    assert picture is not None
    return picture


def drawn(picture: Picture, **more: str) -> str:
    """What stands at a picture's address."""
    address = urlsplit(picture.href)
    name = address.path.removeprefix(pictures.FOLDER).removesuffix(".svg")
    svg = pictures.drawn(name, dict(parse_qsl(address.query)) | more, RULES)
    assert svg is not None
    return svg


EVERY = [
    pictures.flow("phone"),
    pictures.flow("examined"),
    pictures.progress(Stage.FORM, 6, 14),
    pictures.progress(None, 14, 14),
    month(FRIDAY, TUESDAY),
    month(date(2026, 9, 30), date(2026, 10, 9)),
    time_line(SPRING, date(2026, 5, 23)),
    pictures.how_to_photograph(),
]


@pytest.mark.parametrize("picture", EVERY, ids=lambda picture: picture.href)
def test_every_picture_is_drawn_from_its_address_with_its_words(picture: Picture) -> None:
    """The alternative text of the message is the description in the drawing, by day and by night."""
    for look in ("auto", "light", "dark"):
        root = ElementTree.fromstring(drawn(picture, look=look))  # noqa: S314 -- our own text
        assert root.findtext(f"{SVG}desc") == picture.alt
        assert not {element.tag for element in root.iter()} & {f"{SVG}script", f"{SVG}image", f"{SVG}foreignObject"}


def test_night_has_colours_of_its_own() -> None:
    """The dark picture stands on dark paper; `auto` holds both and lets the reader's setting decide."""
    picture = pictures.how_to_photograph()
    light, dark, auto = (drawn(picture, look=look) for look in ("light", "dark", "auto"))
    assert ".f-paper{fill:#ffffff}" in light
    assert ".f-paper{fill:#16211f}" in dark
    assert "prefers-color-scheme:dark" in auto
    assert "prefers-color-scheme" not in light + dark


def test_the_calendar_marks_both_days_and_the_weekend_between() -> None:
    """From Friday 11-20 to Tuesday 11-24, with Saturday and Sunday off (domain.md's vector)."""
    picture = month(FRIDAY, TUESDAY)
    assert picture.alt.startswith("2026年11月20日受理，2026年11月24日到期。中间 11月21日、11月22日 不上班")
    said = [text.text for text in ElementTree.fromstring(drawn(picture)).iter(f"{SVG}text")]  # noqa: S314 -- ours
    assert said[said.index("20") + 1] == "受理"
    assert said[said.index("24") + 1] == "到期"
    assert said[said.index("21") + 1] == "休"


def test_the_calendar_runs_over_the_national_day_into_the_next_month() -> None:
    """Two months are drawn; the make-up Saturday is marked as a workday."""
    picture = month(date(2026, 9, 30), date(2026, 10, 9))
    said = [text.text for text in ElementTree.fromstring(drawn(picture)).iter(f"{SVG}text")]  # noqa: S314 -- ours
    assert "2026 年 9 月" in said
    assert "2026 年 10 月" in said
    assert "班" in said


def test_a_year_without_published_holidays_says_so() -> None:
    """Only the weekends are marked, and the words admit it."""
    later = date(RULES.calendar.published_through + 2, 3, 2)
    assert "还没公布" in month(later, later + timedelta(days=2)).alt


def test_what_is_no_time_limit_has_no_calendar() -> None:
    """Backwards, or longer than two months: no picture rather than a wrong one."""
    assert pictures.due_date(TUESDAY, FRIDAY, RULES) is None
    assert pictures.due_date(FRIDAY, FRIDAY + timedelta(days=80), RULES) is None


def test_the_time_line_names_the_gap_and_the_day_six_months_are_full() -> None:
    """The gap with its length, and when the present run is enough; the places stay out of the address."""
    picture = time_line(SPRING, date(2026, 5, 23))
    assert "中间没登记：2025年12月21日到2026年1月31日（42 天）" in picture.alt
    assert "2026年8月1日满六个月" in picture.alt
    assert set(urlsplit(picture.href).query) <= set("spans=today&0123456789-.,")


def test_nothing_to_draw_is_no_picture() -> None:
    """No period, or more than anybody could read."""
    assert pictures.registered_time([], date(2026, 5, 23), RULES) is None
    many = [
        Period("x", date(2020, 1, 1) + timedelta(days=20 * n), date(2020, 1, 10) + timedelta(days=20 * n))
        for n in range(30)
    ]
    assert pictures.registered_time(many, date(2026, 5, 23), RULES) is None


def test_the_guide_shows_one_good_photograph_and_five_bad_ones() -> None:
    """Each with its words under it."""
    root = ElementTree.fromstring(drawn(pictures.how_to_photograph()))  # noqa: S314 -- our own text
    assert [text.text for text in root.iter(f"{SVG}text")] == [
        "这样拍",
        "切掉一角",
        "手指挡住",
        "拍糊了",
        "反光",
        "太暗",
    ]
    assert photo_guide.draw().words == pictures.how_to_photograph().alt


NAMES = st.one_of(st.sampled_from(["flow", "stages", "month", "time_line", "photo_guide"]), st.text(max_size=12))
DAYS = st.dates(date(1000, 1, 1)).map(str)
VALUES = st.one_of(st.text(max_size=60), DAYS, st.integers().map(str), st.lists(DAYS, max_size=30).map(",".join))
QUERIES = st.dictionaries(st.sampled_from(["at", "done", "of", "from", "due", "spans", "today", "look"]), VALUES)


@settings(max_examples=300, deadline=None)
@given(name=NAMES, asked=QUERIES)
def test_no_address_breaks_the_drawing(name: str, asked: dict[str, str]) -> None:
    """Any address gives a well-formed picture or none; nothing of the address comes back as markup."""
    svg = pictures.drawn(name, asked, RULES)
    if svg is not None:
        assert ElementTree.fromstring(svg).tag == f"{SVG}svg"  # noqa: S314 -- our own text
        assert len(svg) < 60_000
