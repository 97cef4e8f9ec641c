"""Generated applicants: valid numbers, plausible addresses, nobody real."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

from faker import Faker
from PIL import Image

from state_machine.codes import Field, Proof
from state_machine.id_number import make_check_digit
from state_machine.interview import Acknowledgement, InterviewRecord, InterviewState, Page, Purpose

faker = Faker("zh_CN")


def number(chance: random.Random, born: date = date(1990, 5, 17), region: str = "522229") -> str:
    """A valid 18-digit number of nobody."""
    first = f"{region}{born:%Y%m%d}{chance.randrange(1, 999):03d}"
    return first + make_check_digit(first)


def phone(chance: random.Random) -> str:
    """A mobile number of nobody."""
    return f"1990{chance.randrange(10**7):07d}"


def answers(chance: random.Random, **given: Any) -> dict[str, Any]:
    """A whole application of somebody who holds a valid permit and works here."""
    faker.seed_instance(chance.randrange(10**9))
    told: dict[str, Any] = {
        Field.APPLICANT_IS: "self",
        Field.RECOGNITION: "held_permit",
        Field.PERMIT_NUMBER: f"3303{chance.randrange(10**8):08d}",
        Field.PERMIT_PLACE: "温州市瓯海区",
        Field.PERMIT_VALID_UNTIL: "2027-03-01",
        Field.GROUND: ["employment"],
        Field.HUKOU_PROVINCE: "贵州省",
        Field.HUKOU_COUNTY: "松桃苗族自治县",
        Field.ELIGIBILITY: "go_on",
        Field.HUKOU_ADDRESS: f"测试镇第{chance.randrange(1, 99)}村民组",
        Field.ID_NUMBER: number(chance),
        Field.NAME: faker.name(),
        Field.ETHNICITY: "苗族",
        Field.CURRENT_ADDRESS: f"庆元县松源街道测试路{chance.randrange(1, 999)}号",
        Field.PHONE: phone(chance),
        Field.PROOFS: ["labour_contract"],
    }
    told[Field.SEX] = "male" if int(told[Field.ID_NUMBER][16]) % 2 else "female"
    told[Field.DECLARATION] = told[Field.NAME]
    told.update(given)
    return {str(key): value for key, value in told.items()}


def interview(
    application_id: str, told: dict[str, Any], at: datetime, pages: int = 1, sheets: int = 0
) -> InterviewRecord:
    """The interview as it stands when everything is answered and signed; with `sheets` its pages are PDFs."""
    kind = "application/pdf" if sheets else "image/jpeg"
    shown = [
        Page(f"page{application_id}-{place}-{n}", Proof(proof), kind, f"{application_id}-{proof}-{n}", sheets or 1)
        for place, proof in enumerate(told[Field.PROOFS])
        for n in range(pages)
    ]
    pledges = (InterviewState.PLEDGE_PRIVACY, InterviewState.PLEDGE_TRUTH, InterviewState.PLEDGE_ANNULMENT)
    return InterviewRecord(
        application_id=application_id,
        purpose=Purpose.APPLICATION,
        state=InterviewState.DECLARATION,
        answers=told,
        acknowledgements=[Acknowledgement(p.value, "1", "0" * 64, at - timedelta(minutes=9)) for p in pledges],
        pages=shown,
        finished_proofs=[Proof(proof) for proof in told[Field.PROOFS]],
    )


MORNING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # Friday 9:00 in Shanghai


def picture(name: str) -> bytes:
    """A small JPEG that is different for every name."""
    colour = tuple(hash(name) >> shift & 0xFF for shift in (0, 8, 16))
    content = BytesIO()
    Image.new("RGB", (600, 800), colour).save(content, "JPEG")
    return content.getvalue()


def document(sheets: int) -> bytes:
    """A PDF whose sheets differ in colour and in the way they lie: the first upright, the second across, and so on."""
    sizes = [(600, 850) if n % 2 == 0 else (850, 600) for n in range(sheets)]
    first, *more = [Image.new("RGB", size, (40 * n % 256, 90, 200)) for n, size in enumerate(sizes)]
    content = BytesIO()
    first.save(content, "PDF", save_all=True, append_images=more)
    return content.getvalue()
