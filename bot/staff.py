"""`hurentong staff add|list|disable|password`: clerks' accounts. Passwords come by standard input, not by argument."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection

from bot.desk.passwords import SHORTEST, PasswordTooWeak, check_strength, hash_now
from bot.desk.words import say
from state_machine.officers import Role
from storage import audit, staff
from storage.archive import Archive
from storage.keys import Keyring
from storage.staff import LoginTaken, StaffMember

if TYPE_CHECKING:
    from bot.settings import Settings

T = TypeVar("T")

ROLES = {say(f"roles.{role.value}"): role for role in Role} | {role.value: role for role in Role}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The four small commands."""
    what = parser.add_subparsers(dest="what", metavar="add|list|disable|password", required=True)
    adding = what.add_parser("add", help="新建账号 (a new account); 密码从标准输入或键盘读")
    adding.add_argument("login", help="登录账号")
    adding.add_argument("--name", required=True, help="姓名（写进申请表）")
    adding.add_argument("--password-stdin", action="store_true", help="密码从标准输入读，不问键盘")
    adding.add_argument("--role", required=True, action="append", choices=list(ROLES), help="岗位，可以写几次")
    what.add_parser("list", help="列出账号 (all accounts)")
    for name, purpose in (("disable", "停用，马上退出所有登录 (disable)"), ("password", "重设密码 (new password)")):
        command = what.add_parser(name, help=purpose)
        command.add_argument("login", help="登录账号")
        if name == "password":
            command.add_argument("--password-stdin", action="store_true", help="密码从标准输入读，不问键盘")


def run(arguments: argparse.Namespace) -> int:
    """Do it; 0 done, 1 it could not be done and standard error says why."""
    from bot.settings import read_settings  # here: the parser alone needs no settings

    commands: dict[str, Callable[[argparse.Namespace, Settings], int]] = {
        "add": _add,
        "list": _list,
        "disable": _disable,
        "password": _password,
    }
    return commands[arguments.what](arguments, read_settings())


def add_member(
    conn: Connection, county: str, login: str, name: str, roles: Collection[Role], password: str, at: datetime
) -> StaffMember:
    """A new account, in the caller's transaction. Raises `LoginTaken` or `PasswordTooWeak`."""
    check_strength(password, login)
    member = staff.add(conn, county, login, name, roles, hash_now(password), at)
    audit.add(conn, county, "staff_add", at, details={"staff": member.staff_id, "roles": sorted(roles)})
    return member


def _add(arguments: argparse.Namespace, settings: Settings) -> int:
    roles = {ROLES[word] for word in arguments.role}
    password, county, now = read_password(arguments.password_stdin), settings.county.code, datetime.now(UTC)
    try:
        _write(
            settings,
            lambda conn: add_member(conn, county, arguments.login, arguments.name, roles, password, now),
        )
    except LoginTaken:
        return _fail("这个账号已经有了 (this login exists)")
    except PasswordTooWeak:
        return _fail(_weak())
    return _done(f"已新建 {arguments.login}")


def _list(_: argparse.Namespace, settings: Settings) -> int:
    for member in _write(settings, lambda conn: staff.every(conn, settings.county.code)):
        roles = "、".join(say(f"roles.{role.value}") for role in Role if role in member.roles)
        state = "停用" if member.disabled_at else "在用"
        sys.stdout.write(f"{member.login}\t{member.name}\t{roles}\t{state}\n")
    return 0


def _disable(arguments: argparse.Namespace, settings: Settings) -> int:
    now = datetime.now(UTC)

    def job(conn: Connection) -> bool:
        member = staff.by_login(conn, settings.county.code, arguments.login)
        if member is not None:
            staff.disable(conn, member.staff_id, now)
            audit.add(conn, member.county, "staff_disable", now, details={"staff": member.staff_id})
        return member is not None

    return _done(f"已停用 {arguments.login}") if _write(settings, job) else _fail(_nobody())


def _password(arguments: argparse.Namespace, settings: Settings) -> int:
    password, now = read_password(arguments.password_stdin), datetime.now(UTC)
    try:
        check_strength(password, arguments.login)
    except PasswordTooWeak:
        return _fail(_weak())
    hashed = hash_now(password)

    def job(conn: Connection) -> bool:
        member = staff.by_login(conn, settings.county.code, arguments.login)
        if member is not None:
            staff.set_password(conn, member.staff_id, hashed)
            audit.add(conn, member.county, "staff_password", now, details={"staff": member.staff_id})
        return member is not None

    return _done(f"已重设 {arguments.login} 的密码") if _write(settings, job) else _fail(_nobody())


def read_password(piped: bool) -> str:
    """From the keyboard without echo, or the first line of standard input."""
    if sys.stdin.isatty() and not piped:
        return getpass.getpass("密码 (password): ")
    return sys.stdin.readline().rstrip("\r\n")


def _write(settings: Settings, job: Callable[[Connection], T]) -> T:
    """One transaction of its own on the configured database."""
    archive = Archive.open(settings.database(), Keyring.open(settings.master_key()))
    try:
        return archive.write_now(job)
    finally:
        asyncio.run(archive.close())


def _weak() -> str:
    return f"密码太弱：至少 {SHORTEST} 个字符，不要太单一，不要含账号 (too weak)"


def _nobody() -> str:
    return "没有这个账号 (no such login)"


def _done(text: str) -> int:
    sys.stdout.write(f"{text}\n")
    return 0


def _fail(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 1
