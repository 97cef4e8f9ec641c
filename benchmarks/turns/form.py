"""The twenty turns every contestant answers: the same buttons and texts in the same order, from different people."""

from __future__ import annotations

from datetime import date

from tests.simulators.people import person

#: Whoever is drawn was born before this day; the forms are the same on every day.
DRAWN_ON = date(2026, 1, 1)
LENGTH = 20

#: Is it a button, and what is sent.
Turn = tuple[bool, str]


def turns_of(seed: int) -> tuple[Turn, ...]:
    """A full application up to its first proof: half buttons, half texts, nobody's details like another's."""
    who = person(seed, DRAWN_ON)
    province, county, _, home = who.home
    return (
        (True, "start"),
        (True, "agree"),
        (True, "agree"),
        (True, "agree"),
        (True, "self"),
        (True, "held_permit"),
        (False, f"3306812{seed % 10_000_000:07d}"),
        (False, ("温岭市", "义乌市", "杭州市", "鹿城区", "慈溪市")[seed % 5]),
        (False, f"2027年{1 + seed % 12}月{1 + seed % 28}日"),
        (True, "employment"),
        (True, "done"),
        (False, province),
        (False, county),
        (False, home),
        (False, who.id_number),
        (False, who.name),
        (False, "苗族" if seed % 2 else "汉族"),
        (False, f"庆元县{who.address}"),
        (False, who.phone),
        (True, "labour_contract"),
    )
