"""What comes out of looking at a file: a clean page, or why not. Plain values that cross a process boundary."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Refusal(StrEnum):
    """Why a file is not taken; the sentences are in `dialogs/texts/uploads.yaml` under `problems`."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    WRONG_TYPE = "wrong_type"
    VIDEO = "video"
    WORD_DOCUMENT = "word_document"
    ARCHIVE = "archive"
    MIXED_FILE = "mixed_file"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too_many_pixels"
    ENCRYPTED_PDF = "encrypted_pdf"
    ACTIVE_PDF = "active_pdf"
    ATTACHMENT_PDF = "attachment_pdf"
    TOO_COMPLEX = "too_complex"
    TOO_MANY_PAGES = "too_many_pages"
    COULD_NOT_READ = "could_not_read"
    NOT_NOW = "not_now"


class Advice(StrEnum):
    """What is said about a page that is taken all the same; `uploads.yaml` under `advice`."""

    SMALL = "small"
    BLURRED = "blurred"


class Refused(Exception):
    """The file is not taken. `details` fill the sentence."""

    def __init__(self, why: Refusal, **details: Any) -> None:
        super().__init__(why.value)
        self.why, self.details = why, details


@dataclass(frozen=True)
class Clean:
    """A page as it will be kept: re-encoded, upright, without metadata."""

    content: bytes
    media_type: str
    thumbnail: bytes
    digest: str
    sheets: int = 1
    advice: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotTaken:
    """A refusal on its way back from the worker."""

    problem: str
    details: dict[str, Any] = field(default_factory=dict)
