"""The officials of a case and what each may do: three offices, three people (附件 1: 受理人、审核人、审批人)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff may do. The first three are the offices of 附件 1."""

    INTAKE = "intake"  #: 受理人
    REVIEWER = "reviewer"  #: 审核人
    APPROVER = "approver"  #: 审批人
    AGENT = "agent"  #: 坐席, answers chats
    ADMIN = "admin"  #: 管理员, keeps the staff list


#: The roles that decide on a case, in the order a case passes them.
OFFICES: tuple[Role, ...] = (Role.INTAKE, Role.REVIEWER, Role.APPROVER)


@dataclass(frozen=True)
class Officer:
    """One member of staff as the rules see them. `name` goes on the form beside the opinion."""

    staff_id: str
    name: str
    roles: frozenset[Role]

    def holds(self, role: Role) -> bool:
        """Whether this member of staff has that role at all."""
        return role in self.roles
