"""Clerks for a journey, hired through the operator's own command."""

from __future__ import annotations

from tests.journeys.service import Service

TEAM = (
    ("intake", "shouli", "林受理"),
    ("reviewer", "shenhe", "周审核"),
    ("approver", "shenpi", "叶审批"),
    ("agent", "zuoxi", "吴坐席"),
    ("admin", "guanli", "胡管理"),
)
PASSWORD = "make-believe-2026!"


def hire(service: Service) -> dict[str, tuple[str, str]]:
    """Add one clerk a role; role → (login, password)."""
    service.command("migrate")
    for role, login, name in TEAM:
        service.command("staff", "add", login, "--name", name, "--role", role, "--password-stdin", typed=PASSWORD)
    return {role: (login, PASSWORD) for role, login, _ in TEAM}
