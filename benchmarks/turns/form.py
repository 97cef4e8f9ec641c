"""The twenty turns every contestant answers: the same words, the same order."""

from __future__ import annotations

from datetime import date

from tests.simulators.people import id_number

#: (is it a button, what is sent). A full application up to its first proof, as a real applicant would answer.
TURNS: tuple[tuple[bool, str], ...] = (
    (True, "start"),
    (True, "agree"),
    (True, "agree"),
    (True, "agree"),
    (True, "self"),
    (True, "held_permit"),
    (False, "33068120123456"),
    (False, "温岭市"),
    (False, "2027年5月1日"),
    (True, "employment"),
    (True, "done"),
    (False, "贵州省"),
    (False, "松桃苗族自治县"),
    (False, "孟溪镇头京村三组"),
    (False, id_number("522229", date(1980, 1, 1), 901)),
    (False, "赵桂花"),
    (False, "苗族"),
    (False, "庆元县松源街道新建路12号302室"),
    (False, "13800001234"),
    (True, "labour_contract"),
)
