"""材料接收: a file is streamed in sealed, looked at in a bounded process, and kept sealed and clean."""

from bot.uploads.places import STAGED, page_object, thumbnail_object
from bot.uploads.receive import Target, Uploads

__all__ = ["STAGED", "Target", "Uploads", "page_object", "thumbnail_object"]
