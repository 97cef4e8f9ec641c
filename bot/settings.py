"""Settings: `config.yaml`, with `HURENTONG_…` variables over it. A wrong one stops the start by its name.

Every setting is explained in `config.example.yaml`; a test holds the two together.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, YamlConfigSettingsSource

from state_machine.office_hours import read_hours
from state_machine.working_hours import read_working_hours
from storage.sealing import Algorithm

PREFIX = "HURENTONG_"
#: Variables that start like a setting and are none.
NOT_SETTINGS = frozenset({"HURENTONG_CONFIG"})
#: Settings whose value may hold a password: never repeated in a message.
SECRET = frozenset(
    {
        "database_url",
        "materials.store_url",
        "sms.key",
        "papers.signing_password",
        "telegram.token",
        "telegram.webhook_secret",
    }
)


ALGORITHMS = {"aes-256-gcm": Algorithm.AES_256_GCM, "sm4-gcm": Algorithm.SM4_GCM}


class SettingsWrong(Exception):
    """A setting is wrong: `name` is the setting, `value` what was given, `allowed` what would be right."""

    def __init__(self, name: str, value: str, allowed: str) -> None:
        self.name, self.value, self.allowed = name, value, allowed
        super().__init__(f"设置 {name} 不对 (wrong setting): {value}。应为 (allowed): {allowed}")


class Group(BaseModel):
    """A group of settings; a name that is not a setting is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class County(Group):
    """县: what the texts say about the place. Stations and telephones are configured, none is invented."""

    name: str = Field(default="庆元县", min_length=1)
    code: str = Field(default="331126", pattern=r"^\d{6}$")
    city: str = Field(default="丽水市", min_length=1)
    province: str = Field(default="浙江省", min_length=1)
    station_name: str = ""
    station_address: str = ""
    station_phone: str = Field(default="", pattern=r"^[0-9+\- ()]*$")
    office_hours: str = ""
    time_zone: str = "Asia/Shanghai"
    number_prefix: str = Field(default="QY", pattern=r"^[A-Z]{2,4}$")

    @field_validator("office_hours")
    @classmethod
    def _readable(cls, text: str) -> str:
        read_hours(text)
        return text

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError("a time zone name such as Asia/Shanghai") from None
        return name


class Flow(Group):
    """问答: how registered time is added up, how long drafts and sessions live."""

    allowed_gap_days: int = Field(default=0, ge=0, le=31)
    draft_days: int = Field(default=30, ge=1, le=365)
    remind_after_days: int = Field(default=7, ge=1, le=365)
    session_days: int = Field(default=90, ge=1, le=366)


class Materials(Group):
    """证明材料: where files are kept and what a file may be."""

    store_url: str | None = Field(default=None, pattern=r"^(file|s3)://")
    max_bytes: int = Field(default=20 * 1024 * 1024, ge=1024, le=200 * 1024 * 1024)
    max_pages: int = Field(default=20, ge=1, le=200)
    worker_seconds: int = Field(default=30, ge=1, le=600)
    worker_megabytes: int = Field(default=1024, ge=256, le=16384)
    workers: int = Field(default=1, ge=1, le=16)


class ReadingPictures(Group):
    """拍照代替打字: whether photos of cards and proofs are read, and what the process that reads them may use."""

    pictures: bool = True
    seconds: int = Field(default=60, ge=5, le=600)
    megabytes: int = Field(default=850, ge=700, le=4096)


#: Who must give a second factor. YAML reads a bare `off` as false.
Required = Annotated[Literal["off", "admins", "all"], BeforeValidator(lambda value: "off" if value is False else value)]


class Desk(Group):
    """窗口: clerks' sessions and claims, the time limit and the calendar."""

    session_minutes: int = Field(default=480, ge=5, le=1440)
    claim_minutes: int = Field(default=30, ge=1, le=480)
    require_totp: Required = "off"
    working_days: int = Field(default=2, ge=1, le=60)
    working_hours: str = "8:30-12:00 14:00-17:30"
    holidays_file: Path | None = None
    alert_minutes: int = Field(default=10, ge=1, le=240)
    call_after_hours: int = Field(default=24, ge=1, le=720)
    upload_link_minutes: int = Field(default=15, ge=2, le=120)

    @field_validator("working_hours")
    @classmethod
    def _a_working_day(cls, text: str) -> str:
        read_working_hours(text)
        return text


class Papers(Group):
    """文书 and the electronic permit: the signing key, further fonts, whether permits are samples."""

    signing_key_path: Path | None = None
    signing_password: str = ""
    fonts_dir: Path | None = None
    sample_permits: bool = True


class SmsGateway(Group):
    """短信: the gateway that sends for 办结通知, codes, and as the last way to somebody (docs/sms-gateway.md)."""

    gateway_url: str = Field(default="", pattern=r"^(https?://[^\s?#]+)?$")
    key_id: str = Field(default="", pattern=r"^[A-Za-z0-9_.\-]{0,64}$")
    key: SecretStr = SecretStr("")
    signature: str = Field(default="互认通", min_length=1, max_length=12, pattern=r"^[^【】]*$")
    a_second: int = Field(default=10, ge=1, le=1000)
    last_resort_hours: int = Field(default=4, ge=1, le=720)

    @field_validator("signature")
    @classmethod
    def _own(cls, text: str) -> str:
        if "浙里办" in text:
            raise ValueError("your own signature, never 浙里办")
        return text

    @property
    def is_on(self) -> bool:
        """Whether SMS are sent at all."""
        return bool(self.gateway_url)


class Sending(Group):
    """发送: how fast messages go to chats. Telegram bears 30 a second and one a second for a chat."""

    a_second: int = Field(default=30, ge=0, le=100_000)
    chat_seconds: float = Field(default=1.0, ge=0, le=60)
    at_once: int = Field(default=32, ge=1, le=512)


#: How updates are heard. YAML reads a bare `off` as false.
Hearing = Annotated[
    Literal["off", "polling", "webhook"], BeforeValidator(lambda value: "off" if value is False else value)
]


class Telegram(Group):
    """Telegram: the bot's token, how updates come, what may be said there (docs/telegram.md)."""

    token: SecretStr = SecretStr("")
    mode: Hearing = "polling"
    webhook_secret: SecretStr = SecretStr("")
    api_url: str = Field(default="https://api.telegram.org", pattern=r"^https?://[^\s?#]+$")
    private_in_chat: bool = False
    step_link_minutes: int = Field(default=30, ge=5, le=1440)
    album_seconds: float = Field(default=1.0, ge=0, le=10)

    @property
    def is_on(self) -> bool:
        """Whether there is a bot at all."""
        return bool(self.token.get_secret_value()) and self.mode != "off"


class Limits(Group):
    """How much one browser, one Telegram chat or one address may ask a minute; 0 means no limit."""

    turns_per_minute: int = Field(default=1200, ge=0)
    files_per_minute: int = Field(default=120, ge=0)
    requests_per_minute_address: int = Field(default=60000, ge=0)
    permit_checks_per_minute_address: int = Field(default=60, ge=0)


class Settings(BaseSettings):
    """Everything one county sets up. Build it with `read_settings`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8080, ge=0, le=65535)
    data_dir: Path = Path("data")
    database_url: str | None = Field(default=None, pattern=r"^(sqlite:///|postgresql(\+psycopg)?://)")
    master_key_path: Path | None = None
    encryption: Literal["aes-256-gcm", "sm4-gcm"] = "aes-256-gcm"
    public_url: str = Field(default="", pattern=r"^(https?://[^/\s]+)?$")
    secure_cookies: bool = False
    behind_proxy: bool = False
    demo: bool = False
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    housekeeping_minutes: int = Field(default=60, ge=1, le=1440)
    county: County = County()
    flow: Flow = Flow()
    materials: Materials = Materials()
    reading: ReadingPictures = ReadingPictures()
    desk: Desk = Desk()
    sending: Sending = Sending()
    sms: SmsGateway = SmsGateway()
    telegram: Telegram = Telegram()
    limits: Limits = Limits()
    papers: Papers = Papers()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is passed in stands above the environment, and the environment above the file."""
        return init_settings, env_settings, YamlConfigSettingsSource(settings_cls, yaml_file=config_path())

    def database(self) -> str:
        """The database's address; without one, an SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'hurentong.db'}"

    def master_key(self) -> Path:
        """Where the master keyring lies."""
        return self.master_key_path or self.data_dir / "keys" / "master.json"

    def store(self) -> str:
        """The address of the material store; without one, a folder in the data folder."""
        return self.materials.store_url or f"file://{self.data_dir.absolute() / 'materials'}"

    def algorithm(self) -> Algorithm:
        """What new values and files are sealed with; what is stored opens whichever it was."""
        return ALGORITHMS[self.encryption]

    def zone(self) -> ZoneInfo:
        """The county's time zone."""
        return ZoneInfo(self.county.time_zone)


def config_path(environ: Mapping[str, str] = os.environ) -> Path:
    """The settings file: `HURENTONG_CONFIG`, or `config.yaml` in the working folder."""
    return Path(environ.get("HURENTONG_CONFIG") or "config.yaml")


def read_settings(**given: Any) -> Settings:
    """Read file and environment; `given` stands above both. Raises `SettingsWrong`."""
    path = config_path()
    if os.environ.get("HURENTONG_CONFIG") and not path.is_file():
        raise SettingsWrong("HURENTONG_CONFIG", str(path), "一个存在的文件 (an existing file)")
    _refuse_unknown_variables(os.environ)
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise _named(error) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = "" if line is None else f"，第 {line + 1} 行 (line {line + 1})"
        raise SettingsWrong(str(path), f"不是 YAML{where}", "见 config.example.yaml") from None
    except (TypeError, ValueError):
        raise SettingsWrong(str(path), "读不出来 (unreadable)", "`名字: 值`，见 config.example.yaml") from None
    if settings.flow.remind_after_days >= settings.flow.draft_days:
        value = str(settings.flow.remind_after_days)
        raise SettingsWrong("flow.remind_after_days", value, f"少于 flow.draft_days (< {settings.flow.draft_days})")
    if settings.sms.is_on and not (settings.sms.key_id and len(settings.sms.key.get_secret_value()) >= 16):
        raise SettingsWrong("sms.key", "（不显示 hidden）", "网关给的密钥，至少 16 个字，并写上 sms.key_id")
    _check_telegram(settings)
    read_holidays(settings)
    return settings


#: Where tests and demos run, and nobody listens in.
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _check_telegram(settings: Settings) -> None:
    """What the bot needs besides its token. Raises `SettingsWrong`."""
    telegram, hidden = settings.telegram, "（不显示 hidden）"
    if not telegram.is_on:
        return
    if not re.fullmatch(r"\d{1,20}:[A-Za-z0-9_-]+", telegram.token.get_secret_value()):
        raise SettingsWrong("telegram.token", hidden, "BotFather 给的那一串，像 123456:ABC… (as BotFather gave it)")
    if not re.fullmatch(r"([A-Za-z0-9_-]{16,256})?", telegram.webhook_secret.get_secret_value()):
        raise SettingsWrong("telegram.webhook_secret", hidden, "空着，或 16–256 个英文字母、数字、_、-")
    if telegram.mode == "webhook" and not settings.public_url:
        raise SettingsWrong("public_url", "空 (empty)", "https://…，Telegram 要能访问；没有就用 telegram.mode: polling")
    address = urlsplit(settings.public_url)
    if address.scheme == "http" and address.hostname not in LOOPBACK:
        words = "https://…：不是 https，就认不出点开链接的是不是本人 (only https tells who opens a link)"
        raise SettingsWrong("public_url", settings.public_url, words)
    if not telegram.private_in_chat and not settings.public_url:
        words = "身份证号和照片要在我们自己的页面上填，先写好 public_url；没有的话改成 true，允许写在聊天里"
        raise SettingsWrong("telegram.private_in_chat", "false", f"{words} (true, as long as public_url is empty)")


def read_holidays(settings: Settings) -> dict[date, bool]:
    """The dated overrides of `desk.holidays_file`: day → is it a workday. Raises `SettingsWrong`."""
    path = settings.desk.holidays_file
    if path is None:
        return {}
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        raise SettingsWrong("desk.holidays_file", str(path), "一个可读的 YAML 文件 (a readable YAML file)") from None
    words = {"班": True, "休": False, True: True, False: False}
    shape = "每行 `2027-01-01: 休` 或 `2027-01-03: 班` (each line: date and 休/班)"
    if not isinstance(entries, dict):
        raise SettingsWrong("desk.holidays_file", str(path), shape)
    for day, word in entries.items():
        if type(day) is not date or not isinstance(word, str | bool) or word not in words:
            raise SettingsWrong("desk.holidays_file", f"{path}: {day}: {word}", shape)
    return {day: words[word] for day, word in entries.items()}


def _refuse_unknown_variables(environ: Mapping[str, str]) -> None:
    for variable in sorted(environ):
        name = variable.upper()
        if not name.startswith(PREFIX) or name in NOT_SETTINGS or name.startswith(f"{PREFIX}TEST_"):
            continue
        top = name.removeprefix(PREFIX).lower().split("__")[0]
        if top not in Settings.model_fields:
            raise SettingsWrong(variable, "没有这个设置 (no such setting)", ", ".join(Settings.model_fields))


def _named(error: ValidationError) -> SettingsWrong:
    """The first problem of a validation, in the words of the person who set it."""
    first = error.errors()[0]
    path = [str(part) for part in first["loc"]]
    name = ".".join(path)
    fields: Mapping[str, FieldInfo] = Settings.model_fields
    for group in path[:-1]:
        fields = getattr(fields[group].annotation, "model_fields", {})
    if first["type"] == "extra_forbidden":
        return SettingsWrong(name, "没有这个设置 (no such setting)", ", ".join(fields))
    value = "（不显示 hidden）" if name in SECRET else repr(first["input"])
    return SettingsWrong(name, value, _allowed(first["type"], first.get("ctx", {}), fields.get(path[-1])))


def _allowed(kind: str, context: Mapping[str, Any], field: FieldInfo | None) -> str:
    """What would have been right, for one kind of pydantic problem."""
    if kind == "string_pattern_mismatch":
        return re.sub(r"^\^|\$$", "", str(context["pattern"]))
    if kind == "literal_error":
        return str(context["expected"])
    limits = {type(limit).__name__: limit for limit in (field.metadata if field else ())}
    bounds = [str(getattr(limits[bound], bound.lower())) for bound in ("Ge", "Le") if bound in limits]
    if bounds:
        return f"整数 (a whole number) {' – '.join(bounds) if len(bounds) == 2 else f'≥ {bounds[0]}'}"
    words = {
        "bool": "true 或 false (true or false)",
        "string_too_short": "不能空着 (not empty)",
        "string": "文字，加引号 (text, in quotes)",
        "path": "路径 (a path)",
        "model": "一组设置 (a group of settings)",
    }
    return next((word for start, word in words.items() if kind.startswith(start)), str(context.get("error", kind)))
