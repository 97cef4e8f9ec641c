"""Values made up by a generator are read exactly; text of other worlds gives nothing up and fills nothing."""

from __future__ import annotations

from datetime import date

import pytest
from faker import Faker

from dialogs.understanding import Intent, understand
from tests.dialogs.understanding.scorer import DESTRUCTIVE
from tests.simulators.people import id_number

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("seed", range(40))
def test_generated_facts_in_one_breath_are_read_exactly(seed: int) -> None:
    """A generated ID number and phone said together, in a sentence, come out as they were said."""
    fake = Faker("zh_CN")
    fake.seed_instance(seed)
    number = id_number("522229", date(1960, 1, 1).replace(year=1960 + seed), seed * 7 + 1)
    phone = f"13{fake.numerify('#########')}"
    heard = understand(f"身份证{number}，电话{phone}", None, TODAY)
    assert heard.intent is Intent.ANSWER
    assert heard.fills["id_number"] == number
    assert heard.fills["phone"] == phone


@pytest.mark.parametrize("seed", range(60))
def test_text_of_other_worlds_gives_nothing_up(seed: int) -> None:
    """Company slogans, user agents and prose by a generator are no request and hold no ID number."""
    fake = Faker(["zh_CN", "en_US", "ja_JP", "ru_RU"])
    fake.seed_instance(seed)
    for text in (fake.sentence(), fake.catch_phrase(), fake.job(), fake.user_agent(), fake.paragraph()):
        heard = understand(text, None, TODAY)
        assert heard.intent.value not in DESTRUCTIVE
        assert not {"id_number", "phone"} & heard.fills.keys()
