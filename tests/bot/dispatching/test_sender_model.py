"""Whatever is written, fails, is blocked, comes back or crashes, in any order: the sender keeps its promises."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import select, update

from storage.archive import Archive
from storage.channel_schema import channels, dispatches
from storage.keys import Keyring
from storage.migrations import upgrade
from tests.bot.dispatching.faulty_channel import FAULTS, complaints
from tests.bot.dispatching.world import PACE, World

CHATS = st.integers(0, 2)


@cache
def _template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="hurentong-model-")) / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


class SenderModel(RuleBasedStateMachine):
    """Three chats; a clock that moves only by rule; a channel that fails by rule."""

    @initialize()
    def open(self) -> None:
        """A fresh database."""
        self.folder = Path(tempfile.mkdtemp(prefix="hurentong-model-"))
        shutil.copy(_template(), self.folder / "one.db")
        self.runner = asyncio.Runner()
        self.archive = Archive.open(f"sqlite:///{self.folder / 'one.db'}", Keyring.in_memory())
        self.world = World(self.archive)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self.runner.run(work)

    @rule(chat=CHATS, count=st.integers(1, 3))
    def somebody_is_answered(self, chat: int, count: int) -> None:
        """A turn's answer of one or more messages; who writes is not gone."""
        self.comes_back(chat)
        for _ in range(count):
            self.world.answer(chat)

    @rule(chat=CHATS, texts=st.integers(1, 2))
    def a_notice_is_written(self, chat: int, texts: int) -> None:
        """A notice of the outbox."""
        self.world.notice(chat, *["好"] * texts)

    @rule(chat=CHATS, faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=3))
    def the_next_fail(self, chat: int, faults: list[str]) -> None:
        """What will happen to the next messages handed over for a chat."""
        self.world.channel.faults[self.world.chats[chat][2]].extend(faults)

    @rule(seconds=st.sampled_from([0.5, 1.0, 3.0, 8.0, 40.0]))
    def time_passes(self, seconds: float) -> None:
        """The sender works."""
        self._run(self.world.pass_time(seconds))

    @rule()
    def another_process_takes_over(self) -> None:
        """The sender's process is killed between two messages."""
        self.world.line = self.world.new_line()

    @rule(chat=CHATS)
    def comes_back(self, chat: int) -> None:
        """The person lifts the block and is heard from."""
        _, channel_id, address = self.world.chats[chat]
        self.world.channel.comes_back(address)
        back = update(channels).where(channels.c.channel_id == channel_id).values(gone_at=None, gone_why=None)
        self.archive.write_now(lambda conn: conn.execute(back))

    def teardown(self) -> None:
        """Let everything end; then nothing is to be complained of."""
        if not hasattr(self, "world"):
            return
        try:
            self._run(self.world.until_all_ended())
            assert self.world.waiting() == 0
            journal = self.world.channel.journal
            assert complaints(journal, chat_seconds=PACE.chat_seconds, a_second=PACE.a_second) == set()
            self._every_end_has_its_reason()
        finally:
            self._run(self.archive.close())
            self.runner.close()
            shutil.rmtree(self.folder)

    def _every_end_has_its_reason(self) -> None:
        """What was given up had a right to be; what is written down as sent was really taken."""
        wanted = select(dispatches.c.dispatch_id, dispatches.c.state, dispatches.c.why)
        rows = self.archive.write_now(lambda conn: conn.execute(wanted).all())
        taken = {one.dispatch_id for one in self.world.channel.journal.handed if one.is_taken}
        assert {row.dispatch_id for row in rows if row.state == "sent"} <= taken
        assert {row.why for row in rows if row.state == "failed"} <= {"bad_request", "blocked", "gone"}


SenderModel.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestTheSenderKeepsItsPromises = SenderModel.TestCase
