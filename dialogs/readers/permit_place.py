"""居住证签发地: the county or city that issued it; outside Zhejiang with its province, for the rules to judge."""

from __future__ import annotations

import re
from datetime import date

from dialogs.divisions import lookup
from dialogs.divisions.lookup import Place
from dialogs.readers.folding import fold
from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.phrases import is_question
from state_machine.codes import Field

HOME = "浙江省"


def official_place(place: Place) -> str | None:
    """温岭市, 杭州市, 贵州省松桃苗族自治县; None for a whole province or an open choice.

    A short form that is both a city and a county of it (丽水 has no such, 金华 none) is the city.
    """
    if place.county:
        return lookup.official(place.county)
    cities = [code for code in place.codes if len(code) == 4]
    if len(cities) == 1:
        return lookup.official(cities[0])
    municipality = [code for code in place.codes if len(code) == 2 and lookup.name_of(code).endswith("市")]
    return lookup.name_of(municipality[0]) if municipality else None


def read(text: str, today: date, *, province: str | None = None) -> str | Unclear:
    """The official name of the place."""
    folded = fold(text)
    if not folded.strip():
        return Unclear(Problem.EMPTY)
    told = [place for place in places_of_zhejiang(folded) if place.codes != ("33",)]
    if not told or is_question(folded):
        return Unclear(Problem.UNKNOWN_PLACE)
    names = {official_place(place) for place in told}
    if len(told) == 1 and None in names:
        options = [lookup.option(code) for code in told[0].options[:20]]
        return Unclear(Problem.AMBIGUOUS_PLACE, {"options": options}) if options else Unclear(Problem.UNKNOWN_PLACE)
    if len(names) != 1:
        return Unclear(Problem.AMBIGUOUS_PLACE, {"options": []})
    return names.pop() or Unclear(Problem.UNKNOWN_PLACE)


def places_of_zhejiang(text: str) -> list[Place]:
    """The places of a text, a name that also exists elsewhere taken for the one in Zhejiang."""
    return lookup.places(text, HOME) or lookup.town_places(text)


_BEHIND = re.compile(
    r"^(?:那边|那里|公安局?|派出所)?(?:办|发|领|签发?|拿)?(?:的|了)?(?:一?张)?(?:《?浙江省?》?)?(?:居住证|居驻证)|^(?:签发|发的证|办的证|发证)"
)


def find(text: str, today: date) -> list[Found]:
    """Spot 义乌的居住证, 在义乌办的居住证. Nothing in a question."""
    text = fold(text)
    if ("证" not in text and "签发" not in text) or is_question(text):
        return []
    hits = []
    for place in places_of_zhejiang(text):
        name = official_place(place)
        before = text[max(0, place.start - 4) : place.start]
        if (
            name
            and place.codes != ("33",)
            and _BEHIND.match(text[place.end : place.end + 20])
            and not re.search(r"[没不想]|转|换", before)
        ):
            hits.append(Found(Field.PERMIT_PLACE, name, place.start, place.end))
    if len(hits) != 1 or hits[0].value == "庆元县":
        return []
    return hits
