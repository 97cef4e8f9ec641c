"""The city between province and county, for which 附件 1 has no box.

It is asked for only where it is needed: 江苏省 has two 鼓楼区, so the city stands before the rest of the address.
Whoever names a city where the province or the county is asked (上饶) is asked for the county inside it.
"""

from __future__ import annotations

from functools import lru_cache

from dialogs.divisions import lookup


def _provinces(name: str | None) -> tuple[str, ...]:
    forms = lookup.index().forms
    return tuple(code for code in forms[name][0] if len(code) == 2) if name in forms else ()


@lru_cache(maxsize=400)
def counties_of(city: str, province: str) -> tuple[str, ...]:
    """The counties of a city by their official names, in the order of their codes. Kept: there are under 400 cities."""
    found: list[str] = []
    for place in lookup.places(city, province):
        inside = [code for code in place.codes if len(code) == 4 and code[:2] in _provinces(province)]
        found += [lookup.name_of(code) for outer in inside for code in lookup.index().counties_under(outer)]
    return tuple(dict.fromkeys(found))


def named_alone(text: str, province: str) -> str:
    """The one city of that province named in the text without a county of it; empty if there is none such."""
    cities: set[str] = set()
    for place in lookup.places(text, province):
        if place.province != province or all(len(code) == 2 for code in place.codes):
            continue
        if place.city is None:
            return ""
        cities.add(place.city)
        if all(len(code) == 6 for code in place.codes) and len(place.codes) == 1:
            return ""
    return lookup.index().names.get(cities.pop(), "") if len(cities) == 1 else ""


def named_with(text: str, county: str, province: str) -> str:
    """The city in which the text itself puts that county (徐州鼓楼区); empty if it does not say."""
    for place in lookup.places(text, province):
        code = place.county
        if code and place.parts > 1 and place.province == province and lookup.name_of(code) == county:
            return lookup.option(code)["city"]
    return ""


@lru_cache(maxsize=4000)
def of_namesakes(county: str, province: str) -> tuple[str, ...]:
    """The cities of a province that each have a county of this official name; empty where there is only one such."""
    inside = _provinces(province)
    names = lookup.index().names
    same = [code for code, name in names.items() if len(code) == 6 and name == county and code[:2] in inside]
    return tuple(names.get(code[:4], "") for code in same) if len(same) > 1 else ()
