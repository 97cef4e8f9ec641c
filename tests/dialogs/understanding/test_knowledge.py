"""The knowledge base answers every topic plainly, with its source and a next step."""

from __future__ import annotations

import re

import pytest

from dialogs.knowledge import answer_to, entries
from dialogs.rules import Rules
from dialogs.understanding.topics import rules as topic_rules
from state_machine.working_days import Calendar

TOPICS = (
    *("eligibility_rules", "half_year_counting", "gap_in_registration", "materials_needed", "where_counter"),
    *("opening_hours", "fees", "time_limit", "result_notice", "electronic_permit", "old_permit_annulled"),
    *("permit_expired", "annual_endorsement", "permit_lost", "benefits", "schooling_for_child"),
    *("apply_for_other", "no_contract", "no_registration", "hukou_in_qingyuan", "other_county_of_lishui"),
    *("hmt_or_foreigner", "privacy", "is_this_official", "refused_what_now", "correct_after_submit"),
    *("upload_how", "photo_requirements", "id_number_why", "change_of_address", "driving_licence_vehicle"),
    "settle_hukou",
)
#: Words of offices, not of people.
BUREAUCRATIC = (
    "予以",
    "兹",
    "特此",
    "须知悉",
    "依照",
    "之规定",
    "相关规定执行",
    "逾期不候",
    "贵方",
    "敬请",
    "届时",
    "妥否",
)


def county(**facts: str) -> Rules:
    """A county that has given these facts and no others."""
    return Rules(calendar=Calendar(published_through=2026), **facts)


def test_every_topic_has_an_entry_and_there_are_no_others() -> None:
    """The topics of the protocol and the knowledge base are the same."""
    assert set(entries()) == set(TOPICS)


def test_understanding_names_only_topics_the_knowledge_base_answers() -> None:
    """No rule leads to a topic without an answer."""
    assert {rule.topic for rule in topic_rules()} - {"none"} == set(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_an_answer_is_short_plain_and_says_what_to_do_next(topic: str) -> None:
    """At most four lines, no sentence over 30 characters, no office words, a source, a next step."""
    entry = answer_to(topic, county(station_name="松源派出所"))
    assert len(entry.short.splitlines()) <= 4
    for sentence in re.split(r"[。！？\n]", entry.short + "\n" + entry.next):
        assert len(sentence) <= 30, sentence
    assert not any(word in entry.short + entry.next for word in BUREAUCRATIC)
    assert entry.source
    assert entry.next


@pytest.mark.parametrize("topic", TOPICS)
def test_a_county_without_a_phone_leaves_no_hole(topic: str) -> None:
    """A line that names a fact the county has not given is left out; nothing is invented, nothing stays in braces."""
    entry = answer_to(topic, county())
    assert "{" not in entry.short + entry.next + entry.source
    assert not re.search(r"[：:]\s*$", entry.short, re.MULTILINE)
    assert entry.short


def test_the_countys_own_facts_are_said() -> None:
    """Address, phone and hours come from the settings."""
    rules = county(
        station_name="便民中心", station_address="松源街道一号", station_phone="0578-0000000", office_hours="早九晚五"
    )
    assert "松源街道一号" in answer_to("where_counter", rules).short
    assert "早九晚五" in answer_to("opening_hours", rules).short
    assert "0578-0000000" in answer_to("opening_hours", rules).short


def test_an_unknown_topic_is_a_key_error() -> None:
    """Naming a topic nobody wrote is a programming error."""
    with pytest.raises(KeyError):
        answer_to("weather")
