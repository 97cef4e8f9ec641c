"""Settings: all documented, overridable, and wrong ones named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from bot.command_line import main
from bot.settings import Settings, SettingsWrong, read_holidays, read_settings

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees this machine's settings."""
    import os

    for name in list(os.environ):
        if name.startswith("HURENTONG_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def names_in(entries: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """Dotted names of every setting in a nested mapping."""
    for name, value in entries.items():
        if isinstance(value, dict):
            yield from names_in(value, f"{before}{name}.")
        else:
            yield before + name


def names_of(model: type[BaseModel], before: str = "") -> Iterator[str]:
    """Dotted names of every setting the program knows."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from names_of(field.annotation, f"{before}{name}.")
        else:
            yield before + name


def test_every_setting_is_in_the_example_and_the_example_has_no_others() -> None:
    """config.example.yaml and the program know the same settings."""
    assert sorted(names_in(yaml.safe_load(EXAMPLE.read_text()))) == sorted(names_of(Settings))


def test_the_example_holds_the_defaults() -> None:
    """What is left out has the value the example shows."""
    assert Settings(**yaml.safe_load(EXAMPLE.read_text())) == Settings()


def test_every_setting_of_the_example_has_a_comment_in_both_languages() -> None:
    """Above each setting stands a comment with Chinese and English words."""
    lines = EXAMPLE.read_text().splitlines()
    for number, line in enumerate(lines):
        if not re.match(r"\s*[a-z_]+:", line):
            continue
        above: list[str] = []
        while lines[number - 1 - len(above)].lstrip().startswith("#"):
            above.append(lines[number - 1 - len(above)])
        comment = " ".join(above)
        assert re.search(r"[\u4e00-\u9fff]", comment), line
        assert re.search(r"[A-Za-z]{4,}", comment), line


def test_a_variable_wins_over_the_file_and_leaves_its_neighbours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """HURENTONG_… overrides one value of a group without touching the rest of it."""
    (tmp_path / "config.yaml").write_text("port: 9001\ncounty: {name: 云和县, code: '331125'}\n")
    monkeypatch.setenv("HURENTONG_COUNTY__CODE", "331124")
    monkeypatch.setenv("HURENTONG_DATA_DIR", str(tmp_path / "elsewhere"))
    settings = read_settings()
    assert (settings.port, settings.county.name, settings.county.code) == (9001, "云和县", "331124")
    assert settings.database() == f"sqlite:///{tmp_path}/elsewhere/hurentong.db"
    assert settings.master_key() == tmp_path / "elsewhere/keys/master.json"


@pytest.mark.parametrize(
    ("variable", "value", "name", "allowed"),
    [
        ("HURENTONG_PORT", "abc", "port", "0 – 65535"),
        ("HURENTONG_PORT", "70000", "port", "0 – 65535"),
        ("HURENTONG_LIMITS__TURNS_PER_MINUTE", "-1", "limits.turns_per_minute", "≥ 0"),
        ("HURENTONG_COUNTY__CODE", "3311", "county.code", r"\d{6}"),
        ("HURENTONG_COUNTY__NAME", "", "county.name", "不能空着"),
        ("HURENTONG_COUNTY__TIME_ZONE", "Mars/Olympus", "county.time_zone", "Asia/Shanghai"),
        ("HURENTONG_LOG_LEVEL", "LOUD", "log_level", "WARNING"),
        ("HURENTONG_SECURE_COOKIES", "maybe", "secure_cookies", "true"),
        ("HURENTONG_FLOW__REMIND_AFTER_DAYS", "30", "flow.remind_after_days", "< 30"),
        ("HURENTONG_DESK__HOLIDAYS_FILE", "/nowhere.yaml", "desk.holidays_file", "YAML"),
        ("HURENTONG_COUNTY__NICKNAME", "x", "county.nickname", "station_name"),
        ("HURENTONG_PROT", "1", "HURENTONG_PROT", "port"),
        ("HURENTONG_TELEGRAM__TOKEN", "no token", "telegram.token", "BotFather"),
        ("HURENTONG_TELEGRAM__TOKEN", "1000:TEST", "telegram.private_in_chat", "public_url"),
        ("HURENTONG_TELEGRAM__MODE", "sometimes", "telegram.mode", "webhook"),
        ("HURENTONG_CONFIG", "/nowhere.yaml", "HURENTONG_CONFIG", "existing"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, name: str, allowed: str
) -> None:
    """The error carries the setting's name, the value, and what would be right."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsWrong) as wrong:
        read_settings()
    assert wrong.value.name == name
    assert allowed in wrong.value.allowed


def test_a_misspelt_name_in_the_file_is_refused(tmp_path: Path) -> None:
    """A setting nobody knows stops the start instead of being passed over."""
    (tmp_path / "config.yaml").write_text("desk: {claim_minuts: 3}\n")
    with pytest.raises(SettingsWrong, match=r"desk\.claim_minuts"):
        read_settings()


@pytest.mark.parametrize("content", ["port: [", "- 1\n- 2\n", "port: 1\n  x: 2\n", "\x00"])
def test_a_file_that_is_no_yaml_is_named(tmp_path: Path, content: str) -> None:
    """A broken settings file stops the start with its own name."""
    (tmp_path / "config.yaml").write_text(content)
    with pytest.raises(SettingsWrong, match=r"config\.yaml"):
        read_settings()


def test_a_password_in_a_setting_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong database address is reported without its value."""
    monkeypatch.setenv("HURENTONG_DATABASE_URL", "mysql://root:hunter2@somewhere/x")
    with pytest.raises(SettingsWrong) as wrong:
        read_settings()
    assert "hunter2" not in str(wrong.value)


def test_telegram_starts_with_one_setting_or_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Polling needs the token; a webhook its mode and an address as well; off needs nothing."""
    monkeypatch.setenv("HURENTONG_TELEGRAM__TOKEN", "1000:TEST-secret")
    monkeypatch.setenv("HURENTONG_TELEGRAM__MODE", "webhook")
    monkeypatch.setenv("HURENTONG_TELEGRAM__PRIVATE_IN_CHAT", "true")
    with pytest.raises(SettingsWrong) as wrong:
        read_settings()
    assert wrong.value.name == "public_url"
    assert "TEST-secret" not in str(wrong.value)
    monkeypatch.setenv("HURENTONG_PUBLIC_URL", "https://hurentong.example")
    assert read_settings().telegram.is_on
    monkeypatch.setenv("HURENTONG_PUBLIC_URL", "http://127.0.0.1:8080")
    assert read_settings().telegram.is_on
    monkeypatch.setenv("HURENTONG_PUBLIC_URL", "http://hurentong.example")
    with pytest.raises(SettingsWrong, match="https"):  # whoever is sent such a link on could open it
        read_settings()
    monkeypatch.setenv("HURENTONG_TELEGRAM__WEBHOOK_SECRET", "short")
    with pytest.raises(SettingsWrong, match=r"telegram\.webhook_secret"):
        read_settings()
    monkeypatch.setenv("HURENTONG_TELEGRAM__MODE", "off")
    assert not read_settings().telegram.is_on


def test_a_wrong_setting_stops_the_command_with_status_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`hurentong serve` ends with status 2 and says which setting."""
    monkeypatch.setenv("HURENTONG_PORT", "-1")
    assert main(["serve"]) == 2
    assert "port" in capsys.readouterr().err


def test_holidays_are_read_from_their_dated_file(tmp_path: Path) -> None:
    """Each line of the calendar file is one day, off or worked."""
    file = tmp_path / "holidays.yaml"
    file.write_text("2027-01-01: 休\n2027-01-03: 班\n")
    settings = read_settings(desk={"holidays_file": file})
    assert read_holidays(settings) == {date(2027, 1, 1): False, date(2027, 1, 3): True}


@pytest.mark.parametrize("content", ["2027-01-01: 也许\n", "元旦: 休\n", "- 2027-01-01\n", "a: [\n"])
def test_a_wrong_calendar_file_is_named(tmp_path: Path, content: str) -> None:
    """A calendar line that is no date or no 休/班 stops the start."""
    file = tmp_path / "holidays.yaml"
    file.write_text(content)
    with pytest.raises(SettingsWrong, match="holidays_file"):
        read_settings(desk={"holidays_file": file})
