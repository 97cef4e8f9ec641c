"""Every paper is PDF/A: self-contained, tagged, readable, nothing in it acts; and the same bytes each time."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest

from bot.papers.glyphs import NotInTheFonts
from bot.papers.kinds import PaperKind
from bot.papers.typesetting import Typesetter
from tests.bot.papers import grid, made

KINDS = ("blank", "draft", "form", *sorted(PaperKind), )  # fmt: skip
SET = tuple(kind for kind in KINDS if kind != PaperKind.PERMIT_PICTURE)
#: What would make a document do something.
ACTIVE = ("/JavaScript", "/JS", "/OpenAction", "/AA", "/Launch", "/EmbeddedFiles", "/RichMedia", "/AcroForm")


@pytest.mark.parametrize("kind", SET)
def test_every_paper_says_that_it_is_pdf_a_and_has_what_that_needs(kind: str, typesetter: Typesetter) -> None:
    """XMP with part and conformance, one output intent with its profile, title, language, tags, embedded fonts."""
    with pikepdf.open(io.BytesIO(typesetter.set_now(made.every_sheet()[kind], made.at(7)))) as paper:
        assert not paper.is_encrypted
        with paper.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "2"
            assert metadata["pdfaid:conformance"] == "A"
            assert metadata["dc:title"]
        (intent,) = paper.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert len(intent.DestOutputProfile.read_bytes()) > 100
        assert paper.Root.MarkInfo.Marked is True
        assert str(paper.Root.Lang).startswith("zh")
        assert not any(name in paper.Root for name in ACTIVE)
        fonts = [thing for thing in paper.objects if _is_font(thing)]
        assert fonts
        assert all("/FontFile3" in font or "/FontFile2" in font for font in fonts)


def _is_font(thing: Any) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"


@pytest.mark.parametrize("kind", SET)
def test_the_same_sheet_of_the_same_time_gives_the_same_bytes(kind: str, typesetter: Typesetter) -> None:
    """A second typesetter, as after a restart, sets the very same file."""
    again = Typesetter()
    sheet = made.every_sheet()[kind]
    assert again.set_now(sheet, made.at(7)) == typesetter.set_now(sheet, made.at(7))
    again.close()


def test_rare_characters_of_real_names_print(typesetter: Typesetter) -> None:
    """𬱖 㛃 喆 and the dot of minority names are in the font and in the text layer."""
    name = "𬱖㛃喆·古丽"
    (page,) = grid.read(typesetter.set_now(made.every_sheet(name=name)["form"], made.at(7)))
    assert name in page.text


@pytest.mark.parametrize("sign", ["𱁬", "😀", "ע", "ﷺ", "\ue000", "𖼀"])
def test_a_sign_no_font_has_is_told_and_never_a_box(sign: str, typesetter: Typesetter) -> None:
    """It is named; nothing is printed. Left to be written by hand it prints, and the rest stands as it was."""
    sheet = made.every_sheet(name=f"麻{sign}样")["form"]
    with pytest.raises(NotInTheFonts) as missing:
        typesetter.set_now(sheet, made.at(7))
    assert missing.value.signs == (sign,)
    assert sign not in str(missing.value)


def test_typst_itself_refuses_what_our_own_list_of_signs_would_let_through(typesetter: Typesetter) -> None:
    """The second net: a font that says more than it draws is an error of PDF/A, not a box."""
    import typst

    compiler = typst.Compiler(font_paths=typesetter._fonts, ignore_system_fonts=True)
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        compiler.compile('#text(font: "Noto Serif SC", "𱁬")'.encode(), format="pdf", pdf_standards="a-2a")
