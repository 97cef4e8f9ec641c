"""PDFs: counted, refused if locked or able to act, and written anew without metadata or leftovers."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator

import pikepdf
from PIL import Image, ImageDraw

from bot.uploads.looked import Clean, Refusal, Refused
from bot.uploads.pictures import thumbnail_of

#: Actions that only move within the document or name an address; every other kind is refused.
HARMLESS_ACTIONS = frozenset({"/GoTo", "/URI", "/Named"})
#: Actions by their names alone: a list of actions (`/Next`) need not say that its members are any.
ACTING = frozenset(
    {"/Launch", "/JavaScript", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound"}
)
#: Where a link may lead; `file:` and a share on another machine make a reader call out.
WEB_ADDRESSES = ("http://", "https://", "mailto:", "tel:")
ACTION_KEYS = ("/A", "/OpenAction", "/Next", "/PA")
END_MARK = b"%%EOF"
MOST_OBJECTS = 200_000
DEEPEST = 40


def clean_document(content: bytes, most_pages: int) -> Clean:
    """A PDF as it will be kept. Raises `Refused`."""
    if END_MARK not in content:  # a reader may piece together what was cut off, but pages would be missing
        raise Refused(Refusal.TRUNCATED)
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            if document.is_encrypted:
                raise Refused(Refusal.ENCRYPTED_PDF)
            sheets = _count_pages(document, most_pages)
            for found in _dictionaries(document):
                _refuse_acting(found)
            written = _write_anew(document)
    except pikepdf.PasswordError:
        raise Refused(Refusal.ENCRYPTED_PDF) from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError):
        raise Refused(Refusal.DAMAGED) from None
    return Clean(
        content=written,
        media_type="application/pdf",
        thumbnail=thumbnail_of(_sheet(sheets)),
        digest=hashlib.sha256(written).hexdigest(),
        sheets=sheets,
    )


def _count_pages(document: pikepdf.Pdf, most: int) -> int:
    pages = len(document.pages)
    if pages == 0:
        raise Refused(Refusal.DAMAGED)
    if pages > most:
        raise Refused(Refusal.TOO_MANY_PAGES, pages=pages, most=most)
    return pages


def _dictionaries(document: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of the file, indirect or nested, reachable or not."""
    if len(document.objects) > MOST_OBJECTS:
        raise Refused(Refusal.TOO_COMPLEX)
    waiting: list[tuple[pikepdf.Object, int]] = [(found, 0) for found in (document.trailer, *document.objects)]
    while waiting:
        found, depth = waiting.pop()
        if depth > DEEPEST:
            raise Refused(Refusal.TOO_COMPLEX)
        if isinstance(found, pikepdf.Array):
            inner = list(found)
        elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            yield found
            inner = [found[key] for key in found.keys()]  # noqa: SIM118 - a PDF dictionary iterates in its own way
        else:
            continue
        waiting += [
            (child, depth + 1)
            for child in inner
            if isinstance(child, pikepdf.Array | pikepdf.Dictionary) and not child.is_indirect
        ]


def _refuse_acting(found: pikepdf.Object) -> None:
    """Refuse what runs, calls out or carries other files (scripts, launches, forms that submit, attachments)."""
    keys = frozenset(found.keys())
    if "/EmbeddedFiles" in keys or "/EF" in keys or found.get("/Type") == "/EmbeddedFile":
        raise Refused(Refusal.ATTACHMENT_PDF)
    if found.get("/Subtype") in ("/FileAttachment",):
        raise Refused(Refusal.ATTACHMENT_PDF)
    if keys & {"/JS", "/JavaScript", "/AA", "/XFA", "/Launch"}:
        raise Refused(Refusal.ACTIVE_PDF)
    if found.get("/Subtype") in ("/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"):
        raise Refused(Refusal.ACTIVE_PDF)
    kind = str(found.get("/S", ""))
    if kind in ACTING or (_is_action(found) and kind not in HARMLESS_ACTIONS):
        raise Refused(Refusal.ACTIVE_PDF)
    if kind == "/URI" and not str(found.get("/URI", "")).lower().startswith(WEB_ADDRESSES):
        raise Refused(Refusal.ACTIVE_PDF)
    if "/FS" in keys or found.get("/Type") == "/Filespec" or (isinstance(found, pikepdf.Stream) and "/F" in keys):
        raise Refused(Refusal.ACTIVE_PDF)  # content that lies elsewhere
    for key in ACTION_KEYS:
        action = found.get(key)
        if isinstance(action, pikepdf.Dictionary) and "/S" in action and str(action["/S"]) not in HARMLESS_ACTIONS:
            raise Refused(Refusal.ACTIVE_PDF)


def _is_action(found: pikepdf.Object) -> bool:
    return found.get("/Type") == "/Action" and "/S" in found


def _write_anew(document: pikepdf.Pdf) -> bytes:
    """Only what the pages need, without metadata; nothing that stood before, between or behind comes along."""
    for holder, key in ((document.Root, "/Metadata"), (document.trailer, "/Info")):
        if key in holder:
            del holder[key]
    for page in document.pages:
        for key in ("/Metadata", "/PieceInfo"):
            if key in page.obj:
                del page.obj[key]
    document.remove_unreferenced_resources()
    out = io.BytesIO()
    document.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _sheet(sheets: int) -> Image.Image:
    """A drawn sheet of paper that stands for a PDF; one corner more for each of the first few pages."""
    picture = Image.new("RGB", (260, 360), "#f3f5f4")
    pen = ImageDraw.Draw(picture)
    for behind in range(min(sheets, 4) - 1, -1, -1):
        shift = behind * 8
        pen.rectangle((30 + shift, 50 - shift, 200 + shift, 300 - shift), fill="white", outline="#8aa39b", width=2)
    pen.rectangle((30, 96, 140, 136), fill="#b3261e")
    pen.text((48, 100), "PDF", fill="white", font_size=30)
    for line in range(160, 280, 20):
        pen.line((50, line, 180, line), fill="#c4d0cb", width=4)
    return picture
