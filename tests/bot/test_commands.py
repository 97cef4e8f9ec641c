"""The command line as an operator types it: real processes on a folder of their own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.command_line import COMMANDS, parser_for
from bot.doctor import examine
from bot.settings import Settings
from bot.talk import paths_in
from bot.terminal import width_of, wrapped
from tests.bot.pages import drawn, encoded


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """This test's own settings only."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HURENTONG_")}
    return {**inherited, "HURENTONG_DATA_DIR": str(folder / "data"), **settings}


def started(folder: Path, *words: str, **settings: str) -> subprocess.Popen[str]:
    """`hurentong …` as a process."""
    return subprocess.Popen(
        [sys.executable, "-m", "bot.command_line", *words],
        env=environment(folder, **settings),
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said_until(process: subprocess.Popen[str], wanted: str, seconds: float = 40) -> str:
    """What it prints until `wanted` comes."""
    assert process.stdout is not None
    heard, end = "", time.monotonic() + seconds
    while wanted not in heard and time.monotonic() < end:
        line = process.stdout.readline()
        if not line:
            break
        heard += line
    assert wanted in heard, heard
    return heard


@pytest.fixture
def busy_port() -> Iterator[int]:
    """A port somebody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield int(taken.getsockname()[1])


def test_the_demo_prints_both_addresses_and_every_login_and_stops_when_told(tmp_path: Path) -> None:
    """`demo` says where chat and desk are, gives each clerk a fresh password, and ends cleanly on SIGTERM."""
    process = started(tmp_path, "demo", HURENTONG_PORT="0")
    heard = said_until(process, "管理员")
    assert re.search(r"chat\)\s+http://127\.0\.0\.1:\d+/\n", heard)
    assert re.search(r"desk\)\s+http://127\.0\.0\.1:\d+/desk\n", heard)
    for title in ("受理人", "审核人", "审批人", "坐席", "管理员"):
        assert re.search(rf"{title}\t\w+\t\S{{12}}\n", heard), heard
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
    assert (tmp_path / "data" / "hurentong.db").stat().st_size > 0
    assert (tmp_path / "data" / "keys" / "master.json").stat().st_mode & 0o777 == 0o600


def test_a_port_in_use_is_said_with_what_to_do(tmp_path: Path, busy_port: int) -> None:
    """`serve` on a taken port ends with status 1 and names the port and another way."""
    process = started(tmp_path, "serve", HURENTONG_PORT=str(busy_port))
    _, errors = process.communicate(timeout=40)
    assert process.returncode == 1
    assert str(busy_port) in errors
    assert "HURENTONG_PORT=" in errors


def test_talk_holds_the_interview_in_a_terminal(tmp_path: Path) -> None:
    """Numbers press buttons, the interview goes on, and the next talk goes on where this one stopped."""
    process = started(tmp_path, "talk")
    heard, errors = process.communicate("1\n1\n1\n1\n退出\n", timeout=60)
    assert process.returncode == 0, errors
    assert "您想做什么" in heard
    assert "在线填表 · 第" in heard
    again = started(tmp_path, "talk")
    heard, errors = again.communicate("进度\n", timeout=60)
    assert again.returncode == 0, errors
    assert "第" in heard
    assert (tmp_path / "data" / "talk.session").stat().st_mode & 0o777 == 0o600


def test_migrate_says_whether_there_was_anything_to_do(tmp_path: Path) -> None:
    """The first run makes the tables; the second has nothing to do."""
    first, _ = started(tmp_path, "migrate").communicate(timeout=40)
    second, _ = started(tmp_path, "migrate").communicate(timeout=40)
    assert ("已更新" in first, "不用更新" in second) == (True, True)


def test_the_doctor_finds_a_fresh_installation_sound(settings: Settings) -> None:
    """Before the first start nothing is wrong, and what is still to come is a note."""
    found = list(examine(settings))
    assert [one.what for one in found if one.mark == "不行"] == []
    assert {"设置", "数据文件夹", "磁盘", "主密钥", "SQLite", "数据库", "材料存放", "文件检查", "日历"} <= {
        one.what for one in found
    }


def test_the_doctor_finds_a_key_that_others_can_read(settings: Settings) -> None:
    """A master key open to others is called 不行."""
    key = settings.master_key()
    key.parent.mkdir(parents=True)
    key.write_text("{}")
    key.chmod(0o644)
    assert "主密钥" in [one.what for one in examine(settings) if one.mark == "不行"]


def test_the_doctor_finds_a_database_nobody_answers_for(settings: Settings) -> None:
    """An unreachable PostgreSQL is called 不行, without its password."""
    away = settings.model_copy(update={"database_url": "postgresql://u:hunter2@127.0.0.1:1/x"})
    found = {one.what: one for one in examine(away)}
    assert found["数据库"].mark == "不行"
    assert "hunter2" not in found["数据库"].words


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`hurentong <command> --help` works for each."""
    with pytest.raises(SystemExit) as done:
        parser_for(command).parse_args([command, "--help"])
    assert done.value.code == 0
    assert "usage" in capsys.readouterr().out


def test_no_command_imports_another_commands_module() -> None:
    """`understand` starts without the web server: modules are imported when asked for."""
    code = (
        "import sys; from bot.command_line import parser_for; parser_for('understand'); print('aiohttp' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=40, check=True)
    assert done.stdout.strip() == "False"


def test_chinese_is_wrapped_by_its_width() -> None:
    """A Chinese letter takes two columns; no line is wider than asked, punctuation never begins one."""
    lines = list(wrapped("浙江省居住证，互认通 abc。" * 5, 21))
    assert all(width_of(line) <= 24 for line in lines)
    assert not any(line[0] in "，。" for line in lines)
    assert "".join(lines) == "浙江省居住证，互认通 abc。" * 5


def test_a_dropped_path_is_a_file_and_a_sentence_is_not(tmp_path: Path) -> None:
    """Quoted, escaped and several paths are files; words are words."""
    one, two = tmp_path / "租房 合同.jpg", tmp_path / "b.jpg"
    for path in (one, two):
        path.write_bytes(encoded(drawn((80, 60))))
    escaped = str(one).replace(" ", r"\ ")
    assert paths_in(f"上传 {escaped} '{two}'") == [one, two]
    assert paths_in(f"'{one}'") == [one]
    assert paths_in("我有工作") == []
    assert paths_in("1/2") == []
    assert paths_in("上传 没有的.jpg") == []
    assert paths_in("it's") == []
