"""Where a file lies in the store. Ids only: nothing personal is ever part of a key."""

from __future__ import annotations

#: Sealed as received and not looked at yet; gone when the look is over.
STAGED = "staged/"


def page_object(application_id: str, page_id: str) -> str:
    """The page itself, cleaned."""
    return f"pages/{application_id}/{page_id}"


def thumbnail_object(application_id: str, page_id: str) -> str:
    """Its small picture (JPEG)."""
    return f"thumbnails/{application_id}/{page_id}"
