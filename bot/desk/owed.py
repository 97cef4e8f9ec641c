"""What a session still owes before it may open anything: a second factor, a password of one's own, setting one up."""

from __future__ import annotations

from enum import StrEnum

from state_machine.officers import Role
from storage.staff import StaffMember, StaffSession


class Owed(StrEnum):
    """The page that must be answered first."""

    SECOND_FACTOR = "/desk/second-factor"
    PASSWORD = "/desk/password"  # noqa: S105 - an address
    SETTING_UP = "/desk/second-factor/setup"


#: May be opened whatever is owed.
ALWAYS = "/desk/logout"


def must_have_factor(member: StaffMember, required: str) -> bool:
    """Whether the setting `desk.require_totp` asks for a second factor from this member of staff."""
    return required == "all" or (required == "admins" and Role.ADMIN in member.roles)


def owed(session: StaffSession, required: str) -> Owed | None:
    """What comes first: proof, then a password of one's own, then the second factor that is required."""
    if session.has_factor and session.proved_at is None:
        return Owed.SECOND_FACTOR
    if session.staff.one_time_until is not None:
        return Owed.PASSWORD
    if not session.has_factor and must_have_factor(session.staff, required):
        return Owed.SETTING_UP
    return None
