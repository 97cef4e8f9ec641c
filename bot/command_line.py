"""`hurentong …`: one small command each, imported only when asked for."""

from __future__ import annotations

import argparse
import gc
import importlib
import sys
from collections.abc import Sequence
from types import ModuleType

#: command → (module with `add_arguments(parser)` and `run(arguments) -> int`, what it does)
COMMANDS = {
    "serve": ("bot.serve", "启动服务：网页聊天和窗口工作台 (start the service)"),
    "demo": ("bot.demo", "演示：自己的数据文件夹，自动建好工作人员账号 (start a demo with clerks' logins)"),
    "talk": ("bot.talk", "在这个终端里办一遍 (the whole interview in this terminal)"),
    "understand": ("bot.understand", "标准输入每行一个 JSON，打印听懂了什么 (what a message means, JSON lines)"),
    "staff": ("bot.staff", "工作人员账号 (clerks' accounts: add, list, disable, password)"),
    "keys": ("bot.keys", "主密钥：状态、轮换 (the master key: status, rotate, rewrap)"),
    "migrate": ("bot.migrate", "把数据库的表更新到这个版本 (bring the tables to this version)"),
    "backup": ("bot.backup", "备份 SQLite 数据库，服务不用停 (copy the SQLite database while the service goes on)"),
    "move": ("bot.move", "搬到另一个数据库或材料存放处 (move to another database or store)"),
    "dossier": ("bot.dossier", "一人一档：导出、核验案卷 (export and verify dossiers)"),
    "doctor": ("bot.doctor", "检查设置、密钥、数据库、磁盘和日历 (check this installation)"),
}


def parser_for(chosen: str | None) -> argparse.ArgumentParser:
    """The parser; only the chosen command's module is imported for its arguments."""
    parser = argparse.ArgumentParser(prog="hurentong", description="互认通：《浙江省居住证》互认")
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    for name, (module, purpose) in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose)
        if name == chosen:
            _loaded(module).add_arguments(command)
    return parser


def _loaded(module: str) -> ModuleType:
    """The module. What is loaded stays for good: no garbage is looked for in it, now or later (a sixth of a start)."""
    gc.disable()
    try:
        return importlib.import_module(module)
    finally:
        gc.freeze()
        gc.enable()


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 it failed and said why, 2 wrong settings or wrong words."""
    given = list(sys.argv[1:] if words is None else words)
    chosen = next((word for word in given if word in COMMANDS), None)
    arguments = parser_for(chosen).parse_args(given)
    try:
        return int(importlib.import_module(COMMANDS[arguments.command][0]).run(arguments))
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        from bot.settings import SettingsWrong  # here, so that `understand` need not load it

        if not isinstance(error, SettingsWrong):
            raise
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
