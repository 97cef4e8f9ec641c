"""The kinds of papers, what each is made of, and how it is numbered. The values are stored: adding is free."""

from __future__ import annotations

from enum import StrEnum

from state_machine.case_records import EventKind


class PaperKind(StrEnum):
    """One kind of paper."""

    FORM = "form"  #: 附件 1 as it stood when it was signed, and once more when the case had ended
    RECEIPT = "receipt"  #: 受理回执 (条例 18)
    RETURN = "return_notice"  #: 补正告知书 (条例 18: 一次性告知)
    NOT_ACCEPTED = "not_accepted_decision"  #: 不予受理决定书
    DECLINED = "declined_decision"  #: 不予互认决定书
    ISSUED = "issued_notice"  #: 办结通知书
    PERMIT = "permit"  #: the electronic permit, signed (PAdES)
    PERMIT_PICTURE = "permit_picture"  #: the same as a picture


#: The letter that belongs to an event.
LETTER_OF: dict[EventKind, PaperKind] = {
    EventKind.ACCEPTED: PaperKind.RECEIPT,
    EventKind.RETURNED: PaperKind.RETURN,
    EventKind.NOT_ACCEPTED: PaperKind.NOT_ACCEPTED,
    EventKind.DECLINED: PaperKind.DECLINED,
    EventKind.ISSUED: PaperKind.ISSUED,
}
#: Events after which the form is printed once more, with the opinions there are.
ENDS = frozenset({EventKind.ISSUED, EventKind.DECLINED, EventKind.NOT_ACCEPTED})
PICTURES = frozenset({PaperKind.PERMIT_PICTURE})


def media_type(kind: PaperKind) -> str:
    """What the printed bytes are."""
    return "image/png" if kind in PICTURES else "application/pdf"


def ending(kind: PaperKind) -> str:
    """The file name's ending."""
    return "png" if kind in PICTURES else "pdf"
