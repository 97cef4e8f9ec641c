"""The look itself, in a process of its own: bytes in, a clean page or a refusal out. It holds no key and no store."""

from __future__ import annotations

import gc
import resource

import filetype

from bot.uploads.documents import clean_document
from bot.uploads.looked import Clean, NotTaken, Refusal, Refused
from bot.uploads.pictures import FORMATS, clean_picture

PDF = "application/pdf"
PDF_MARK = b"%PDF-"
#: Readers look for a PDF's mark in the first kilobyte; ours wants it at the very beginning.
PDF_SEARCH = 1024
ZIP_MARK = b"PK\x03\x04"
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OFFICE_NAMES = (b"word/", b"xl/", b"ppt/", b"[Content_Types].xml")


def limit_memory(megabytes: int) -> None:
    """Run once in a new worker: no file can make it grow beyond this, and a crash leaves no memory on disk."""
    most = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def look(content: bytes, most_pages: int) -> Clean | NotTaken:
    """Look at one file. Whatever it contains, the answer is one of the two."""
    try:
        media_type = type_by_content(content)
        if media_type == PDF:
            return clean_document(content, most_pages)
        return clean_picture(content, media_type)
    except Refused as refused:
        return NotTaken(refused.why.value, refused.details)
    except Exception:  # a decoder may fail in ways nobody thought of; MemoryError at the limit is one
        gc.collect()
        return NotTaken(Refusal.COULD_NOT_READ.value)


def type_by_content(content: bytes) -> str:
    """The media type by the first bytes; a file's name says nothing. Raises `Refused` for what is not taken."""
    if not content:
        raise Refused(Refusal.EMPTY)
    if content.startswith(PDF_MARK):
        return PDF
    guess = filetype.guess_mime(content[:8192]) or ""
    media_type = {"image/heif": "image/heic"}.get(guess, guess)
    if media_type in FORMATS:
        return media_type
    if PDF_MARK in content[:PDF_SEARCH]:
        raise Refused(Refusal.MIXED_FILE)
    raise Refused(_kind_of_stranger(content, guess))


def _kind_of_stranger(content: bytes, guess: str) -> Refusal:
    if content.startswith(OLE_MARK) or "officedocument" in guess or "msword" in guess or "ms-excel" in guess:
        return Refusal.WORD_DOCUMENT
    if content.startswith(ZIP_MARK) and any(name in content[:8192] for name in OFFICE_NAMES):
        return Refusal.WORD_DOCUMENT
    if guess.startswith("video/"):
        return Refusal.VIDEO
    if any(word in guess for word in ("zip", "rar", "7z", "tar", "gzip")):
        return Refusal.ARCHIVE
    return Refusal.WRONG_TYPE
