"""The texts people agree to: what is shown, and the record that it was (个人信息保护法 17, 28–31; 附件 1)."""

from __future__ import annotations

import hashlib

from dialogs import wording
from dialogs.scene import Scene
from state_machine.interview import PLEDGES, Acknowledgement, InterviewRecord

#: The statement above the signature; agreed to by signing.
DECLARATION = "declaration"


def shown_text(scene: Scene, text_id: str) -> str:
    """The very text the applicant reads under this id."""
    places = scene.places()
    return wording.text("acknowledgements", f"{text_id}.text", draft_days=scene.rules.draft_days, **places)


def acknowledge(scene: Scene, text_id: str) -> None:
    """Record that the text as shown now was agreed to now; an earlier record of the same text id gives way."""
    digest = hashlib.sha256(shown_text(scene, text_id).encode()).hexdigest()
    version = wording.text("acknowledgements", f"{text_id}.version")
    record = scene.record
    record.acknowledgements = [a for a in record.acknowledgements if a.text_id != text_id]
    record.acknowledgements.append(Acknowledgement(text_id, version, digest, scene.heard.at))


def drop_outdated(scene: Scene, record: InterviewRecord) -> bool:
    """Forget consent to a wording that has changed since: it is asked again. Says whether there was any."""
    current = {p.value: hashlib.sha256(shown_text(scene, p.value).encode()).hexdigest() for p in PLEDGES}
    kept = [a for a in record.acknowledgements if current.get(a.text_id, a.sha256) == a.sha256]
    dropped = len(kept) < len(record.acknowledgements)
    record.acknowledgements = kept
    return dropped
