"""`hurentong demo`: the service on a data folder of its own, with clerks whose passwords hold for this start only."""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import sys
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from bot.desk.passwords import hash_now
from bot.serve import greet, run_with
from bot.settings import read_settings
from bot.staff import add_member
from bot.stand_ins.beside import sms_beside
from bot.wiring import Service
from state_machine.officers import Role
from storage import staff

#: login, name on the form, role, what the greeting calls it
CLERKS = (
    ("shouli", "吴受理", Role.INTAKE, "受理人"),
    ("shenhe", "沈审核", Role.REVIEWER, "审核人"),
    ("shenpi", "申审批", Role.APPROVER, "审批人"),
    ("zuoxi", "左坐席", Role.AGENT, "坐席"),
    ("guanli", "关管理", Role.ADMIN, "管理员"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--port` over the settings."""
    parser.add_argument("--port", type=int, help="端口 (port)")


def run(arguments: argparse.Namespace) -> int:
    """Start the demo. An own data folder unless one is configured."""
    settings = read_settings(**({} if arguments.port is None else {"port": arguments.port}), demo=True)
    if settings.data_dir == Path("data") and "HURENTONG_DATA_DIR" not in os.environ:
        settings = settings.model_copy(update={"data_dir": Path("data/demo")})
    with sms_beside(settings) as (with_sms, page):
        return run_with(with_sms, partial(greet_with_logins, sms_page=page))


async def greet_with_logins(service: Service, address: str, sms_page: str = "") -> None:
    """The addresses, and each clerk's password of this start."""
    passwords = await renew_clerks(service)
    await greet(service, address)
    if sms_page:
        sys.stdout.write(f"短信替身 (stand-in SMS, nothing is really sent)   {sms_page}\n")
    sys.stdout.write("\n演示账号，密码只在这次启动有效 (logins of this demo start):\n")
    for login, _, _, title in CLERKS:
        sys.stdout.write(f"  {title}\t{login}\t{passwords[login]}\n")
    sys.stdout.flush()


async def renew_clerks(service: Service) -> dict[str, str]:
    """Give every demo clerk a fresh password, making the account if it is missing. login → password."""
    county, now = service.settings.county.code, service.now()
    passwords = {login: secrets.token_urlsafe(9) for login, *_ in CLERKS}
    hashes = {login: await asyncio.to_thread(hash_now, password) for login, password in passwords.items()}

    def job(conn: Connection) -> None:
        for login, name, role, _ in CLERKS:
            member = staff.by_login(conn, county, login)
            if member is None:
                add_member(conn, county, login, name, {role}, passwords[login], now)
                continue
            staff.set_password(conn, member.staff_id, hashes[login])
            if member.disabled_at is not None:
                staff.enable(conn, member.staff_id)

    await service.archive.write(job, key="staff")
    return passwords
