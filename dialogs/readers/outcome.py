"""What a reader gives back: a plain value, or `Unclear`; and what a finder gives back: `Found`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from state_machine.codes import Field


class Problem(StrEnum):
    """Why an answer could not be read. `dialogs/texts/` has wording for each."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    HOSTILE = "hostile"  #: markup or control characters where an answer was expected
    NO_CHOICE = "no_choice"  #: none of the offered answers is in the text, or two that exclude each other

    WRONG_LENGTH = "wrong_length"  #: details: length
    CHECKSUM = "checksum"
    NO_SUCH_DATE = "no_such_date"
    BORN_IN_FUTURE = "born_in_future"
    FIRST_GENERATION = "first_generation"
    HMT_PERMIT = "hmt_permit"
    FOREIGNER = "foreigner"
    NOT_A_NUMBER = "not_a_number"
    LOOKS_LIKE_PHONE = "looks_like_phone"

    PHONE_LENGTH = "phone_length"  #: details: length
    PHONE_PREFIX = "phone_prefix"
    LOOKS_LIKE_NAME = "looks_like_name"
    LOOKS_LIKE_ID = "looks_like_id"
    LANDLINE = "landline"

    NOT_A_NAME = "not_a_name"
    SAME_PERSON = "same_person"  #: the agent's and the applicant's number are one
    OTHER_NAME = "other_name"  #: the signature is not the signer's name

    UNKNOWN_ETHNICITY = "unknown_ethnicity"

    UNKNOWN_PLACE = "unknown_place"
    AMBIGUOUS_PLACE = "ambiguous_place"  #: details: options, a list of {province, city, county}
    WRONG_PROVINCE = "wrong_province"  #: details: province (where the place really is), county

    TOO_SHORT = "too_short"
    OUTSIDE_COUNTY = "outside_county"  #: details: place
    NO_DETAIL = "no_detail"

    NO_DATE = "no_date"
    AMBIGUOUS_DATE = "ambiguous_date"

    NO_PERIOD = "no_period"
    NO_PLACE = "no_place"
    REVERSED = "reversed"
    IN_FUTURE = "in_future"
    VAGUE = "vague"  #: an amount of time without a date: 大概有半年吧


@dataclass(frozen=True)
class Unclear:
    """The text is no answer to this question. `details` holds what the wording needs, never personal data."""

    problem: Problem
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """A fact spotted inside a longer text: `text[start:end]` is the evidence it was read from."""

    field: Field
    value: Any
    start: int
    end: int
