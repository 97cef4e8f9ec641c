"""Pages of the proofs: receiving, counting, finishing, and looking through them (the overlay PAGES)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Any

from dialogs import labels, wording
from dialogs.scene import Scene
from dialogs.turn import Choice, Overlay, Picture, ReceivedFile, Say
from state_machine.codes import Field, Proof
from state_machine.interview import InterviewRecord, InterviewState, Page, answer


def ticked(record: InterviewRecord) -> list[Proof]:
    """The ticked proofs in the order of the form."""
    chosen = record.answers.get(Field.PROOFS, [])
    return [proof for proof in Proof if proof in chosen]


def wanted(record: InterviewRecord) -> Proof | None:
    """The proof whose pages are being asked for."""
    return next((p for p in ticked(record) if p not in record.finished_proofs), None)


def pages_of(record: InterviewRecord, proof: str) -> list[Page]:
    """Its pages in the applicant's order."""
    return [page for page in record.pages if page.proof == proof]


def receive(scene: Scene, files: tuple[ReceivedFile, ...]) -> None:
    """Files arrived: keep them where photos are asked for, otherwise say kindly when they come."""
    proof = _takes_files(scene)
    if proof is None:
        scene.say("materials.not_now" if scene.in_interview else "materials.not_begun")
        return
    kept = [file for file in files if _take(scene, file, proof)]
    if kept:
        count = len(pages_of(scene.record, proof))
        scene.say("materials.received", new=len(kept), count=count, proof=labels.proof_label(proof))


def _takes_files(scene: Scene) -> Proof | None:
    conversation = scene.conversation
    if not scene.in_interview:
        return None
    if conversation.overlay is Overlay.PAGES:
        return Proof(conversation.overlay_about["proof"])
    if conversation.overlay is None and scene.record.state is InterviewState.MATERIALS:
        return wanted(scene.record)
    return None


def _take(scene: Scene, file: ReceivedFile, proof: Proof) -> bool:
    """Keep one file as a page of the proof; true if it is one more. Says why not, or what would make it better."""
    record = scene.record
    if file.page is None:
        scene.say_text(_problem(file))
        return False
    page = replace(file.page, proof=proof)
    same = [p for p in record.pages if p.digest == page.digest]
    if any(p.proof == proof for p in same):
        scene.say("materials.same")
        return False
    replacing = scene.conversation.overlay_about.get("replacing") if scene.conversation.overlay else None
    mine = pages_of(record, proof)
    old = next((p for p in mine if p.page_id == replacing), None)
    if sum(p.sheets for p in mine if p is not old) + page.sheets > scene.rules.max_pages:
        scene.say("materials.too_many", most=scene.rules.max_pages)
        return False
    if same:
        scene.say("materials.same_elsewhere", proof=labels.proof_label(same[0].proof))
    if old is not None:
        record.pages[record.pages.index(old)] = page
        scene.conversation.overlay_about.pop("replacing")
        scene.say("materials.replaced", n=mine.index(old) + 1)
    else:
        record.pages.append(page)
    for advice in page.advice:
        if wording.has("uploads", f"advice.{advice}"):
            scene.say_text(wording.text("uploads", f"advice.{advice}"))
    return old is None


def _problem(file: ReceivedFile) -> str:
    key = f"problems.{file.problem}"
    known = key if wording.has("uploads", key) else "problems.could_not_read"
    return wording.text_as_far_as_known("uploads", known, file.details)


def press(scene: Scene, value: str) -> bool:
    """The buttons under the request for photos."""
    record = scene.record
    proof = wanted(record)
    if proof is None or value not in ("done", "pages", "drop_proof"):
        return False
    if value == "pages":
        open_pages(scene, proof)
    elif value == "drop_proof":
        _drop(scene, proof)
    elif not pages_of(record, proof):
        scene.say("materials.none_yet", proof=labels.proof_label(proof))
    else:
        record.finished_proofs.append(proof)
        count = len(pages_of(record, proof))
        scene.say("materials.finished", proof=labels.proof_label(proof), count=count)
    return True


def _drop(scene: Scene, proof: Proof) -> None:
    left = [p for p in scene.record.answers.get(Field.PROOFS, []) if p != proof]
    if not left:
        scene.say("materials.last_one", proof=labels.proof_label(proof))
        return
    answer(scene.record, Field.PROOFS, left)
    scene.say("materials.dropped", proof=labels.proof_label(proof))


# The overlay: 管理照片.


def open_pages(scene: Scene, proof: Proof) -> None:
    """Look through the pages of one proof: every photo is shown under its number."""
    scene.overlay(Overlay.PAGES, proof=proof.value)
    for n, page in enumerate(pages_of(scene.record, proof), 1):
        if page.media_type.startswith("image/"):
            words = scene.text("materials.page_line", n=n, kind=_kind(scene, page))
            scene.say_text(words, picture=Picture(f"/chat/pages/{page.page_id}", words))


def pages_prompt(scene: Scene) -> Say:
    """The list of pages and what can be done with each."""
    about = scene.conversation.overlay_about
    proof = about["proof"]
    pages = pages_of(scene.record, proof)
    if about.get("replacing") or not pages:
        key = "materials.send_replacement" if about.get("replacing") else "materials.no_pages"
        return Say(scene.text(key, proof=labels.proof_label(proof)), _back(), wants_file=True)
    lines = [scene.text("materials.page_line", n=n, kind=_kind(scene, p)) for n, p in enumerate(pages, 1)]
    words = scene.text("materials.pages", proof=labels.proof_label(proof), lines="\n".join(lines))
    finish = (Choice("done", labels.button("done_uploading")),) if wanted(scene.record) == proof else ()
    return Say(words, _page_choices(len(pages)) + _back() + finish, wants_file=True)


def _kind(scene: Scene, page: Page) -> str:
    return (
        scene.text("materials.pdf", sheets=page.sheets) if "pdf" in page.media_type else scene.text("materials.photo")
    )


def _page_choices(count: int) -> tuple[Choice, ...]:
    found: list[Choice] = []
    for n in range(1, count + 1):
        for act in ("replace", "delete", "earlier"):
            if act != "earlier" or n > 1:
                label = wording.text("labels", f"buttons.{act}", n=n)
                found.append(Choice(f"{act}:{n}", label))
    return tuple(found)


def _back() -> tuple[Choice, ...]:
    return labels.buttons("back")


def press_in_pages(scene: Scene, value: str) -> bool:
    """delete:<n>, earlier:<n>, replace:<n>, back."""
    record, about = scene.record, scene.conversation.overlay_about
    proof = Proof(about["proof"])
    if value == "back":
        _leave_pages(scene, proof, about)
        return True
    act, _, number = value.partition(":")
    pages = pages_of(record, proof)
    if act not in ("delete", "earlier", "replace"):
        return False
    if not number.isdecimal() or not 1 <= int(number) <= len(pages):
        scene.say("materials.no_such_page", count=len(pages))
        return True
    page = pages[int(number) - 1]
    if act == "replace":
        about["replacing"] = page.page_id
    elif act == "delete":
        record.pages.remove(page)
        about.pop("replacing", None)
        left = len(pages) - 1
        scene.say("materials.deleted" if left else "materials.deleted_last", n=number, count=left)
    elif int(number) > 1:
        _swap(record.pages, page, pages[int(number) - 2])
        scene.say("materials.moved", n=number, to=int(number) - 1)
    return True


_PAGE = re.compile(r"第?\s*(\d{1,2}|[一二三四五六七八九十])\s*[张页]")
_ACTS = (("delete", "删去掉不要"), ("replace", "换重"), ("earlier", "前移调"))


def page_act(text: str) -> str | None:
    """删掉第2张, 换第一张, 第3张往前移: the button it means; None if it is none of these."""
    found = _PAGE.search(unicodedata.normalize("NFKC", text))
    if found is None or len(text) > 20 or "别" in text or ("不" in text and "不要" not in text):
        return None
    number = found[1] if found[1].isdecimal() else str("一二三四五六七八九十".index(found[1]) + 1)
    act = next((act for act, words in _ACTS if any(word in text for word in words)), None)
    return f"{act}:{number}" if act else None


def _leave_pages(scene: Scene, proof: Proof, about: dict[str, Any]) -> None:
    if about.pop("replacing", None):
        return
    scene.close_overlay()
    scene.in_full = True
    record = scene.record
    if not pages_of(record, proof) and proof in record.finished_proofs:
        record.finished_proofs.remove(proof)


def _swap(pages: list[Page], one: Page, other: Page) -> None:
    i, j = pages.index(one), pages.index(other)
    pages[i], pages[j] = pages[j], pages[i]
