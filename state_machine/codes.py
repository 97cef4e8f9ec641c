"""The vocabulary every room shares: form fields and the values they may take.

The values of these enums are a protocol (web chat, `hurentong understand`, stored rows): adding is free,
renaming is not. Chinese labels live in `dialogs/texts/`, never here.
"""

from __future__ import annotations

from enum import StrEnum


class Field(StrEnum):
    """One thing the applicant answers. `PLEDGE` stands for all three acknowledgements."""

    PLEDGE = "pledge"
    APPLICANT_IS = "applicant_is"
    RELATION = "relation"
    AGENT_NAME = "agent_name"
    AGENT_ID_NUMBER = "agent_id_number"
    AGENT_PHONE = "agent_phone"
    RECOGNITION = "recognition"
    PERMIT_NUMBER = "permit_number"
    PERMIT_PLACE = "permit_place"
    PERMIT_VALID_UNTIL = "permit_valid_until"
    REGISTERED_PERIODS = "registered_periods"
    GROUND = "ground"
    HUKOU_PROVINCE = "hukou_province"
    HUKOU_COUNTY = "hukou_county"
    ELIGIBILITY = "eligibility"
    HUKOU_ADDRESS = "hukou_address"
    ID_NUMBER = "id_number"
    NAME = "name"
    SEX = "sex"
    ETHNICITY = "ethnicity"
    CURRENT_ADDRESS = "current_address"
    PHONE = "phone"
    PROOFS = "proofs"
    MATERIALS = "materials"
    REVIEW = "review"
    DECLARATION = "declaration"


class ApplicantIs(StrEnum):
    """为谁办: for oneself, or 代办 for a ward or near relative (国令663 art. 9)."""

    SELF = "self"
    OTHER = "other"


class Relation(StrEnum):
    """What the agent is to the applicant: 监护人 or a near relative (国令663 art. 9)."""

    PARENT = "parent"
    GUARDIAN = "guardian"
    SPOUSE = "spouse"
    CHILD = "child"
    SIBLING = "sibling"
    GRANDPARENT = "grandparent"
    GRANDCHILD = "grandchild"


class Recognition(StrEnum):
    """互认类型 (庆政办发〔2023〕43号, 一): the two routes."""

    HELD_PERMIT = "held_permit"
    REGISTERED_TIME = "registered_time"


class Ground(StrEnum):
    """合法稳定就业 / 合法稳定住所 / 连续就读: one is enough; the law sets no thresholds, so neither do we."""

    EMPLOYMENT = "employment"
    HOUSING = "housing"
    SCHOOLING = "schooling"


class Sex(StrEnum):
    """性别, read from the 17th digit of the number."""

    MALE = "male"
    FEMALE = "female"


class Proof(StrEnum):
    """证明材料: the boxes of 附件 1, in the order of the form."""

    LABOUR_CONTRACT = "labour_contract"
    FARM_CONTRACT = "farm_contract"
    SOCIAL_INSURANCE = "social_insurance"
    BUSINESS_LICENCE = "business_licence"
    EMPLOYMENT_OTHER = "employment_other"
    OWN_HOME = "own_home"
    STAFF_DORMITORY = "staff_dormitory"
    RENTAL_REGISTRATION = "rental_registration"
    LEASE_FILING = "lease_filing"
    LEASE_CONTRACT = "lease_contract"
    RENTAL_SAFETY = "rental_safety"
    RENTAL_TAX = "rental_tax"
    RENTAL_OTHER = "rental_other"
    HOUSING_OTHER = "housing_other"
    PRIMARY_SCHOOL = "primary_school"
    MIDDLE_SCHOOL = "middle_school"
    VOCATIONAL_SCHOOL = "vocational_school"
    UNIVERSITY = "university"


#: Which boxes of 附件 1 stand under which ground.
PROOFS_OF: dict[Ground, tuple[Proof, ...]] = {
    Ground.EMPLOYMENT: (
        Proof.LABOUR_CONTRACT,
        Proof.FARM_CONTRACT,
        Proof.SOCIAL_INSURANCE,
        Proof.BUSINESS_LICENCE,
        Proof.EMPLOYMENT_OTHER,
    ),
    Ground.HOUSING: (
        Proof.OWN_HOME,
        Proof.STAFF_DORMITORY,
        Proof.RENTAL_REGISTRATION,
        Proof.LEASE_FILING,
        Proof.LEASE_CONTRACT,
        Proof.RENTAL_SAFETY,
        Proof.RENTAL_TAX,
        Proof.RENTAL_OTHER,
        Proof.HOUSING_OTHER,
    ),
    Ground.SCHOOLING: (
        Proof.PRIMARY_SCHOOL,
        Proof.MIDDLE_SCHOOL,
        Proof.VOCATIONAL_SCHOOL,
        Proof.UNIVERSITY,
    ),
}
