"""One channel's line: claims what is due, hands it over, writes down how it went.

Only the holder of the channel's lease sends, so that the pace is the whole bot's; another process takes over when the
lease ends. A message is claimed for longer than handing it over can take. Between handing over and writing down lies
the only moment in which a crash can make a message go twice; none goes missing.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random, SystemRandom

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.protocol import CaseBrief, Channel, Gone, NotNow, NotSent, Outgoing, Refused, Sent, Unsure
from bot.dispatching.counts import Counts
from bot.dispatching.pace import Pace, Window
from bot.web.guard import where
from state_machine.codes import Field
from storage import cases, dispatch_ends, dispatches, leases
from storage.archive import Archive
from storage.dispatches import Claimed, Source
from storage.errors import NOT_STORED, NotOurs, Sealed
from storage.notice_ways import BY_SMS, SMS

logger = logging.getLogger(__name__)

#: A lease is short: when a process is killed, another one goes on soon.
LEASE = timedelta(seconds=6)
#: Chats whose last message is remembered, for the pace.
MOST_LANES = 10_000
#: A message that meets a fault of ours is tried again after each of these, and then given up.
FAULTS = ("fault", "fault_again")
#: Seconds between two tries to write down what was sent.
AGAIN_SECONDS = 0.5


class Line:
    """One channel of one county. `with_sms`: a notice that fails here may go by SMS."""

    def __init__(
        self,
        archive: Archive,
        county: str,
        channel: Channel,
        clock: Callable[[], datetime],
        *,
        pace: Pace | None = None,
        counts: Counts | None = None,
        with_sms: bool = False,
        alone: bool = False,
        chance: Random | None = None,
    ) -> None:
        self._archive, self._county, self._channel, self._clock = archive, county, channel, clock
        self._pace, self._counts = pace or Pace(), counts or Counts()
        self._with_sms, self._alone = with_sms, alone
        self._chance = chance or SystemRandom()
        self._window = Window(self._pace.a_second)
        self._lanes: OrderedDict[str, datetime] = OrderedDict()
        self._under_way: set[asyncio.Task[None]] = set()
        self._lease_until: datetime | None = None
        self._not_before: datetime | None = None
        self._taken_at: datetime | None = None
        self.holder = secrets.token_hex(8)
        self.task = f"send:{channel.kind}:{county}"
        #: Called whenever a message has ended: the next of its lane may be due.
        self.on_end: Callable[[], None] = lambda: None

    @property
    def kind(self) -> str:
        """The channel's kind."""
        return self._channel.kind

    async def step(self) -> datetime:
        """Begin to send what may be sent now. Returns when there may be something to do again.

        What was begun goes on by itself (`settled` waits for it). Raises `StorageError`.
        """
        now = self._clock()
        if not await self._holds(now):
            return now + LEASE / 3
        if self._not_before is not None and now < self._not_before:
            return self._not_before
        room = min(self._pace.at_once - len(self._under_way), self._window.open_for(now))
        if room <= 0:
            return self._window.opens_at(now) if len(self._under_way) < self._pace.at_once else now + LEASE / 3
        first = await self._archive.read(lambda conn: dispatches.next_due(conn, self._county, [self.kind], now))
        if first is None or first > now:
            return now + LEASE / 3 if first is None else first
        claimed = await self._claim(now, room)
        for one, outgoing in claimed:
            self._window.begun(now)
            task = asyncio.create_task(self._one(one, outgoing))
            self._under_way.add(task)
            task.add_done_callback(self._ended)
        return now if len(claimed) == room else now + LEASE / 3

    async def settled(self) -> None:
        """Wait until nothing is under way."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def close(self) -> None:
        """Finish what is under way and let another process go on."""
        await self.settled()
        if self._lease_until is not None:
            self._lease_until = None
            now = self._clock()
            await self._archive.write(lambda conn: leases.give_back(conn, self.task, self.holder, now), key=self.task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("Sending by %s failed: %s", self.kind, type(error).__name__)
        self.on_end()

    async def _holds(self, now: datetime) -> bool:
        """Whether this process is the one that sends; takes or prolongs the lease where needed."""
        if self._lease_until is not None and now < self._lease_until - LEASE / 2:
            return True
        is_first, until = self._lease_until is None, now + LEASE

        def job(conn: Connection) -> leases.Lease | None:
            lease = leases.take(conn, self._county, self.task, self.holder, now, until, alone=self._alone and is_first)
            if lease is not None and is_first:
                dispatch_ends.bring_forward(conn, now)
                if self._alone:
                    dispatches.let_go(conn, self.kind)
            return lease

        lease = await self._archive.write(job, key=self.task)
        self._lease_until = None if lease is None else lease.until
        if lease is not None and lease.not_before is not None:
            self._not_before = max(lease.not_before, self._not_before or lease.not_before)
        return lease is not None

    async def _claim(self, now: datetime, room: int) -> Sequence[tuple[Claimed, Outgoing | None]]:
        until = now + timedelta(seconds=2 * self._pace.send_seconds)
        keyring = self._archive.keyring

        def job(conn: Connection) -> list[tuple[Claimed, Outgoing | None]]:
            found = dispatches.claim(conn, keyring, self._county, [self.kind], self.holder, now, until, room)
            return [self._made_ready(conn, one) for one in found]

        return await self._archive.write(job, key=self.task)

    def _made_ready(self, conn: Connection, claimed: Claimed) -> tuple[Claimed, Outgoing | None]:
        """What the channel is given. One message that cannot be made ready keeps no other from being sent."""
        try:
            return claimed, None if claimed.is_broken else outgoing_of(conn, self._archive, claimed)
        except SQLAlchemyError:
            raise
        except Exception as error:
            logger.error("A message for %s cannot be made ready: %s", self.kind, where(error))
            return replace(claimed, is_broken=True), None

    async def _one(self, claimed: Claimed, outgoing: Outgoing | None) -> None:
        """One message, from its claim to what is written down about it."""
        now = self._clock()
        if claimed.is_taken_over:
            self._counts.doubtful(self.kind)
        if not await self._is_still_wanted(claimed, outgoing, now) or outgoing is None:
            return
        wait_until = self._rests_until(claimed, now)
        if wait_until is not None:
            await self._write(
                claimed,
                lambda conn: dispatch_ends.put_off(
                    conn, claimed.dispatch_id, self.holder, wait_until, None, counts=False
                ),
            )
            return
        self._remember(claimed.lane, now)
        try:
            async with asyncio.timeout(self._pace.send_seconds):
                sent = await self._channel.send(outgoing)
        except TimeoutError:
            await self._not_sent(claimed, Unsure("timed_out"))
        except NotSent as failure:
            await self._not_sent(claimed, failure)
        except NOT_STORED:
            await self._not_sent(claimed, NotNow("storage"))
        except Exception as error:
            logger.error("Sending by %s met a fault: %s", self.kind, where(error))
            await self._fault(claimed)
        else:
            await self._sent(claimed, sent)

    async def _is_still_wanted(self, claimed: Claimed, outgoing: Outgoing | None, now: datetime) -> bool:
        if claimed.is_read and (claimed.tries or (self.kind == SMS and claimed.notice not in BY_SMS)):
            await self._write(claimed, lambda conn: dispatch_ends.drop(conn, claimed.dispatch_id, now))
            return False
        if claimed.is_gone:
            await self._give_up(claimed, "gone")
        elif now - claimed.created_at >= self._pace.lasts[claimed.source]:
            await self._give_up(claimed, "too_late")
        elif claimed.is_broken:
            await self._fault(claimed)
        elif outgoing is None:
            await self._give_up(claimed, "no_address")
        else:
            return True
        return False

    def _rests_until(self, claimed: Claimed, now: datetime) -> datetime | None:
        """When this may go, if not now: its chat was written to just now, or the platform asked for silence."""
        if self._not_before is not None and now < self._not_before:
            return self._not_before
        last = self._lanes.get(claimed.lane)
        return last + self._pace.rest if last is not None and now < last + self._pace.rest else None

    def _remember(self, lane: str, now: datetime) -> None:
        self._lanes[lane] = now
        self._lanes.move_to_end(lane)
        if len(self._lanes) > MOST_LANES:
            self._lanes.popitem(last=False)

    async def _sent(self, claimed: Claimed, sent: Sent) -> None:
        at, rest = self._clock(), self._pace.rest
        self._taken_at = at
        self._counts.sent(self.kind)
        await self._write(
            claimed,
            lambda conn: dispatch_ends.sent(conn, claimed.dispatch_id, sent.receipt, at, sent.arrived_at, rest),
        )

    async def _not_sent(self, claimed: Claimed, failure: NotSent) -> None:
        if isinstance(failure, Gone):
            await self._is_gone(claimed, failure.why)
        elif isinstance(failure, Refused):
            await self._give_up(claimed, failure.why)
        else:
            await self._try_again(claimed, failure)

    async def _try_again(self, claimed: Claimed, failure: NotSent) -> None:
        now = self._clock()
        next_at = now + self._pace.retry_after(claimed.tries + 1, self._chance)
        is_silenced = False
        if isinstance(failure, NotNow) and failure.seconds is not None:
            asked = now + timedelta(seconds=failure.seconds)
            next_at = max(asked, now)
            if failure.whole_bot:
                is_silenced = True
                self._not_before = max(asked, self._not_before or asked)
        elif claimed.tries + 1 >= self._pace.most_tries and self._takes_others(now):
            await self._give_up(claimed, failure.why)
            return
        if isinstance(failure, Unsure):
            self._counts.doubtful(self.kind)
        await self._put_off(claimed, next_at, failure.why, is_silenced=is_silenced)

    async def _put_off(self, claimed: Claimed, next_at: datetime, why: str, *, is_silenced: bool = False) -> None:
        self._counts.retried(self.kind)

        def job(conn: Connection) -> bool:
            if is_silenced:
                leases.be_silent(conn, self.task, next_at)
            return dispatch_ends.put_off(conn, claimed.dispatch_id, self.holder, next_at, why)

        await self._write(claimed, job)

    def _takes_others(self, now: datetime) -> bool:
        """Whether the platform has taken a message not long ago: then what fails, fails for itself."""
        longest = timedelta(seconds=self._pace.longest_retry_seconds)
        return self._taken_at is not None and now - self._taken_at <= longest

    async def _fault(self, claimed: Claimed) -> None:
        """A fault of ours, which may meet this message every time: twice more, and then its lane goes on without it."""
        met = FAULTS.index(claimed.why) + 1 if claimed.why in FAULTS else 0
        if met == len(FAULTS):
            await self._give_up(claimed, FAULTS[0])
            return
        next_at = self._clock() + self._pace.retry_after(met + 1, self._chance)
        await self._put_off(claimed, next_at, FAULTS[met])

    async def _give_up(self, claimed: Claimed, why: str) -> None:
        keyring, at, rest = self._archive.keyring, self._clock(), self._pace.rest
        await self._next_way(
            claimed,
            lambda conn, with_sms: dispatch_ends.give_up(
                conn, keyring, claimed.dispatch_id, why, at, with_sms=with_sms, rest=rest
            ),
        )

    async def _is_gone(self, claimed: Claimed, why: str) -> None:
        keyring, at = self._archive.keyring, self._clock()
        await self._next_way(
            claimed,
            lambda conn, with_sms: dispatch_ends.gone(conn, keyring, claimed.dispatch_id, why, at, with_sms=with_sms),
        )

    async def _next_way(self, claimed: Claimed, ends: Callable[[Connection, bool], bool]) -> None:
        """It ends here. Whatever keeps an SMS from being written, the call list needs no keys."""
        self._counts.failed(self.kind)
        try:
            await self._write(claimed, lambda conn: ends(conn, self._with_sms))
        except Exception as error:
            logger.error("What ends cannot go by SMS: %s", where(error))
            await self._write(claimed, lambda conn: ends(conn, False))

    async def _write(self, claimed: Claimed, job: Callable[[Connection], bool]) -> None:
        """Write down how it went; while the database takes no writes, again and again as long as the claim lasts."""
        while True:
            try:
                await self._archive.write(job, key=claimed.lane)
                return
            except NOT_STORED as trouble:
                logger.warning("What became of a message could not be stored: %s", type(trouble).__name__)
                if self._clock() >= claimed.claim_until or not self._archive.is_alive:
                    return
            await asyncio.sleep(AGAIN_SECONDS)


def outgoing_of(conn: Connection, archive: Archive, claimed: Claimed) -> Outgoing | None:
    """What the channel is given; None if there is no address for it (any more)."""
    address, case, details = claimed.address, None, dict[str, str]()
    if claimed.kind == SMS and claimed.source is Source.CODE:
        details = dispatches.code_of(claimed)
        address = details.pop("phone")
    elif claimed.case_id is not None:
        try:
            stored = cases.load(conn, archive.keyring, claimed.case_id)
        except (Sealed, NotOurs):
            stored = None
        if stored is not None:
            answers = stored.record.answers
            case = CaseBrief(claimed.case_id, stored.record.application_number, str(answers.get(Field.NAME, "")))
            if claimed.kind == SMS:
                address = str(answers.get(Field.PHONE, "")) or None
    if not address:
        return None
    return Outgoing(
        claimed.dispatch_id,
        claimed.account_id,
        claimed.channel_id,
        address,
        claimed.source,
        claimed.notice,
        claimed.position,
        claimed.part,
        claimed.say,
        claimed.tries,
        case,
        details,
    )
