"""One walk-in applicant's interview, driven by a clerk through the very reception every applicant speaks to.

The account has a session like any other; its token is derived from the house's own key and never leaves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.desk.chats import room
from bot.past import HistoryEntry, entries
from bot.reception import NoSession, Said, UploadTarget
from dialogs import prompting
from dialogs.turn import Conversation, Say
from state_machine.officers import Officer
from storage import accounts, cases, counter, readings
from storage.cases import StoredCase
from storage.counter import CounterAccount, UploadLink
from storage.errors import NotOurs

if TYPE_CHECKING:
    from bot.wiring import Service

#: How much of the talk so far is shown.
SHOWN = 60


@dataclass(frozen=True)
class Standing:
    """Where an entry stands: what is asked now, and everything beside it."""

    account: CounterAccount
    conversation: Conversation
    asked: Say
    entries: list[HistoryEntry]
    cases: list[StoredCase]
    link: UploadLink | None
    #: The photo of a card is being read: what it says comes by itself.
    is_reading: bool

    @property
    def last_notice(self) -> int:
        """The position of the last thing that came by itself; 0 where nothing did."""
        return max((one.position for one in self.entries if one.kind != "turn"), default=0)


def token_of(service: Service, account_id: str) -> str:
    """The session token of a walk-in account."""
    return service.archive.keyring.index.subject("counter session", account_id).hex()


async def begin(service: Service, officer: Officer, turn_id: str, now: datetime) -> str:
    """A new applicant at the counter, at the first question. Returns the account."""
    county, keyring = service.rules.county_code, service.archive.keyring

    def job(conn: Connection) -> str:
        account_id = counter.open_account(conn, keyring, county, officer.staff_id, now)
        _open_session(conn, service, account_id, now)
        return account_id

    account_id = await service.archive.write(job, key=officer.staff_id)
    await take(service, account_id, turn_id, Said(choice="start"), now, officer)
    return account_id


async def take(
    service: Service, account_id: str, turn_id: str, said: Said, now: datetime, officer: Officer | None
) -> bytes:
    """One turn of the interview, as the applicant's own would be. Raises `NotOurs` for anybody but a walk-in."""
    token = token_of(service, account_id)
    try:
        return await service.reception.take_turn(token, turn_id, said, now, by=officer)
    except NoSession:
        await _renew_session(service, account_id, now)
        return await service.reception.take_turn(token, turn_id, said, now, by=officer)


async def upload_target(service: Service, account_id: str, now: datetime) -> UploadTarget | None:
    """Where files sent now belong; None if no files are asked for."""
    token = token_of(service, account_id)
    try:
        return await service.reception.upload_target(token)
    except NoSession:
        await _renew_session(service, account_id, now)
        return await service.reception.upload_target(token)


def standing(conn: Connection, service: Service, account_id: str, now: datetime) -> Standing:
    """Where the entry stands now. Raises `NotOurs`."""
    account = counter.by_id(conn, service.rules.county_code, account_id)
    if account is None:
        raise NotOurs("no walk-in applicant")
    keyring = service.archive.keyring
    conversation = room.interview_of(conn, service, account_id)
    scene = room.scene_of(conn, service, account_id, conversation, now)
    return Standing(
        account,
        conversation,
        prompting.current(scene),
        entries(conn, keyring, account_id, None, SHOWN),
        cases.of_account(conn, keyring, account_id),
        counter.open_link_of(conn, account_id, now),
        readings.waiting(conn, account_id) > 0,
    )


async def _renew_session(service: Service, account_id: str, now: datetime) -> None:
    county = service.rules.county_code

    def job(conn: Connection) -> None:
        if counter.by_id(conn, county, account_id) is None:
            raise NotOurs("no walk-in applicant")
        _open_session(conn, service, account_id, now)

    await service.archive.write(job, key=account_id)


def _open_session(conn: Connection, service: Service, account_id: str, now: datetime) -> None:
    token, until = token_of(service, account_id), now + timedelta(days=service.settings.flow.session_days)
    accounts.close_session(conn, token)
    accounts.open_session(conn, service.rules.county_code, account_id, token, now, until)
