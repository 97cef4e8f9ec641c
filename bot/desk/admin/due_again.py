"""办结期限 anew: a year's holidays are entered, every open accepted case gets its day, and its applicant is told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.desk.acts import due_of, payload_of
from dialogs import notices
from dialogs.rules import Rules
from state_machine.case_records import CaseState
from storage import audit, cases, figures, outbox
from storage.dialect import lock_account
from storage.keys import Keyring

#: Until the decision the applicant waits for that day; afterwards only the offices do.
WAITS_FOR_IT = (CaseState.ACCEPTED, CaseState.EXAMINED)


def changing(conn: Connection, keyring: Keyring, rules: Rules) -> int:
    """How many open cases would get another day by these rules. Reads only."""
    found = (cases.load(conn, keyring, case_id) for case_id, _ in figures.under_way(conn, rules.county_code))
    return sum(
        due_of(stored.record, rules) != (stored.due_on, stored.due_unknown) for stored in found if stored is not None
    )


def recompute(conn: Connection, keyring: Keyring, rules: Rules, at: datetime) -> list[str]:
    """Give every open accepted case its due day by these rules, in the caller's transaction.

    Returns the accounts that have something new to read. Done twice, the second time changes nothing.
    """
    told: list[str] = []
    for case_id, account_id in figures.under_way(conn, rules.county_code):
        if account_id is not None:
            lock_account(conn, account_id)
        stored = cases.load(conn, keyring, case_id, lock=True)
        if stored is None:
            continue
        due_on, unknown = due_of(stored.record, rules)
        if (due_on, unknown) == (stored.due_on, stored.due_unknown):
            continue
        cases.set_due(conn, case_id, due_on, due_unknown=unknown)
        audit.add(conn, rules.county_code, "due_again", at, case_id=case_id)
        if account_id is not None and stored.record.state in WAITS_FOR_IT:
            words = payload_of(notices.due_again(stored.record, due_on), at)
            outbox.add(conn, keyring, account_id, case_id, "due_again", words, at)
            told.append(account_id)
    return told
