"""One turn while it is being answered: what was heard, where the chat stands, and what has been said so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dialogs import wording
from dialogs.rules import Rules
from dialogs.turn import Choice, Conversation, Document, Heard, Office, Overlay, Picture, Say
from state_machine.interview import ENDS, InterviewRecord


def self_or_other(interview: InterviewRecord | None) -> str:
    """How the applicant is spoken of: 您, or 申请人 when somebody else is writing."""
    return wording.text("says", "who.other" if interview is not None and interview.is_for_other() else "who.self")


@dataclass
class Scene:
    """Handed from part to part during one turn. The pending question is always put last, unless `quiet`."""

    conversation: Conversation
    heard: Heard
    office: Office
    rules: Rules
    says: list[Say] = field(default_factory=list)
    #: The pending question in simpler words (after two turns not understood).
    simpler: bool = False
    #: The question pending when the turn began; a long text is shown in full only when its question is new.
    began_at: str = ""
    #: Show the pending question in full although it was pending before (what it lists has changed).
    in_full: bool = False
    #: Said in place of the pending question's own words, over the same buttons.
    instead: str | None = None
    #: Nothing is asked at the end of this turn: what was said carries its own buttons.
    quiet: bool = False
    #: The buttons under what was said so the turn before: a number typed now is one of them.
    offered: tuple[str, ...] = ()

    @property
    def record(self) -> InterviewRecord:
        """The interview in hand. Only ask when `in_interview`."""
        if self.conversation.interview is None:
            raise LookupError("no interview in hand")
        return self.conversation.interview

    @property
    def in_interview(self) -> bool:
        """A question of an interview is pending."""
        interview = self.conversation.interview
        return interview is not None and interview.state not in ENDS

    @property
    def is_new(self) -> bool:
        """The pending question has just come up, or what it shows has changed."""
        return self.in_full or self.began_at != self.place()

    def place(self) -> str:
        """Which question of which application is pending; empty in the menu."""
        interview = self.conversation.interview
        return f"{interview.application_id} {interview.state.value}" if interview is not None else ""

    def say(self, key: str, **details: Any) -> None:
        """Say one text of says.yaml."""
        self.says.append(Say(self.text(key, **details)))

    def text(self, key: str, **details: Any) -> str:
        """One text of says.yaml, filled."""
        return wording.text("says", key, **(self.places() | details))

    def say_text(
        self, words: str, choices: tuple[Choice, ...] = (), *, wants_file: bool = False, picture: Picture | None = None
    ) -> None:
        """Say words composed elsewhere."""
        self.says.append(Say(words, choices, wants_file, picture))

    def say_document(self, key: str, document: Document) -> None:
        """Say one text with a document to open."""
        self.says.append(Say(self.text(key), document=document))

    def places(self) -> dict[str, str]:
        """The county's facts, for any text that wants them."""
        rules = self.rules
        station = rules.station_name or "居住地派出所"
        reach = f"{station}（电话 {rules.station_phone}）" if rules.station_phone else station
        interview = self.conversation.interview
        who = self_or_other(interview)
        return {"county": rules.county_name, "city": rules.city, "station": station, "reach": reach, "who": who}

    def overlay(self, overlay: Overlay, **about: Any) -> None:
        """Put something on top of the pending question."""
        self.conversation.overlay = overlay
        self.conversation.overlay_about = about

    def close_overlay(self) -> dict[str, Any]:
        """Take the overlay away; the pending question stands again. Returns what it was about."""
        about = self.conversation.overlay_about
        self.conversation.overlay = None
        self.conversation.overlay_about = {}
        return about

    def leave(self) -> None:
        """Go to the menu. The application in hand stays where it is stored."""
        self.close_overlay()
        self.conversation.interview = None
        self.conversation.ticked = []
        self.conversation.carried = {}
        self.conversation.photo = {}
