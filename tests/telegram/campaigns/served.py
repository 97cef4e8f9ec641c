"""The service as a process with a bot at the stand-in cloud, and what its database says was heard and answered.

Several processes share one PostgreSQL and one folder: the first starts alone and makes the keys.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select

from storage import channels, turns
from storage.archive import Archive
from storage.channel_schema import channels as channels_table
from storage.channel_schema import dispatches, set_aside
from storage.dispatches import OPEN
from storage.keys import Keyring
from tests.journeys.service import Service
from tests.telegram.hands import ROOT, TOKEN


class TelegramService(Service):
    """`hurentong serve` with a bot, as fast as it can send; `defect` names one of `defects` to be served instead.

    Without `database` it has its own SQLite file; with `data` another process's folder of keys and files.
    """

    def __init__(
        self, folder: Path, cloud: str, mode: str, defect: str = "", database: str = "", data: Path | None = None,
        **settings: str,
    ) -> None:  # fmt: skip
        super().__init__(folder)
        self._defect, self._data = defect, data or folder / "data"
        self._database = database or f"sqlite:///{self._data / 'hurentong.db'}"
        if database:
            self.environment["HURENTONG_DATABASE_URL"] = database
        self.environment |= {
            "HURENTONG_DATA_DIR": str(self._data),
            "HURENTONG_PUBLIC_URL": self.base,
            "HURENTONG_TELEGRAM__TOKEN": TOKEN,
            "HURENTONG_TELEGRAM__API_URL": cloud,
            "HURENTONG_TELEGRAM__MODE": mode,
            "HURENTONG_SENDING__A_SECOND": "0",
            "HURENTONG_SENDING__CHAT_SECONDS": "0",
            "HURENTONG_LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(ROOT),
            **settings,
        }

    def start(self) -> TelegramService:
        """Start, without waiting."""
        module = ["tests.telegram.campaigns.defects", self._defect] if self._defect else ["bot.command_line", "serve"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *module], env=self.environment, stdout=log, stderr=log, cwd=self.folder
            )
        return self

    async def heard(self) -> Heard:
        """What the database says. While the service runs, as of now."""
        keyring = Keyring.open(self._data / "keys" / "master.json")
        archive = Archive.open(self._database, keyring, migrate=False)
        try:
            return await archive.read(lambda conn: _heard(conn, keyring))
        finally:
            await archive.close()


@dataclass(frozen=True)
class Heard:
    """Per chat the texts in the order of their turns; messages not sent yet, sent, ended otherwise; put aside."""

    texts: dict[int, list[str]]
    waiting: int
    sent: int
    unsent: int
    aside: int

    @property
    def turns(self) -> int:
        """How many turns there were."""
        return sum(len(texts) for texts in self.texts.values())


def _heard(conn: Connection, keyring: Keyring) -> Heard:
    texts: dict[int, list[str]] = {}
    for channel_id in conn.execute(select(channels_table.c.channel_id)).scalars().all():
        reached = channels.load(conn, keyring, channel_id)
        assert reached is not None
        past = turns.past(conn, keyring, reached.account_id, limit=None)
        texts[int(reached.address)] = [turn.exchange.text or "" for turn in past]
    counted = select(dispatches.c.state, func.count()).group_by(dispatches.c.state)
    states: dict[str, int] = {row[0]: row[1] for row in conn.execute(counted)}
    waiting, sent = sum(states.get(state, 0) for state in OPEN), states.get("sent", 0)
    aside = int(conn.execute(select(func.count()).select_from(set_aside)).scalar() or 0)
    return Heard(texts, waiting, sent, sum(states.values()) - waiting - sent, aside)
